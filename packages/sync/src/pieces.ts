import { readClocks } from './inspect.ts'
import type { Log } from './log.ts'
import { cutPieces } from './split.ts'
import type { Tail } from './tail.ts'

/** The base in pieces, for those who lack much of it. */
export class Pieces {
  readonly #tail: Tail
  readonly #log: Log

  constructor(tail: Tail, log: Log) {
    this.#tail = tail
    this.#log = log
  }

  /** What of the base a holder of this vector lacks, or null when that is more than `most` bytes. */
  async diff(vector: Uint8Array, most: number): Promise<readonly Uint8Array[] | null> {
    for (;;) {
      const { position, updates } = await this.#log.diff(vector)
      // a base that was replaced meanwhile has taken over updates that the tail no longer has
      if (position < this.#tail.base.position) continue
      return updates.reduce((bytes, update) => bytes + update.length, 0) <= most ? updates : null
    }
  }

  /** What of the base as it is now a holder of these clocks may lack, in an order in which each builds only on those before it. */
  *whole(clocks: ReadonlyMap<number, number>): Generator<Uint8Array> {
    const { state, cuts } = this.#tail.base
    for (const piece of cutPieces(state, cuts)) if (lacks(clocks, piece)) yield piece
  }
}

const lacks = (clocks: ReadonlyMap<number, number>, piece: Uint8Array): boolean => {
  if (clocks.size === 0) return true
  for (const [client, clock] of readClocks(piece)) if (clock > (clocks.get(client) ?? 0)) return true
  return false
}
