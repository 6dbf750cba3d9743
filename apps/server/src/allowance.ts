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

  /** True when this name had one left, which is then gone. */
  take(name: string): boolean {
    const now = this.#now()
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#most) this.#forget(now)
      this.#buckets.set(name, (bucket = new Bucket(this.#rate, this.#burst, now)))
    }
    return bucket.spare(1, now)
  }

  /** How many names are remembered. */
  get size(): number {
    return this.#buckets.size
  }

  #forget(now: number): void {
    for (const [name, bucket] of this.#buckets) if (bucket.full(now)) this.#buckets.delete(name)
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size < this.#most) return
      this.#buckets.delete(oldest)
    }
  }
}
