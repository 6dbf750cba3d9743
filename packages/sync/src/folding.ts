import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { Tail } from './tail.ts'

const idle = 30_000
/** What was pasted or imported has to be judged anew at each opening until it is folded: that is not put off. */
const idleWhenHeavy = 2000

/**
 * When a long tail is folded: after 30 s without a write, or 2 s when much was written at once; at once when it is
 * very long; or when asked. One compaction at a time.
 */
export class Folding {
  readonly #tail: Tail
  readonly #log: Log
  readonly #clock: Clock
  readonly #failed: (error: unknown) => void
  #running: Promise<void> | null = null
  #lastWrite = 0
  #waiting = false
  #closed = false

  constructor(tail: Tail, log: Log, clock: Clock, failed: (error: unknown) => void) {
    this.#tail = tail
    this.#log = log
    this.#clock = clock
    this.#failed = failed
  }

  /** The tail has grown. */
  wrote(): void {
    this.#lastWrite = this.#clock.now()
    if (this.#tail.veryLong) void this.#fold()
    else if (!this.#waiting && this.#patience !== null) this.#wait(this.#patience)
  }

  /** Nobody is there: folds a tail of some length, for who opens it next. Never rejects: it is merely longer to read. */
  async rest(): Promise<void> {
    if (this.#tail.longAtRest) await this.#fold()
  }

  /** Resolves when no compaction is under way. */
  async settled(): Promise<void> {
    await this.#running
  }

  close(): void {
    this.#closed = true
  }

  /** How long it is to be quiet before the tail is folded; null when it is not worth that. */
  get #patience(): number | null {
    if (this.#tail.heavy) return idleWhenHeavy
    return this.#tail.long ? idle : null
  }

  #wait(ms: number): void {
    this.#waiting = true
    this.#clock.after(ms, () => {
      this.#waiting = false
      const patience = this.#patience
      if (this.#closed || patience === null) return
      const quiet = this.#clock.now() - this.#lastWrite
      if (quiet < patience) this.#wait(patience - quiet)
      else void this.#fold()
    })
  }

  #fold(): Promise<void> {
    this.#running ??= this.#log.compact().then(
      (made) => {
        this.#running = null
        this.#tail.fold(made)
      },
      (error: unknown) => {
        this.#running = null
        this.#tail.postpone()
        this.#failed(error)
      },
    )
    return this.#running
  }
}
