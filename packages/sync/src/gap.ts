import type { Known } from './known.ts'

/** Ranges that are remembered of one connection, at about 50 bytes each. Who lacks more is never told "saved". */
const maxRanges = 1000

interface Deletion {
  readonly client: number
  readonly from: number
  readonly to: number
}

/**
 * What writes of one connection said that could not be taken, because the room lacks what they continue. It is closed
 * when all of that is known, whoever brought it: an answer that holds nothing closes nothing.
 */
export class Gap {
  /** The first write frame that was not taken. */
  readonly count: number
  /** How many answers came that did not close it. */
  failures = 0
  /** The next clock that each client has when its structs are known. */
  readonly #clocks = new Map<number, number>()
  readonly #deletions: Deletion[] = []
  #overflows = false

  constructor(count: number) {
    this.count = count
  }

  /** Structs of this client up to, not including, this clock were not taken. */
  lacks(client: number, to: number): void {
    if (this.#clocks.size + this.#deletions.length >= maxRanges && !this.#clocks.has(client))
      this.#overflows = true
    else this.#clocks.set(client, Math.max(to, this.#clocks.get(client) ?? 0))
  }

  /** The deletion of these structs was not taken. */
  lacksDeletion(client: number, from: number, to: number): void {
    if (this.#clocks.size + this.#deletions.length >= maxRanges) this.#overflows = true
    else this.#deletions.push({ client, from, to })
  }

  /** True when nothing is missing any more. Forgets what is known, so that asking often costs no more than once. */
  isClosed(known: Known): boolean {
    for (const [client, to] of this.#clocks) {
      if (known.clock(client) < to) return false
      this.#clocks.delete(client)
    }
    for (let last = this.#deletions.at(-1); last !== undefined; last = this.#deletions.at(-1)) {
      if (!known.isDeleted(last.client, last.from, last.to)) return false
      this.#deletions.pop()
    }
    return !this.#overflows
  }
}
