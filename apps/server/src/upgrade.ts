import { STATUS_CODES } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { refusals } from '@quire/sync/error'
import type { Refusal } from '@quire/sync/error'
import { encodeDenied } from '@quire/sync/message'
import type { Visitor } from '@quire/sync/room'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import { Knocks } from './access.ts'
import type { Policy } from './access.ts'
import { unnamed } from './identity.ts'
import type { Guests } from './identity.ts'
import { shown } from './log.ts'
import { knowsHost, knowsOrigin } from './origin.ts'
import type { Bounds } from './origin.ts'
import type { Hold, Rooms } from './rooms.ts'
import { Socket } from './socket.ts'
import type { Wheel } from './wheel.ts'

/** What the way into a room consists of. */
export interface Parts {
  readonly bounds: Bounds
  readonly policy: Policy
  readonly guests: Guests
  readonly rooms: Rooms
  readonly knocks: Knocks
  readonly wheel: Wheel
  readonly log: Logger
  /** The newest page schema. */
  readonly schema: number
  readonly maxMessage: number
}

// what a stock client prints to its console
const reasons: Partial<Record<Refusal, string>> = {
  'not-found': 'There is no such document, or it is not shared with you.',
  'page-too-old': 'A newer version of this page is needed to edit.',
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
      maxPayload: parts.maxMessage,
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
    this.#decide(request, wire, head).catch((error: unknown) => {
      this.#parts.log.error({ err: error }, 'an upgrade failed')
      refuse(wire, 503)
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

  async #decide(request: IncomingMessage, wire: Duplex, head: Buffer): Promise<void> {
    const { bounds, policy, guests, rooms, knocks, wheel, log, schema } = this.#parts
    const [path = '', query = ''] = (request.url ?? '').split('?', 2)
    if (!path.startsWith('/sync/')) return refuse(wire, 404)
    const name = decoded(path.slice('/sync/'.length))
    if (name === null || !policy.names(name)) return refuse(wire, 400)
    const { host, origin, cookie } = request.headers
    const provenance = { host, origin, site: undefined }
    if (!knowsHost(bounds, host) || !knowsOrigin(bounds, provenance)) return refuse(wire, 403)
    if (this.#closed) return refuse(wire, 503)
    const address = request.socket.remoteAddress ?? ''
    if (knocks.again(address, name)) return refuse(wire, 403)

    // a cookie says who somebody is only where a browser vouches for the page that sends it
    const identity = (origin === undefined ? null : guests.read(cookie)) ?? unnamed
    const access = await policy.access(identity, name)
    if ('refusal' in access) {
      knocks.refused(address, name)
      return this.#turnAway(request, wire, head, access.refusal)
    }
    const page = pageOf(new URLSearchParams(query))
    if (page !== null && page.schema < schema) return this.#turnAway(request, wire, head, 'page-too-old')

    let hold: Hold
    try {
      hold = await rooms.hold(name, access.epoch)
    } catch (error) {
      log.error({ room: shown(name), err: error }, 'a room could not be opened')
      return refuse(wire, 503)
    }
    let seated = false
    if (this.#closed) refuse(wire, 503)
    else if (hold.dismissed !== null) this.#turnAway(request, wire, head, hold.dismissed)
    else {
      const visitor = { identity, role: access.role, page }
      // what came after the request is still unread: nothing is lost between here and the seat
      this.#server.handleUpgrade(request, wire, head, (socket) => {
        seated = true
        new Socket({
          socket,
          wire,
          room: hold.room,
          visitor,
          wheel,
          log,
          patience: 4 * this.#parts.maxMessage,
          ended: () => hold.release(),
        })
      })
    }
    if (!seated) hold.release() // it went away, or its handshake was no good
  }

  /** Accepts and closes with the code: only so can a page, or a newer stock client, learn why, and stay away. */
  #turnAway(request: IncomingMessage, wire: Duplex, head: Buffer, refusal: Refusal): void {
    this.#server.handleUpgrade(request, wire, head, (socket) => {
      socket.on('error', () => socket.terminate())
      const reason = reasons[refusal]
      if (reason !== undefined) socket.send(encodeDenied(reason))
      socket.close(refusals[refusal], refusal)
    })
  }
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

const refuse = (wire: Duplex, status: number): void => {
  const text = STATUS_CODES[status] ?? ''
  const headers = `Connection: close\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}`
  wire.end(`HTTP/1.1 ${status} ${text}\r\n${headers}\r\n\r\n${text}`, () => wire.destroy())
}
