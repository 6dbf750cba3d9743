import type { Editor } from '@tiptap/core'
import {
  Highlighter,
  IndentDecrease,
  IndentIncrease,
  PilcrowLeft,
  PilcrowRight,
  RemoveFormatting,
  Subscript,
  Superscript,
  TextAlignCenter,
  TextAlignEnd,
  TextAlignJustify,
  TextAlignStart,
} from 'lucide-react'
import { words } from '../words.ts'
import { command } from './command.ts'
import type { Command } from './command.ts'

const inPlainText = (editor: Editor): boolean => !editor.isActive('codeBlock') && !editor.isActive('code')

const aligned = (key: string, value: 'left' | 'center' | 'right' | 'justify') =>
  command(
    {
      name: `align-${value}`,
      label: words[`tools.align.${value}`],
      icon: {
        left: TextAlignStart,
        center: TextAlignCenter,
        right: TextAlignEnd,
        justify: TextAlignJustify,
      }[value],
      group: 'formatting',
      keys: [key],
      active: (editor) => editor.isActive({ textAlign: value }),
    },
    (chain) => chain.setTextAlign(value),
  )

/** How the lines of a block can stand. */
export const alignments: readonly Command[] = [
  aligned('Mod-Shift-l', 'left'),
  aligned('Mod-Shift-e', 'center'),
  aligned('Mod-Shift-r', 'right'),
  aligned('Mod-Shift-j', 'justify'),
]

/** What text and blocks can look like, beyond the toolbar's. */
export const styling: readonly Command[] = [
  command(
    {
      name: 'highlight',
      label: words['tools.highlight'],
      icon: Highlighter,
      group: 'formatting',
      keys: ['Mod-Shift-h'],
      active: (editor) => editor.isActive('highlight'),
      able: inPlainText,
    },
    (chain) => chain.toggleMark('highlight', { color: 'yellow' }),
  ),
  command(
    {
      name: 'subscript',
      label: words['tools.subscript'],
      icon: Subscript,
      group: 'formatting',
      keys: ['Mod-,'],
      active: (editor) => editor.isActive('subscript'),
      able: inPlainText,
    },
    (chain) => chain.toggleSubscript(),
  ),
  command(
    {
      name: 'superscript',
      label: words['tools.superscript'],
      icon: Superscript,
      group: 'formatting',
      keys: ['Mod-.'],
      active: (editor) => editor.isActive('superscript'),
      able: inPlainText,
    },
    (chain) => chain.toggleSuperscript(),
  ),
  command(
    {
      name: 'clear',
      label: words['tools.clear'],
      icon: RemoveFormatting,
      group: 'formatting',
      keys: ['Mod-\\'],
      able: (editor) => !editor.state.selection.empty,
    },
    (chain) => chain.unsetAllMarks(),
  ),
  ...alignments,
  command(
    {
      name: 'indent',
      label: words['tools.indent'],
      icon: IndentIncrease,
      group: 'formatting',
      keys: ['Mod-]'],
    },
    (chain) => chain.indent(),
  ),
  command(
    {
      name: 'outdent',
      label: words['tools.outdent'],
      icon: IndentDecrease,
      group: 'formatting',
      keys: ['Mod-['],
    },
    (chain) => chain.outdent(),
  ),
  command(
    {
      name: 'rtl',
      label: words['tools.rtl'],
      icon: PilcrowLeft,
      group: 'formatting',
      active: (editor) => editor.isActive({ dir: 'rtl' }),
    },
    (chain) => chain.setDirection('rtl'),
  ),
  command(
    {
      name: 'ltr',
      label: words['tools.ltr'],
      icon: PilcrowRight,
      group: 'formatting',
      active: (editor) => editor.isActive({ dir: 'ltr' }),
    },
    (chain) => chain.setDirection('ltr'),
  ),
  command(
    {
      name: 'autoDirection',
      label: words['tools.autoDirection'],
      icon: PilcrowRight,
      group: 'formatting',
    },
    (chain) => chain.setDirection(null),
  ),
]
