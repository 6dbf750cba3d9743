import { Bucket } from './bucket.ts'
import type { Limits } from './limits.ts'

// how long somebody may go on sending too much
const patience = 10_000
const MiB = 1024 * 1024

/** What is to be done about a connection: read on, read nothing for so many ms, or hang up. */
export type Verdict = 'go on' | 'too much' | { readonly pause: number }

/**
 * What one connection sends. Presence has budgets of its own: a stock client sends back every presence frame that it
 * hears, so what it sends there is the doing of others.
 */
export class Inflow {
  readonly #writes: readonly [messages: Bucket, bytes: Bucket]
  readonly #presence: readonly [messages: Bucket, bytes: Bucket]
  /** Since when it has been too much, without a moment in which a second's worth was free. */
  #since: number | null = null

  constructor(limits: Limits, now: number) {
    const { messages, presence, bytes, message } = limits
    this.#writes = [
      new Bucket(messages, (messages * 10) / 3, now),
      new Bucket(bytes, Math.max(message, bytes), now),
    ]
    // a presence state is at most 2 KiB, and everyone's together 64
    this.#presence = [
      new Bucket(presence, presence * 2, now),
      new Bucket(Math.max(bytes, MiB), Math.max(bytes, 4 * MiB), now),
    ]
  }

  /** Counts a message that came. */
  took(size: number, presence: boolean, now: number): Verdict {
    const [messages, bytes] = presence ? this.#presence : this.#writes
    const few = messages.take(1, now)
    const small = bytes.take(size, now)
    if (few && small) {
      if (this.#since !== null && this.#all.every((bucket) => bucket.recovered(now))) this.#since = null
      return 'go on'
    }
    this.#since ??= now
    return this.judge(now)
  }

  /** Asked again when a pause is over. */
  judge(now: number): Verdict {
    const debt = Math.max(...this.#all.map((bucket) => bucket.debt(now)))
    if (debt === 0) return 'go on'
    const left = (this.#since ?? now) + patience - now
    // whole: what is less than a clock can tell apart would be waited for for ever
    return left <= 0 ? 'too much' : { pause: Math.ceil(Math.min(debt, left)) }
  }

  get #all(): readonly Bucket[] {
    return [...this.#writes, ...this.#presence]
  }
}
