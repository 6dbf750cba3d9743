import { Connection } from './connection.ts'
import { frame } from './frames.ts'
import { change, have, rest } from './message.ts'
import type { Server } from './servers.ts'
import { ranges } from './update.ts'
import type { OnRange } from './update.ts'

/** What is to happen with what somebody hears. */
export interface Ears {
  /** Told of each range of clocks that an update brings. */
  readonly range?: OnRange
  /** True: all updates are kept, for a document to be made of later. */
  readonly keeps?: boolean
  /** The state vector to come with. */
  readonly vector?: Uint8Array
  /** The answer to the server's state vector: what it lacks. */
  readonly lacks?: (vector: Uint8Array) => Uint8Array
}

/** Somebody in a room of a server under test. */
export class Person {
  readonly connection: Connection
  readonly prefix: Buffer
  /** Resolves with the time of the first SyncStep2. */
  readonly synced: Promise<number>
  /** The updates that were heard, and when, if they are kept. */
  readonly kept: Buffer[] = []
  readonly times: number[] = []
  readonly #ears: Ears
  readonly #clocks = new Map<number, number>()
  /** How many of the kept updates are in `#clocks`. */
  #counted = 0
  readonly #synced = Promise.withResolvers<number>()

  constructor(server: Server, room: string, ears: Ears = {}) {
    const { protocol, port } = server
    this.#ears = ears
    this.synced = this.#synced.promise
    this.synced.catch(() => {})
    this.prefix = protocol.prefix(room)
    this.connection = new Connection(port, protocol.path(room), (_, bytes, start, end) =>
      this.#hear(bytes, start + this.prefix.length, end),
    )
    this.connection.closed.then(
      () => this.#synced.reject(new Error(`${server.name} hung up before it had synced.`)),
      () => {},
    )
    this.connection.opened.then(
      () => {
        for (const message of protocol.greeting) this.say(message)
        // a relay would ask everybody, and relay all their answers to everybody
        if (server.knows) this.say(have(ears.vector))
        else this.#synced.resolve(performance.now())
      },
      () => {},
    )
  }

  /** For each client, the next clock: of what was heard, if it is kept. Worked out when it is asked for. */
  get clocks(): ReadonlyMap<number, number> {
    for (const update of this.kept.slice(this.#counted))
      ranges(update, 0, update.length, (client, _, to) =>
        this.#clocks.set(client, Math.max(to, this.#clocks.get(client) ?? 0)),
      )
    this.#counted = this.kept.length
    return this.#clocks
  }

  say(message: Buffer): void {
    this.connection.write(frame(Buffer.concat([this.prefix, message])))
  }

  write(update: Uint8Array): void {
    this.say(change(update))
  }

  #hear(bytes: Buffer, start: number, end: number): void {
    const type = bytes[start]
    if (type !== 0 && type !== 4) return
    const kind = bytes[start + 1]
    let at = start + 2
    while ((bytes[at++] ?? 0) > 127); // the length of what goes to the end anyway
    if (kind === 0) return this.say(rest(this.#ears.lacks?.(bytes.subarray(at, end))))
    if (this.#ears.keeps === true) {
      this.kept.push(Buffer.from(bytes.subarray(at, end)))
      this.times.push(performance.now())
    }
    if (this.#ears.range !== undefined) ranges(bytes, at, end, this.#ears.range)
    if (kind === 1) this.#synced.resolve(performance.now())
  }
}
