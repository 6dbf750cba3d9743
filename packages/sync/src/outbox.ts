import type { Link } from './link.ts'

/** What one flush brings to everyone: the same frames for all who wrote none of them. */
export interface Mail {
  /** True when there is nothing in it for anybody. */
  readonly empty: boolean
  for(link: Link): readonly Uint8Array[]
}

/** The frames of this turn, with who sent them: an author does not need its own update back. */
export class Outbox {
  #frames: Uint8Array[] = []
  #authors: (Link | null)[] = []

  /** True while there is something to relay. */
  get full(): boolean {
    return this.#frames.length > 0
  }

  push(frame: Uint8Array, from: Link | null): void {
    this.#frames.push(frame)
    this.#authors.push(from)
  }

  /** Empties it. What is in `more` goes to everyone, last. */
  take(more: readonly Uint8Array[]): Mail {
    const frames = this.#frames
    const authors = this.#authors
    this.#frames = []
    this.#authors = []
    const all = [...frames, ...more]
    const writers = new Set(authors)
    return {
      empty: all.length === 0,
      for: (link) =>
        writers.has(link) ? [...frames.filter((_, index) => authors[index] !== link), ...more] : all,
    }
  }
}
