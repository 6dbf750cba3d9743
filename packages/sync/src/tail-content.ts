import { ContentCursor } from './content-cursor.ts'
import type { ContentMark } from './content-cursor.ts'
import type { Known } from './known.ts'
import { Reader } from './reader.ts'
import type { Tail, TailPiece } from './tail.ts'

/** So much of a tail is looked at, the newest of it: what one message may hold. Ten minutes of typing are far less. */
const maxBytes = 2 * 1024 * 1024
/** Each takes about 120 bytes. */
const maxMarks = 32_768
/** No clock lies further behind a mark, in bytes, or in UTF-16 units inside a long text. */
const stride = 1024

/**
 * What a room's newest updates say at each clock, found where they lie. The places are looked up when they are first
 * needed, once for each update, and forgotten when a compaction has taken the place of updates.
 */
export class TailContent {
  readonly #tail: Tail
  readonly #known: Known
  /** Of each client, ascending, each behind the one before it, without holes up to the newest clock. */
  readonly #marks = new Map<number, ContentMark[]>()
  #count = 0
  #bytes = 0
  /** The last position that was looked at, and the compactions until then. */
  #position = -1
  #folds = 0

  constructor(tail: Tail, known: Known) {
    this.#tail = tail
    this.#known = known
  }

  /**
   * False when a sound update says something else than the tail at a clock that both hold, of a client that
   * `isCompared`. Content that either of them has deleted is no difference, nor is where structs begin and end. Costs what
   * the update's bytes cost, and the first look at the tail.
   */
  agrees(update: Uint8Array, isCompared: (client: number) => boolean): boolean {
    const reader = new Reader(update)
    let isFresh = false
    for (let blocks = reader.varUint(); blocks > 0 && reader.ok; blocks--) {
      const [count, client, clock] = [reader.varUint(), reader.varUint(), reader.varUint()]
      const cursor = new ContentCursor(client)
      cursor.begin(update, reader.at, count, clock)
      const to = this.#known.clock(client)
      if (clock < to && isCompared(client)) {
        if (!isFresh) this.#refresh()
        isFresh = true
        if (!agree(cursor, new StoredContent(client, this.#marks.get(client) ?? none), to)) return false
      }
      while (cursor.nextStruct());
      reader.at = cursor.next
    }
    return true
  }

  /** Takes in what came since it was last asked. */
  #refresh(): void {
    if (this.#folds !== this.#tail.folds || this.#bytes > 2 * maxBytes || this.#count > 2 * maxMarks)
      this.#forget()
    this.#folds = this.#tail.folds
    const found = new Map<number, ContentMark[][]>()
    let [bytes, count, isWhole] = [0, 0, true]
    let newest: number | null = null
    for (const piece of this.#tail.newestFirst()) {
      if (piece.last <= this.#position) break
      newest ??= piece.last
      bytes += piece.to - piece.from
      isWhole = bytes <= maxBytes && count + blocksIn(piece) <= maxMarks
      if (!isWhole) break
      count += lookUp(piece, found)
    }
    if (newest === null) return
    // between what was known before and this lies something that was not looked at
    if (!isWhole) this.#forget()
    this.#position = newest
    this.#bytes += bytes
    this.#count += count
    for (const [client, blocks] of found) this.#append(client, blocks.reverse().flat())
  }

  /** A piece that was merged since holds what is marked already: the new marks take their place. */
  #append(client: number, marks: ContentMark[]): void {
    const known = this.#marks.get(client)
    if (known === undefined) {
      this.#marks.set(client, marks)
      return
    }
    known.length = indexAfter(known, (marks[0]?.clock ?? 0) - 1)
    for (const mark of marks) known.push(mark)
  }

  #forget(): void {
    this.#marks.clear()
    this.#position = -1
    this.#bytes = 0
    this.#count = 0
  }
}

const none: readonly ContentMark[] = []

/** Reads what is marked, from any clock on. */
class StoredContent {
  readonly cursor: ContentCursor
  readonly #marks: readonly ContentMark[]
  #isPlaced = false

  constructor(client: number, marks: readonly ContentMark[]) {
    this.cursor = new ContentCursor(client)
    this.#marks = marks
  }

  /** The first clock that it holds; Infinity when it holds nothing. */
  get from(): number {
    return this.#marks[0]?.clock ?? Number.POSITIVE_INFINITY
  }

  /** To a clock that is not before the last one. False when it lies behind everything that is held. */
  moveTo(clock: number): boolean {
    const { cursor } = this
    const mark = this.#marks[indexAfter(this.#marks, clock) - 1]
    if (mark === undefined) return false
    if (!this.#isPlaced || mark.clock > cursor.clock || mark.clock >= cursor.end) cursor.resume(mark)
    this.#isPlaced = true
    return cursor.moveTo(clock)
  }
}

/** Compares what a client has below clock `to` with what is stored of it. */
const agree = (cursor: ContentCursor, stored: StoredContent, to: number): boolean => {
  let clock = Math.max(cursor.clock, stored.from)
  while (clock < to && cursor.moveTo(clock) && stored.moveTo(clock)) {
    const count = Math.min(cursor.end, stored.cursor.end, to) - clock
    if (cursor.hasPlace && stored.cursor.hasPlace && !cursor.agrees(stored.cursor, count)) return false
    clock += count
  }
  return true
}

/** Each block takes one mark or more. */
const blocksIn = ({ bytes, from, to }: TailPiece): number => new Reader(bytes, from, to).varUint()

/** Marks what a piece of the tail holds. Returns how many marks that took. */
const lookUp = ({ bytes, from, to }: TailPiece, found: Map<number, ContentMark[][]>): number => {
  const reader = new Reader(bytes, from, to)
  let marked = 0
  for (let blocks = reader.varUint(); blocks > 0 && reader.ok; blocks--) {
    const [count, client, clock] = [reader.varUint(), reader.varUint(), reader.varUint()]
    const cursor = new ContentCursor(client)
    const marks: ContentMark[] = []
    cursor.begin(bytes, reader.at, count, clock)
    do markStruct(cursor, marks)
    while (cursor.nextStruct())
    reader.at = cursor.next
    marked += marks.length
    const before = found.get(client)
    if (before === undefined) found.set(client, [marks])
    else before.push(marks)
  }
  return marked
}

const markStruct = (cursor: ContentCursor, marks: ContentMark[]): void => {
  const isLong = cursor.next - cursor.at > stride
  const last = marks.at(-1)
  if (last === undefined || isLong || cursor.at - last.at >= stride) marks.push(cursor.mark())
  if (!isLong || !cursor.isDivisible) return
  while (cursor.moveOn(stride)) marks.push(cursor.mark())
}

/** Index of the first mark behind this clock. */
const indexAfter = (marks: readonly ContentMark[], clock: number): number => {
  let low = 0
  let high = marks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((marks[middle]?.clock ?? 0) <= clock) low = middle + 1
    else high = middle
  }
  return low
}
