/** How many of something each name has; a name without any takes no memory. */
export class Crowd {
  readonly #most: number
  readonly #counts = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Counts one more of this name; false when it has all that it may have. Null has no bound. */
  enter(name: string | null): boolean {
    if (name === null) return true
    const count = this.#counts.get(name) ?? 0
    if (count >= this.#most) return false
    this.#counts.set(name, count + 1)
    return true
  }

  /** One that was counted is no more. */
  leave(name: string | null): void {
    if (name === null) return
    const left = (this.#counts.get(name) ?? 1) - 1
    if (left === 0) this.#counts.delete(name)
    else this.#counts.set(name, left)
  }
}
