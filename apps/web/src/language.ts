import { languageOf } from '@quire/editor/language'
import { titleRoot } from '@quire/editor/roots'
import type { Editor } from '@tiptap/core'
import { useEffect, useSyncExternalStore } from 'react'
import type { OpenDocument } from './document.ts'
import { hasLook, useLooks } from './view.ts'

/** What documents can be written in, most of them with quotes of their own; each is shown in its own words. */
export const textLanguages =
  'ar bg cs da de de-CH el en en-GB es et fi fr fr-CH he hi hr hu id it ja ko lt lv nb nl pl pt pt-BR ro ru sk sl sv tr uk vi zh-Hans zh-Hant'.split(
    ' ',
  )

/** The language that the document is written in, as everybody in it sees it. */
export const useLanguage = (open: OpenDocument): string | null =>
  useSyncExternalStore(
    (call) => {
      const title = open.doc.getText(titleRoot)
      title.observe(call)
      return () => title.unobserve(call)
    },
    () => languageOf(open.doc),
  )

/** Checks the spelling and sets the signs of the document's language, as far as this person wants them. */
export const useWriting = (open: OpenDocument, editor: Editor | null): void => {
  const language = useLanguage(open)
  const isChecked = !useLooks().has('unchecked')
  useEffect(() => {
    if (editor !== null && !editor.isDestroyed) help(editor, language, isChecked)
  }, [editor, language, isChecked])
}

const help = (
  { storage: { typography }, view: { dom } }: Editor,
  language: string | null,
  isChecked: boolean,
): void => {
  typography.isOn = () => !hasLook('straight')
  typography.language = () => language ?? navigator.language
  dom.spellcheck = isChecked
  if (language === null) dom.removeAttribute('lang')
  else dom.lang = language
}
