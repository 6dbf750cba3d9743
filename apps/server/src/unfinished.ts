// A receiver keeps the pieces of a message until it is whole. This many bytes of them may be kept for all connections.
const most = 64 * 1024 * 1024

/**
 * Messages that have begun and not ended, of all connections. Beyond the bound the one that holds most is told
 * that it is too much: it frees the most, and those who are nearly done are not the ones who suffer.
 */
export class Unfinished {
  readonly #most: number
  readonly #pieces = new Set<Piece>()
  #sum = 0

  constructor(bound = most) {
    this.#most = bound
  }

  /** `tooMuch` is called when this one is in the way; it must come to an end then. */
  begin(tooMuch: () => void): Piece {
    const piece = new Piece(this, tooMuch)
    this.#pieces.add(piece)
    return piece
  }

  /** Of a piece of these: so many bytes more. */
  add(bytes: number): void {
    this.#sum += bytes
    if (this.#sum > this.#most) this.#relieve()
  }

  /** Of a piece of these: it holds nothing and is not coming back. */
  end(piece: Piece): void {
    this.#pieces.delete(piece)
  }

  #relieve(): void {
    let largest: Piece | null = null
    for (const piece of this.#pieces) if (piece.bytes > (largest?.bytes ?? 0)) largest = piece
    largest?.done()
    largest?.tooMuch()
  }
}

/** One connection's part of that. */
export class Piece {
  /** What it holds. */
  bytes = 0
  readonly tooMuch: () => void
  readonly #all: Unfinished

  constructor(all: Unfinished, tooMuch: () => void) {
    this.#all = all
    this.tooMuch = tooMuch
  }

  /** Bytes came. */
  came(bytes: number): void {
    this.bytes += bytes
    this.#all.add(bytes)
  }

  /** They made up a message. */
  done(): void {
    this.#all.add(-this.bytes)
    this.bytes = 0
  }

  /** The connection is gone. */
  end(): void {
    this.done()
    this.#all.end(this)
  }
}
