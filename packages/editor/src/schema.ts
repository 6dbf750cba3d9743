import { getSchema } from '@tiptap/core'
import type { Extensions } from '@tiptap/core'
import { Blockquote } from '@tiptap/extension-blockquote'
import { Bold } from '@tiptap/extension-bold'
import { Code } from '@tiptap/extension-code'
import { CodeBlock } from '@tiptap/extension-code-block'
import { Document } from '@tiptap/extension-document'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Heading } from '@tiptap/extension-heading'
import { HorizontalRule } from '@tiptap/extension-horizontal-rule'
import { Italic } from '@tiptap/extension-italic'
import { BulletList, ListItem, ListKeymap, OrderedList, TaskItem, TaskList } from '@tiptap/extension-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Strike } from '@tiptap/extension-strike'
import { Text } from '@tiptap/extension-text'
import { Underline } from '@tiptap/extension-underline'
import { Dropcursor } from '@tiptap/extensions/drop-cursor'
import { Gapcursor } from '@tiptap/extensions/gap-cursor'
import type { Schema } from '@tiptap/pm/model'
import { Callout } from './callout.ts'
import { Highlight, TextColor } from './color.ts'
import { Columns } from './columns.ts'
import { Details } from './details.ts'
import { Embed } from './embed.ts'
import { Footnote } from './footnote.ts'
import { Layout } from './layout.ts'
import { Link } from './link.ts'
import { MathBlock, MathInline } from './math.ts'
import { File, Image, Video } from './media.ts'
import { Mention } from './mention.ts'
import { PageBreak } from './pagebreak.ts'
import { Subscript, Superscript } from './script.ts'
import { Tables } from './table.ts'
import { Toc } from './toc.ts'
import { Typography } from './typography.ts'
import { Unknown } from './unknown.ts'

/**
 * The one list of blocks and marks. What an older page would not understand raises `schemaVersion`. The page types
 * with it and the server reads with it. What neither can name stands in it as `Unknown`.
 */
export const blocks: Extensions = [
  // the parts of Tiptap's starter kit, without its link (it edits other people's text, and lets more schemes through),
  // its undo (the binding to the shared document has its own) and its trailing node (it would write on opening, once
  // for every page that is open): as a whole it would weigh on the first load with all three
  Bold,
  Blockquote,
  BulletList,
  Code,
  CodeBlock.configure({ enableTabIndentation: true, tabSize: 2 }),
  Document,
  Dropcursor.configure({ color: false, class: 'drop-line' }),
  Gapcursor,
  HardBreak,
  Heading.configure({ levels: [1, 2, 3, 4, 5, 6] }),
  HorizontalRule,
  Italic,
  ListItem,
  ListKeymap,
  OrderedList,
  Paragraph,
  Strike,
  Text,
  Underline,
  Link,
  TextColor,
  Highlight,
  Subscript,
  Superscript,
  Layout,
  TaskList,
  TaskItem.configure({ nested: true }),
  Tables,
  Callout,
  Details,
  Columns,
  Image,
  File,
  Video,
  MathInline,
  MathBlock,
  Footnote,
  Mention,
  PageBreak,
  Toc,
  Embed,
  Typography,
  Unknown,
]

/** The grammar of the text under the title, as ProseMirror knows it. */
export const schema = (): Schema => getSchema(blocks)
