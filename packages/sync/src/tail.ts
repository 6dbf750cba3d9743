import * as Y from 'yjs'
import { readVector } from './known.ts'
import type { Base, Piece, Run } from './log.ts'
import { merge } from './merge.ts'

/** When the tail is in more pieces, the small ones become one: a join sends few frames. */
const most = 16
const longCount = 500
const longBytes = 1024 * 1024
const veryLong = 4
const heavyBytes = 64 * 1024
/** Updates up to this size are copied behind one another. */
const shortBytes = 1024
const leastRecent = 256
/** Part of `long` that is worth folding while nobody is there. */
const atRest = 1 / 8

/** One update of the tail, where it lies. */
export interface TailPiece {
  readonly last: number
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

/** A document as its bytes: a base, and the updates since in log order. */
export class Tail {
  #base: Base
  #clocks: ReadonlyMap<number, number>
  #pieces: Piece[] = []
  /**
   * The newest updates, back to back, and where each ends. As arrays of their own they took 1 kB each, and moving
   * them held up 500 busy rooms for 30 ms at each collection of garbage.
   */
  #recent = new Uint8Array(0)
  #ends: number[] = []
  /** Of the newest update. */
  #last = 0
  #bytes = 0
  /** The last position that lies in the base or in a run, and the bytes of the updates after it. */
  #folded: number
  #unfolded = 0
  /** Positions that do not count, after a compaction that failed. */
  #postponed = 0
  #folds = 0

  /** `folded` is the last position that lies in a run, if there are runs. */
  constructor(base: Base, folded = base.position) {
    this.#base = base
    this.#folded = folded
    this.#clocks = clocksOf(base)
  }

  get base(): Base {
    return this.#base
  }

  /** The next clock of each client in the base. */
  get clocks(): ReadonlyMap<number, number> {
    return this.#clocks
  }

  /** Takes what came next, up to and including this position. */
  push(position: number, update: Uint8Array): void {
    if (update.length > shortBytes || position !== this.#last + 1) this.#unpack()
    if (update.length > shortBytes) this.#pieces.push({ last: position, update })
    else this.#pack(update)
    this.#last = position
    this.#bytes += update.length
    if (position > this.#folded) this.#unfolded += update.length
  }

  #pack(update: Uint8Array): void {
    const from = this.#ends.at(-1) ?? 0
    const to = from + update.length
    if (to > this.#recent.length) {
      const larger = new Uint8Array(Math.max(leastRecent, 2 * to))
      larger.set(this.#recent.subarray(0, from))
      this.#recent = larger
    }
    this.#recent.set(update, from)
    this.#ends.push(to)
  }

  /** The newest updates become pieces. */
  #unpack(): void {
    let from = 0
    let position = this.#last - this.#ends.length
    for (const to of this.#ends) {
      this.#pieces.push({ last: ++position, update: this.#recent.subarray(from, to) })
      from = to
    }
    if (from === 0) return
    this.#recent = new Uint8Array(0)
    this.#ends = []
  }

  /** Bytes of the document, before folding. */
  get size(): number {
    return this.#base.state.length + this.#bytes
  }

  /** True when it is worth folding as soon as the room is quiet; and when that cannot wait. */
  get long(): boolean {
    return this.#isLong(1)
  }
  get veryLong(): boolean {
    return this.#isLong(veryLong)
  }
  /** True when much was written, in however few updates. */
  get heavy(): boolean {
    return this.#weighs(heavyBytes)
  }
  /** True when it is worth folding once nobody is there. */
  get longAtRest(): boolean {
    return this.#isLong(atRest)
  }

  #isLong(times: number): boolean {
    const from = Math.max(this.#folded, this.#postponed)
    const count = this.#last - from
    return this.#weighs(longBytes * times) || count >= longCount * times
  }

  /** True when so many bytes are not folded, and that was not put off. */
  #weighs(bytes: number): boolean {
    return this.#postponed <= this.#folded && this.#unfolded >= bytes
  }

  /** Puts the next compaction off by as many updates as make a tail long. */
  postpone(): void {
    this.#postponed = this.#last
  }

  /** How often a compaction has taken the place of updates. */
  get folds(): number {
    return this.#folds
  }

  /**
   * The pieces that the tail is in now, the newest first: the bytes from `from` to `to` are one update, which holds
   * what came up to and including position `last`. Merges nothing.
   */
  *newestFirst(): Generator<TailPiece> {
    for (let index = this.#ends.length - 1; index >= 0; index--) {
      const from = this.#ends[index - 1] ?? 0
      const last = this.#last - (this.#ends.length - 1 - index)
      yield { last, bytes: this.#recent, from, to: this.#ends[index] ?? from }
    }
    for (let index = this.#pieces.length - 1; index >= 0; index--) {
      const piece = this.#pieces[index]
      if (piece !== undefined)
        yield { last: piece.last, bytes: piece.update, from: 0, to: piece.update.length }
    }
  }

  /** Continues from what a compaction has made. */
  fold(made: Base | Run): void {
    this.#folds++
    this.#unpack()
    if ('state' in made) this.#rebase(made)
    else this.#replace(made)
    this.#bytes = sum(this.#pieces)
    const before = (index: number): number => this.#pieces[index - 1]?.last ?? this.#base.position
    this.#unfolded = sum(this.#pieces.filter((_, index) => before(index) >= this.#folded))
  }

  #rebase(base: Base): void {
    if (base.position <= this.#base.position) return
    this.#base = base
    this.#clocks = clocksOf(base)
    this.#folded = Math.max(this.#folded, base.position)
    this.#pieces = this.#pieces.filter((piece) => piece.last > base.position)
  }

  /** Holds the run in the place of what it was merged from, unless a piece reaches over one of its ends. */
  #replace({ first, last, update }: Run): void {
    this.#folded = Math.max(this.#folded, last)
    const from = this.#pieces.findIndex((piece) => piece.last >= first)
    const to = this.#pieces.findIndex((piece) => piece.last === last)
    const before = this.#pieces[from - 1]?.last ?? this.#base.position
    if (from !== -1 && to !== -1 && before === first - 1)
      this.#pieces.splice(from, to - from + 1, { last, update })
  }

  /** Updates that hold everything after this position, and perhaps some before it. Position 0: the document. */
  after(position: number): Uint8Array[] {
    this.#merge()
    const pieces = this.#pieces.filter((piece) => piece.last > position).map((piece) => piece.update)
    return position < this.#base.position || (position === 0 && pieces.length === 0)
      ? [this.#base.state, ...pieces]
      : pieces
  }

  /** What comes next for whoever has everything up to `position`: the base, or a piece after it. Null when nothing does. */
  next(position: number): Piece | null {
    if (position < this.#base.position) return { last: this.#base.position, update: this.#base.state }
    this.#merge()
    return this.#pieces.find((piece) => piece.last > position) ?? null
  }

  /** Bytes of the updates after the base. */
  get bytes(): number {
    return this.#bytes
  }

  /** True when a holder of these clocks has all structs of the base. */
  covered(clocks: ReadonlyMap<number, number>): boolean {
    for (const [client, clock] of this.#clocks) if ((clocks.get(client) ?? 0) < clock) return false
    return true
  }

  /** The structs of the tail that a holder of this state vector lacks. */
  diff(vector: Uint8Array): Uint8Array[] {
    this.#merge()
    return this.#pieces.map((piece) => Y.diffUpdate(piece.update, vector)).filter((update) => update[0] !== 0)
  }

  /** The newest pieces become one, back to the first that is larger than all after it: large ones stay as they are. */
  #merge(): void {
    this.#unpack()
    const last = this.#pieces.at(-1)?.last
    if (last === undefined || this.#pieces.length <= most) return
    let from = this.#pieces.length - 1
    for (let bytes = 0; from >= most || (from >= 0 && lengthAt(this.#pieces, from) <= bytes); from--)
      bytes += lengthAt(this.#pieces, from)
    from++
    const merged = this.#pieces.splice(from)
    this.#pieces.push({ last, update: merge(merged.map((piece) => piece.update)) })
    this.#bytes = sum(this.#pieces)
  }
}

const lengthAt = (pieces: readonly Piece[], index: number): number => pieces[index]?.update.length ?? 0
const sum = (pieces: readonly Piece[]): number =>
  pieces.reduce((bytes, { update }) => bytes + update.length, 0)

const clocksOf = (base: Base): ReadonlyMap<number, number> => {
  const clocks = readVector(base.vector)
  if (clocks === null) throw new Error('the stored state vector does not decode')
  return clocks
}
