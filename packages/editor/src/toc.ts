import { Node } from '@tiptap/core'
import { insertBlock } from './insert.ts'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    toc: {
      /** Puts a list of all headings, which follows them. */
      insertToc: () => ReturnType
    }
  }
}

/** The place of a table of contents. What stands in it is read from the headings and stored nowhere. */
export const Toc = Node.create({
  name: 'toc',
  group: 'block',
  atom: true,

  parseHTML: () => [{ tag: 'div[data-toc]' }],
  renderHTML: () => ['div', { 'data-toc': '' }],
  renderText: () => '',

  addCommands() {
    return {
      insertToc: () => (props) => insertBlock(props, this.type.create()),
    }
  },
})
