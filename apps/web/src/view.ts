import { useSyncExternalStore } from 'react'

/** How this browser shows documents: kept here, and nobody else's matter. */
export const looks = [
  'outline',
  'wide',
  'focus',
  'invisible',
  'straight', // what is typed stays as it is
  'unchecked', // nobody's spelling is marked
] as const
export type Look = (typeof looks)[number]

const key = 'quire.view'
const calls = new Set<() => void>()

const kept = (): ReadonlySet<Look> => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return new Set(Array.isArray(stored) ? looks.filter((look) => stored.includes(look)) : [])
  } catch {
    return new Set()
  }
}
let now: ReadonlySet<Look> | null = null

const current = (): ReadonlySet<Look> => (now ??= kept())

/** Turns a look on or off, and keeps that where the browser keeps anything. */
export const toggleLook = (look: Look): void => {
  const next = new Set(current())
  if (!next.delete(look)) next.add(look)
  now = next
  try {
    localStorage.setItem(key, JSON.stringify([...next]))
  } catch {
    // then it lasts as long as the page
  }
  for (const call of calls) call()
}

/** True while the look is on. */
export const hasLook = (look: Look): boolean => current().has(look)

/** The looks that are on. */
export const useLooks = (): ReadonlySet<Look> =>
  useSyncExternalStore((call) => {
    calls.add(call)
    return () => calls.delete(call)
  }, current)
