import type { IncomingMessage } from 'node:http'
import type { Socket as Wire } from 'node:net'
import type { Duplex } from 'node:stream'
import type { People } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Refusal } from '@quire/sync/error'
import type { Visitor } from '@quire/sync/seat'
import type { Access, Policy } from './access.ts'
import { clientAddress, networkOf } from './address.ts'
import type { Trust } from './address.ts'
import type { Backlog } from './backlog.ts'
import type { Excess, Gate } from './gate.ts'
import { untilSeated } from './handshakes.ts'
import type { Arrival, Handshakes } from './handshakes.ts'
import { person, unnamed } from './identity.ts'
import type { Guests } from './identity.ts'
import type { Knocks } from './knocks.ts'
import type { Load } from './load.ts'
import type { Sparing } from './log.ts'
import type { Metrics, Turning } from './metrics.ts'
import { knowsHost, knowsOrigin } from './origin.ts'
import type { Bounds } from './origin.ts'
import type { Gone } from './seating.ts'
import type { Shard } from './shard.ts'
import type { Standings } from './standings.ts'
import { nobody } from './who.ts'
import type { Who, Whoever } from './who.ts'

/** What the way into a room consists of. */
export interface Parts {
  readonly bounds: Bounds
  readonly trust: Trust
  readonly policy: Policy
  readonly guests: Guests
  readonly whoever: Whoever
  readonly standings: Standings
  /** Told that somebody opens a document. */
  readonly visited: (identity: string, room: string) => void
  /** True when a token may stand in the address: applications behind proxies that log it are to use a header. */
  readonly tokenInAddress: boolean
  /** True while clients that tell no epoch are not let in: what they hold would merge into what was brought back. */
  readonly refusesStock: () => boolean
  readonly people: People
  readonly shard: Pick<Shard, 'isOpen' | 'overloaded' | 'seat'>
  readonly handshakes: Handshakes
  readonly knocks: Knocks
  readonly gate: Gate
  readonly load: Load
  readonly backlog: Backlog
  readonly clock: Clock
  readonly metrics: Metrics
  readonly sparing: Sparing
}

/** The longest that it may take to find out whether somebody may come in. */
const patience = 15_000

/** Somebody at the door. */
interface Caller extends Arrival {
  readonly address: string
  readonly who: Who
  readonly room: string
  readonly page: Visitor['page']
  readonly epoch: string
}

/** The way to the rooms: `/sync/<room>`, by WebSocket. Says who may come in; the shard then has a seat for them. */
export class Upgrades {
  readonly #parts: Parts
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Lets nobody in any more. */
  stop(): void {
    this.#closed = true
  }

  /** Answers one upgrade request. Never throws. */
  readonly take = (request: IncomingMessage, wire: Duplex, head: Buffer): void => {
    untilSeated(wire)
    this.#decide(request, head).catch((error: unknown) => {
      this.#parts.sparing.say('error', { err: error }, 'an upgrade failed')
      this.#refuse(request.socket, 'unreadable')
    })
  }

  async #decide(request: IncomingMessage, head: Buffer): Promise<void> {
    const { bounds, trust, policy, guests, knocks, gate, load, shard, backlog } = this.#parts
    const wire = request.socket
    const { host, origin, cookie } = request.headers
    const address = clientAddress(wire.remoteAddress ?? '', forwardedFor(request), trust)
    const guest = guests.read(cookie)
    if (guest === null && !gate.handshake(address)) return this.#refuse(wire, 'handshakes')
    const [path = '', query = ''] = (request.url ?? '').split('?', 2)
    if (!path.startsWith('/sync/')) return this.#refuse(wire, 'unknown-path')
    const room = decoded(path.slice('/sync/'.length))
    if (room === null || !policy.names(room)) return this.#refuse(wire, 'bad-name')
    const provenance = { host, origin, site: undefined }
    if (!knowsHost(bounds, host) || !knowsOrigin(bounds, provenance)) return this.#refuse(wire, 'foreign')
    if (this.#closed) return this.#refuse(wire, 'draining')
    if (load.over || shard.overloaded(room)) return this.#refuse(wire, 'overload')
    // who is let in when the disk has too much to do waits for it, and adds to what it has to do
    if (backlog.over && !shard.isOpen(room)) return this.#refuse(wire, 'backlog')

    const search = new URLSearchParams(query)
    const who = await this.#whoIs(request, search)
    const page = pageOf(search)
    const epoch = search.get('epoch') ?? ''
    const caller = { request, wire, head, address, who: who ?? nobody, room, page, epoch }
    const knocker = who === null ? `token of ${networkOf(address)}` : knockerOf(caller)
    if (knocks.again(knocker, room)) return this.#refuse(wire, 'knocked-again')
    if (who === null) {
      if (this.#turnAway(caller, 'signed-out')) knocks.refused(knocker, room)
      return
    }
    const callOff = this.#parts.clock.after(patience, () => this.#refuse(wire, 'unreadable'))
    await this.#admit(caller).finally(callOff)
  }

  /** Null when they show what is no good. */
  async #whoIs({ headers }: IncomingMessage, search: URLSearchParams): Promise<Who | null> {
    const { whoever, tokenInAddress } = this.#parts
    const { origin, cookie, authorization } = headers
    const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? []
    const bearer =
      bearerIn(authorization) ??
      offered.find((name) => name.startsWith('bearer.'))?.slice('bearer.'.length) ??
      (tokenInAddress ? search.get('token') : null)
    if (bearer === null && (origin === undefined || cookie === undefined)) return nobody
    // a cookie says who somebody is only where a browser vouches for the page that sends it
    return whoever.of({ cookie: origin === undefined ? undefined : cookie, bearer })
  }

  /** Whoever may be in the room, and finds a place, gets a seat in it. */
  async #admit(caller: Caller): Promise<void> {
    const { policy, knocks, gate, people, shard, standings, visited, refusesStock } = this.#parts
    const { wire, address, who, room, page } = caller
    const { identity } = who
    const name = who.name ?? (await person(people, identity)).name
    let changes: number
    let access: Access
    do {
      changes = standings.changes
      access = await policy.access(identity, room, who.claims)
      if ('refusal' in access) {
        if (access.refusal === 'not-found' && !gate.miss(address)) return this.#refuse(wire, 'misses')
        if (this.#turnAway(caller, access.refusal)) knocks.refused(knockerOf(caller), room)
        return
      }
      // from here on whatever changes reaches this connection too
    } while (changes !== standings.changes)
    const role = who.readsOnly ? 'view' : access.role
    const standing = standings.enter(who, room, role)
    const { ticket } = standing
    // not remembered as a knock: only our pages tell an epoch, they stay away, and the room is there for others
    const otherEpoch = page === null ? refusesStock() : caller.epoch !== '' && caller.epoch !== access.epoch
    const place = otherEpoch ? null : gate.enter(address, identity === unnamed ? null : identity, room)
    if (place === null || typeof place === 'string') {
      standing.leave()
      return place === null ? void this.#turnAway(caller, 'other-epoch') : this.#crowded(caller, place)
    }
    const leave = (): void => {
      standing.leave()
      place()
    }
    if (page !== null) visited(identity, room)
    const visitor = { identity, name, verified: identity !== unnamed, role, page }
    shard.seat(
      { ticket, visitor, room, epoch: access.epoch, address },
      caller,
      this.#gone(leave, page, knockerOf(caller), room),
    )
  }

  /** Lives as long as the connection, and so knows nothing of the request: its buffers are ten times all else. */
  #gone(place: () => void, page: Visitor['page'], knocker: string, room: string): Gone {
    return (refusal) => {
      place()
      // a page may come back at once, under another client id
      if (page === null && refusal !== null && lasting.has(refusal)) this.#parts.knocks.refused(knocker, room)
    }
  }

  #crowded(caller: Caller, excess: Excess): void {
    // a page cannot see a status, and this is for the person to know
    if (caller.page === null || excess === 'address') return this.#refuse(caller.wire, excess)
    this.#parts.metrics.turned(excess)
    this.#turnAway(caller, 'crowded')
  }

  /** Tells why, if its address has a place left for the second that this takes. False when it has none. */
  #turnAway(caller: Caller, refusal: Refusal): boolean {
    const leave = this.#parts.gate.enterAddress(caller.address)
    if (leave === null) this.#refuse(caller.wire, 'address')
    else this.#parts.handshakes.turnAway(caller, refusal, leave)
    return leave !== null
  }

  #refuse(wire: Wire, reason: Turning): void {
    this.#parts.handshakes.refuse(wire, reason)
  }
}

/** What a retry does not cure: the same client comes back with the same bytes. */
const lasting: ReadonlySet<Refusal> = new Set(['bad-bytes', 'too-large'])

/** Whom a refusal is remembered of: the person where one is known, else everyone at that address. */
const knockerOf = ({ who: { identity }, address }: Pick<Caller, 'who' | 'address'>): string =>
  identity === unnamed ? networkOf(address) : identity

/** What stands behind `Bearer` in an Authorization header, or null. */
export const bearerIn = (authorization: string | undefined): string | null =>
  /^Bearer +(\S{1,4096})$/i.exec(authorization ?? '')?.[1] ?? null

/** X-Forwarded-For as one line, however often it was sent. */
export const forwardedFor = ({ headers }: IncomingMessage): string | undefined => {
  const said = headers['x-forwarded-for']
  return Array.isArray(said) ? said.join(',') : said
}

const decoded = (part: string): string | null => {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

/** What our own page says of itself in its address; null for every other client. */
const pageOf = (query: URLSearchParams): Visitor['page'] => {
  const client = Number(query.get('client') ?? Number.NaN)
  const schema = Number(query.get('schema') ?? Number.NaN)
  const whole = Number.isSafeInteger(client) && client >= 0 && Number.isSafeInteger(schema)
  const tab = query.get('tab') ?? ''
  const named = tabName.test(tab) ? { tab } : {}
  return query.get('quire') === '1' && whole ? { client, schema, ...named } : null
}

/** A name that a page gives itself by chance. */
const tabName = /^[\w-]{1,64}$/
