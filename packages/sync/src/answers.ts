import type { Clock } from './clock.ts'
import type { Notice } from './error.ts'
import { readVector } from './known.ts'
import type { Known } from './known.ts'
import type { Log } from './log.ts'
import * as message from './message.ts'
import { Pieces } from './pieces.ts'
import { highWater } from './seat.ts'
import type { Seat } from './seat.ts'
import type { Tail } from './tail.ts'

const pause = 2000
/**
 * A state up to this size travels in one piece. Stock clients hang up after 30 s without a whole message: a line of
 * 300 kbit/s brings it in time.
 */
const small = 1024 * 1024
/** So much is with the network at a time of one that does not. */
const ahead = 256 * 1024
const nothing = Uint8Array.of(0, 0)

/** What answers are made from, and who hears how they went. */
export interface Parts {
  readonly known: Known
  readonly tail: Tail
  readonly log: Log
  readonly clock: Clock
  readonly notice: (notice: Notice) => void
  /** True while somebody has this seat. */
  readonly isHere: (seat: Seat) => boolean
  /** What a seat that was behind has not been told besides the document. */
  readonly missed: (seat: Seat) => Uint8Array[]
  /** From here on the seat is owed every update. */
  readonly admitted: (seat: Seat) => void
  readonly failed: (seat: Seat, reason: unknown) => void
}

/** Gives each seat what it lacks of the document, from the log's own bytes, as fast as it reads and no faster. */
export class Answers {
  readonly #parts: Parts
  readonly #pieces: Pieces

  constructor(parts: Parts) {
    this.#parts = parts
    this.#pieces = new Pieces(parts.tail, parts.log)
  }

  /**
   * A seat says what it has. One answer is made at a time, and after the first at most one in 2 s: until then
   * the last question stands for all. False when that is no state vector.
   */
  ask(seat: Seat, bytes: Uint8Array): boolean {
    const clocks = readVector(bytes)
    if (clocks === null) return false
    const vector = this.#parts.known.encodeKnownOf(clocks)
    const wait = seat.answered + pause - this.#parts.clock.now()
    if (!seat.answering && wait <= 0) this.#begin(seat, vector)
    else {
      this.#parts.notice('merged-question')
      const first = seat.question === null
      seat.question = vector
      if (first) this.#parts.clock.after(Math.max(wait, 0), () => this.#repeat(seat))
    }
    return true
  }

  /** The network took what was buffered for this seat. */
  drained(seat: Seat): void {
    if (seat.place.state === 'behind') this.#answer(seat, seat.place.vector)
    else if (seat.place.state === 'reading') this.#feed(seat)
  }

  #repeat(seat: Seat): void {
    // an answer that is under way holds all that was asked for meanwhile
    const underWay = seat.answering || seat.place.state === 'behind' || seat.place.state === 'reading'
    if (seat.question !== null && !underWay && this.#parts.isHere(seat)) this.#begin(seat, seat.question)
  }

  #begin(seat: Seat, vector: Uint8Array): void {
    // whoever asks and does not read is answered when it has
    if (seat.link.buffered > highWater) seat.place = { state: 'behind', vector }
    else this.#answer(seat, vector)
  }

  #answer(seat: Seat, vector: Uint8Array): void {
    const { known, tail, clock } = this.#parts
    seat.answered = clock.now()
    const clocks = readVector(vector) ?? new Map<number, number>()
    if (clocks.size === 0 && tail.base.state.length <= small) {
      const updates = tail.after(0)
      return this.#admit(seat, updates.slice(0, -1), updates.at(-1) ?? nothing)
    }
    if (clocks.size === 0) return this.#read(seat, clocks)
    if (tail.covered(clocks)) return this.#admit(seat, tail.diff(vector), known.encodeDeletes())
    if (seat.answering) return
    seat.answering = true
    this.#lookUp(seat, vector, clocks).then(
      () => {
        seat.answering = false
      },
      (reason: unknown) => this.#parts.failed(seat, reason),
    )
  }

  /** Another thread works out what is missing, unless that is much. */
  async #lookUp(seat: Seat, vector: Uint8Array, clocks: ReadonlyMap<number, number>): Promise<void> {
    const { known, tail, isHere } = this.#parts
    const updates = await this.#pieces.diff(vector, small)
    if (updates !== null) return this.#admit(seat, [...updates, ...tail.diff(vector)], known.encodeDeletes())
    seat.answering = false
    if (isHere(seat)) this.#read(seat, clocks)
  }

  /** Gives it the base piece by piece. */
  #read(seat: Seat, clocks: ReadonlyMap<number, number>): void {
    seat.place = {
      state: 'reading',
      pieces: this.#pieces.whole(clocks),
      vector: this.#parts.tail.base.vector,
    }
    this.#feed(seat)
  }

  /** The pieces go out as they are read, so that what waits for a slow reader stays small. */
  #feed(seat: Seat): void {
    const { link, place } = seat
    if (place.state !== 'reading') return
    while (link.buffered <= ahead) {
      const piece = place.pieces.next()
      if (piece.done === true) {
        seat.place = { state: 'behind', vector: place.vector }
        return this.#answer(seat, place.vector)
      }
      link.send([message.encodeUpdate(piece.value)])
    }
  }

  /** Sends the state that closes with SyncStep2. */
  #admit(seat: Seat, updates: readonly Uint8Array[], last: Uint8Array): void {
    if (!this.#parts.isHere(seat)) return
    const missed = seat.place.state === 'behind' ? this.#parts.missed(seat) : []
    seat.place = { state: 'live' }
    seat.question = null
    seat.link.send([...updates.map(message.encodeUpdate), message.encodeRest(last), ...missed])
    this.#parts.admitted(seat)
  }
}
