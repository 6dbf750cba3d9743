import type { Clock } from './clock.ts'
import type { Notice } from './error.ts'
import { readVector } from './known.ts'
import type { Known } from './known.ts'
import type { Log } from './log.ts'
import * as message from './message.ts'
import { pieceBytes } from './places.ts'
import { highWater } from './seat.ts'
import type { Progress, Seat } from './seat.ts'
import type { SharedFrames } from './shared-frames.ts'
import type { Tail } from './tail.ts'
import { UpdateFrames } from './update-frames.ts'
import type { Frame } from './update-frames.ts'

const pause = 2000
/** A difference up to this size is worked out for whoever comes back; beyond it they get the messages that all get. */
const maxDifference = 1024 * 1024
/** A connection that holds more than this unsent gets the next messages when it has sent them. */
const maxAhead = pieceBytes
/** So much is given to one connection before others get their turn. */
const maxAtOnce = 1024 * 1024

/** What answers are made from, and who hears how they went. */
export interface Parts {
  readonly known: Known
  readonly tail: Tail
  readonly log: Log
  readonly shared: SharedFrames
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
  /** Of each update of the log that somebody has read. */
  readonly #frames = new WeakMap<Uint8Array, UpdateFrames>()

  constructor(parts: Parts) {
    this.#parts = parts
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

  /** The network took what was buffered for this seat, or it is its turn. */
  drained(seat: Seat): void {
    const { place } = seat
    if (place.state === 'behind') this.#answer(seat, place.vector, place.position)
    else if (place.state === 'reading') this.#feed(seat, place.progress)
  }

  #repeat(seat: Seat): void {
    // an answer that is under way holds all that was asked for meanwhile
    const underWay = seat.answering || seat.place.state === 'behind' || seat.place.state === 'reading'
    if (seat.question !== null && !underWay && this.#parts.isHere(seat)) this.#begin(seat, seat.question)
  }

  #begin(seat: Seat, vector: Uint8Array): void {
    // whoever asks and does not read is answered when it has
    if (seat.link.buffered > highWater) seat.place = { state: 'behind', vector, position: null }
    else this.#answer(seat, vector, null)
  }

  /** `position`: up to which it has everything, if that is known. */
  #answer(seat: Seat, vector: Uint8Array, position: number | null): void {
    const { known, tail, clock } = this.#parts
    if (!this.#mayTake(seat)) {
      seat.place = { state: 'behind', vector, position }
      return
    }
    seat.answered = clock.now()
    const clocks = readVector(vector) ?? new Map<number, number>()
    const { deletes } = tail.base
    const short = tail.bytes <= maxDifference && deletes.length <= maxDifference
    const covered = clocks.size > 0 && tail.covered(clocks)
    if (covered && short) return this.#admit(seat, tail.diff(vector), known.encodeDeletes())
    if (position !== null && position >= tail.base.position) return this.#read(seat, position, clocks)
    if (clocks.size === 0 || covered || !short) return this.#read(seat, 0, clocks)
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
  async #lookUp(seat: Seat, vector: Uint8Array, clocks: Map<number, number>): Promise<void> {
    const { known, tail, isHere } = this.#parts
    const updates = await this.#difference(vector)
    if (!isHere(seat)) return
    seat.answering = false
    if (updates === null || tail.bytes > maxDifference) return this.#read(seat, 0, clocks)
    // not kept until it is this one's turn: it would count for nothing, and be outdated
    if (this.#mayTake(seat)) this.#admit(seat, [...updates, ...tail.diff(vector)], known.encodeDeletes())
    else seat.place = { state: 'behind', vector, position: null }
  }

  /** What of the base a holder of this vector lacks, or null when that is much. */
  async #difference(vector: Uint8Array): Promise<readonly Uint8Array[] | null> {
    const { log, tail } = this.#parts
    for (;;) {
      const { position, updates } = await log.diff(vector)
      // a base that was replaced meanwhile has taken over updates that the tail no longer has
      if (position < tail.base.position) continue
      return updates.reduce((bytes, update) => bytes + update.length, 0) <= maxDifference ? updates : null
    }
  }

  #mayTake(seat: Seat): boolean {
    return seat.link.mayTake(() => {
      if (this.#parts.isHere(seat)) this.drained(seat)
    })
  }

  /** Gives it what comes after the position, in the messages that all get, but for those that its clocks cover. */
  #read(seat: Seat, position: number, clocks: Map<number, number>): void {
    this.#feed(seat, { position, of: null, messages: 0, clocks })
  }

  /** The messages go out as they are read, so that what waits for a slow reader stays small. */
  #feed(seat: Seat, progress: Progress): void {
    const { link } = seat
    let sent = 0
    while (link.buffered <= maxAhead && sent <= maxAtOnce && this.#mayTake(seat)) {
      const messages: Uint8Array[] = []
      let bytes = 0
      while (bytes <= maxAhead) {
        const message = this.#next(progress)
        if (message === null) return this.#close(seat, closing(messages))
        messages.push(message)
        bytes += message.length
      }
      link.send(messages)
      sent += bytes
    }
    seat.place = { state: 'reading', progress }
    if (sent > maxAtOnce)
      this.#parts.clock.soon(() => {
        if (this.#parts.isHere(seat)) this.drained(seat)
      })
  }

  /** The next message that it lacks; null when it has everything. */
  #next(progress: Progress): Uint8Array | null {
    const { tail } = this.#parts
    for (;;) {
      const piece = tail.next(progress.position)
      if (piece === null) return null
      const frames = this.#framesOf(piece.update)
      if (progress.of?.deref() !== frames) {
        progress.of = new WeakRef(frames)
        progress.messages = 0
      }
      const frame = frames.at(progress.messages++)
      if (frame === null) {
        progress.position = piece.last
        progress.of = null
      } else if (lacks(progress.clocks, frame)) return frame.message
    }
  }

  #framesOf(update: Uint8Array): UpdateFrames {
    const { shared, tail } = this.#parts
    let frames = this.#frames.get(update)
    if (frames === undefined) {
      frames = new UpdateFrames(update, update === tail.base.state ? tail.base : null, shared)
      this.#frames.set(update, frames)
    }
    return frames
  }

  /** Sends the difference that closes with SyncStep2. */
  #admit(seat: Seat, updates: readonly Uint8Array[], last: Uint8Array): void {
    this.#close(seat, [...updates.map(message.encodeUpdate), message.encodeRest(last)])
  }

  /** Sends the last messages of a state. */
  #close(seat: Seat, messages: readonly Uint8Array[]): void {
    if (!this.#parts.isHere(seat)) return
    const { state } = seat.place
    const missed = state === 'behind' || state === 'reading' ? this.#parts.missed(seat) : []
    seat.place = { state: 'live' }
    seat.question = null
    seat.link.send([...messages, ...missed])
    this.#parts.admitted(seat)
  }
}

/** The last of these updates as SyncStep2; an empty one behind them when the last is large, and so shared. */
const closing = (messages: Uint8Array[]): readonly Uint8Array[] => {
  const last = messages.at(-1)
  if (last === undefined || last.length > maxCopied) return [...messages, message.encodeRest(nothing)]
  return messages.with(-1, message.asRest(last))
}

const maxCopied = 16 * 1024
const nothing = Uint8Array.of(0, 0)

/** True when the frame holds something that a holder of these clocks lacks. They then have it. */
const lacks = (clocks: Map<number, number>, frame: Frame): boolean => {
  const ends = clocks.size === 0 ? null : frame.ends()
  if (ends === null) return true
  let lacking = false
  for (const [client, clock] of ends) {
    if (clock <= (clocks.get(client) ?? 0)) continue
    clocks.set(client, clock)
    lacking = true
  }
  return lacking
}
