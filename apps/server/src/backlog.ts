import type { Clock } from '@quire/sync/clock'

const look = 50

/**
 * Holds back those who write while the disk has too much to do. Whoever waits goes on as soon as the backlog has
 * fallen to three quarters.
 */
export class Backlog {
  readonly #bytes: () => number
  readonly #most: number
  readonly #clock: Clock
  #waiting = new Set<() => void>()
  #callOff: () => void = () => {}

  /** `bytes`: what was taken and is not on disk yet. */
  constructor(bytes: () => number, most: number, clock: Clock) {
    this.#bytes = bytes
    this.#most = most
    this.#clock = clock
  }

  /** True while nothing more should be taken. */
  get over(): boolean {
    return this.#bytes() > this.#most
  }

  /** Calls back when there is room again. What is returned calls that off. */
  wait(goOn: () => void): () => void {
    if (this.#waiting.size === 0) this.#again()
    this.#waiting.add(goOn)
    return () => {
      this.#waiting.delete(goOn)
      if (this.#waiting.size === 0) this.#callOff()
    }
  }

  #again(): void {
    this.#callOff = this.#clock.after(look, () => {
      if (this.#bytes() > 0.75 * this.#most) return this.#again()
      const waiting = [...this.#waiting]
      this.#waiting.clear()
      for (const goOn of waiting) goOn()
    })
  }
}
