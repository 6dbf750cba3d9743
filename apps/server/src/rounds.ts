import type { Clock } from '@quire/sync/clock'

// a round is begun this often though nobody asks for one
const look = 5000

/** Work that falls due: done at once when somebody says that there is some, and looked for every five seconds. */
export class Rounds {
  readonly #clock: Clock
  readonly #work: () => Promise<boolean>
  readonly #failed: (error: unknown) => void
  #working = false
  #again = false
  #closed = false
  #waiting: () => void = () => {}

  /**
   * `work` does some of it, one call at a time, and resolves with true while there may be more; `failed` hears why it
   * rejected. The next round tries again.
   */
  constructor(clock: Clock, work: () => Promise<boolean>, failed: (error: unknown) => void) {
    this.#clock = clock
    this.#work = work
    this.#failed = failed
    this.#wait()
  }

  /** There is something to do. */
  look(): void {
    this.#again = true
    if (!this.#working && !this.#closed) void this.#go()
  }

  /** Begins nothing more. */
  close(): void {
    this.#closed = true
    this.#waiting()
  }

  #wait(): void {
    this.#waiting = this.#clock.after(look, () => {
      this.look()
      if (!this.#closed) this.#wait()
    })
  }

  async #go(): Promise<void> {
    this.#working = true
    try {
      while (this.#again && !this.#closed) {
        this.#again = false
        if (await this.#work()) this.#again = true
      }
    } catch (error) {
      if (!this.#closed) this.#failed(error)
    }
    this.#working = false
  }
}
