import type { Duplex } from 'node:stream'
import { refusals } from '@quire/sync/error'
import type { Refusal } from '@quire/sync/error'
import type { Link } from '@quire/sync/link'
import { keepAlive } from '@quire/sync/message'
import type { Room, Visitor } from '@quire/sync/room'
import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import type { Wheel } from './wheel.ts'

// clients up to y-websocket 3.1 hang up after 30 s without a message, and pings are none
const quiet = 15_000
const dead = 30_000

/** What a socket needs to be a link into a room. */
export interface Parts {
  readonly socket: WebSocket
  /** The connection under it. */
  readonly wire: Duplex
  readonly room: Room
  readonly visitor: Visitor
  readonly wheel: Wheel
  readonly log: Logger
  /** Who leaves more bytes than this unread is cut off: several times the largest document. */
  readonly patience: number
  /** Called once, when the connection has ended and the room knows. */
  readonly ended: () => void
}

/**
 * A WebSocket as a link, seated in its room until it ends. Nothing that arrives on it, and no bug that it sets
 * free, goes further than its own end.
 */
export class Socket implements Link {
  readonly #parts: Parts
  #heard: number
  #sent: number
  #pinged: number
  #closing = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#heard = this.#sent = this.#pinged = parts.wheel.now
    const { socket, wire, room, visitor, wheel } = parts
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    for (const sign of ['ping', 'pong'] as const)
      socket.on(sign, () => {
        this.#heard = wheel.now
      })
    // without a listener one bad frame would end the process; `ws` answers it and closes by itself
    socket.on('error', (error) => parts.log.debug({ err: error }, 'a socket was at fault'))
    socket.on('close', (code) => {
      this.#closing = true
      this.#guard(() => room.leave(this, code === 1000 || code === 1001))
      parts.ended()
    })
    wire.on('drain', () => {
      if (!this.#closing) this.#guard(() => room.drained(this))
    })
    wheel.add(quiet, () => this.#visit())
    this.#guard(() => room.join(this, visitor))
  }

  get buffered(): number {
    return this.#parts.socket.bufferedAmount
  }

  send(messages: readonly Uint8Array[]): void {
    const { socket, wire, wheel, log, patience } = this.#parts
    if (this.#closing || socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > patience) {
      log.info('a reader was too slow')
      this.close('too-slow')
      return socket.terminate() // the goodbye would stand behind all that
    }
    this.#sent = wheel.now
    wire.cork() // so that all of them leave in one write
    for (const message of messages) socket.send(message)
    wire.uncork()
  }

  close(refusal: Refusal): void {
    if (this.#closing) return
    this.#closing = true
    this.#parts.socket.close(refusals[refusal], refusal)
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#closing) return
    this.#heard = this.#parts.wheel.now
    if (!isBinary || !(data instanceof Uint8Array)) return this.close('not-binary')
    this.#guard(() => this.#parts.room.receive(this, data))
  }

  /** A bug costs this connection, and the house stands. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#parts.log.error({ err: error }, 'a bug ended a connection')
      this.close('fault')
    }
  }

  #visit(): number | null {
    const { socket, wheel } = this.#parts
    if (socket.readyState === socket.CLOSED) return null
    const now = wheel.now
    if (now - this.#heard >= dead) {
      socket.terminate()
      return null
    }
    if (now - this.#pinged >= quiet && socket.readyState === socket.OPEN) {
      this.#pinged = now
      socket.ping()
    }
    if (now - this.#sent >= quiet) this.send([keepAlive])
    return Math.min(this.#sent + quiet, this.#pinged + quiet, this.#heard + dead) - now
  }
}
