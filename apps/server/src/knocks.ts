import { roomsOf } from './access.ts'

/**
 * Remembers whom it turned away. Clients up to y-websocket 3.0 come back ten times a second for ever when their
 * socket is accepted and closed; at an HTTP status they slow down. So the first refusal is told on the socket,
 * and who knocks again within a minute gets the status, before any other work.
 */
export class Knocks {
  readonly #until = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** True when `who` was turned away from this room less than a minute ago. */
  again(who: string, room: string): boolean {
    const until = this.#until.get(`${who} ${room}`)
    return until !== undefined && until > this.#now()
  }

  /** Remembers a refusal. Memory is bounded: past ten thousand the oldest is forgotten. */
  refused(who: string, room: string): void {
    const name = `${who} ${room}`
    this.#until.delete(name)
    this.#until.set(name, this.#now() + 60_000)
    if (this.#until.size <= 10_000) return
    for (const oldest of this.#until.keys()) return void this.#until.delete(oldest)
  }

  /** More may come into this document now: nobody is turned away any more for what was, from none of its rooms. */
  forget(document: string): void {
    const rooms = roomsOf(document)
    for (const name of this.#until.keys())
      if (rooms.some((room) => name.endsWith(` ${room}`))) this.#until.delete(name)
  }
}
