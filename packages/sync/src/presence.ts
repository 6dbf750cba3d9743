import { SyncError } from './error.ts'
import type { Notice } from './error.ts'
import type { Link } from './link.ts'
import { encodeEntry } from './message.ts'
import type { Owners } from './owners.ts'
import type { Limits } from './rules.ts'
import { isJson, Reader, utf16Length } from './reader.ts'

/** One client's awareness state, as its bytes. */
interface State {
  clock: number
  /** As it stands in a frame. Whoever is given it copies it at once. */
  entry: Uint8Array
  /** Where in it the JSON begins, which ends it. */
  json: number
  /** The connection that may change it; null once that has gone. */
  owner: Link | null
  /** Whom that connection acts for: their next connection takes the id over. */
  identity: string
}

const maxLeap = 1000
const maxFirstClock = 2 ** 32
/** Clients that left are remembered, as their peers do: a state at a clock that was seen before is not news. */
const maxGone = 1000
const none = Uint8Array.of(110, 117, 108, 108) // null

/**
 * Who is where: the latest awareness state of each client id, never parsed. An id belongs to the connection that
 * first showed it, one id a connection, and only that connection may change or remove it: every stock client
 * sends back what it hears of others, and some announce the end of people who are still there.
 */
export class Presence {
  readonly #states = new Map<number, State>()
  readonly #ids = new Map<Link, number>()
  /** Ids that left, with the clock they had. */
  readonly #gone = new Map<number, number>()
  /** Ids whose state changed since it was last taken. */
  readonly #changed = new Set<number>()
  readonly #limits: Pick<Limits, 'presence' | 'presences' | 'presenceBytes'>
  readonly #owners: Owners
  readonly #notice: (notice: Notice) => void
  #bytes = 0

  constructor(
    limits: Pick<Limits, 'presence' | 'presences' | 'presenceBytes'>,
    owners: Owners,
    notice: (notice: Notice) => void,
  ) {
    this.#limits = limits
    this.#owners = owners
    this.#notice = notice
  }

  /** The id of a connection, if it has one. */
  clientOf(link: Link): number | undefined {
    return this.#ids.get(link)
  }

  /** True while a connection has this id. */
  isOwned(client: number): boolean {
    for (const owned of this.#ids.values()) if (owned === client) return true
    return false
  }

  /** How many are shown. */
  get size(): number {
    return this.#states.size
  }

  /** True when somebody has to be told something. */
  get news(): boolean {
    return this.#changed.size > 0
  }

  /**
   * Gives an id to a connection that has none, if nobody else owns it. A connection that broke may not have
   * been noticed yet, so the same person may take it over. 'again' when the id was seen here before.
   */
  claim(link: Link, identity: string, client: number): 'first' | 'again' | null {
    const state = this.#states.get(client)
    if (this.#ids.has(link) || !this.#owners.mayUse(client, identity)) return null
    if (state !== undefined) {
      if (state.owner !== null && state.identity !== identity) return null
      if (state.owner !== null) this.#ids.delete(state.owner)
      state.owner = link
      state.identity = identity
    }
    this.#ids.set(link, client)
    return state !== undefined || this.#gone.has(client) ? 'again' : 'first'
  }

  /**
   * Takes the entry that is the connection's own out of the payload of an awareness frame; others are passed
   * over unread. `showing`: in this frame a stock client shows its own id, right after SyncStep1. Returns how
   * the connection claimed its id, if it did so now, or an error for bytes that would throw in other clients.
   */
  receive(
    link: Link,
    identity: string,
    payload: Uint8Array,
    showing: boolean,
  ): 'first' | 'again' | null | SyncError {
    const reader = new Reader(payload)
    const count = reader.varUint()
    let claimed: 'first' | 'again' | null = null
    for (let index = 0; index < count && reader.ok; index++) {
      const client = reader.varUint()
      const clock = reader.varUint()
      const json = reader.buffer()
      if (!reader.ok) break
      if (this.#ids.get(link) !== client) {
        const unseen = !this.#states.has(client) && !this.#gone.has(client)
        if (count === 1 && (showing || unseen) && !isNone(json)) claimed = this.claim(link, identity, client)
        if (this.#ids.get(link) !== client) {
          this.#notice('foreign-presence')
          continue
        }
      }
      const error = this.#take(link, identity, client, clock, json)
      if (error !== null) return error
    }
    return reader.done ? claimed : new SyncError('bad-bytes', 'awareness does not decode')
  }

  #take(owner: Link, identity: string, client: number, clock: number, json: Uint8Array): SyncError | null {
    const known = this.#states.get(client)
    if (isNone(json)) {
      if (known !== undefined && clock >= known.clock && clock <= known.clock + maxLeap)
        this.#remove(client, clock)
      return null
    }
    // a state at the known clock is news only when the id was away
    if (known !== undefined && (clock <= known.clock || clock > known.clock + maxLeap)) return null
    if (known === undefined && clock > maxFirstClock) return null
    if (known === undefined || !endsWith(known, json)) {
      if (json.length > this.#limits.presence)
        return new SyncError('bad-bytes', 'awareness state is too large')
      if (utf16Length(json, 0, json.length) < 0 || !isJson(json, 0, json.length)) {
        return new SyncError('bad-bytes', 'awareness state is not JSON')
      }
    }
    const { presences, presenceBytes } = this.#limits
    const bytes = this.#bytes + json.length - (known === undefined ? 0 : sizeOf(known))
    if (bytes > presenceBytes || (known === undefined && this.#states.size >= presences)) {
      this.#notice('presence-full')
      return null
    }
    this.#bytes = bytes
    const own = encodeEntry(client, clock, json, known?.entry)
    if (known === undefined) {
      this.#states.set(client, { clock, entry: own, json: own.length - json.length, owner, identity })
      this.#gone.delete(client)
    } else {
      known.clock = clock
      known.entry = own
      known.json = own.length - json.length
    }
    this.#changed.add(client)
    return null
  }

  /** The connection is gone; its id may be claimed by the one that follows it. */
  disown(link: Link): number | undefined {
    const client = this.#ids.get(link)
    if (client === undefined) return undefined
    this.#ids.delete(link)
    const state = this.#states.get(client)
    if (state !== undefined) state.owner = null
    return client
  }

  /**
   * Ends an id unless a connection has it. At its last clock: one later, and its next renewal would not count.
   * False when somebody took it over.
   */
  end(client: number): boolean {
    if (this.isOwned(client)) return false
    const state = this.#states.get(client)
    if (state !== undefined) this.#remove(client, state.clock)
    return true
  }

  #remove(client: number, clock: number): void {
    const state = this.#states.get(client)
    if (state !== undefined) this.#bytes -= sizeOf(state)
    this.#states.delete(client)
    this.#gone.delete(client)
    this.#gone.set(client, clock)
    const oldest = this.#gone.keys().next()
    if (this.#gone.size > maxGone && oldest.done !== true && !this.#changed.has(oldest.value)) {
      this.#gone.delete(oldest.value)
    }
    this.#changed.add(client)
  }

  /** The latest state of everyone, as entries of an awareness frame. */
  all(): Uint8Array[] {
    return [...this.#states.values()].map((state) => state.entry)
  }

  /** Whose state it is that changed, when that is only one's: its connection knows. */
  get mover(): Link | null {
    const [client, another] = this.#changed
    if (client === undefined || another !== undefined) return null
    return this.#states.get(client)?.owner ?? null
  }

  /** What changed since the last call, as entries; the latest state of each client only. */
  takeNews(): Uint8Array[] {
    const entries = Array.from(
      this.#changed,
      (client) => this.#states.get(client)?.entry ?? encodeEntry(client, this.#gone.get(client) ?? 0, none),
    )
    this.#changed.clear()
    return entries
  }

  /** Tells the owner of an id that it is gone, at which a stock client shows itself anew with its next clock. */
  poke(link: Link): Uint8Array | null {
    const client = this.#ids.get(link)
    const state = client === undefined ? undefined : this.#states.get(client)
    return client === undefined || state === undefined ? null : encodeEntry(client, state.clock, none)
  }
}

const sizeOf = ({ entry: { length }, json }: State): number => length - json

const endsWith = (state: State, json: Uint8Array): boolean => {
  if (sizeOf(state) !== json.length) return false
  for (let index = 0; index < json.length; index++)
    if (state.entry[state.json + index] !== json[index]) return false
  return true
}

const same = (one: Uint8Array, other: Uint8Array): boolean => {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}

const isNone = (json: Uint8Array): boolean => same(json, none)
