import { STATUS_CODES } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Socket as Wire } from 'node:net'
import type { Duplex } from 'node:stream'
import { refusals } from '@quire/sync/error'
import type { Refusal } from '@quire/sync/error'
import { encodeDenied } from '@quire/sync/message'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Limits } from './limits.ts'
import type { Metrics, Turning } from './metrics.ts'

// what a stock client prints to its console
const reasons: Partial<Record<Refusal, string>> = {
  'not-found': 'There is no such document, or it is not shared with you.',
  'not-shared': 'This document is no longer shared with you.',
  'signed-out': 'Sign in first, or bring a token that is valid.',
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
  signIns: 429,
  requests: 429,
  searches: 429,
  unreadable: 503,
  backlog: 503,
  overload: 503,
  memory: 503,
  draining: 503,
} as const satisfies Record<Turning, number>

/** How connections that are only closed differ: they hold no message, and are destroyed after so many ms. */
const refusing = { maxPayload: 1024, maxFragments: 4, maxBufferedChunks: 16, closeTimeout: 1000 }

/** A request for a WebSocket that nobody has answered yet. */
export interface Arrival {
  readonly request: Pick<IncomingMessage, 'method' | 'headers'>
  readonly wire: Wire
  /** What came behind the request. */
  readonly head: Buffer
}

/** Keeps a fault of the connection from ending the process until its WebSocket sees to that. */
export const untilSeated = (wire: Duplex): void => void wire.on('error', hangUp)

/** Not made anew for each wire: it stays as long as the connection, and what it was made beside would stay too. */
function hangUp(this: Duplex): void {
  this.destroy()
}

/** The answers to those who ask for a WebSocket: here it is, no, or here it is and goodbye. */
export class Handshakes {
  readonly #metrics: Metrics
  readonly #server: WebSocketServer
  /** For those who are only told why they may not stay. */
  readonly #refusing: WebSocketServer

  constructor(limits: Limits, metrics: Metrics) {
    this.#metrics = metrics
    const options = {
      noServer: true,
      maxPayload: limits.message,
      perMessageDeflate: false,
      maxFragments: 256,
      maxBufferedChunks: 32_768, // a large message over a slow line comes in pieces of about a kilobyte
      closeTimeout: 5000, // its types do not know this one yet
    }
    this.#server = new WebSocketServer(options)
    this.#refusing = new WebSocketServer({ ...options, ...refusing })
  }

  /** How many are connected. */
  get count(): number {
    return this.#server.clients.size
  }

  /** Makes it a WebSocket and calls back at once; does not if it went away or its handshake is no good. */
  accept({ request, wire, head }: Arrival, then: (socket: WebSocket) => void): void {
    // of a request `ws` reads the method and the headers
    if (!wire.destroyed) this.#server.handleUpgrade(request as IncomingMessage, wire, head, then)
  }

  /**
   * Accepts and closes with the code: only so can a page, or a newer stock client, learn why, and stay away. Nothing
   * is read from the connection, and a second later it is destroyed. Calls `ended` once, when it has ended or could
   * not be accepted: until then it counts as a connection of its address.
   */
  turnAway({ request, wire, head }: Arrival, refusal: Refusal, ended: () => void): void {
    this.#metrics.refused(refusal)
    if (wire.destroyed) return ended()
    wire.once('close', ended)
    wire.pause() // before `ws` listens, which would start the reading
    this.#refusing.handleUpgrade(request as IncomingMessage, wire, head, (socket) => {
      socket.on('error', () => {}) // the connection is destroyed in any case
      const reason = reasons[refusal]
      if (reason !== undefined) socket.send(encodeDenied(reason))
      socket.close(refusals[refusal], refusal)
      wire.end() // a client that closes its end too sees the code at once
    })
  }

  /** Answers with the status, unless it was answered before. */
  refuse(wire: Wire, reason: Turning): void {
    if (wire.writableEnded) return
    this.#metrics.turned(reason)
    const status = statuses[reason]
    const text = STATUS_CODES[status] ?? ''
    const again = status === 429 || status === 503 ? 'Retry-After: 5\r\n' : ''
    const headers = `Connection: close\r\nContent-Type: text/plain\r\n${again}Content-Length: ${text.length}`
    wire.end(`HTTP/1.1 ${status} ${text}\r\n${headers}\r\n\r\n${text}`, () => wire.destroy())
  }

  /** Resolves when the last has gone. Those who do not go within two seconds are cut off. */
  async close(): Promise<void> {
    for (const socket of this.#refusing.clients) socket.terminate()
    const gone = [...this.#server.clients].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    )
    const cut = setTimeout(() => {
      for (const socket of this.#server.clients) socket.terminate()
    }, 2000)
    await Promise.all(gone)
    clearTimeout(cut)
  }
}
