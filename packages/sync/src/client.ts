import { decodeSide, writeKind } from './message.ts'
import type { Objection } from './error.ts'
import type { Hello, StoreState, Who } from './message.ts'

/** What is known about one document's connection and its unsaved changes. A new object at each change. */
export interface Facts {
  /** 'up' from open to close of the socket. */
  readonly connection: 'down' | 'up'
  /** What the server said of itself on this connection; null before that, and for servers without acks. */
  readonly hello: Hello | null
  /**
   * True only when every local change is on the server's disk: the server greeted this connection, our answer
   * to what it lacks has left, every write frame is acknowledged and the last change travelled in one of them.
   */
  readonly saved: boolean
  /** Why `saved` does not come, as the server tells it. */
  readonly store: StoreState
  /** Set when a write of this connection was not taken: what is written here now reaches nobody. */
  readonly refused: Objection | null
  /** Who each client id in the room really is. */
  readonly people: ReadonlyMap<number, Who>
  /** Set by a server that is about to restart: come back after a random time up to this many ms. */
  readonly leaving: number | null
}

/**
 * The page's end of the acknowledgements: it watches frames go by on an unmodified y-websocket provider and
 * says what is saved. It never sends. Call the methods for every socket of one document, in order.
 */
export class Client {
  #connection: 'down' | 'up' = 'down'
  #hello: Hello | null = null
  #store: StoreState = 'fine'
  #refused: Objection | null = null
  #people: ReadonlyMap<number, Who> = new Map()
  #leaving: number | null = null
  /** Write frames of this connection: left, and acknowledged. */
  #sent = 0
  #acked = 0
  /** SyncStep2 has left on this connection: what was changed while away is in it. */
  #answered = false
  /** Local changes ever made, and how many of them were made before the last write frame left. */
  #changes = 0
  #carried = 0
  #facts: Facts
  readonly #listeners = new Set<() => void>()

  constructor() {
    this.#facts = this.#read()
  }

  /** What holds now. */
  get facts(): Facts {
    return this.#facts
  }

  /** Calls back after each change of `facts`. The returned function ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The document changed, and not by the provider. Call it before the provider hears of the change. */
  changed(): void {
    this.#changes++
    this.#tell()
  }

  /** A socket is open. */
  opened(): void {
    this.#connection = 'up'
    this.#hello = null
    this.#store = 'fine'
    this.#refused = null
    this.#people = new Map()
    this.#leaving = null
    this.#sent = 0
    this.#acked = 0
    this.#answered = false
    this.#tell()
  }

  /** A frame was handed to the open socket. */
  sent(frame: Uint8Array): void {
    const write = writeKind(frame)
    if (write === null) return
    this.#sent++
    this.#carried = this.#changes
    if (write === 'rest') this.#answered = true
    this.#tell()
  }

  /** A frame arrived. Only the side channel is looked at. */
  heard(frame: Uint8Array): void {
    const message = decodeSide(frame)
    if (message === null) return
    switch (message.type) {
      case 'hello':
        this.#hello = message
        break
      case 'saved':
        this.#acked = Math.max(this.#acked, message.count)
        break
      case 'refused':
        this.#refused ??= message.objection
        break
      case 'people':
        this.#people = new Map([...this.#people, ...message.people.map((who) => [who.client, who] as const)])
        break
      case 'store':
        this.#store = message.state
        break
      case 'leaving':
        this.#leaving = message.within
        break
      default:
        message satisfies never
    }
    this.#tell()
  }

  /** The socket is gone. */
  closed(): void {
    this.#connection = 'down'
    this.#hello = null
    this.#tell()
  }

  #read(): Facts {
    const saved =
      this.#hello !== null &&
      this.#refused === null &&
      this.#answered &&
      this.#acked === this.#sent &&
      this.#carried === this.#changes
    return {
      connection: this.#connection,
      hello: this.#hello,
      saved,
      store: this.#store,
      refused: this.#refused,
      people: this.#people,
      leaving: this.#leaving,
    }
  }

  #tell(): void {
    this.#facts = this.#read()
    for (const listener of this.#listeners) listener()
  }
}
