import { choose } from './chosen.ts'
import type { Dictionary } from './dictionary.ts'
import { language } from './language.ts'
import type { Language } from './language.ts'

const dictionaries: Record<Language, () => Promise<Dictionary>> = {
  en: () => import('./english.ts'),
  de: () => import('./german.ts'),
  fr: () => import('./french.ts'),
  es: () => import('./spanish.ts'),
  ja: () => import('./japanese.ts'),
  ar: () => import('./arabic.ts'),
}

/** Resolves when the page has its words, in the language that was chosen for it. */
export const loadWords = async (): Promise<void> => choose(await dictionaries[language]())
