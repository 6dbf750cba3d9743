import type { Clock } from '@quire/sync/clock'

/** Something to be looked at now and then. Says in how many ms to come again, or null for never. */
export type Visit = () => number | null

/**
 * One timer for very many waits. It turns once a second; a wait ends up to a second late and lasts less than a
 * minute.
 */
export class Wheel {
  readonly #clock: Clock
  readonly #slots: Visit[][] = Array.from({ length: 64 }, () => [])
  #turns = 0
  #callOff: () => void

  constructor(clock: Clock) {
    this.#clock = clock
    this.#callOff = clock.after(1000, () => this.#turn())
  }

  /**
   * Milliseconds that the wheel has turned. It stands still while the process does, so that a pause of ours is
   * never taken for the silence of others.
   */
  get now(): number {
    return this.#turns * 1000
  }

  /** Looks at it first in `ms`. */
  add(ms: number, visit: Visit): void {
    const steps = Math.min(Math.max(Math.ceil(ms / 1000), 1), this.#slots.length - 1)
    this.#slots[(this.#turns + steps) % this.#slots.length]?.push(visit)
  }

  /** Stops the timer. */
  close(): void {
    this.#callOff()
  }

  #turn(): void {
    this.#callOff = this.#clock.after(1000, () => this.#turn())
    this.#turns++
    for (const visit of this.#slots[this.#turns % this.#slots.length]?.splice(0) ?? []) {
      const again = visit()
      if (again !== null) this.add(again, visit)
    }
  }
}
