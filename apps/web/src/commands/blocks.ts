import type { Editor } from '@tiptap/core'
import type { Transaction } from '@tiptap/pm/state'
import { ArrowDown, ArrowUp, Copy, GripVertical, Trash2 } from 'lucide-react'
import { blockOf, doubled, movedBy, without } from '../hands/moving.ts'
import type { Block, Standing } from '../hands/moving.ts'
import { words } from '../words.ts'
import { asOneStep } from './command.ts'
import type { Command } from './command.ts'
import type { Open } from './doors.ts'

/** Does it as one step of undo, with the focus in the text. */
export const carryOut = (editor: Editor, tr: Transaction | null): void => {
  if (tr === null) return
  asOneStep(editor, () => editor.view.dispatch(tr))
  editor.view.focus()
}

const onBlock =
  (change: (state: Editor['state'], block: Block) => Transaction) =>
  (editor: Editor): void => {
    const block = blockOf(editor.state)
    if (block !== null) carryOut(editor, change(editor.state, block))
  }

const isOnBlock = ({ state }: Editor): boolean => blockOf(state) !== null

/** What can be done with the block of the caret, or all that are selected. `say` speaks to screen readers. */
export const ofBlocks = (open: Open, say: (sentence: string) => void): readonly Command[] => {
  const move =
    (delta: -1 | 1) =>
    (editor: Editor): void => {
      const moved: Standing | null = movedBy(editor.state, delta)
      if (moved === null) return
      carryOut(editor, moved.tr)
      say(words['block.moved'](moved.nth, moved.of))
    }
  const about = { group: 'blocks', active: null, able: isOnBlock } as const
  return [
    {
      ...about,
      name: 'moveUp',
      label: words['block.up'],
      icon: ArrowUp,
      keys: ['Alt-Shift-ArrowUp'],
      run: move(-1),
    },
    {
      ...about,
      name: 'moveDown',
      label: words['block.down'],
      icon: ArrowDown,
      keys: ['Alt-Shift-ArrowDown'],
      run: move(1),
    },
    {
      ...about,
      name: 'duplicate',
      label: words['block.duplicate'],
      icon: Copy,
      keys: ['Mod-Shift-d'],
      run: onBlock(doubled),
    },
    { ...about, name: 'delete', label: words['block.delete'], icon: Trash2, keys: [], run: onBlock(without) },
    {
      ...about,
      name: 'blockMenu',
      label: words['block.menu'],
      icon: GripVertical,
      keys: ['Alt-Enter'],
      run: (editor) => open(editor.isActive('table') ? 'tableMenu' : 'blockMenu'),
    },
  ]
}
