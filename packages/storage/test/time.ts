import type { Time } from '../src/time.ts'

/** Time that passes when a test says so. Waits that nobody would notice, of up to `brief` ms, end with the turn. */
export class TestTime implements Time {
  readonly #brief: number
  #clock = Date.UTC(2024, 1, 29)
  #passed = 0
  #timers: { at: number; call: () => void }[] = []

  constructor(brief = 25) {
    this.#brief = brief
  }

  now(): number {
    return this.#clock
  }

  after(ms: number, call: () => void): () => void {
    if (ms <= this.#brief) {
      const turn = setImmediate(call)
      return () => clearImmediate(turn)
    }
    const timer = { at: this.#passed + ms, call }
    this.#timers.push(timer)
    return () => (this.#timers = this.#timers.filter((other) => other !== timer))
  }

  /** The waits that nobody called off, in ms from now. */
  get waits(): number[] {
    return this.#timers.map(({ at }) => at - this.#passed)
  }

  /** Lets time pass, and calls back whoever waited for it. */
  pass(ms: number): void {
    this.#clock += ms
    this.#passed += ms
    const due = this.#timers.filter(({ at }) => at <= this.#passed)
    this.#timers = this.#timers.filter(({ at }) => at > this.#passed)
    for (const { call } of due) call()
  }

  /** Somebody sets the machine's clock, forward or back. Nobody who waits notices. */
  jump(ms: number): void {
    this.#clock += ms
  }
}
