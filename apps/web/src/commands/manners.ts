import { words } from '../words.ts'
import type { Command } from './command.ts'

/** What keys do that is no command: it depends on where one is. The list of shortcuts shows these too. */
export const manners: readonly Pick<Command, 'name' | 'label' | 'group' | 'keys'>[] = [
  { name: 'slash', label: words['manners.slash'], group: 'blocks', keys: ['/'] },
  { name: 'block', label: words['manners.block'], group: 'blocks', keys: ['Escape'] },
  { name: 'indentOrNext', label: words['manners.indent'], group: 'blocks', keys: ['Tab'] },
  { name: 'outdentOrBack', label: words['manners.outdent'], group: 'blocks', keys: ['Shift-Tab'] },
  { name: 'enter', label: words['manners.enter'], group: 'blocks', keys: ['Mod-Enter'] },
  { name: 'plain', label: words['manners.plain'], group: 'formatting', keys: ['Mod-Shift-v'] },
  { name: 'toolbar', label: words['manners.toolbar'], group: 'navigation', keys: ['Alt-F10'] },
  { name: 'saved', label: words['manners.saved'], group: 'navigation', keys: ['Mod-s'] },
]
