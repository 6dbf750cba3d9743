import type { Socket as Wire } from 'node:net'
import { refusals } from '@quire/sync/error'
import type { Refusal } from '@quire/sync/error'
import type { Clock } from '@quire/sync/clock'
import type { Link } from '@quire/sync/link'
import { keepAlive, writeKind } from '@quire/sync/message'
import type { Room } from '@quire/sync/room'
import type { Visitor } from '@quire/sync/seat'
import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import type { Backlog } from './backlog.ts'
import type { Frames } from './frames.ts'
import type { OutputBudget, OutputShare } from './limits/output-budget.ts'
import { Inflow } from './inflow.ts'
import type { Verdict } from './inflow.ts'
import type { Limits } from './limits.ts'
import type { Sparing } from './log.ts'
import type { Kind, Metrics, Pause } from './metrics.ts'
import { Outflow } from './outflow.ts'
import type { Output } from './outflow.ts'
import type { Pace } from './pace.ts'
import type { Piece, Unfinished } from './unfinished.ts'
import type { Wheel } from './wheel.ts'

// clients up to y-websocket 3.1 hang up after 30 s without a message, and pings are none
const quiet = 15_000
const dead = 30_000
const look = 5000
/** How long a connection that sends too much may take to hear so. */
const farewell = 1000

/** What all sockets of a server are made with. */
export interface House {
  readonly wheel: Wheel
  readonly clock: Clock
  readonly limits: Limits
  readonly frames: Frames
  readonly output: OutputBudget
  readonly pace: Pace
  readonly backlog: Backlog
  readonly unfinished: Unfinished
  readonly metrics: Metrics
  readonly log: Logger
  readonly sparing: Sparing
}

/** What a socket needs to be a link into a room. */
export interface Parts {
  readonly socket: WebSocket
  /** The connection under it. */
  readonly wire: Wire
  readonly room: Room
  readonly visitor: Visitor
  /** Where it comes from: what is sent there counts together. */
  readonly network: string
  /** Called once, when the connection has ended and the room knows; with why, when it was our doing. */
  readonly ended: (refusal: Refusal | null) => void
}

/**
 * A WebSocket as a link, seated in its room until it ends. Nothing that arrives on it, and no bug that it sets
 * free, goes further than its own end. Who sends too much is not read from for a while, and then cut off; who does
 * not read is cut off too.
 */
export class Socket implements Link {
  readonly #house: House
  readonly #parts: Parts
  readonly #inflow: Inflow
  readonly #outflow: Outflow
  readonly #share: OutputShare
  readonly #piece: Piece
  /** Why nothing is read now, and how to call off the wait; null while all is read. */
  #held: Map<Pause, () => void> | null = null
  #heard: number
  #sent: number
  #pinged: number
  #closing = false
  #refusal: Refusal | null = null

  constructor(house: House, parts: Parts) {
    const { wheel, clock, limits, unfinished, output } = house
    const { socket, wire, room, visitor, network, ended } = parts
    this.#house = house
    this.#parts = parts
    this.#heard = this.#sent = this.#pinged = wheel.now
    this.#inflow = new Inflow(limits, clock.now())
    this.#outflow = new Outflow(wheel.now)
    this.#share = output.open(network)
    this.#piece = unfinished.begin(() => this.#cut('too-much', 'too much of unfinished messages'))
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    const hear = (): void => this.#hear()
    socket.on('ping', hear)
    socket.on('pong', hear)
    // without a listener one bad frame would end the process; `ws` answers it and closes by itself
    socket.on('error', (error) => this.#fault(error))
    socket.on('close', (code) => {
      this.#closing = true
      for (const callOff of this.#held?.values() ?? []) callOff()
      this.#held = null
      this.#piece.end()
      this.#share.close()
      this.#guard(() => room.leave(this, code === 1000 || code === 1001))
      ended(this.#refusal)
    })
    // before the receiver, which may find that they make up a message
    wire.prependListener('data', (bytes: Uint8Array) => this.#piece.came(bytes.length))
    wire.on('drain', () => {
      this.#share.holds(this.buffered)
      if (!this.#closing) this.#guard(() => room.drained(this))
    })
    wheel.add(look, () => this.#visit())
    this.#guard(() => room.join(this, visitor))
  }

  get buffered(): number {
    return this.#parts.wire.writableLength // `ws` keeps nothing itself: there is no compression
  }

  send(messages: readonly Uint8Array[]): void {
    const { wheel, frames } = this.#house
    const { socket, wire } = this.#parts
    if (this.#closing || socket.readyState !== socket.OPEN) return
    let bytes = 0
    for (const message of messages) bytes += message.length
    if (!this.#outflow.sends(bytes, this.buffered, wheel.now))
      return this.#cut('too-slow', 'too much is kept for it')
    this.#sent = wheel.now
    // nothing of `ws` waits to be written: its own frames are written at once
    const buffers = frames.of(messages)
    if (buffers.length > 1) wire.cork() // so that all of them leave in one write
    for (const buffer of buffers) wire.write(buffer)
    if (buffers.length > 1) wire.uncork()
    this.#share.holds(this.buffered)
  }

  mayTake(call: () => void): boolean {
    return this.#share.mayTake(() => {
      if (!this.#closing) this.#guard(call)
    })
  }

  pause(): () => void {
    let goOn = (): void => {}
    this.#hold('work', (over) => {
      goOn = over
      return () => {}
    })
    return () => goOn()
  }

  close(refusal: Refusal): void {
    if (this.#closing) return
    this.#closing = true
    this.#refusal = refusal
    this.#house.metrics.refused(refusal)
    this.#parts.socket.close(refusals[refusal], refusal)
    // its own goodbye is to be read, but not all else that it would like to say
    if (refusal === 'too-much') this.#house.clock.after(farewell, () => this.#parts.socket.terminate())
    else this.#parts.socket.resume()
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#closing) return
    const { clock, pace, metrics, backlog } = this.#house
    const { room } = this.#parts
    this.#piece.done()
    this.#hear()
    if (!isBinary || !(data instanceof Uint8Array)) return this.close('not-binary')
    const kind = kindOf(data)
    const write = writeKind(data)
    if (write === 'update') pace.came() // but not for a crowd that comes back: it is to be let in at once
    metrics.received(kind)
    this.#obey(this.#inflow.took(data.length, kind === 'presence', clock.now()))
    if (this.#closing) return
    try {
      room.receive(this, data)
    } catch (error) {
      this.#survive(error)
    }
    if (write !== null && backlog.over) this.#hold('backlog', (over) => backlog.wait(over))
  }

  #obey(verdict: Verdict): void {
    if (verdict === 'go on') return
    if (verdict !== 'too much')
      return this.#hold('rate', (over) => this.#house.clock.after(verdict.pause, over))
    this.#house.sparing.say('info', {}, 'a client sent too much')
    this.close('too-much')
  }

  /** Reads nothing until the wait that begins is over. What was read ahead still comes. */
  #hold(pause: Pause, wait: (over: () => void) => () => void): void {
    if (this.#closing || this.#held?.has(pause)) return
    const { metrics, clock } = this.#house
    const { socket } = this.#parts
    const held = (this.#held ??= new Map())
    metrics.paused(pause)
    const over = () => {
      held.delete(pause)
      if (pause === 'rate') this.#obey(this.#inflow.judge(clock.now()))
      if (this.#closing || held.size > 0) return
      this.#held = null
      this.#hear() // it could not be heard before
      socket.resume()
    }
    held.set(pause, wait(over))
    socket.pause()
  }

  #hear(): void {
    this.#heard = this.#house.wheel.now
  }

  /** A goodbye would stand behind all that is buffered. */
  #cut(refusal: Refusal, why: string): void {
    this.#house.sparing.say('info', { refusal, why }, 'a connection was cut off')
    this.close(refusal)
    this.#parts.socket.terminate()
  }

  #fault(error: Error): void {
    const { metrics, log } = this.#house
    log.debug({ err: error }, 'a socket was at fault')
    const code = 'code' in error ? String(error.code) : ''
    if (!code.startsWith('WS_ERR')) return
    if (code !== 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return metrics.brokenFrame()
    this.#refusal ??= 'too-large'
    metrics.refused('too-large')
  }

  /** A bug costs this connection, and the house stands. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#survive(error)
    }
  }

  #survive(error: unknown): void {
    this.#house.log.error({ err: error }, 'a bug ended a connection')
    this.close('fault')
  }

  get #output(): Output {
    const { wire } = this.#parts
    // Node tells how much of a single large write is left only here, and looks here itself for its own timeouts
    const handle: unknown = Reflect.get(wire, '_handle')
    const left: unknown =
      typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'writeQueueSize') : 0
    const { buffered } = this
    return { buffered, progress: wire.bytesWritten - buffered - (typeof left === 'number' ? left : 0) }
  }

  #visit(): number | null {
    const { wheel } = this.#house
    const { socket } = this.#parts
    if (socket.readyState === socket.CLOSED) return null
    const now = wheel.now
    const reading = this.#outflow.look(this.#output, now)
    this.#share.holds(this.buffered) // what left in small pieces was not noticed
    if (reading === 'stuck') {
      this.#cut('too-slow', 'nothing was read for 30 s')
      return null
    }
    // whoever reads slowly answers late, and whoever we do not read from is not heard
    if (reading === 'moving' || this.#held !== null) this.#hear()
    if (now - this.#heard >= dead) {
      socket.terminate()
      return null
    }
    if (now - this.#pinged >= quiet && socket.readyState === socket.OPEN) {
      this.#pinged = now
      socket.ping()
    }
    if (now - this.#sent >= quiet) this.send([keepAlive])
    return Math.min(this.#sent + quiet, this.#pinged + quiet, this.#heard + dead, now + look) - now
  }
}

const kindOf = (message: Uint8Array): Kind =>
  message[0] === 0 ? 'sync' : message[0] === 1 ? 'presence' : 'other'
