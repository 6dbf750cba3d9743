import type { Store } from '@quire/storage/store'
import { networkOf } from '../address.ts'
import { Allowance } from '../allowance.ts'
import { unnamed } from '../identity.ts'
import type { Limits } from '../limits.ts'
import type { FreeSpace } from './free-space.ts'

/** Who wants to store something, and from where. */
export interface Storer {
  readonly identity: string
  readonly address: string
  /** True for whoever has neither an account nor a token of an application. */
  readonly isGuest: boolean
}

/**
 * Why something is not stored: this person has all that one person may have; the guests of this address have stored too
 * much today; or there is no room on the server, by its own quota or by what its disk must keep free.
 */
export type QuotaReason = 'quota-full' | 'guests-full' | 'no-room'

/** Room that is held for something on its way, until it is stored or given up. */
export interface Reservation {
  /** Holds so many bytes more, or tells why not. */
  grow(bytes: number): Promise<QuotaReason | null>
  /** So many of the bytes that are held are stored now. */
  stored(bytes: number): void
  /** What is held and was not stored is free again. To be called once, at the end. */
  release(): void
}

/** What quotas are kept with. */
export interface QuotasDeps {
  readonly store: Pick<Store, 'usage'>
  readonly limits: Pick<Limits, 'guestQuota' | 'accountQuota' | 'totalQuota' | 'reserve' | 'guestsPerAddress'>
  readonly space: Pick<FreeSpace, 'bytes'>
  /** Monotonic, in ms. */
  readonly now: () => number
}

/** What somebody, or everybody, has stored and holds room for. */
interface Tally {
  used: number
  reserved: number
  /** What was stored while this is remembered. */
  stored: number
  /** Reservations that have not ended. */
  open: number
}

/** What a document takes as soon as it is made. */
const documentBytes = 4096
/** So many documents may be made for each guest that an address may be: what is written into them later counts for none. */
const documentsPerGuest = 200

/** Seconds in which what the guests of an address may store comes again. */
const day = 86_400

const empty = (): Tally => ({ used: 0, reserved: 0, stored: 0, open: 0 })

/**
 * Bounds what people store in sum: per person; per address for guests, who are new people whenever they like; and in all.
 * Room is reserved before anything is written, so many at once come no further than one after the other. What is stored
 * is only read in the one process that has the API, so there is one of these.
 */
export class Quotas {
  readonly #deps: QuotasDeps
  /** Of those who have reservations that have not ended. */
  readonly #people = new Map<string, Tally>()
  readonly #total = empty()
  readonly #guests: Allowance

  constructor(deps: QuotasDeps) {
    const { limits, now } = deps
    this.#deps = deps
    const most = limits.guestsPerAddress * limits.guestQuota
    this.#guests = new Allowance(most / day, most, now)
  }

  /** Reserves so many bytes, or tells why not. */
  reserve(storer: Storer, bytes: number): Promise<Reservation | QuotaReason> {
    return this.#reserve(storer, bytes, bytes)
  }

  /** Reserves room for a new document that holds so many bytes, or tells why not. */
  reserveDocument(storer: Storer, bytes: number): Promise<Reservation | QuotaReason> {
    const share = this.#deps.limits.guestQuota / documentsPerGuest
    return this.#reserve(storer, bytes + documentBytes, bytes + share)
  }

  async #reserve(storer: Storer, bytes: number, ofAddress: number): Promise<Reservation | QuotaReason> {
    const { identity, isGuest } = storer
    const network = networkOf(storer.address)
    const person = this.#people.get(identity) ?? empty()
    this.#people.set(identity, person)
    const tallies = [person, this.#total]
    for (const tally of tallies) tally.open++
    let [held, spent, isStored] = [0, 0, false]
    const hold = async (more: number, ofGuests: number): Promise<QuotaReason | null> => {
      const free = await this.#deps.space.bytes()
      // nothing waits between the question and the holding
      const reason = this.#reasonAgainst(storer, person, more, free)
      if (reason !== null) return reason
      if (isGuest && !this.#guests.take(network, ofGuests)) return 'guests-full'
      held += more
      spent += ofGuests
      for (const tally of tallies) tally.reserved += more
      return null
    }
    const stored = (size: number): void => {
      isStored = true
      held -= size
      for (const tally of tallies) {
        tally.reserved -= size
        tally.used += size
        tally.stored += size
      }
    }
    const release = (): void => {
      for (const tally of tallies) {
        tally.reserved -= held
        tally.open--
      }
      if (isGuest && !isStored) this.#guests.giveBack(network, spent)
      if (person.open === 0) this.#people.delete(identity)
    }
    try {
      const before = tallies.map((tally) => tally.stored)
      const { own, total } = await this.#deps.store.usage(identity)
      // the answer may be older than what was stored since the question
      for (const [at, tally] of tallies.entries())
        tally.used = (at === 0 ? own : total) + tally.stored - (before[at] ?? 0)
      const reason = await hold(bytes, ofAddress)
      if (reason === null) return { grow: (more) => hold(more, more), stored, release }
      release()
      return reason
    } catch (error) {
      release()
      throw error
    }
  }

  /** All that is stored, in bytes, as far as it is known. */
  get used(): number {
    return this.#total.used
  }

  /** Resolves when `used` is known anew. */
  async refresh(): Promise<void> {
    const before = this.#total.stored
    const { total } = await this.#deps.store.usage('')
    this.#total.used = total + this.#total.stored - before
  }

  #reasonAgainst(storer: Storer, person: Tally, more: number, free: number): QuotaReason | null {
    const { limits } = this.#deps
    const own = storer.isGuest ? limits.guestQuota : limits.accountQuota
    // the unnamed guest is everybody without a cookie: bounded by address alone
    if (storer.identity !== unnamed && person.used + person.reserved + more > own) return 'quota-full'
    if (this.#total.used + this.#total.reserved + more > limits.totalQuota) return 'no-room'
    return free - this.#total.reserved - more < limits.reserve ? 'no-room' : null
  }
}
