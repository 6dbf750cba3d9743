// A receiver keeps the pieces of a message until it is whole. This many bytes of them may be kept for all connections.
const most = 64 * 1024 * 1024

/** One connection's part of that. */
export interface Piece {
  /** Bytes came. */
  came(bytes: number): void
  /** They made up a message. */
  done(): void
  /** The connection is gone. */
  end(): void
}

/**
 * Messages that have begun and not ended, of all connections. Beyond the bound the one that holds most is told
 * that it is too much: it frees the most, and those who are nearly done are not the ones who suffer.
 */
export class Unfinished {
  readonly #most: number
  readonly #pieces = new Map<Piece, { bytes: number; tooMuch: () => void }>()
  #sum = 0

  constructor(bound = most) {
    this.#most = bound
  }

  /** `tooMuch` is called when this one is in the way; it must come to an end then. */
  begin(tooMuch: () => void): Piece {
    const mine = { bytes: 0, tooMuch }
    const clear = (): void => {
      this.#sum -= mine.bytes
      mine.bytes = 0
    }
    const piece: Piece = {
      came: (bytes) => {
        mine.bytes += bytes
        this.#sum += bytes
        if (this.#sum > this.#most) this.#relieve()
      },
      done: clear,
      end: () => {
        clear()
        this.#pieces.delete(piece)
      },
    }
    this.#pieces.set(piece, mine)
    return piece
  }

  #relieve(): void {
    let largest = { bytes: -1, tooMuch: (): void => {} }
    for (const piece of this.#pieces.values()) if (piece.bytes > largest.bytes) largest = piece
    this.#sum -= largest.bytes
    largest.bytes = 0
    largest.tooMuch()
  }
}
