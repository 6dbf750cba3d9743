import { getSchema } from '@tiptap/core'
import type { Extensions } from '@tiptap/core'
import { TaskItem, TaskList } from '@tiptap/extension-list'
import type { Schema } from '@tiptap/pm/model'
import { StarterKit } from '@tiptap/starter-kit'
import { Link } from './link.ts'
import { Unknown } from './unknown.ts'

/**
 * The one list of blocks and marks. What an older page would not understand raises `schemaVersion`. The page types
 * with it and the server reads with it. What neither can name stands in it as `Unknown`.
 */
export const blocks: Extensions = [
  StarterKit.configure({
    heading: { levels: [1, 2, 3] },
    codeBlock: { enableTabIndentation: true, tabSize: 2 },
    dropcursor: { color: false, class: 'drop-line' },
    link: false, // ours: Tiptap's edits other people's text, and lets more schemes through
    undoRedo: false, // the binding to the shared document has its own
    trailingNode: false, // it would write on opening, once for every page that is open
  }),
  Link,
  TaskList,
  TaskItem.configure({ nested: true }),
  Unknown,
]

/** The grammar of the text under the title, as ProseMirror knows it. */
export const schema = (): Schema => getSchema(blocks)
