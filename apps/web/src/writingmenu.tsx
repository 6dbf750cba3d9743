import { setLanguage } from '@quire/editor/language'
import { PenLine, Quote, SpellCheck } from 'lucide-react'
import type { OpenDocument } from './document.ts'
import { textLanguages, useLanguage } from './language.ts'
import { Choice, MenuLabel, MenuLine, SubMenu, Toggle } from './ui/menu.tsx'
import { toggleLook, useLooks } from './view.ts'
import { words } from './words.ts'

/** How the text is written: its language, which is everybody's, and the help that this person wants. */
export const WritingMenu = ({
  open,
  editable,
}: {
  readonly open: OpenDocument
  readonly editable: boolean
}) => {
  const looks = useLooks()
  return (
    <SubMenu icon={PenLine} label={words['view.writing']}>
      <Toggle icon={Quote} on={!looks.has('straight')} onToggle={() => toggleLook('straight')}>
        {words['view.typography']}
      </Toggle>
      <Toggle icon={SpellCheck} on={!looks.has('unchecked')} onToggle={() => toggleLook('unchecked')}>
        {words['view.spelling']}
      </Toggle>
      {editable ? <TextLanguage open={open} /> : null}
    </SubMenu>
  )
}

/** The names are made when the menu is there, not before. */
const TextLanguage = ({ open }: { readonly open: OpenDocument }) => {
  const language = useLanguage(open)
  const offered =
    language === null || textLanguages.includes(language) ? textLanguages : [...textLanguages, language]
  const options = offered
    .map((value) => ({ value, text: nameOf(value) }))
    .toSorted((a, b) => a.text.localeCompare(b.text))
  return (
    <>
      <MenuLine />
      <MenuLabel>{words['view.language']}</MenuLabel>
      <Choice
        label={words['view.language']}
        value={language ?? ''}
        onValue={(chosen) => setLanguage(open.doc, chosen === '' ? null : chosen)}
        options={[{ value: '', text: words['view.noLanguage'] }, ...options]}
      />
    </>
  )
}

const nameOf = (tag: string): string => {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
}
