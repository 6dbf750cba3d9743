/** The characters of a text that can be found; what comes after them is not indexed. About a book of 200 pages. */
export const maxSearchText = 500_000
/** The characters of the distinct words of one text, and of one word, with what is noted of each. */
const [maxWords, maxWord] = [150_000, 64]
/** More words of one query are not looked for. */
const maxTerms = 16

/** Something that all documents found must hold. */
export interface Term {
  /** In the form of `fold`. */
  readonly word: string
  /** `exact`: the whole word; `prefix`: how a word begins; `part`: anywhere, for scripts written without spaces. */
  readonly match: 'exact' | 'prefix' | 'part'
}

const token = /[\p{L}\p{N}\p{M}]+/gu
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
// accents of Latin, Greek and Cyrillic; vowel points of Hebrew and Arabic, and the stroke that only stretches a word
const marks = /\u0640|[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\ufe00-\ufe0f]/g

/** A word as it is compared: without case, accents and differences of width. */
export const fold = (word: string): string =>
  /^[a-z0-9]+$/.test(word)
    ? word
    : word.normalize('NFKD').toLowerCase().replaceAll(marks, '').replaceAll('ς', 'σ').normalize('NFC')

/** The words of a text and where each begins. */
export function* tokensOf(text: string): Iterable<{ readonly text: string; readonly at: number }> {
  for (const { 0: word, index } of text.matchAll(token)) yield { text: word, at: index }
}

/** True for a word of a script that sets no spaces between words. */
export const isSpaceless = (word: string): boolean => spaceless.test(word)

/** What a query asks for: each word once, the last one also as the beginning of a longer word. */
export const termsOf = (query: string): Term[] => {
  const words = [...tokensOf(query)]
    .map(({ text }) => fold(text).slice(0, maxWord))
    .filter((word) => word !== '')
  const last = words.at(-1)
  const distinct = [...new Set(words)].slice(0, maxTerms)
  return distinct.map((word) => ({
    word,
    match: isSpaceless(word) ? 'part' : word === last && word.length > 1 ? 'prefix' : 'exact',
  }))
}

/**
 * The distinct words of a text, in the order in which they appear first, each as a line break, the word, a tab, and in
 * base 36 where it appears first and how often:
 *
 *     "\nplan\t0,3\noffice\t5,1"
 *
 * Linear in the text; at most 150,000 characters.
 */
export const distinctWords = (text: string): string => {
  const found = new Map<string, { at: number; count: number }>()
  const folded = new Map<string, string>() // most words appear often
  let length = 0
  for (const { text: word, at } of tokensOf(text.slice(0, maxSearchText))) {
    let key = folded.get(word)
    if (key === undefined) {
      const whole = fold(word)
      key = isSpaceless(whole) ? whole : whole.slice(0, maxWord)
      folded.set(word, key)
    }
    const known = found.get(key)
    if (known !== undefined) known.count++
    else if (key !== '' && (length += key.length + 12) <= maxWords) found.set(key, { at, count: 1 })
  }
  return [...found]
    .map(([word, { at, count }]) => `\n${word}\t${at.toString(36)},${count.toString(36)}`)
    .join('')
}

/** What has to stand in `distinctWords` of a text for the term to stand in the text. */
export const needleOf = ({ word, match }: Term): string =>
  match === 'part' ? word : match === 'prefix' ? `\n${word}` : `\n${word}\t`

/** Where the term appears first in the text whose `distinctWords` these are, and how often; null when it does not. */
export const entryOf = (
  words: string,
  term: Term,
): { readonly at: number; readonly count: number } | null => {
  const found = words.indexOf(needleOf(term))
  if (found === -1) return null
  const begin = words.lastIndexOf('\n', found)
  const tab = words.indexOf('\t', found + 1)
  if (tab === -1) return { at: 0, count: 1 } // cut off before it
  const [at = '', count = ''] = words.slice(tab + 1, tab + 16).split(/[,\n]/)
  const within = term.match === 'part' ? Math.max(0, found - begin - 1) : 0
  return { at: Number.parseInt(at, 36) + within, count: Number.parseInt(count, 36) }
}
