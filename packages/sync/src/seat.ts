import type { Gap } from './gap.ts'
import type { Link } from './link.ts'
import type { StoreState } from './message.ts'
import type { Role } from './role.ts'
import type { UpdateFrames } from './update-frames.ts'

/** Somebody who comes in. */
export interface Visitor {
  /** Whom the log names as the author of what they write. */
  readonly identity: string
  /** What the server knows them as; pages show this, not what their presence claims. */
  readonly name: string
  /** False when the name is only claimed. */
  readonly verified: boolean
  readonly role: Role
  /** Set when the connection announced itself as a Quire page; it is then told about saving. */
  readonly page: Page | null
}

/** What a Quire page says of itself. */
export interface Page {
  readonly client: number
  readonly schema: number
  /** A random name of this copy of the document, the same on each of its connections; older pages have none. */
  readonly tab?: string
}

/**
 * How much of a document a seat was given. It holds nothing of the document: what a silent reader was given last may be
 * replaced meanwhile.
 */
export interface Progress {
  /** It was given everything up to this position of the log, and so many messages of what comes next. */
  position: number
  of: WeakRef<UpdateFrames> | null
  messages: number
  /** For somebody who came back: the next clock of each client, from what they said and were given. Else empty. */
  readonly clocks: Map<number, number>
}

/** Someone in the room. The place says what we owe them. */
export interface Seat {
  readonly link: Link
  visitor: Visitor
  role: Role
  /** Its page was older than the document when it came: it may read. */
  readonly outdated: boolean
  place:
    | { readonly state: 'greeting' } // has not said what it has: is owed no updates yet
    | { readonly state: 'live' }
    // reads too slowly: is owed all that this lacks, which is what came after the position if that is known
    | { readonly state: 'behind'; readonly vector: Uint8Array; readonly position: number | null }
    | { readonly state: 'reading'; readonly progress: Progress }
  /** When its question was last answered; one that came too soon after that, or while an answer is made. */
  answered: number
  answering: boolean
  question: Uint8Array | null
  /** The next frame may be the awareness frame in which a stock client shows its own id. */
  showing: boolean
  /** Write frames received, and those not acknowledged yet with the position that covers them. */
  heard: number
  readonly unsaved: { count: number; position: number }[]
  /** SyncStep1 sent and not answered; when the last one was sent because something was missing. */
  asked: number
  askedAt: number
  /** What its own writes said and the room lacks. Nothing from the first of them on is acknowledged until all of it is known. */
  gap: Gap | null
  /** How many answers in a row still lacked something, and whether it will be asked again. */
  repairs: number
  repairing: boolean
  /** Client ids that it brought, of those that nobody had seen before. */
  brought: number
  /** The client id that it last wrote under; -1 before it has. */
  writesAs: number
  /** What the page was last told of the store, and of the newest schema. */
  store: StoreState
  schema: number
  /** The page was told that a write was not taken: what it writes now is ignored. */
  refused: boolean
  /** A stock client was told that it may not write. */
  denied: boolean
  /** While a write of it is judged in several turns: the frames that came after it. */
  waiting: Uint8Array[] | null
  /** When it was last asked to show itself anew, and whether that is due again. */
  poked: number
  poking: boolean
}

/** The seat of someone who has just come in, to a document whose newest schema is `schema`. */
export const newSeat = (link: Link, visitor: Visitor, role: Role, schema: number): Seat => ({
  link,
  visitor,
  role,
  outdated: visitor.page !== null && visitor.page.schema < schema,
  place: { state: 'greeting' },
  answered: Number.NEGATIVE_INFINITY,
  answering: false,
  question: null,
  showing: false,
  heard: 0,
  unsaved: [],
  asked: 1, // by the greeting
  askedAt: Number.NEGATIVE_INFINITY,
  gap: null,
  repairs: 0,
  repairing: false,
  brought: 0,
  writesAs: -1,
  store: 'fine',
  schema,
  refused: false,
  denied: false,
  waiting: null,
  poked: Number.NEGATIVE_INFINITY,
  poking: false,
})

/** A seat with more than this unsent gets nothing queued. */
export const highWater = 512 * 1024
