import {
  EllipsisVertical,
  Focus,
  Keyboard,
  Languages,
  Link2,
  ListTree,
  Monitor,
  Moon,
  Pilcrow,
  Printer,
  Search,
  StretchHorizontal,
  Sun,
  UserRound,
  WholeWord,
} from 'lucide-react'
import { useLocation } from 'wouter'
import type { Open } from './commands/doors.ts'
import type { OpenDocument } from './document.ts'
import { copyText } from './copying.ts'
import { themes, useTheme } from './theme.ts'
import { useToast } from './toast.tsx'
import { Choice, Item, Menu, MenuLabel, MenuLine, SubMenu, Toggle } from './ui/menu.tsx'
import { toggleLook, useLooks } from './view.ts'
import { language, languages, speak } from './words/language.ts'
import { words } from './words.ts'
import { WritingMenu } from './writingmenu.tsx'

const icons = { light: Sun, dark: Moon, system: Monitor }

const doors = [
  ['find', Search, words['find.label']],
  ['count', WholeWord, words['count.label']],
  ['shortcuts', Keyboard, words['shortcuts.label']],
] as const
const views = [
  ['outline', ListTree],
  ['wide', StretchHorizontal],
  ['focus', Focus],
  ['invisible', Pilcrow],
] as const

const spoken = languages.map(({ code, name }) => ({ value: code, text: name }))

/** What does not need a button of its own: the theme, and inside a document its link, printing, and how it is shown. */
export const MainMenu = ({
  open,
  paper,
  editable = false,
}: {
  readonly open?: Open
  readonly paper?: OpenDocument
  readonly editable?: boolean
}) => {
  const looks = useLooks()
  const [theme, setTheme] = useTheme()
  const toast = useToast()
  const [, navigate] = useLocation()
  return (
    <Menu
      trigger={
        <button type="button" className="icon-button" aria-label={words['menu.label']}>
          <EllipsisVertical aria-hidden="true" />
        </button>
      }
    >
      {open !== undefined ? (
        <>
          <Item
            icon={Link2}
            onSelect={() => void copyText(location.href).then(() => toast({ text: words['share.copied'] }))}
          >
            {words['share.copy']}
          </Item>
          <Item icon={Printer} onSelect={() => setTimeout(() => window.print())}>
            {words['menu.print']}
          </Item>
          <MenuLine />
          {doors.map(([door, icon, label]) => (
            <Item
              key={door}
              icon={icon}
              // when the menu has given the focus back
              onSelect={() => setTimeout(() => open(door))}
            >
              {label}
            </Item>
          ))}
          <MenuLine />
          {views.map(([look, icon]) => (
            <Toggle key={look} icon={icon} on={looks.has(look)} onToggle={() => toggleLook(look)}>
              {words[`view.${look}`]}
            </Toggle>
          ))}
          {paper === undefined ? null : <WritingMenu open={paper} editable={editable} />}
          <MenuLine />
        </>
      ) : null}
      <Item icon={UserRound} onSelect={() => navigate('/account')}>
        {words['account.title']}
      </Item>
      <SubMenu icon={Languages} label={words['menu.language']}>
        <Choice label={words['menu.language']} value={language} onValue={speak} options={spoken} />
      </SubMenu>
      <MenuLine />
      <MenuLabel>{words['menu.theme']}</MenuLabel>
      <Choice
        label={words['menu.theme']}
        value={theme}
        onValue={setTheme}
        options={themes.map((value) => ({
          value,
          text: words[`menu.${value}`],
          icon: icons[value],
        }))}
      />
    </Menu>
  )
}
