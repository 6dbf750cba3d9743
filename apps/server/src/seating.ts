import type { Refusal } from '@quire/sync/error'
import type { Room } from '@quire/sync/room'
import type { Visitor } from '@quire/sync/seat'
import { networkOf } from './address.ts'
import type { Arrival, Handshakes } from './handshakes.ts'
import { RoomMemoryError } from './limits/room-budget.ts'
import { shown } from './log.ts'
import type { Rooms } from './rooms.ts'
import { Socket } from './socket.ts'
import type { House } from './socket.ts'
import type { Change } from './standings.ts'

/** What seats are given with. */
export interface Parts extends House {
  readonly rooms: Rooms
  readonly handshakes: Handshakes
  /** True when a room comes into being by being asked for. */
  readonly makes: boolean
  /** True when this address may make one more room. */
  readonly mayMake: (address: string) => boolean | Promise<boolean>
}

/** Somebody who may be in a room, and for whom there is a place. */
export interface Newcomer {
  /** By which a change of their role finds them. */
  readonly ticket: number
  readonly visitor: Visitor
  readonly room: string
  readonly epoch: string
  readonly address: string
}

/** Called once, when the newcomer's connection has ended, however early; with why, when it was our doing. */
export type Gone = (refusal: Refusal | null) => void

/** The longest that somebody waits for a room to open. */
const patience = 15_000

/** Gives seats in rooms to those who have been let in. Everything is decided before the connection is a WebSocket. */
export class Seating {
  readonly #parts: Parts
  /** Those who wait for their room, and those who sit in it. */
  readonly #holders = new Map<number, Holder>()
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Gives nobody a seat any more. */
  stop(): void {
    this.#closed = true
  }

  /** Somebody may do more or less from now on, or may not stay. */
  assign(ticket: number, change: Change): void {
    const holder = this.#holders.get(ticket)
    if (holder === undefined) return // they have left
    holder.change = change
    holder.seated?.(change)
  }

  /** Gives a seat, or an answer that says why not. Never rejects. */
  async seat(newcomer: Newcomer, arrival: Arrival, gone: Gone): Promise<void> {
    const { handshakes, clock, sparing } = this.#parts
    const callOff = clock.after(patience, () => handshakes.refuse(arrival.wire, 'unreadable'))
    let taken = false
    const { ticket } = newcomer
    this.#holders.set(ticket, { change: null, seated: null })
    const left = this.#left(ticket, gone)
    try {
      taken = await this.#seat(newcomer, arrival, left)
    } catch (error) {
      sparing.say('error', { err: error }, 'an upgrade failed')
      handshakes.refuse(arrival.wire, 'unreadable')
    }
    callOff()
    if (!taken) left(null)
  }

  /** Lives as long as the connection: what it is made among, the request with its buffers, would too. */
  #left(ticket: number, gone: Gone): Gone {
    return (refusal) => {
      this.#holders.delete(ticket)
      gone(refusal)
    }
  }

  /** True when `gone` is called at the end of the connection: it is in the room, or is being told why it is not. */
  async #seat(newcomer: Newcomer, arrival: Arrival, gone: Gone): Promise<boolean> {
    const { rooms, handshakes, makes, mayMake, sparing, metrics } = this.#parts
    const { ticket, visitor: arrived, room, epoch, address } = newcomer
    const { wire } = arrival
    const opens = rooms.peek(room) === null
    let noMemory = false
    const hold = await rooms.hold(room, epoch).catch((error: unknown) => {
      noMemory = error instanceof RoomMemoryError
      if (noMemory) return null
      sparing.say('error', { room: shown(room), err: error }, 'a room could not be opened')
      return null
    })
    if (noMemory) {
      handshakes.refuse(wire, 'memory')
      return false
    }
    if (hold === null) {
      metrics.damaged()
      // a page is told, and comes back in its own time; older stock clients slow down only at an HTTP status
      if (arrived.page === null) handshakes.refuse(wire, 'unreadable')
      else handshakes.turnAway(arrival, 'fault', () => gone(null))
      return arrived.page !== null
    }
    let seated = false
    let turnedAway = false
    const turnAway = (refusal: Refusal): void => {
      turnedAway = true
      handshakes.turnAway(arrival, refusal, () => gone(null))
    }
    try {
      const fresh = makes && opens && hold.room.position === 0
      const tooMany = fresh && !(await mayMake(address))
      const holder = this.#holders.get(ticket)
      const change = holder?.change ?? { role: arrived.role }
      if (this.#closed) handshakes.refuse(wire, 'draining')
      else if (hold.dismissed !== null) turnAway(hold.dismissed)
      else if (tooMany) handshakes.refuse(wire, 'rooms')
      else if ('refusal' in change) turnAway(change.refusal)
      // what came after the request is still unread: nothing is lost between here and the seat
      else
        handshakes.accept(arrival, (socket) => {
          seated = true
          const ended = (refusal: Refusal | null): void => {
            hold.release()
            gone(refusal)
          }
          const visitor = { ...arrived, role: change.role }
          const network = networkOf(address)
          const link = new Socket(this.#parts, { socket, wire, room: hold.room, visitor, network, ended })
          if (holder !== undefined) holder.seated = (next) => assign(hold.room, link, next)
        })
    } finally {
      if (!seated) hold.release() // it went away, or its handshake was no good
    }
    return seated || turnedAway
  }
}

/** Somebody between their admission and their end. */
interface Holder {
  /** What was said of them last. */
  change: Change | null
  /** Tells their room; null before they sit in it. */
  seated: ((change: Change) => void) | null
}

const assign = (room: Room, link: Socket, change: Change): void => {
  if ('role' in change) room.promote(link, change.role)
  else room.expel(link, change.refusal)
}
