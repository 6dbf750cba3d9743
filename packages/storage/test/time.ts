import type { Time } from '../src/time.ts'

/** Time that passes when a test says so. */
export class TestTime implements Time {
  #now = Date.UTC(2024, 1, 29)
  #timers: { at: number; call: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call }
    this.#timers.push(timer)
    return () => (this.#timers = this.#timers.filter((other) => other !== timer))
  }

  /** The waits that nobody called off, in ms from now. */
  get waits(): number[] {
    return this.#timers.map(({ at }) => at - this.#now)
  }

  /** Lets time pass, and calls back whoever waited for it. Negative: somebody set the machine's clock back. */
  pass(ms: number): void {
    this.#now += ms
    const due = this.#timers.filter(({ at }) => at <= this.#now)
    this.#timers = this.#timers.filter(({ at }) => at > this.#now)
    for (const { call } of due) call()
  }
}
