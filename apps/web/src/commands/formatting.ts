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
  TextQuote,
  Type,
  Underline,
  Undo2,
} from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { UndoManager } from 'yjs'
import { undoStacks } from './undo.ts'
import { words } from './words.ts'

/** Something a person can do to the text: the toolbar, its tooltips and the keyboard all read this. */
export interface Command {
  readonly name: string
  readonly label: string
  readonly icon: LucideIcon
  /** In ProseMirror's notation; the first one is shown. */
  readonly keys: readonly string[]
  /** Null for what is never on or off. */
  readonly active: ((editor: Editor) => boolean) | null
  readonly able: (editor: Editor) => boolean
  readonly run: (editor: Editor) => void
}

/** The undo stacks of this page: they hold what was done here and nothing of others. */
export const undoOf = (editor: Editor): UndoManager | null => undoStacks(editor.state)

const always = (): boolean => true
type Chain = ReturnType<Editor['chain']>

/** A command that is one step of undo, whatever is typed before and after it. */
const command = (
  name: string,
  label: string,
  icon: LucideIcon,
  keys: readonly string[],
  active: Command['active'],
  change: (chain: Chain) => Chain,
  able: Command['able'] = (editor) => change(editor.can().chain()).run(),
): Command => ({
  name,
  label,
  icon,
  keys,
  active,
  able,
  run: (editor) => {
    undoOf(editor)?.stopCapturing()
    change(editor.chain().focus()).run()
    undoOf(editor)?.stopCapturing()
  },
})

const mark = (name: string, label: string, icon: LucideIcon, key: string): Command =>
  command(
    name,
    label,
    icon,
    [key],
    (editor) => editor.isActive(name),
    (chain) => chain.toggleMark(name),
    (editor) => !editor.isActive('codeBlock') && (name === 'code' || !editor.isActive('code')),
  )

const inList = (editor: Editor): boolean =>
  ['bulletList', 'orderedList', 'taskList'].some((list) => editor.isActive(list))

/** What a block can be. Exactly one of them is active where text is. */
export const blockTypes: readonly Command[] = [
  command(
    'text',
    words['tools.text'],
    Type,
    ['Mod-Alt-0'],
    (editor) => editor.isActive('paragraph'),
    (chain) => chain.setParagraph(),
    always,
  ),
  ...([1, 2, 3] as const).map((level) =>
    command(
      `heading${level}`,
      words['tools.heading'](level),
      [Heading1, Heading2, Heading3][level - 1] ?? Heading1,
      [`Mod-Alt-${level}`],
      (editor) => editor.isActive('heading', { level }),
      (chain) => chain.toggleHeading({ level }),
      (editor) => !inList(editor),
    ),
  ),
]

const undo: Command = {
  name: 'undo',
  label: words['tools.undo'],
  icon: Undo2,
  keys: ['Mod-z'],
  active: null,
  able: (editor) => (undoOf(editor)?.undoStack.length ?? 0) > 0,
  run: (editor) => void editor.chain().focus().undo().scrollIntoView().run(),
}
const redo: Command = {
  name: 'redo',
  label: words['tools.redo'],
  icon: Redo2,
  keys: ['Mod-Shift-z', 'Mod-y'],
  active: null,
  able: (editor) => (undoOf(editor)?.redoStack.length ?? 0) > 0,
  run: (editor) => void editor.chain().focus().redo().scrollIntoView().run(),
}

/** Everything that can be done, in the toolbar's order and groups. `link` opens the popover for addresses. */
export const commandsWith = (link: (editor: Editor) => void): readonly (readonly Command[])[] => [
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
      keys: ['Mod-k'],
      active: (editor) => editor.isActive('link'),
      able: (editor) => !editor.isActive('codeBlock') && !editor.isActive('code'),
      run: link,
    },
  ],
  [
    command(
      'bulletList',
      words['tools.bullets'],
      List,
      ['Mod-Shift-8'],
      (editor) => editor.isActive('bulletList'),
      (chain) => chain.toggleBulletList(),
      always,
    ),
    command(
      'orderedList',
      words['tools.numbers'],
      ListOrdered,
      ['Mod-Shift-7'],
      (editor) => editor.isActive('orderedList'),
      (chain) => chain.toggleOrderedList(),
      always,
    ),
    command(
      'taskList',
      words['tools.tasks'],
      ListTodo,
      ['Mod-Shift-9'],
      (editor) => editor.isActive('taskList'),
      (chain) => chain.toggleTaskList(),
      always,
    ),
  ],
  [
    command(
      'blockquote',
      words['tools.quote'],
      TextQuote,
      ['Mod-Shift-b'],
      (editor) => editor.isActive('blockquote'),
      (chain) => chain.toggleBlockquote(),
      always,
    ),
    command(
      'codeBlock',
      words['tools.codeBlock'],
      SquareCode,
      ['Mod-Alt-c'],
      (editor) => editor.isActive('codeBlock'),
      (chain) => chain.toggleCodeBlock(),
      always,
    ),
    command('divider', words['tools.divider'], Minus, [], null, (chain) => chain.setHorizontalRule(), always),
  ],
]

const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
const glyphs: Record<string, string> = apple
  ? { Mod: '⌘', Alt: '⌥', Shift: '⇧' }
  : { Mod: 'Ctrl', Alt: 'Alt', Shift: 'Shift' }

/** A shortcut as this platform writes it. */
export const shown = (key: string): string =>
  key
    .split('-')
    .map((part) => glyphs[part] ?? part.toUpperCase())
    .join(apple ? '' : '+')

/** A shortcut as `aria-keyshortcuts` wants it. */
export const spoken = (key: string): string =>
  key.replace('Mod', apple ? 'Meta' : 'Control').replaceAll('-', '+')
