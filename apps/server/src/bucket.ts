/**
 * A token bucket: `burst` at once, then `rate` a second. What is taken beyond that is a debt, which the same rate
 * pays back. Time is lent.
 */
export class Bucket {
  readonly #rate: number
  readonly #burst: number
  #level: number
  #at: number

  constructor(rate: number, burst: number, now: number) {
    this.#rate = rate
    this.#burst = burst
    this.#level = burst
    this.#at = now
  }

  /** Takes some, be they there or not. True when they were. */
  take(amount: number, now: number): boolean {
    this.#fill(now)
    this.#level -= amount
    return this.#level >= 0
  }

  /** Takes some if they are there. */
  spare(amount: number, now: number): boolean {
    this.#fill(now)
    if (this.#level < amount) return false
    this.#level -= amount
    return true
  }

  /** Milliseconds until nothing is owed. */
  debt(now: number): number {
    this.#fill(now)
    return this.#level >= 0 ? 0 : (-this.#level / this.#rate) * 1000
  }

  /** True when it holds at least what a second brings. */
  recovered(now: number): boolean {
    this.#fill(now)
    return this.#level >= Math.min(this.#rate, this.#burst)
  }

  /** True when it holds all that it can: it may be forgotten. */
  full(now: number): boolean {
    this.#fill(now)
    return this.#level >= this.#burst
  }

  #fill(now: number): void {
    const passed = Math.max(0, now - this.#at) / 1000
    this.#at = now
    // a limit that was lifted is infinite, and infinity times no time is not a number
    this.#level =
      this.#burst === Number.POSITIVE_INFINITY
        ? this.#burst
        : Math.min(this.#burst, this.#level + passed * this.#rate)
  }
}
