/**
 * How many things each of many may do at a time. Nobody waits: who may not now is told so.
 */
export class Turns {
  readonly #most: number
  readonly #taken = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** A turn, to be given back by calling what is returned; null when this one has as many as there are. */
  take(who: string): (() => void) | null {
    const has = this.#taken.get(who) ?? 0
    if (has >= this.#most) return null
    this.#taken.set(who, has + 1)
    let given = false
    return () => {
      if (given) return
      given = true
      const left = (this.#taken.get(who) ?? 1) - 1
      if (left === 0) this.#taken.delete(who)
      else this.#taken.set(who, left)
    }
  }
}
