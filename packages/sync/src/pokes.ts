import type { Clock } from './clock.ts'
import * as message from './message.ts'
import type { Presence } from './presence.ts'
import type { Seat } from './seat.ts'

const crowd = 50
const pause = 2000

/**
 * Somebody came back. A stock client remembers the clocks of people it dropped while it was away, and others
 * remember its own, so they stay invisible to each other for up to 18 s unless each shows itself anew.
 */
export class Pokes {
  readonly #presence: Presence
  readonly #clock: Clock
  readonly #isHere: (seat: Seat) => boolean

  constructor(presence: Presence, clock: Clock, isHere: (seat: Seat) => boolean) {
    this.#presence = presence
    this.#clock = clock
    this.#isHere = isHere
  }

  /** Asks everybody to show themselves anew, each at most once in two seconds. A crowd is not asked. */
  all(seats: ReadonlyMap<unknown, Seat>): void {
    if (seats.size > crowd) return
    for (const seat of seats.values()) this.#poke(seat)
  }

  #poke(seat: Seat): void {
    if (seat.poking) return
    const wait = seat.poked + pause - this.#clock.now()
    if (wait > 0) {
      seat.poking = true
      this.#clock.after(wait, () => {
        seat.poking = false
        if (this.#isHere(seat)) this.#poke(seat)
      })
      return
    }
    const entry = this.#presence.poke(seat.link)
    if (entry === null) return
    seat.poked = this.#clock.now()
    seat.link.send([message.encodePresence([entry])])
  }
}
