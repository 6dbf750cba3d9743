/**
 * Frames of document content that were made lately, of all rooms of a process, up to `maxBytes`: the same bytes go to
 * everyone who is at the same place of a document. One that is forgotten here lives on where a connection still holds
 * it. One frame may be larger than the bound: it is then the only one that is kept.
 */
export class SharedFrames {
  readonly #maxBytes: number
  /** Least recently used first. */
  readonly #frames = new Set<Uint8Array>()
  #bytes = 0

  constructor(maxBytes = 16 * 1024 * 1024) {
    this.#maxBytes = maxBytes
  }

  /** What is kept, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /** This frame was just made or used. */
  keep(frame: Uint8Array): void {
    if (!this.#frames.delete(frame)) this.#bytes += frame.length
    this.#frames.add(frame)
    for (const oldest of this.#frames) {
      if (this.#bytes <= this.#maxBytes || oldest === frame) return
      this.#frames.delete(oldest)
      this.#bytes -= oldest.length
    }
  }
}
