import type { Clock } from '@quire/sync/clock'
import type { Refusal } from '@quire/sync/error'
import type { Role } from '@quire/sync/role'
import { documentOf } from './access.ts'
import type { Policy } from './access.ts'
import type { Claims } from './jwt.ts'
import type { Sparing } from './log.ts'
import type { Who, Whoever } from './who.ts'

/** What somebody in a room may do from now on, or why they may not stay. */
export type Change = { readonly role: Role } | { readonly refusal: Refusal }

/** What standings are watched with. */
export interface Parts {
  readonly policy: Pick<Policy, 'access'>
  readonly whoever: Pick<Whoever, 'holds'>
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wall: () => number
  /** Carries a change to the connection. */
  readonly assign: (room: string, ticket: number, change: Change) => void
  readonly sparing: Sparing
}

/** A connection, and what was decided about it. */
interface Standing {
  readonly ticket: number
  readonly room: string
  who: Who
  role: Role
  /** When that was decided. */
  decided: number
}

/** A decision is not older than this, in ms; how often the oldest are looked at. */
const longest = 60_000
const look = 1000

/**
 * Everyone who is connected, and as what. Decides anew when something changes, when a token or session ends, and at
 * least every minute; who may do less from then on is told so, or sent out.
 */
export class Standings {
  readonly #parts: Parts
  /** In the order of their decisions, the oldest first. */
  readonly #all = new Map<number, Standing>()
  readonly #perDocument = new Map<string, Set<Standing>>()
  #tickets = 0
  #changes = 0
  #waiting: () => void = () => {}

  constructor(parts: Parts) {
    this.#parts = parts
    this.#look()
  }

  /** Counts what has changed: whoever decides about a newcomer decides again when this did meanwhile. */
  get changes(): number {
    return this.#changes
  }

  /** Watches over a connection until it leaves. */
  enter(who: Who, room: string, role: Role): { ticket: number; leave: () => void } {
    const ticket = ++this.#tickets
    const standing: Standing = { ticket, room, who, role, decided: this.#parts.clock.now() }
    const document = documentOf(room) ?? room
    const there = this.#perDocument.get(document) ?? new Set()
    this.#perDocument.set(document, there.add(standing))
    this.#all.set(ticket, standing)
    const leave = (): void => {
      this.#all.delete(ticket)
      there.delete(standing)
      if (there.size === 0 && this.#perDocument.get(document) === there) this.#perDocument.delete(document)
    }
    return { ticket, leave }
  }

  /** Somebody may do more or less in this document. Resolves when everybody in it has been told. */
  async changed(document: string): Promise<void> {
    this.#changes++
    await this.#decide([...(this.#perDocument.get(document) ?? [])])
  }

  /** Something changed about one person, wherever they are. */
  async changedFor(identity: string): Promise<void> {
    this.#changes++
    await this.#decide([...this.#all.values()].filter(({ who }) => who.identity === identity))
  }

  /** A guest is somebody with an account from now on, signed in by this session. */
  async adopt(guest: string, who: Who): Promise<void> {
    for (const standing of this.#all.values()) if (standing.who.identity === guest) standing.who = who
    await this.changedFor(who.identity)
  }

  /** A newer token of somebody takes the place of those they came with. Returns for how many connections it does. */
  async renew(identity: string, claims: Claims): Promise<number> {
    const theirs = [...this.#all.values()].filter(
      ({ who }) => who.identity === identity && who.claims !== null,
    )
    for (const standing of theirs) standing.who = { ...standing.who, claims }
    await this.changedFor(identity)
    return theirs.length
  }

  close(): void {
    this.#waiting()
    this.#waiting = () => {}
  }

  #look(): void {
    const { clock, wall } = this.#parts
    this.#waiting = clock.after(look, () => {
      const now = clock.now()
      const due: Standing[] = []
      for (const standing of this.#all.values()) {
        if (now - standing.decided < longest) break
        due.push(standing)
      }
      const time = wall()
      for (const standing of this.#all.values())
        if ((standing.who.claims?.expires ?? Number.POSITIVE_INFINITY) <= time) due.push(standing)
      if (due.length > 0) void this.#decide(due)
      this.#look()
    })
  }

  async #decide(standings: readonly Standing[]): Promise<void> {
    const { policy, whoever, clock, assign, sparing } = this.#parts
    const now = clock.now()
    for (const standing of standings) {
      if (!this.#all.delete(standing.ticket)) continue // it has left
      standing.decided = now
      this.#all.set(standing.ticket, standing)
    }
    // many are the same nobody, in the same room
    const asked = new Map<string, Promise<Change>>()
    const ask = (standing: Standing): Promise<Change> => {
      const { who, room } = standing
      const decide = async (): Promise<Change> => {
        if (!(await whoever.holds(who))) return { refusal: 'signed-out' }
        const access = await policy.access(who.identity, room, who.claims)
        if (!('refusal' in access)) return { role: who.readsOnly ? 'view' : access.role }
        // missing is told to those who were never there; they were
        return { refusal: access.refusal === 'not-found' ? 'not-shared' : access.refusal }
      }
      if (who.claims !== null) return decide()
      const key = `${who.identity} ${who.session ?? ''} ${who.key ?? ''} ${room}`
      const known = asked.get(key) ?? decide()
      asked.set(key, known)
      return known
    }
    await Promise.all(
      standings.map(async (standing) => {
        try {
          const change = await ask(standing)
          if (this.#all.get(standing.ticket) !== standing) return
          if ('role' in change && change.role === standing.role) return
          if ('role' in change) standing.role = change.role
          assign(standing.room, standing.ticket, change)
        } catch (error) {
          // what cannot be decided now stays as it is, and is decided within a minute
          sparing.say('error', { err: error }, 'access could not be decided')
        }
      }),
    )
  }
}
