import type { Clock } from './clock.ts'
import type { Refusal } from './error.ts'
import type { Link } from './link.ts'
import type { Log } from './log.ts'
import type { Role } from './role.ts'

/** What a room is made of. */
export interface Parts {
  readonly log: Log
  readonly clock: Clock
  /** Of the document, told to every page. */
  readonly epoch: string
  /** The newest page schema the server serves. */
  readonly schema: number
}

/** Somebody who comes in. */
export interface Visitor {
  /** Whom the log names as the author of what they write. */
  readonly identity: string
  readonly role: Role
  /** Set when the connection announced itself as a Quire page; it is then told about saving. */
  readonly page: { readonly client: number; readonly schema: number } | null
}

/** One document's log and everyone in it: the server's end. */
export class Room {
  /** Loads the log. Rejects when it cannot be read: an empty room is never served in its place. */
  static async open(parts: Parts): Promise<Room> { void parts; return new Room() }
  /** Takes a seat and says hello. */
  join(_link: Link, _visitor: Visitor): void {}
  /** A frame from a link that has joined. Never throws for what a client sends. */
  receive(_link: Link, _bytes: Uint8Array): void {}
  /** The network took what was buffered for this link. */
  drained(_link: Link): void {}
  /** The connection ended. `clean` when the other end said so (1000, 1001): its presence goes at once. */
  leave(_link: Link, _clean: boolean): void {}
  /** The server's own write. Resolves when it is on disk. */
  async write(_update: Uint8Array, _author: string): Promise<void> {}
  /** Tells the pages that their server will hang up and that they may come back within `ms`. */
  farewell(_ms: number): void {}
  /** Hangs up on everyone. */
  dismiss(_refusal: Refusal): void {}
  /** Resolves when everything received so far is on disk. */
  async settled(): Promise<void> {}
  /** Stops the room's timers. For a room that is empty and settled, or at shutdown. */
  close(): void {}
  /** How many are in it. */
  get seats(): number { return 0 }
  /** Position of the last update taken in. */
  get position(): number { return 0 }
  /** True when everything taken in is on disk. */
  get durable(): boolean { return true }
  /** Updates that together are the document as of `position`. */
  get content(): readonly Uint8Array[] { return [] }
}
