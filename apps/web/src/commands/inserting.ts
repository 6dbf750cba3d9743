import type { Editor } from '@tiptap/core'
import {
  AtSign,
  ChevronsDownUp,
  Columns2,
  FileText,
  FileUp,
  Film,
  Frame,
  Image,
  Lightbulb,
  Sigma,
  Smile,
  SquareSigma,
  Superscript,
  Table,
  TableOfContents,
} from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { pickFiles } from '../media/media.ts'
import { words } from '../words.ts'
import { command } from './command.ts'
import type { Chain, Command } from './command.ts'
import type { Open } from './doors.ts'

const inText = (editor: Editor): boolean => !editor.isActive('codeBlock')

const block = (
  name: string,
  label: string,
  icon: LucideIcon,
  change: (chain: Chain) => Chain,
  active: Command['active'] = null,
): Command => command({ name, label, icon, group: 'blocks', able: inText, active }, change)

/** Lets a person choose files from their device; they stand where the caret is. */
const picking = (kind: 'image' | 'video' | 'file', icon: LucideIcon): Command => ({
  ...block(kind, words[`insert.${kind}`], icon, (chain) => chain),
  run: (editor) => pickFiles(editor, kind),
})

const within =
  (name: string) =>
  (editor: Editor): boolean =>
    editor.isActive(name)

/** Everything that can be put into the text and has no button in the toolbar. */
export const inserting = (open: Open): readonly Command[] => [
  block('table', words['insert.table'], Table, (chain) =>
    chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
  ),
  block(
    'callout',
    words['insert.callout'],
    Lightbulb,
    (chain) => chain.setCallout('note'),
    within('callout'),
  ),
  block('details', words['insert.details'], ChevronsDownUp, (chain) => chain.setDetails(), within('details')),
  block('columns', words['insert.columns'], Columns2, (chain) => chain.setColumns(2), within('columns')),
  picking('image', Image),
  picking('video', Film),
  picking('file', FileUp),
  block('mathBlock', words['insert.mathBlock'], SquareSigma, (chain) => chain.insertMathBlock()),
  block('mathInline', words['insert.mathInline'], Sigma, (chain) => chain.insertMathInline()),
  block('footnote', words['insert.footnote'], Superscript, (chain) => chain.insertFootnote()),
  block('pageBreak', words['insert.pageBreak'], FileText, (chain) => chain.insertPageBreak()),
  block('toc', words['insert.toc'], TableOfContents, (chain) => chain.insertToc()),
  block('mention', words['insert.mention'], AtSign, (chain) => chain.insertContent('@')),
  {
    ...block('emoji', words['insert.emoji'], Smile, (chain) => chain),
    run: () => open('emoji'),
  },
  {
    ...block('embed', words['insert.embed'], Frame, (chain) => chain),
    run: () => open('embed'),
  },
]
