import type { Link } from './link.ts'

/** What one flush brings to everyone: the same frames for all who sent none of them. */
export interface Mail {
  /** How many frames there are in it. */
  readonly size: number
  for(link: Link): readonly Uint8Array[]
}

const nothing: readonly Uint8Array[] = []

/** The frames of this turn, with who sent them: nobody needs their own back. */
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

  /** Empties it. */
  take(): Mail {
    const frames = this.#frames
    const authors = this.#authors
    this.#frames = []
    this.#authors = []
    const [first] = authors
    const alone = authors.every((author) => author === first) // nearly always
    return {
      size: frames.length,
      for: (link) => {
        if (alone) return link === first ? nothing : frames
        return authors.includes(link) ? frames.filter((_, index) => authors[index] !== link) : frames
      },
    }
  }
}
