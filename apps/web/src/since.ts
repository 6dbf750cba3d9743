import { locale } from './words/language.ts'
import { words } from './words.ts'

const units = [
  ['year', 365 * 24 * 3_600_000],
  ['month', 30 * 24 * 3_600_000],
  ['week', 7 * 24 * 3_600_000],
  ['day', 24 * 3_600_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

const inWords = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

/** How long ago a moment was, in words: "just now", "5 minutes ago", "yesterday". */
export const sinceWords = (then: number, now: number): string => {
  const passed = Math.max(0, now - then)
  for (const [unit, ms] of units) if (passed >= ms) return inWords.format(-Math.floor(passed / ms), unit)
  return words['home.justNow']
}
