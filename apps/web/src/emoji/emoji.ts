import { ranked } from '../hands/ranking.ts'
import type { Findable } from '../hands/ranking.ts'
import { remember, remembered } from '../hands/memory.ts'
import data from './data.json' with { type: 'json' }

/** One emoji. Its name is itself. */
export interface Emoji extends Findable {
  readonly group: number
  /** True if it can have one of the five skin tones. */
  readonly toned: boolean
}

/** All of them, in the order of pickers. */
export const emoji: readonly Emoji[] = data.flatMap(([sign, label, aliases, group, toned]) =>
  typeof sign === 'string' && typeof label === 'string' && typeof group === 'number'
    ? [{ name: sign, label, aliases: String(aliases), group, toned: toned === 1 }]
    : [],
)

/** The groups, in order. The second is that of parts, which are of no use alone. */
export const groups = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const

/** What matches, the best first. */
export const findEmoji = (query: string, uses: ReadonlyMap<string, number>, most: number): Emoji[] =>
  ranked(emoji, query.replaceAll('_', ' ').trim() === '' ? '' : query, uses).slice(0, most)

/** An emoji in a skin tone from 1 to 5, or as it is with 0. */
export const toned = ({ name, toned: can }: Emoji, tone: number): string => {
  if (!can || tone < 1 || tone > 5) return name
  const [first = '', ...rest] = Array.from(name)
  const after = rest[0] === '\ufe0f' ? rest.slice(1) : rest
  return first + String.fromCodePoint(0x1f3fa + tone) + after.join('')
}

const toneKey = 'quire.tone'

/** The skin tone that was chosen last in this browser. */
export const lastTone = (): number => {
  const kept = remembered(toneKey)
  return typeof kept === 'number' && Number.isInteger(kept) && kept >= 0 && kept <= 5 ? kept : 0
}

/** Keeps it. */
export const keepTone = (tone: number): void => remember(toneKey, tone)
