import type { Sharing } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Sparing } from './log.ts'
import type { Standings } from './standings.ts'

/** What the end of links is watched with. */
export interface Parts {
  readonly sharing: Pick<Sharing, 'nextEnd' | 'ended'>
  readonly standings: Pick<Standings, 'changed'>
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wall: () => number
  readonly sparing: Sparing
}

/** The clock on the wall may be set: it is looked at so often, in ms, however far the next end is. */
const longest = 60_000
/** After a store that could not be asked. */
const again = 1000

/**
 * Links that end at a set time. Whoever is connected by one hears of it then, by a timer for the next of them all and
 * not by asking for each.
 */
export class Endings {
  readonly #parts: Parts
  /** Up to here everybody has heard. */
  #heard: number
  #turn = 0
  #closed = false
  #waiting: () => void = () => {}

  constructor(parts: Parts) {
    this.#parts = parts
    this.#heard = parts.wall()
    this.look()
  }

  /** There may be a link that ends sooner. */
  look(): void {
    const turn = ++this.#turn
    this.#waiting()
    this.#next().then(
      (pause) => this.#wait(turn, pause),
      (error: unknown) => {
        if (this.#closed) return
        this.#parts.sparing.say('error', { err: error }, 'the end of links could not be looked up')
        this.#wait(turn, again)
      },
    )
  }

  close(): void {
    this.#closed = true
    this.#waiting()
  }

  #wait(turn: number, pause: number): void {
    if (this.#closed || turn !== this.#turn) return // somebody has looked meanwhile
    this.#waiting = this.#parts.clock.after(pause, () => this.look())
  }

  /** Tells of what has ended. Resolves with how long there is nothing more to tell. */
  async #next(): Promise<number> {
    const { sharing, standings, wall } = this.#parts
    const now = wall()
    for (const document of await sharing.ended(this.#heard, now)) await standings.changed(document)
    this.#heard = Math.max(this.#heard, now)
    const next = await sharing.nextEnd(now)
    return next === null ? longest : Math.min(Math.max(next - wall(), 0) + 1, longest)
  }
}
