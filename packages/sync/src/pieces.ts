import { readClocks } from './inspect.ts'
import { encodedEmptyVector } from './known.ts'
import type { Log } from './log.ts'
import type { Tail } from './tail.ts'

/** The whole base in pieces, in an order in which each builds only on those before it. */
interface Whole {
  readonly position: number
  readonly pieces: readonly Uint8Array[]
  /** State vector of whoever has taken in all of them. */
  readonly base: Uint8Array
}

/** Large states for those who come in: one cut serves everyone who reads it at the same time. */
export class Pieces {
  readonly #tail: Tail
  readonly #log: Log
  #whole: WeakRef<Whole> | null = null
  #cutting: Promise<Whole> | null = null

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

  /** The pieces of the base that a holder of these clocks may lack, and what they have in the end. */
  async whole(
    clocks: ReadonlyMap<number, number>,
  ): Promise<{ pieces: Iterator<Uint8Array>; base: Uint8Array }> {
    const whole = await this.#cut()
    const lacks = (piece: Uint8Array): boolean => {
      for (const [client, clock] of readClocks(piece)) if (clock > (clocks.get(client) ?? 0)) return true
      return false
    }
    const pieces = clocks.size === 0 ? whole.pieces : whole.pieces.filter(lacks)
    return { pieces: pieces.values(), base: whole.base }
  }

  async #cut(): Promise<Whole> {
    const held = this.#whole?.deref()
    if (held?.position === this.#tail.base.position) return held
    this.#cutting ??= this.#read().finally(() => {
      this.#cutting = null
    })
    const whole = await this.#cutting
    this.#whole = new WeakRef(whole)
    return whole
  }

  async #read(): Promise<Whole> {
    for (;;) {
      const { position, updates } = await this.#log.diff(encodedEmptyVector)
      const { base } = this.#tail
      if (position >= base.position) return { position: base.position, pieces: updates, base: base.vector }
    }
  }
}
