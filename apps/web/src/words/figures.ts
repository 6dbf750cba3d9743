import { locale } from './language.ts'

/** Made when it is first asked for: the five together take 25 ms, which the first text would wait for. */
const once = <T>(make: () => T): (() => T) => {
  let made: T | null = null
  return () => (made ??= make())
}
const whole = once(() => new Intl.NumberFormat(locale))
const several = once(() => new Intl.ListFormat(locale))
const clock = once(() => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }))
const day = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }))
const moment = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }))

/** A number as the page's language writes it. */
export const figure = (n: number): string => whole().format(n)

/** The time of day of a moment, which is ms since 1970, to the second. */
export const clockOf = (at: number): string => clock().format(at)

/** The day of a moment. */
export const dayOf = (at: number): string => day().format(at)

/** Day and time of a moment. */
export const momentOf = (at: number): string => moment().format(at)

/** Several names as one says them: the last one after an "and". */
export const listOf = (names: readonly string[]): string => several().format(names)
