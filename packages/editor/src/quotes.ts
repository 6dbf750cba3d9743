/** Opening and closing, double and single. */
type Quotes = readonly [string, string, string, string]

const thin = '\u202f' // does not break, so that a quote never stands alone at an end of a line
const upper: Quotes = ['“', '”', '‘', '’']
const lower: Quotes = ['„', '“', '‚', '‘']
const polish: Quotes = ['„', '”', '‚', '’']
const angled: Quotes = ['«', '»', '“', '”']
const right: Quotes = ['”', '”', '’', '’']

/** What each language writes where it is not as in English. A region may differ from its language. */
const others: Readonly<Record<string, Quotes | null>> = {
  bg: lower,
  cs: lower,
  de: lower,
  is: lower,
  lt: lower,
  sk: lower,
  sl: lower,
  hu: ['„', '”', '»', '«'],
  pl: polish,
  hr: polish,
  ro: ['„', '”', '«', '»'],
  fr: [`«${thin}`, `${thin}»`, '“', '”'],
  'de-ch': ['«', '»', '‹', '›'],
  'fr-ch': ['«', '»', '‹', '›'],
  el: angled,
  es: angled,
  it: angled,
  nb: ['«', '»', '‘', '’'],
  nn: ['«', '»', '‘', '’'],
  no: ['«', '»', '‘', '’'],
  ru: ['«', '»', '„', '“'],
  uk: ['«', '»', '„', '“'],
  be: ['«', '»', '„', '“'],
  da: right,
  fi: right,
  sv: right,
  // brackets of their own, which a keyboard there has keys for; and in Hebrew a quote is also a letter's sign
  ja: null,
  zh: null,
  he: null,
}

const apostrophe = '’'
/** What stands before an opening quote, if anything does. */
const before = /(?:^|[\s([{<\-–—/\u202f«„“‚‘‹])$/

const quotesOf = (language: string): Quotes | null => {
  const tag = language.toLowerCase()
  const found = others[tag]
  if (found !== undefined) return found
  const short = others[tag.split('-')[0] ?? '']
  return short === undefined ? upper : short
}

/**
 * The quote that is meant by a straight one behind this text, in this language. Within and behind a word a single one
 * is an apostrophe, unless it closes what was opened. Null where a straight one stays.
 */
export const quoteFor = (kind: 'double' | 'single', text: string, language: string): string | null => {
  const quotes = quotesOf(language)
  if (quotes === null) return null
  const [open, close] = kind === 'double' ? [quotes[0], quotes[1]] : [quotes[2], quotes[3]]
  if (before.test(text)) return open
  if (kind === 'double' || close === apostrophe) return close
  return isOpen(text, open, close) ? close : apostrophe
}

/** True if what opens stands in the text without what closes it behind. */
const isOpen = (text: string, open: string, close: string): boolean =>
  text.lastIndexOf(open) > text.lastIndexOf(close)

/** Languages that set a dash between words with spaces around it, and a short one. English sets a long one. */
const short = /^(?:bg|cs|da|de|et|fi|is|lt|lv|nb|nl|nn|no|pl|sk|sl|sv|tr)\b/i

/** The dash that is meant by two hyphens behind this text: between numbers it says "to", else it is a pause. */
export const dashOf = (text: string, language: string): string =>
  /\d$/.test(text) || short.test(language) ? '–' : '—'
