import * as encoding from 'lib0/encoding'
import type { Reader } from './reader.ts'

/**
 * Where a struct stands: `gone` when it was collected, or hangs on something that was; else how deep it lies
 * (in a root: 1) and what can hang on it. One number, so that a run of equal neighbours costs one.
 */
export type Place = number
export const gone: Place = 0
/** Nothing may hang on a leaf. What was deleted may have been a type: whoever knows less cannot tell. */
export const kinds = { leaf: 0, type: 1, deleted: 2 } as const

const deepest = 255
/** Deeper than 255 counts as 255. */
export const placeOf = (depth: number, kind: number): Place => Math.min(depth, deepest) * 4 + kind
export const depthOf = (place: Place): number => place >> 2
export const kindOf = (place: Place): number => place & 3

const scale = 1024 // a run is its first clock and its place in one number, below 2^42

/** Places of one client's structs from some clock on, ascending and without holes. */
export class Runs {
  #starts: number[] = []

  /** Continues: from this clock on it is this place. */
  add(clock: number, place: Place): void {
    const last = this.#starts.at(-1)
    const start = clock * scale + place
    // most clients have one run, and the first `push` to an array makes room for seventeen
    if (last === undefined) this.#starts = [start]
    else if (last % scale !== place) this.#starts.push(start)
  }

  /** Takes over what `more` says from this clock on. */
  append(more: Runs, from: number): void {
    this.add(from, more.at(from))
    for (const start of more.#starts) {
      const clock = Math.floor(start / scale)
      if (clock > from) this.add(clock, start % scale)
    }
  }

  /** The place of a struct that lies within. */
  at(clock: number): Place {
    const limit = clock * scale + scale
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) < limit) low = middle + 1
      else high = middle
    }
    return (this.#starts[low - 1] ?? gone) % scale
  }

  encode(encoder: encoding.Encoder): void {
    encoding.writeVarUint(encoder, this.#starts.length)
    let before = 0
    for (const start of this.#starts) {
      const clock = Math.floor(start / scale)
      encoding.writeVarUint(encoder, clock - before)
      encoding.writeVarUint(encoder, start % scale)
      before = clock
    }
  }

  static decode(reader: Reader): Runs {
    const runs = new Runs()
    const count = reader.varUint()
    let clock = 0
    for (let index = 0; index < count && reader.ok; index++) {
      clock += reader.varUint()
      runs.#starts.push(clock * scale + (reader.varUint() % scale))
    }
    return runs
  }
}
