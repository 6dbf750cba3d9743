import type { Editor } from '@tiptap/core'
import type { LucideIcon } from 'lucide-react'
import type { UndoManager } from 'yjs'
import { undoStacks } from '../undo.ts'

/** Where the list of shortcuts and the palette show a command. */
export type Group = 'formatting' | 'blocks' | 'tables' | 'view' | 'navigation'

/**
 * Something a person can do: the toolbars, the menus, their tooltips, the keyboard, the palette and the list of
 * shortcuts all read this.
 */
export interface Command {
  readonly name: string
  readonly label: string
  readonly icon: LucideIcon
  readonly group: Group
  /** In ProseMirror's notation; the first one is shown. */
  readonly keys: readonly string[]
  /** Null for what is never on or off. */
  readonly active: ((editor: Editor) => boolean) | null
  readonly able: (editor: Editor) => boolean
  readonly run: (editor: Editor) => void
}

/** What can be chained. */
export type Chain = ReturnType<Editor['chain']>

/** The undo stacks of this page: they hold what was done here and nothing of others. */
export const undoOf = (editor: Editor): UndoManager | null => undoStacks(editor.state)

/** Does something as one step of undo, whatever is typed before and after it. */
export const asOneStep = (editor: Editor, act: () => void): void => {
  undoOf(editor)?.stopCapturing()
  act()
  undoOf(editor)?.stopCapturing()
}

/** A command that is one step of undo, and leaves the focus in the text. */
export const command = (
  about: Pick<Command, 'name' | 'label' | 'icon' | 'group'> & {
    readonly keys?: readonly string[]
    readonly active?: Command['active']
    readonly able?: Command['able']
  },
  change: (chain: Chain) => Chain,
): Command => ({
  keys: [],
  active: null,
  able: (editor) => change(editor.can().chain()).run(),
  ...about,
  run: (editor) => asOneStep(editor, () => void change(editor.chain().focus()).run()),
})

const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
const glyphs: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: apple ? '↩' : 'Enter',
  Tab: apple ? '⇥' : 'Tab',
  ...(apple ? { Mod: '⌘', Alt: '⌥', Shift: '⇧' } : { Mod: 'Ctrl', Alt: 'Alt', Shift: 'Shift' }),
}

/** True where Mod is the Command key. */
export const onApple = apple

/** A shortcut as this platform writes it. */
export const shown = (key: string): string =>
  key
    .split(/-(?=.)/)
    .map((part) => glyphs[part] ?? part.toUpperCase())
    .join(apple ? '' : '+')

/** A shortcut as `aria-keyshortcuts` wants it. */
export const spoken = (key: string): string =>
  key.replace('Mod', apple ? 'Meta' : 'Control').replaceAll('-', '+')
