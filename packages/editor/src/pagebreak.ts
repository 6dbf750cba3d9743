import { Node } from '@tiptap/core'
import { insertBlock } from './insert.ts'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    pageBreak: {
      /** What follows begins on a new page when it is printed. */
      insertPageBreak: () => ReturnType
    }
  }
}

/** Where paper ends early. */
export const PageBreak = Node.create({
  name: 'pageBreak',
  group: 'block',
  atom: true,

  parseHTML: () => [{ tag: 'div[data-page-break]' }],
  renderHTML: () => ['div', { 'data-page-break': '' }],
  renderText: () => '\f',

  addCommands() {
    return {
      insertPageBreak: () => (props) => insertBlock(props, this.type.create()),
    }
  },
})
