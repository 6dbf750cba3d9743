import { Bucket } from './bucket.ts'

/**
 * A token bucket for each name. Memory is bounded: past ten thousand names those that are full are forgotten, and if
 * there are none the oldest, who then may begin anew.
 */
export class Allowance {
  readonly #rate: number
  readonly #burst: number
  readonly #now: () => number
  readonly #most: number
  readonly #buckets = new Map<string, Bucket>()

  /** `rate` a second, `burst` at once; time is lent, in ms. */
  constructor(rate: number, burst: number, now: () => number, most = 10_000) {
    this.#rate = rate
    this.#burst = burst
    this.#now = now
    this.#most = most
  }

  /** True when this name had so many left, which are then gone. */
  take(name: string, amount = 1): boolean {
    const now = this.#now()
    return this.#bucket(name, now).spare(amount, now)
  }

  /** Takes so many from this name, be they there or not. Milliseconds until it owes nothing. */
  owe(name: string, amount: number): number {
    const now = this.#now()
    const bucket = this.#bucket(name, now)
    bucket.take(amount, now)
    return bucket.debt(now)
  }

  /** This name has so many more left, up to the burst. */
  giveBack(name: string, amount: number): void {
    const now = this.#now()
    this.#bucket(name, now).take(-amount, now)
  }

  /** How many names are remembered. */
  get size(): number {
    return this.#buckets.size
  }

  #bucket(name: string, now: number): Bucket {
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#most) this.#forget(now)
      this.#buckets.set(name, (bucket = new Bucket(this.#rate, this.#burst, now)))
    }
    return bucket
  }

  #forget(now: number): void {
    for (const [name, bucket] of this.#buckets) if (bucket.full(now)) this.#buckets.delete(name)
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size < this.#most) return
      this.#buckets.delete(oldest)
    }
  }
}
