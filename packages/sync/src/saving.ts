import type { Clock } from './clock.ts'

/** A write that waits longer than this makes the store late, in ms. It is found within twice the time: 2 s. */
const patience = 1000

/** How far the log has followed the room: positions that were taken in, and those that are on disk. */
export class Saving {
  readonly #clock: Clock
  readonly #changed: () => void
  #position: number
  #committed: number
  /** The last position when a write was found to wait too long; 0 when none does. */
  #late = 0
  #watching = false

  /** `changed` is called when more is on disk, and when the store is found to be late. */
  constructor(position: number, clock: Clock, changed: () => void) {
    this.#position = this.#committed = position
    this.#clock = clock
    this.#changed = changed
  }

  /** The last position that was taken, and the last that is on disk. */
  get position(): number {
    return this.#position
  }
  get committed(): number {
    return this.#committed
  }

  /** True while a write waits for the disk, or waited, for too long. */
  get late(): boolean {
    return this.#late > 0
  }

  /** The next position is taken. */
  take(): number {
    this.#watch()
    return ++this.#position
  }

  /** Everything up to this position is on disk. */
  saved(position: number): void {
    this.#committed = position
    if (position >= this.#late) this.#late = 0
    this.#changed()
  }

  #watch(): void {
    if (this.#watching) return
    this.#watching = true
    const waiting = this.#position + 1
    this.#clock.after(patience, () => {
      this.#watching = false
      if (this.#committed < waiting) {
        this.#late = this.#position
        this.#changed()
      }
      if (this.#committed < this.#position) this.#watch()
    })
  }
}
