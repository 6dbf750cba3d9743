import * as Y from 'yjs'
import { readVector } from './known.ts'
import type { Base } from './log.ts'
import { merge } from './merge.ts'

/** A join sends at most so many frames of the tail. */
const most = 16
const longCount = 500
const longBytes = 1024 * 1024
const veryLong = 4

/** A document as its bytes: a base, and the updates since in log order. */
export class Tail {
  #base: Base
  #clocks: ReadonlyMap<number, number>
  /** Each holds the updates up to and including position `last`. */
  #pieces: { readonly last: number; readonly update: Uint8Array }[] = []
  #bytes = 0
  /** Positions that do not count, after a compaction that failed. */
  #postponed = 0

  constructor(base: Base) {
    this.#base = base
    this.#clocks = clocksOf(base)
  }

  get base(): Base {
    return this.#base
  }

  /** The next clock of each client in the base. */
  get clocks(): ReadonlyMap<number, number> {
    return this.#clocks
  }

  push(position: number, update: Uint8Array): void {
    this.#pieces.push({ last: position, update })
    this.#bytes += update.length
  }

  /** Bytes of the document, before folding. */
  get size(): number {
    return this.#base.state.length + this.#bytes
  }

  /** True when it is worth folding into a new base as soon as the room is quiet; and when that cannot wait. */
  get long(): boolean {
    return this.#isLong(1)
  }
  get veryLong(): boolean {
    return this.#isLong(veryLong)
  }

  #isLong(times: number): boolean {
    const from = Math.max(this.#base.position, this.#postponed)
    const count = (this.#pieces.at(-1)?.last ?? 0) - from
    const heavy = this.#postponed <= this.#base.position && this.#bytes >= longBytes * times
    return heavy || count >= longCount * times
  }

  /** Puts the next compaction off by as many updates as make a tail long. */
  postpone(): void {
    this.#postponed = this.#pieces.at(-1)?.last ?? 0
  }

  /** Continues from a newer base. */
  rebase(base: Base): void {
    if (base.position <= this.#base.position) return
    this.#base = base
    this.#clocks = clocksOf(base)
    this.#pieces = this.#pieces.filter((piece) => piece.last > base.position)
    this.#bytes = this.#pieces.reduce((bytes, piece) => bytes + piece.update.length, 0)
  }

  /** Updates that hold everything after this position, and perhaps some before it. Position 0: the document. */
  after(position: number): Uint8Array[] {
    this.#merge()
    const pieces = this.#pieces.filter((piece) => piece.last > position).map((piece) => piece.update)
    return position < this.#base.position || (position === 0 && pieces.length === 0)
      ? [this.#base.state, ...pieces]
      : pieces
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

  /** A join sends few frames: long runs of small updates become one. */
  #merge(): void {
    const last = this.#pieces.at(-1)?.last
    if (last === undefined || this.#pieces.length <= most) return
    const update = merge(this.#pieces.map((piece) => piece.update))
    this.#pieces = [{ last, update }]
    this.#bytes = update.length
  }
}

const clocksOf = (base: Base): ReadonlyMap<number, number> => {
  const clocks = readVector(base.vector)
  if (clocks === null) throw new Error('the stored state vector does not decode')
  return clocks
}
