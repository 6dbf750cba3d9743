import * as encoding from 'lib0/encoding'
import { Reader } from './reader.ts'

/** Clocks `from` up to, not including, `to` of one client. */
export interface Range {
  readonly client: number
  readonly from: number
  readonly to: number
}

/** What an update brings: structs, one run of clocks for each client, and deletions. */
export interface News {
  readonly structs: readonly Range[]
  readonly deletes: readonly Range[]
}

/**
 * What a room has: the next clock of each client, and which structs are deleted. It follows the log without
 * building a document. Both encodings are canonical: clients descending, ranges merged, so replicas with equal
 * content give equal bytes.
 */
export class Known {
  readonly #clocks = new Map<number, number>()
  /** Per client: start, end, start, end ... ascending, never touching. */
  readonly #deleted = new Map<number, number[]>()

  /** The next clock of this client: 0 for one that was never seen. */
  clock(client: number): number {
    return this.#clocks.get(client) ?? 0
  }

  /** Takes in what an update brings. */
  learn({ structs, deletes }: News): void {
    for (const range of structs) this.addStructs(range)
    for (const range of deletes) this.addDeleted(range)
  }

  /** Takes in structs. They must continue or overlap what is known. */
  addStructs({ client, to }: Range): void {
    if (to > this.clock(client)) this.#clocks.set(client, to)
  }

  /** True when every struct in the range is deleted. */
  isDeleted({ client, from, to }: Range): boolean {
    const ranges = this.#deleted.get(client)
    if (ranges === undefined) return false
    const at = after(ranges, from)
    // an odd index is an end: `from` lies inside the range that ends there
    return at % 2 === 1 && to <= (ranges[at] ?? 0)
  }

  addDeleted({ client, from, to }: Range): void {
    const ranges = this.#deleted.get(client)
    if (ranges === undefined) {
      this.#deleted.set(client, [from, to])
      return
    }
    let first = after(ranges, from - 1)
    let last = after(ranges, to)
    const start = first % 2 === 1 ? ranges[--first] : from
    const end = last % 2 === 1 ? ranges[last++] : to
    ranges.splice(first, last - first, start ?? from, end ?? to)
  }

  /** As a Yjs state vector. */
  encodeVector(): Uint8Array {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, this.#clocks.size)
    for (const [client, clock] of [...this.#clocks].sort(descending)) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
    }
    return encoding.toUint8Array(encoder)
  }

  /** As a Yjs update that holds no structs, only the whole delete set. */
  encodeDeletes(): Uint8Array {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 0)
    encoding.writeVarUint(encoder, this.#deleted.size)
    for (const [client, ranges] of [...this.#deleted].sort(descending)) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, ranges.length / 2)
      for (let at = 0; at < ranges.length; at += 2) {
        const from = ranges[at] ?? 0
        encoding.writeVarUint(encoder, from)
        encoding.writeVarUint(encoder, (ranges[at + 1] ?? 0) - from)
      }
    }
    return encoding.toUint8Array(encoder)
  }
}

/** Index of the first number greater than `value`. */
const after = (ascending: readonly number[], value: number): number => {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return low
}

const descending = (one: [number, unknown], other: [number, unknown]): number => other[0] - one[0]

/** Reads a state vector whole; null when it is not one. Calls back for each client. */
export const readVector = (vector: Uint8Array): Map<number, number> | null => {
  const reader = new Reader(vector)
  const clocks = new Map<number, number>()
  const count = reader.varUint()
  // each entry takes two bytes at least, so a false count ends with the bytes
  for (let index = 0; index < count && reader.ok; index++) clocks.set(reader.varUint(), reader.varUint())
  return reader.done ? clocks : null
}
