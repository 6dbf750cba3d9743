import { EllipsisVertical, Link2, Monitor, Moon, Printer, Sun } from 'lucide-react'
import { copyText } from './share.tsx'
import { themes, useTheme } from './theme.ts'
import { useToast } from './toast.tsx'
import { Choice, Item, Menu, MenuLabel, MenuLine } from './ui/menu.tsx'
import { words } from './words.ts'

const icons = { light: Sun, dark: Moon, system: Monitor }

/** What does not need a button of its own: the theme, and inside a document its link and printing. */
export const MainMenu = ({ document: inDocument = false }: { readonly document?: boolean }) => {
  const [theme, setTheme] = useTheme()
  const toast = useToast()
  return (
    <Menu
      trigger={
        <button type="button" className="icon-button" aria-label={words['menu.label']}>
          <EllipsisVertical aria-hidden="true" />
        </button>
      }
    >
      {inDocument ? (
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
        </>
      ) : null}
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
