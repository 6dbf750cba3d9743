import { locale } from './language.ts'

const whole = new Intl.NumberFormat(locale)
const several = new Intl.ListFormat(locale)
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })

/** A number as the page's language writes it. */
export const figure = (n: number): string => whole.format(n)

/** The time of day of a moment, which is ms since 1970, to the second. */
export const clockOf = (at: number): string => clock.format(at)

/** The day of a moment. */
export const dayOf = (at: number): string => day.format(at)

/** Day and time of a moment. */
export const momentOf = (at: number): string => moment.format(at)

/** Several names as one says them: the last one after an "and". */
export const listOf = (names: readonly string[]): string => several.format(names)
