import {
  Command as CommandIcon,
  Focus,
  Keyboard,
  ListTree,
  Pilcrow,
  Replace,
  Search,
  StretchHorizontal,
  WholeWord,
} from 'lucide-react'
import { hasLook, toggleLook } from '../view.ts'
import type { Look } from '../view.ts'
import { words } from '../words.ts'
import { onApple } from './command.ts'
import type { Command } from './command.ts'
import type { Door, Open } from './doors.ts'

const toggling = (look: Look, icon: Command['icon'], key: string): Command => ({
  name: look,
  label: words[`view.${look}`],
  icon,
  group: 'view',
  keys: [key],
  active: () => hasLook(look),
  able: () => true,
  run: () => toggleLook(look),
})

/** What opens beside the text, and how it is shown. These work from everywhere on the page. */
export const viewing = (open: Open): readonly Command[] => {
  const opening = (
    door: Door,
    about: Pick<Command, 'label' | 'icon' | 'keys'> & { group?: Command['group'] },
  ): Command => ({
    name: door,
    group: 'navigation',
    active: null,
    able: () => true,
    run: () => open(door),
    ...about,
  })
  return [
    opening('palette', { label: words['palette.label'], icon: CommandIcon, keys: ['Mod-k'] }),
    opening('find', { label: words['find.find'], icon: Search, keys: ['Mod-f'] }),
    opening('replace', {
      label: words['find.label'],
      icon: Replace,
      keys: [onApple ? 'Mod-Alt-f' : 'Mod-h'],
    }),
    opening('count', { label: words['count.label'], icon: WholeWord, keys: ['Mod-Shift-c'], group: 'view' }),
    toggling('outline', ListTree, 'Mod-Alt-Shift-o'),
    toggling('wide', StretchHorizontal, 'Mod-Alt-Shift-w'),
    toggling('focus', Focus, 'Mod-Alt-Shift-f'),
    toggling('invisible', Pilcrow, 'Mod-Alt-Shift-i'),
    opening('shortcuts', { label: words['shortcuts.label'], icon: Keyboard, keys: ['Mod-/'] }),
  ]
}
