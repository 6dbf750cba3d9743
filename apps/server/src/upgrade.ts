import { STATUS_CODES } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Socket as Wire } from 'node:net'
import type { Duplex } from 'node:stream'
import type { People } from '@quire/storage/store'
import { refusals } from '@quire/sync/error'
import type { Refusal } from '@quire/sync/error'
import { encodeDenied } from '@quire/sync/message'
import type { Visitor } from '@quire/sync/seat'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Policy } from './access.ts'
import { clientAddress, networkOf } from './address.ts'
import type { Trust } from './address.ts'
import type { Excess, Gate } from './gate.ts'
import { person, unnamed } from './identity.ts'
import type { Guests } from './identity.ts'
import type { Knocks } from './knocks.ts'
import type { Load } from './load.ts'
import { shown } from './log.ts'
import type { Turning } from './metrics.ts'
import { knowsHost, knowsOrigin } from './origin.ts'
import type { Bounds } from './origin.ts'
import type { Rooms } from './rooms.ts'
import { Socket } from './socket.ts'
import type { House } from './socket.ts'

/** What the way into a room consists of. */
export interface Parts extends House {
  readonly bounds: Bounds
  readonly trust: Trust
  readonly policy: Policy
  readonly guests: Guests
  readonly people: People
  readonly rooms: Rooms
  readonly knocks: Knocks
  readonly gate: Gate
  readonly load: Load
}

// what a stock client prints to its console
const reasons: Partial<Record<Refusal, string>> = {
  'not-found': 'There is no such document, or it is not shared with you.',
}

const statuses = {
  'bad-name': 400,
  foreign: 403,
  'knocked-again': 403,
  'unknown-path': 404,
  handshakes: 429,
  address: 429,
  person: 429,
  room: 429,
  misses: 429,
  rooms: 429,
  unreadable: 503,
  backlog: 503,
  overload: 503,
  draining: 503,
} as const satisfies Record<Turning, number>

/** The longest that somebody waits for a room to open. */
const patience = 15_000

/** Somebody at the door. */
interface Caller {
  readonly request: IncomingMessage
  readonly wire: Wire
  readonly head: Buffer
  readonly address: string
  readonly identity: string
  readonly room: string
  readonly page: Visitor['page']
  readonly epoch: string
}

/** The way into the rooms: `/sync/<room>`, by WebSocket. Everything is decided before the connection is one. */
export class Upgrades {
  readonly #parts: Parts
  readonly #server: WebSocketServer
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
    const options = {
      noServer: true,
      maxPayload: parts.limits.message,
      perMessageDeflate: false,
      maxFragments: 256,
      maxBufferedChunks: 32_768, // a large message over a slow line comes in pieces of about a kilobyte
      closeTimeout: 5000, // its types do not know this one yet
    }
    this.#server = new WebSocketServer(options)
  }

  /** How many are connected. */
  get count(): number {
    return this.#server.clients.size
  }

  /** Answers one upgrade request. Never throws. */
  readonly take = (request: IncomingMessage, wire: Duplex, head: Buffer): void => {
    wire.on('error', () => wire.destroy()) // until the WebSocket has its own
    this.#decide(request, head).catch((error: unknown) => {
      this.#parts.sparing.say('error', { err: error }, 'an upgrade failed')
      this.#refuse(request.socket, 'unreadable')
    })
  }

  /** Takes no more; resolves when the last has gone. Those who do not go within two seconds are cut off. */
  async close(): Promise<void> {
    this.stop()
    const gone = [...this.#server.clients].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    )
    const cut = setTimeout(() => {
      for (const socket of this.#server.clients) socket.terminate()
    }, 2000)
    await Promise.all(gone)
    clearTimeout(cut)
  }

  /** Takes no more. */
  stop(): void {
    this.#closed = true
  }

  async #decide(request: IncomingMessage, head: Buffer): Promise<void> {
    const { bounds, trust, policy, guests, knocks, gate, load, rooms, backlog } = this.#parts
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
    if (load.over) return this.#refuse(wire, 'overload')
    // who is let in when the disk has too much to do waits for it, and adds to what it has to do
    if (backlog.over && rooms.peek(room) === null) return this.#refuse(wire, 'backlog')

    // a cookie says who somebody is only where a browser vouches for the page that sends it
    const identity = (origin === undefined ? null : guest) ?? unnamed
    const search = new URLSearchParams(query)
    const epoch = search.get('epoch') ?? ''
    const caller = { request, wire, head, address, identity, room, page: pageOf(search), epoch }
    if (knocks.again(knockerOf(caller), room)) return this.#refuse(wire, 'knocked-again')
    const callOff = this.#parts.clock.after(patience, () => this.#refuse(wire, 'unreadable'))
    await this.#admit(caller).finally(callOff)
  }

  /** Whoever may be in the room gets a seat in it. */
  async #admit(caller: Caller): Promise<void> {
    const { policy, knocks, gate, people } = this.#parts
    const { wire, address, identity, room, page } = caller
    const access = await policy.access(identity, room)
    if ('refusal' in access) {
      if (access.refusal === 'not-found' && !gate.miss(address)) return this.#refuse(wire, 'misses')
      knocks.refused(knockerOf(caller), room)
      return this.#turnAway(caller, access.refusal)
    }
    // not remembered as a knock: only our pages tell an epoch, they stay away, and the room is there for others
    if (page !== null && caller.epoch !== '' && caller.epoch !== access.epoch)
      return this.#turnAway(caller, 'other-epoch')
    const place = gate.enter(address, identity === unnamed ? null : identity, room)
    if (typeof place === 'string') return this.#crowded(caller, place)
    let seated = false
    try {
      const { name } = await person(people, identity)
      const visitor = { identity, name, verified: identity !== unnamed, role: access.role, page }
      seated = await this.#seat(caller, visitor, access.epoch, place)
    } finally {
      if (!seated) place()
    }
  }

  /** True when there is a socket in the room now, which calls `leave` at its end. */
  async #seat(caller: Caller, visitor: Visitor, epoch: string, leave: () => void): Promise<boolean> {
    const { policy, rooms, knocks, gate, sparing, metrics } = this.#parts
    const { request, wire, head, room, page } = caller
    const opens = rooms.peek(room) === null
    const hold = await rooms.hold(room, epoch).catch((error: unknown) => {
      sparing.say('error', { room: shown(room), err: error }, 'a room could not be opened')
      return null
    })
    if (hold === null) {
      metrics.damaged()
      // a page is told, and comes back in its own time; older stock clients slow down only at an HTTP status
      if (page === null) this.#refuse(wire, 'unreadable')
      else this.#turnAway(caller, 'fault')
      return false
    }
    let seated = false
    const fresh = policy.makes && opens && hold.room.position === 0
    if (this.#closed) this.#refuse(wire, 'draining')
    else if (hold.dismissed !== null) this.#turnAway(caller, hold.dismissed)
    else if (fresh && !gate.room(caller.address)) this.#refuse(wire, 'rooms')
    // what came after the request is still unread: nothing is lost between here and the seat
    else
      this.#upgrade(request, wire, head, (socket) => {
        seated = true
        const ended = (refusal: Refusal | null): void => {
          leave()
          hold.release()
          // a page may come back at once, under another client id
          if (page === null && refusal !== null && lasting.has(refusal))
            knocks.refused(knockerOf(caller), room)
        }
        new Socket({ ...this.#parts, socket, wire, room: hold.room, visitor, ended })
      })
    if (!seated) hold.release() // it went away, or its handshake was no good
    return seated
  }

  #crowded(caller: Caller, excess: Excess): void {
    // a page cannot see a status, and this is for the person to know
    if (caller.page === null || excess === 'address') return this.#refuse(caller.wire, excess)
    this.#parts.metrics.turned(excess)
    this.#turnAway(caller, 'crowded')
  }

  /** Accepts and closes with the code: only so can a page, or a newer stock client, learn why, and stay away. */
  #turnAway({ request, wire, head }: Caller, refusal: Refusal): void {
    this.#parts.metrics.refused(refusal)
    this.#upgrade(request, wire, head, (socket) => {
      socket.on('error', () => socket.terminate())
      const reason = reasons[refusal]
      if (reason !== undefined) socket.send(encodeDenied(reason))
      socket.close(refusals[refusal], refusal)
    })
  }

  #upgrade(request: IncomingMessage, wire: Wire, head: Buffer, then: (socket: WebSocket) => void): void {
    if (!wire.destroyed) this.#server.handleUpgrade(request, wire, head, then)
  }

  #refuse(wire: Wire, reason: Turning): void {
    if (wire.writableEnded) return
    this.#parts.metrics.turned(reason)
    const status = statuses[reason]
    const text = STATUS_CODES[status] ?? ''
    const again = status === 429 || status === 503 ? 'Retry-After: 5\r\n' : ''
    const headers = `Connection: close\r\nContent-Type: text/plain\r\n${again}Content-Length: ${text.length}`
    wire.end(`HTTP/1.1 ${status} ${text}\r\n${headers}\r\n\r\n${text}`, () => wire.destroy())
  }
}

/** What a retry does not cure: the same client comes back with the same bytes. */
const lasting: ReadonlySet<Refusal> = new Set(['bad-bytes', 'too-large'])

/** Whom a refusal is remembered of: the person where one is known, else everyone at that address. */
const knockerOf = ({ identity, address }: Caller): string =>
  identity === unnamed ? networkOf(address) : identity

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
  return query.get('quire') === '1' && whole ? { client, schema } : null
}
