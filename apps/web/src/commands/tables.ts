import type { Editor } from '@tiptap/core'
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  BetweenHorizontalEnd,
  BetweenHorizontalStart,
  BetweenVerticalEnd,
  BetweenVerticalStart,
  Combine,
  Grid2x2X,
  PanelLeft,
  PanelTop,
  Split,
  Trash2,
} from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { words } from '../words.ts'
import { command } from './command.ts'
import type { Chain, Command } from './command.ts'

const within = (editor: Editor): boolean => editor.isActive('table')

const inTable = (
  name: Extract<keyof typeof words, `table.${string}`>,
  icon: LucideIcon,
  change: (chain: Chain) => Chain,
  keys: readonly string[] = [],
): Command => {
  const label: unknown = words[name]
  return command(
    {
      name,
      label: String(label),
      icon,
      group: 'tables',
      keys,
      able: (editor) => within(editor) && change(editor.can().chain()).run(),
    },
    change,
  )
}

/** What can be done with the row of the caret, or the selected ones. */
export const ofRows: readonly Command[] = [
  inTable('table.rowAbove', BetweenHorizontalStart, (chain) => chain.addRowBefore()),
  inTable('table.rowBelow', BetweenHorizontalEnd, (chain) => chain.addRowAfter()),
  inTable('table.rowUp', ArrowUp, (chain) => chain.moveRow(-1), ['Mod-Alt-ArrowUp']),
  inTable('table.rowDown', ArrowDown, (chain) => chain.moveRow(1), ['Mod-Alt-ArrowDown']),
  inTable('table.headerRow', PanelTop, (chain) => chain.toggleHeaderRow()),
  inTable('table.deleteRow', Trash2, (chain) => chain.deleteRow()),
]

/** What can be done with the column of the caret, or the selected ones. */
export const ofColumns: readonly Command[] = [
  inTable('table.columnBefore', BetweenVerticalStart, (chain) => chain.addColumnBefore()),
  inTable('table.columnAfter', BetweenVerticalEnd, (chain) => chain.addColumnAfter()),
  inTable('table.columnLeft', ArrowLeft, (chain) => chain.moveColumn(-1), ['Mod-Alt-ArrowLeft']),
  inTable('table.columnRight', ArrowRight, (chain) => chain.moveColumn(1), ['Mod-Alt-ArrowRight']),
  inTable('table.headerColumn', PanelLeft, (chain) => chain.toggleHeaderColumn()),
  inTable('table.deleteColumn', Trash2, (chain) => chain.deleteColumn()),
]

/** What can be done with the selected cells. */
export const ofCells: readonly Command[] = [
  inTable('table.merge', Combine, (chain) => chain.mergeCells()),
  inTable('table.split', Split, (chain) => chain.splitCell()),
]

/** What can be done with a whole table. */
export const ofTables: readonly Command[] = [
  inTable('table.delete', Grid2x2X, (chain) => chain.deleteTable()),
]
