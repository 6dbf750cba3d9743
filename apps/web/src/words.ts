import type { Dictionary } from './words/dictionary.ts'
import { language } from './words/language.ts'
import type { Language } from './words/language.ts'

// The sentences are not here: add yours to words/english.ts. Each language is a part of the page that is loaded alone.
const dictionaries: Record<Language, () => Promise<Dictionary>> = {
  en: () => import('./words/english.ts'),
  de: () => import('./words/german.ts'),
  fr: () => import('./words/french.ts'),
  es: () => import('./words/spanish.ts'),
  ja: () => import('./words/japanese.ts'),
  ar: () => import('./words/arabic.ts'),
}

/** Everything the page says, in the language that was chosen when the page was loaded. */
export const { words, refusalWords, lossWords, uploadWords, errorWords } = await dictionaries[language]()
