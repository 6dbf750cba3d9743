/** Searches at a time, waiting ones included: of one person, and of all. */
export const [maxPerPerson, maxInSum] = [4, 32]

/** Who is searching now. Searches take turns in one thread: whoever asks for many at once must not fill its queue. */
export class SearchSlots {
  readonly #perPerson = new Map<string, number>()
  #sum = 0

  /** A place for one more search, to be called when it has ended; or whose bound is reached. */
  enter(identity: string): (() => void) | 'person' | 'server' {
    const count = this.#perPerson.get(identity) ?? 0
    if (count >= maxPerPerson) return 'person'
    if (this.#sum >= maxInSum) return 'server'
    this.#perPerson.set(identity, count + 1)
    this.#sum++
    return () => {
      const left = (this.#perPerson.get(identity) ?? 1) - 1
      if (left === 0) this.#perPerson.delete(identity)
      else this.#perPerson.set(identity, left)
      this.#sum--
    }
  }
}
