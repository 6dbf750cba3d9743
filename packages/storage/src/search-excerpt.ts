import { fold, isSpaceless, tokensOf } from './search-words.ts'
import type { Term } from './search-words.ts'

/** How much of a text is shown: characters before the words that were found, and altogether. */
const [before, whole] = [60, 180]
/** A title that is longer is cut. */
const longestTitle = 1000

/** The title with the terms in it marked: each stands between U+0001 and U+0002. */
export const markTitle = (title: string, terms: readonly Term[]): string =>
  mark(title.slice(0, longestTitle), terms)

/** What stands around the place where most of the terms are together, given where each appears first; marked. */
export const excerptOf = (body: string, terms: readonly Term[], places: readonly number[]): string => {
  const near = (place: number): number =>
    places.filter((other) => other >= place && other < place + whole - before).length
  const best = places.toSorted((a, b) => near(b) - near(a) || a - b)[0] ?? 0
  const from = beginOf(body, Math.max(0, best - before), best)
  const to = endOf(body, best, from + whole)
  return `${from > 0 ? '…' : ''}${mark(body.slice(from, to), terms)}${to < body.length ? '…' : ''}`
}

/** The first beginning of a word from `at` on and before `place`; `at` itself where no spaces are set. */
const beginOf = (text: string, at: number, place: number): number => {
  const space = at === 0 ? -1 : text.slice(at, place).search(/\s/)
  return space === -1 ? whole16(text, at) : at + space + 1
}

/** The last end of a word after `place` and before `end`; `end` itself where no spaces are set. */
const endOf = (text: string, place: number, end: number): number => {
  if (end >= text.length) return text.length
  const space = text.slice(place, end).search(/\s\S*$/)
  return space <= 0 ? whole16(text, end) : place + space
}

/** `at`, or the place before it when it would cut a surrogate pair. */
const whole16 = (text: string, at: number): number => (isLowSurrogate(text, at) ? at - 1 : at)

const isLowSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00

const mark = (text: string, terms: readonly Term[]): string => {
  let marked = ''
  let done = 0
  for (const { text: word, at } of tokensOf(text))
    for (const [from, to] of hitsIn(word, terms)) {
      marked += `${text.slice(done, at + from)}\u0001${text.slice(at + from, at + to)}\u0002`
      done = at + to
    }
  return marked + text.slice(done)
}

/** The parts of a word that are to be marked, in order. */
const hitsIn = (word: string, terms: readonly Term[]): [number, number][] => {
  const folded = fold(word)
  const isHit = terms.some(({ word: wanted, match }) =>
    match === 'prefix' ? folded.startsWith(wanted) : match === 'exact' && folded === wanted,
  )
  if (isHit) return [[0, word.length]]
  return isSpaceless(word)
    ? partsIn(
        word,
        terms.filter(({ match }) => match === 'part'),
      )
    : []
}

/** As `hitsIn`, for a word of a script without spaces: only what was asked for. */
const partsIn = (word: string, terms: readonly Term[]): [number, number][] => {
  // which character of the word each one of its folded form comes from
  const origins: number[] = []
  let folded = ''
  let at = 0
  for (const character of word) {
    const part = fold(character)
    for (let count = 0; count < part.length; count++) origins.push(at)
    folded += part
    at += character.length
  }
  origins.push(at)
  const hits: [number, number][] = []
  for (let from = 0; from < folded.length;) {
    const hit = terms.find(({ word: wanted }) => folded.startsWith(wanted, from))?.word.length ?? 0
    const [begin = 0, end = word.length] = [origins[from], origins[from + hit]]
    if (hit > 0 && end > begin) hits.push([begin, end])
    from += Math.max(1, hit)
  }
  return hits
}
