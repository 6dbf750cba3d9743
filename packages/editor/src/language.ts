import * as Y from 'yjs'
import { titleRoot } from './roots.ts'

/** Under this name the title carries it: what is said of the whole document stands with the title. */
const key = 'lang'
const tag = /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}$/i

/** The language that the document is written in, as a BCP 47 tag, or null where nobody has said. Total. */
export const languageOf = (doc: Y.Doc): string | null => {
  const item = doc.getText(titleRoot)._map.get(key)
  const value: unknown = item === undefined || item.deleted ? null : item.content.getContent().at(-1)
  return typeof value === 'string' && tag.test(value) ? value : null
}

/** Says which language the document is written in, for everybody; with null nobody has said so. */
export const setLanguage = (doc: Y.Doc, language: string | null): void => {
  if (languageOf(doc) === language) return
  const text = doc.getText(titleRoot)
  if (language === null) text.removeAttribute(key)
  else if (tag.test(language)) text.setAttribute(key, language)
}
