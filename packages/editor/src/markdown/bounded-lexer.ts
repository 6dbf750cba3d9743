import { Lexer, Tokenizer } from 'marked'
import type { MarkedOptions, Token, TokensList } from 'marked'

/** Blocks nested more deeply than this are read as text. The grammar of a document allows 100 levels of nodes. */
export const maxBlockDepth = 24
/** The size of a piece of an expensive line, in UTF-16 units. */
const pieceLength = 1_000
/** Length times openers of a line that is still read in one piece. */
const maxLineCost = 1_000_000
/** Lines of a quote without its sign. Each makes Marked read what is nested in the quote once more. */
const maxLazyLines = 20
/** Rules that look ahead from each line of a paragraph look so far, in UTF-16 units. */
const maxLookahead = 4_000

const openers = /[[!<*_~`$=\\]/g

/**
 * Marked's lexer with a bound on its work, so that it is linear in the length of what it reads. Several of its inline
 * rules look for their end in all that is left of a line, and each level of quotes and lists reads all that is inside once
 * more. Hence a long line with many openers is read in pieces, and blocks that are nested too deeply are one paragraph.
 */
export class BoundedLexer extends Lexer {
  #depth: number
  /** For each string that is being read, from the outside to the inside: where each extension begins next. */
  readonly #starts: Map<string, number>[] = []

  /** `depth` is how many blocks are around what is read. */
  constructor(options: MarkedOptions, depth: number) {
    const tokenizer = new Tokenizer(options)
    super({ ...options, tokenizer })
    this.#depth = depth
    const { block } = tokenizer.rules
    tokenizer.rules = {
      ...tokenizer.rules,
      block: {
        ...block,
        def: limited(block.def, nearLines),
        lheading: limited(block.lheading, nearLines),
        paragraph: limited(block.paragraph, nearLines),
        blockquote: limited(block.blockquote, tidyQuote),
        table: limited(block.table, evenTable),
      },
    }
  }

  /**
   * Where `find` finds something in `source`, as `String.search` does. Marked asks this for the rest of the same string
   * again and again: the answer is remembered as a distance from its end, so each string is searched once.
   */
  nextStart(name: string, source: string, find: RegExp): number {
    const starts = this.#starts.at(-1)
    const known = starts?.get(name)
    if (known !== undefined && known <= source.length) return known < 0 ? -1 : source.length - known
    const at = source.search(find)
    starts?.set(name, at < 0 ? -1 : source.length - at)
    return at
  }

  override blockTokens(source: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[]
  override blockTokens(source: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList
  override blockTokens(source: string, tokens: Token[] = [], lastParagraphClipped = false): Token[] {
    if (this.#depth >= maxBlockDepth) {
      tokens.push({ type: 'paragraph', raw: source, text: source, tokens: this.inline(source) })
      this.state.top = true
      return tokens
    }
    // only lists read what is not at the top. The box of a task would hide what kind of block stands behind it, but lists
    // look for it in a text at the front
    const box = this.state.top ? null : /^\[[ xX]\][ \t]+(?=\S)/.exec(source)
    this.#depth++
    this.#starts.push(new Map())
    try {
      if (box === null) return super.blockTokens(source, tokens, lastParagraphClipped)
      const text = { type: 'text', raw: box[0], text: box[0], tokens: this.inline(box[0]), isTaskBox: true }
      return [text, ...super.blockTokens(source.slice(box[0].length), [])]
    } finally {
      this.#starts.pop()
      this.#depth--
    }
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    for (const piece of piecesOf(source)) {
      this.#starts.push(new Map())
      try {
        super.inlineTokens(piece, tokens)
      } finally {
        this.#starts.pop()
      }
    }
    return tokens
  }
}

/** This rule, on that part of a source that `part` gives. */
const limited = (rule: RegExp, part: (source: string) => string): RegExp => {
  const bounded = new RegExp(rule)
  bounded.exec = (source) => rule.exec(part(source))
  return bounded
}

/**
 * Whole lines near the front. The pieces of a longer paragraph become one again in the lexer; a longer definition or
 * underlined heading is none.
 */
const nearLines = (source: string): string => {
  const end = source.length <= maxLookahead ? 0 : source.lastIndexOf('\n', maxLookahead) + 1
  return end === 0 ? source : source.slice(0, end)
}

/** The front of a quote, up to as many lines without its sign as it may have. */
const tidyQuote = (source: string): string => {
  if (!/^ {0,3}>/.test(source)) return ''
  let lazy = 0
  for (let at = 0; at < source.length;) {
    const end = source.indexOf('\n', at)
    const line = end < 0 ? source.slice(at) : source.slice(at, end)
    if (!/^ {0,3}>/.test(line) && (line.trim() === '' || ++lazy > maxLazyLines)) return source.slice(0, at)
    at = end < 0 ? source.length : end + 1
  }
  return source
}

/** Nothing when the two lines that begin a table do not have as many columns as one another: its rows need no reading. */
const evenTable = (source: string): string => {
  const [head = '', aligns = ''] = source.split('\n', 2)
  return columnsOf(head) === columnsOf(aligns) ? source : ''
}

const columnsOf = (row: string): number =>
  (row.trim().match(/\\[\s\S]|\|(?!$)/g) ?? []).filter(
    (sign, i) => sign === '|' && !(i === 0 && /^\s*\|/.test(row)),
  ).length

/** A line in pieces that are cheap to read: itself, unless it is long and has many openers. */
const piecesOf = (source: string): string[] => {
  if (source.length <= pieceLength) return [source]
  const count = source.match(openers)?.length ?? 0
  // what stands before an @ is read again for each of its letters
  const isLongAddress = source.includes('@') && source.split(/\s+/).some((word) => word.length > 500)
  if (!isLongAddress && count * source.length <= maxLineCost) return [source]
  const pieces: string[] = []
  for (let at = 0; at < source.length;) {
    const most = source.slice(at, at + pieceLength)
    const space = Math.max(most.lastIndexOf('\n'), most.lastIndexOf(' '))
    const isWhole = at + most.length === source.length
    const isPair = /[\ud800-\udbff]$/.test(most) // never between the halves of a character
    const end = isWhole ? most.length : space > pieceLength / 2 ? space + 1 : most.length - (isPair ? 1 : 0)
    pieces.push(most.slice(0, end))
    at += end
  }
  return pieces
}
