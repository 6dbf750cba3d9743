/** From so many changes a second on a process is busy, and the longest that it sleeps then, in ms. */
const busy = 250
const longest = 10
/** Over which the changes are counted, in ms. */
const span = 100

/** Time, as a pace needs it. */
export interface Parts {
  readonly now: () => number
  /** Calls back when everything of this turn has been done. */
  readonly last: (call: () => void) => void
  readonly sleep: (ms: number) => void
}

/**
 * Waking up, cold caches and the kernel's work for each read cost a turn more than the one message that it finds. So a
 * busy process sleeps between its turns, 1 ms for each 250 changes a second and 10 at most, and finds several.
 * A quiet one never does, nor one whose turns take that long by themselves. Measured with 100 rooms of three people
 * (1,500 changes a second, and as many moves of a caret): a quarter less CPU an edit.
 */
export class Pace {
  readonly #parts: Parts
  #count = 0
  /** When the counting began, and the interval that the last count asks for. */
  #since: number
  #interval = 0
  /** When this turn began. */
  #begun: number
  #resting = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#since = this.#begun = parts.now()
  }

  /** A change came. */
  came(): void {
    this.#count++
    if (this.#resting) return
    this.#resting = true
    this.#parts.last(() => this.#rest())
  }

  #rest(): void {
    const { now, sleep } = this.#parts
    this.#resting = false
    const passed = now() - this.#since
    if (passed >= span) {
      const rate = (this.#count * 1000) / passed
      this.#interval = rate < busy ? 0 : Math.min(rate / busy, longest)
      this.#since += passed
      this.#count = 0
    }
    const left = this.#begun + this.#interval - now()
    if (left > 0) sleep(left)
    this.#begun = now()
  }
}
