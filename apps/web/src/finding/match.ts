/** What is looked for. */
export interface Wanted {
  readonly query: string
  /** "a" is not "A". */
  readonly exact: boolean
  /** Only whole words. */
  readonly word: boolean
  /** The query is a regular expression. */
  readonly expression: boolean
}

/** Where something was found in a text, or in a document. */
export interface Match {
  readonly from: number
  readonly to: number
}

/** More is not counted, and not painted. */
export const mostMatches = 20_000

/** What finds it, or null for an expression that is none. Of an empty query nothing is found. */
export const patternOf = ({ query, exact, word, expression }: Wanted): RegExp | null => {
  const source = expression ? query : query.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
  const whole = word ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source
  try {
    return new RegExp(whole, `gmu${exact ? '' : 'i'}`)
  } catch {
    return null
  }
}

/** Where it is in a text, from the beginning, without overlaps. What is empty is not found. */
export const matchesIn = (text: string, pattern: RegExp, most = mostMatches): Match[] => {
  const found: Match[] = []
  for (const match of text.matchAll(pattern)) {
    if (match[0] === '') continue
    found.push({ from: match.index, to: match.index + match[0].length })
    if (found.length >= most) break
  }
  return found
}
