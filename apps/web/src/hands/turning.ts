import type { Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import type { Chain } from '../commands/command.ts'
import type { Block } from './moving.ts'

const changes = {
  text: (chain: Chain) => chain,
  heading1: (chain: Chain) => chain.setHeading({ level: 1 }),
  heading2: (chain: Chain) => chain.setHeading({ level: 2 }),
  heading3: (chain: Chain) => chain.setHeading({ level: 3 }),
  bulletList: (chain: Chain) => chain.toggleBulletList(),
  orderedList: (chain: Chain) => chain.toggleOrderedList(),
  taskList: (chain: Chain) => chain.toggleTaskList(),
  blockquote: (chain: Chain) => chain.setBlockquote(),
  codeBlock: (chain: Chain) => chain.setCodeBlock(),
  callout: (chain: Chain) => chain.setCallout('note'),
  details: (chain: Chain) => chain.setDetails(),
} as const

/** What a block with text can be turned into. */
export type Kind = keyof typeof changes

/** All of them, in the order of menus. */
export const kinds = Object.keys(changes) as Kind[] // the keys of the table above and no others

/** Makes plain paragraphs of a block's text, and of these what is wanted. */
export const become = (editor: Editor, { at, node }: Block, kind: Kind): void => {
  const { doc } = editor.state
  const all = TextSelection.between(doc.resolve(at + 1), doc.resolve(at + node.nodeSize - 1))
  changes[kind](
    editor
      .chain()
      .command(({ tr }) => {
        tr.setSelection(TextSelection.between(tr.doc.resolve(all.from), tr.doc.resolve(all.to)))
        return true
      })
      .clearNodes(),
  )
    .command(({ tr }) => {
      // the whole was selected to change it; nobody asked for that
      tr.setSelection(TextSelection.near(tr.selection.$to, -1))
      return true
    })
    .focus()
    .run()
}
