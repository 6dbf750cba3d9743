/** How many of something each name has; a name without any takes no memory. */
export class Crowd {
  readonly #most: number
  readonly #counts = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Counts one more of this name; null when it has all that it may have. What is returned lets it go, once. */
  enter(name: string): (() => void) | null {
    const count = this.#counts.get(name) ?? 0
    if (count >= this.#most) return null
    this.#counts.set(name, count + 1)
    let here = true
    return () => {
      if (!here) return
      here = false
      const left = (this.#counts.get(name) ?? 1) - 1
      if (left === 0) this.#counts.delete(name)
      else this.#counts.set(name, left)
    }
  }
}
