import type { Editor } from '@tiptap/core'
import {
  Bold,
  Code,
  Heading1,
  Heading2,
  Heading3,
  Italic,
  Link,
  List,
  ListOrdered,
  ListTodo,
  Minus,
  Redo2,
  SquareCode,
  Strikethrough,
  Table,
  TextQuote,
  Type,
  Underline,
  Undo2,
} from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { words } from '../words.ts'
import { command, undoOf } from './command.ts'
import type { Chain, Command } from './command.ts'
import type { Open } from './doors.ts'

const always = (): boolean => true

const mark = (name: string, label: string, icon: LucideIcon, key: string): Command =>
  command(
    {
      name,
      label,
      icon,
      group: 'formatting',
      keys: [key],
      active: (editor) => editor.isActive(name),
      able: (editor) => !editor.isActive('codeBlock') && (name === 'code' || !editor.isActive('code')),
    },
    (chain) => chain.toggleMark(name),
  )

const block = (
  name: string,
  label: string,
  icon: LucideIcon,
  key: string,
  change: (chain: Chain) => Chain,
  able: Command['able'] = always,
): Command =>
  command(
    {
      name,
      label,
      icon,
      group: 'blocks',
      keys: [key],
      active: (editor) => editor.isActive(name),
      able,
    },
    change,
  )

const inList = (editor: Editor): boolean =>
  ['bulletList', 'orderedList', 'taskList'].some((list) => editor.isActive(list))

/** What a block can be. Exactly one of them is active where text is. */
export const blockTypes: readonly Command[] = [
  {
    ...block('text', words['tools.text'], Type, 'Mod-Alt-0', (chain) => chain.setParagraph()),
    active: (editor) => editor.isActive('paragraph'),
  },
  ...([1, 2, 3] as const).map((level) => ({
    ...block(
      `heading${level}`,
      words['tools.heading'](level),
      [Heading1, Heading2, Heading3][level - 1] ?? Heading1,
      `Mod-Alt-${level}`,
      (chain) => chain.toggleHeading({ level }),
      (editor) => !inList(editor),
    ),
    active: (editor: Editor) => editor.isActive('heading', { level }),
  })),
]

const undo: Command = {
  name: 'undo',
  label: words['tools.undo'],
  icon: Undo2,
  group: 'formatting',
  keys: ['Mod-z'],
  active: null,
  able: (editor) => (undoOf(editor)?.undoStack.length ?? 0) > 0,
  run: (editor) => void editor.chain().focus().undo().scrollIntoView().run(),
}
const redo: Command = {
  name: 'redo',
  label: words['tools.redo'],
  icon: Redo2,
  group: 'formatting',
  keys: ['Mod-Shift-z', 'Mod-y'],
  active: null,
  able: (editor) => (undoOf(editor)?.redoStack.length ?? 0) > 0,
  run: (editor) => void editor.chain().focus().redo().scrollIntoView().run(),
}

/** Everything that is always in sight, in the toolbar's order and groups. `open` opens what asks for more. */
export const commandsWith = (open: Open): readonly (readonly Command[])[] => [
  [undo, redo],
  [
    mark('bold', words['tools.bold'], Bold, 'Mod-b'),
    mark('italic', words['tools.italic'], Italic, 'Mod-i'),
    mark('underline', words['tools.underline'], Underline, 'Mod-u'),
    mark('strike', words['tools.strike'], Strikethrough, 'Mod-Shift-s'),
    mark('code', words['tools.code'], Code, 'Mod-e'),
    {
      name: 'link',
      label: words['tools.link'],
      icon: Link,
      group: 'formatting',
      keys: ['Mod-k'],
      active: (editor) => editor.isActive('link'),
      able: (editor) => !editor.isActive('codeBlock') && !editor.isActive('code'),
      run: () => open('link'),
    },
  ],
  [
    block('bulletList', words['tools.bullets'], List, 'Mod-Shift-8', (chain) => chain.toggleBulletList()),
    block('orderedList', words['tools.numbers'], ListOrdered, 'Mod-Shift-7', (chain) =>
      chain.toggleOrderedList(),
    ),
    block('taskList', words['tools.tasks'], ListTodo, 'Mod-Shift-9', (chain) => chain.toggleTaskList()),
  ],
  [
    block('blockquote', words['tools.quote'], TextQuote, 'Mod-Shift-b', (chain) => chain.toggleBlockquote()),
    block('codeBlock', words['tools.codeBlock'], SquareCode, 'Mod-Alt-c', (chain) => chain.toggleCodeBlock()),
    command(
      {
        name: 'divider',
        label: words['tools.divider'],
        icon: Minus,
        group: 'blocks',
        able: always,
      },
      (chain) => chain.setHorizontalRule(),
    ),
    {
      name: 'tableSize',
      label: words['table.insert'],
      icon: Table,
      group: 'blocks',
      keys: [],
      active: null,
      able: (editor) => !editor.isActive('codeBlock') && editor.can().insertTable(),
      run: () => open('tableSize'),
    },
  ],
]
