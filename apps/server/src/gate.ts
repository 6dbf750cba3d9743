import { networkOf } from './address.ts'
import { Allowance } from './allowance.ts'
import { Crowd } from './crowd.ts'
import type { Limits } from './limits.ts'

/** What an address, a person or a room may have too much of. */
const excesses = [
  'handshakes',
  'address',
  'person',
  'room',
  'misses',
  'rooms',
  'signIns',
  'requests',
] as const
export type Excess = (typeof excesses)[number]

/** Everything that is counted per address, person and room before somebody is let in. An IPv6 address counts as its /64. */
export class Gate {
  readonly #handshakes: Allowance
  readonly #misses: Allowance
  readonly #rooms: Allowance
  readonly #signIns: Allowance
  readonly #requests: Allowance
  readonly #mailing: Allowance
  readonly #mailed: Allowance
  readonly #perAddress: Crowd
  readonly #perPerson: Crowd
  readonly #perRoom: Crowd

  constructor(limits: Limits, now: () => number) {
    this.#handshakes = new Allowance(limits.handshakes, limits.handshakes * 10, now)
    this.#misses = new Allowance(limits.misses / 60, limits.misses, now)
    this.#rooms = new Allowance(limits.rooms / 3600, limits.rooms, now)
    this.#signIns = new Allowance(limits.signIns / 60, limits.signIns, now)
    this.#requests = new Allowance(limits.requests, limits.requests * 10, now)
    this.#mailing = new Allowance(limits.signIns / 600, limits.signIns * 2, now)
    this.#mailed = new Allowance(limits.signIns / 3600, limits.signIns / 2, now)
    this.#perAddress = new Crowd(limits.perAddress)
    this.#perPerson = new Crowd(limits.perPerson)
    this.#perRoom = new Crowd(limits.perRoom)
  }

  /** True when this address may make one more connection now. */
  handshake(address: string): boolean {
    return this.#handshakes.take(networkOf(address))
  }

  /** True when this address may once more ask for what is not there, and be told. */
  miss(address: string): boolean {
    return this.#misses.take(networkOf(address))
  }

  /** True when this address may make one more room. */
  room(address: string): boolean {
    return this.#rooms.take(networkOf(address))
  }

  /** True when this address may try one more password, and this account or link be tried once more. */
  signIn(address: string, account: string): boolean {
    const from = address === '' || this.#signIns.take(networkOf(address))
    return this.#signIns.take(`of ${account}`) && from
  }

  /** True when this address, or person, may have one more mail sent, and this recipient be sent one more. */
  mail(from: string, recipient: string): boolean {
    return (from === '' || this.#mailing.take(from)) && this.#mailed.take(recipient)
  }

  /** True when this address may ask the API for one more thing now. */
  request(address: string): boolean {
    return address === '' || this.#requests.take(networkOf(address))
  }

  /** Takes a place of this address alone, for a connection that is told why it may not stay. As `enter`. */
  enterAddress(address: string): (() => void) | null {
    const network = networkOf(address)
    if (!this.#perAddress.enter(network)) return null
    let here = true
    return () => {
      if (here) this.#perAddress.leave(network)
      here = false
    }
  }

  /** Takes a place; `person` is null for those who cannot be told apart. What is returned gives it back, once. */
  enter(address: string, person: string | null, room: string): (() => void) | Excess {
    const network = networkOf(address)
    if (!this.#perAddress.enter(network)) return 'address'
    if (!this.#perPerson.enter(person)) {
      this.#perAddress.leave(network)
      return 'person'
    }
    if (!this.#perRoom.enter(room)) {
      this.#perAddress.leave(network)
      this.#perPerson.leave(person)
      return 'room'
    }
    let here = true
    return () => {
      if (!here) return
      here = false
      this.#perAddress.leave(network)
      this.#perPerson.leave(person)
      this.#perRoom.leave(room)
    }
  }
}
