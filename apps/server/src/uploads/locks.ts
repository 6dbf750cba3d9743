/** Lets those who use the same thing do so one after the other. */
export class Locks {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Does the work when all work that came before under this name is done, well or not. */
  async hold<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const now = (before ?? Promise.resolve()).then(work, work)
    const settled = now.catch(() => {})
    this.#last.set(name, settled)
    try {
      return await now
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name)
    }
  }
}
