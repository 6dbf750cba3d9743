import type { Clock } from '@quire/sync/clock'
import { networkOf } from '../address.ts'
import { Allowance } from '../allowance.ts'

/** People who send at the full rate from one address. */
const peopleAtAddress = 4
/** Seconds of the rate that may come at once. */
const burst = 8

/** Slows down uploads of a person, and of an address, to so many bytes a second: they are not read for a while. */
export class UploadRate {
  readonly #clock: Clock
  readonly #people: Allowance
  readonly #addresses: Allowance

  constructor(rate: number, clock: Clock) {
    const now = (): number => clock.now()
    this.#clock = clock
    this.#people = new Allowance(rate, burst * rate, now)
    this.#addresses = new Allowance(peopleAtAddress * rate, burst * peopleAtAddress * rate, now)
  }

  /** Counts bytes that have come, and resolves when more may be read. */
  async take(identity: string, address: string, bytes: number): Promise<void> {
    const debt = Math.max(this.#people.owe(identity, bytes), this.#addresses.owe(networkOf(address), bytes))
    if (debt === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#clock.after(debt, resolve)
    await promise
  }
}
