import type { Clock } from '@quire/sync/clock'

/** A room of at most so many bytes opens in any case: thousands of them make up one large one. */
const smallRoom = 1024 * 1024
/** How long somebody waits for memory, in ms. */
const waitMs = 5000
/** How long the size of a room that was refused is believed, in ms, and of how many rooms it is remembered. */
const believedMs = 60_000
const maxRemembered = 10_000
/** How long a sum over all rooms is good, in ms: rooms grow in between. */
const sumMs = 250

/** A large room cannot be opened now, because the open ones take all the memory that they may. */
export class RoomMemoryError extends Error {}

interface Waiting {
  readonly bytes: number
  readonly proceed: () => void
}

/**
 * What the open rooms of a process may take of its memory. When it is reached, rooms above 1 MiB are not opened: who
 * asks for one waits up to 5 s, in order, and is refused then. Rooms that are open stay open, and may grow to their own
 * limit. How large a room is, is known once it was read: the sizes of refused ones are remembered, so that the next who
 * asks for one costs no reading.
 */
export class RoomBudget {
  readonly #maxBytes: number
  readonly #clock: Clock
  readonly #sum: () => number
  readonly #sizes = new Map<string, { readonly bytes: number; readonly at: number }>()
  readonly #waiting = new Set<Waiting>()
  #bytes = 0
  #summed = Number.NEGATIVE_INFINITY

  /** `sum`: what all open rooms take, in bytes. */
  constructor(maxBytes: number, clock: Clock, sum: () => number) {
    this.#maxBytes = maxBytes
    this.#clock = clock
    this.#sum = sum
  }

  /** Null when this room may be read now. Else resolves when it may; rejects with `RoomMemoryError` when that took long. */
  mayRead(room: string): Promise<void> | null {
    const size = this.#sizes.get(room)
    if (size === undefined || this.#clock.now() - size.at > believedMs || this.#fits(size.bytes)) return null
    return new Promise<void>((resolve, reject) => {
      const cancel = this.#clock.after(waitMs, () => {
        this.#waiting.delete(waiting)
        reject(new RoomMemoryError('the open documents take all the memory that they may'))
      })
      const proceed = (): void => {
        cancel()
        this.#waiting.delete(waiting)
        resolve()
      }
      const waiting: Waiting = { bytes: size.bytes, proceed }
      this.#waiting.add(waiting)
    })
  }

  /** A room was read and takes so many bytes. Throws `RoomMemoryError` when it has to go again. */
  opened(room: string, bytes: number): void {
    this.#sizes.delete(room)
    if (!this.#fits(bytes)) {
      this.#sizes.set(room, { bytes, at: this.#clock.now() })
      for (const [oldest] of this.#sizes) {
        if (this.#sizes.size <= maxRemembered) break
        this.#sizes.delete(oldest)
      }
      throw new RoomMemoryError('the open documents take all the memory that they may')
    }
    this.#bytes += bytes
  }

  /** A room of so many bytes was let go. Those who waited for that go on, as many as there is memory for. */
  closed(bytes: number): void {
    this.#bytes -= bytes
    let promised = 0
    for (const waiting of this.#waiting) {
      if (!this.#fits(promised + waiting.bytes)) return
      promised += waiting.bytes
      waiting.proceed()
    }
  }

  #fits(bytes: number): boolean {
    if (bytes <= smallRoom) return true
    const now = this.#clock.now()
    if (now - this.#summed >= sumMs) {
      this.#bytes = this.#sum()
      this.#summed = now
    }
    return this.#bytes + bytes <= this.#maxBytes
  }
}
