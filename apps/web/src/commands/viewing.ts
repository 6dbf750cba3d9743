import {
  Command as CommandIcon,
  Focus,
  Keyboard,
  ListTree,
  Pilcrow,
  Quote,
  Replace,
  Search,
  SpellCheck,
  StretchHorizontal,
  WholeWord,
} from 'lucide-react'
import { hasLook, toggleLook } from '../view.ts'
import type { Look } from '../view.ts'
import { words } from '../words.ts'
import { onApple } from './command.ts'
import type { Command } from './command.ts'
import type { Door, Open } from './doors.ts'

const toggling = (
  look: 'outline' | 'wide' | 'focus' | 'invisible',
  icon: Command['icon'],
  key: string,
): Command => ({
  name: look,
  label: words[`view.${look}`],
  icon,
  group: 'view',
  keys: [key],
  active: () => hasLook(look),
  able: () => true,
  run: () => toggleLook(look),
})

const helping = (look: Look, label: string, icon: Command['icon']): Command => ({
  name: look,
  label,
  icon,
  group: 'view',
  keys: [],
  active: () => !hasLook(look),
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
    helping('straight', words['view.typography'], Quote),
    helping('unchecked', words['view.spelling'], SpellCheck),
    opening('shortcuts', { label: words['shortcuts.label'], icon: Keyboard, keys: ['Mod-/'] }),
  ]
}
