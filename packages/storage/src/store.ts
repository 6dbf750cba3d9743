import type { Log } from '@quire/sync/log'
import type { openAccounts } from './accounts.ts'
import type { openMail } from './mail.ts'
import type { openRecords } from './records.ts'
import type { Remote } from './remote.ts'
import type { Excerpt, SearchScope } from './search.ts'
import type { openSharing } from './sharing.ts'
import type { Files } from './files.ts'
import type { Usage } from './usage.ts'

/** What a server remembers: the log of every room, the list of documents, the names people chose. */
export interface Store {
  /** The log of a room. Nothing is written before the first `append` or `bind`. Ask once per open room. */
  log(room: string): Log
  /**
   * Writes all that the room `from` holds into the room `to`, to which nothing was written yet, as updates by this author.
   * The bytes stay in the store. False, and nothing is written, when what `from` holds is damaged.
   */
  copy(from: string, to: string, author: string): Promise<boolean>
  readonly documents: Documents
  readonly people: People
  readonly sharing: Sharing
  readonly accounts: Accounts
  readonly search: Search
  readonly records: Records
  readonly mail: Mail
  readonly files: Files
  /** How much is stored for one person and in all. What was just written in small pieces may not count yet. */
  usage(owner: string): Promise<Usage>
  /** How many bytes a document takes, with its files and without its history: as much as a copy can take. */
  documentSize(id: string): Promise<number>
  /** Who wrote what and when, oldest first, as far as compaction has folded the room. */
  history(room: string): Promise<Sitting[]>
  /** True when some text stands anywhere in what the room ever stored, deleted or not, as far as it is kept. */
  mentions(room: string, word: string): Promise<boolean>
  /** Resolves after a write and a read have both worked; rejects with the store's own error. */
  check(): Promise<void>
  /** True when the process that used this store before ended without closing it. */
  readonly unclean: boolean
  /** Of the rooms that are no documents: empty, and drawn at random when a backup is brought back. */
  readonly epoch: string
  /** For so many ms from the opening on, clients that tell no epoch are not to be let in; 0 as a rule. */
  readonly refusesStockFor: number
  /** Updates, and their bytes, that were appended and are not on disk yet. */
  readonly backlog: { readonly updates: number; readonly bytes: number }
  /** How many rooms wait to be folded, and how many differences to be worked out. */
  readonly waiting: number
  /**
   * Resolves when everything appended is on disk and the files are closed. Later calls reject. When the disk
   * does not take everything in time, what is left goes into a spool file, which the next start stores; those
   * appends reject, and so does this, with a sentence that names the file. `unused`: nobody was served; the next start
   * then finds the store as `unclean` as this one did.
   */
  close(how?: { readonly unused?: boolean }): Promise<void>
}

/** One document as its lists show it. Times are milliseconds since 1970. */
export interface Document {
  readonly id: string
  /** Identity of the person who made it. */
  readonly owner: string
  /**
   * Drawn at random when the document is made, put in the trash, or brought back from a backup: a copy of
   * another epoch must not merge into it.
   */
  readonly epoch: string
  readonly title: string
  readonly created: number
  /** When its text last changed, as far as `position`. */
  readonly edited: number
  /** The log position that `title` and `edited` were read at. */
  readonly position: number
  /** When it was put in the trash, or null. */
  readonly deleted: number | null
}

/** Documents of which something was stored that their title and index do not show yet. */
export interface Outdated {
  readonly documents: Document[]
  /** The last one that was looked at, or null when there are no more. */
  readonly next: string | null
}

/** The documents of a server. */
export interface Documents {
  /** Rejects when the id was ever used. */
  create(id: string, owner: string, title: string): Promise<Document>
  /** Also finds what lies in the trash. */
  read(id: string): Promise<Document | null>
  /** What this person made and did not delete, last edited first. */
  mine(owner: string): Promise<Document[]>
  /** Notes what the log says at `position`; an earlier position than the one already noted changes nothing. */
  note(id: string, position: number, title: string): Promise<void>
  /**
   * Looks at `count` documents in the order of their ids, from the first one after `after`, and returns those whose log
   * goes on after what was noted or indexed of them. Opens none of them.
   */
  outdated(after: string, count: number): Promise<Outdated>
  /** To the trash and back. False when there was nothing to move. */
  trash(id: string): Promise<boolean>
  restore(id: string): Promise<boolean>
  /** What this person made and put in the trash, last moved first. */
  trashed(owner: string): Promise<Document[]>
  /**
   * Notes that the store was in use for `ran` ms more, counted by a clock that nobody sets, and what was put in the trash
   * before this time. Returns what was found so in each call since at least `apart` ms of use: a wall clock that is wrong
   * for a while makes nothing due.
   */
  duePurges(before: number, ran: number, apart: number): Promise<string[]>
  /**
   * Deletes for good what lies in the trash, with its log and all rooms beside it. Its id is not given out again.
   * For rooms that nobody has open. False when it is not in the trash.
   */
  purge(id: string): Promise<boolean>
}

/** Who was given which role, and how. */
export type Sharing = Remote<ReturnType<typeof openSharing>>
/** Who has an account, and where they are signed in. */
export type Accounts = Remote<ReturnType<typeof openAccounts>>
/** The words of all documents. */
export interface Search {
  /** What is kept of this document takes the place of what was. Of a long text only the beginning can be found. */
  index(document: string, position: number, title: string, text: string): Promise<void>
  /** The position that is indexed, or null. */
  indexed(document: string): Promise<number | null>
  unindex(document: string): Promise<void>
  /**
   * The ids of documents in which all words of the query stand, the best first, `limit` at most: of the 20,000 that come
   * first in the scope. Whether they may be seen now is to be asked for each. Costs what these documents hold, whatever
   * others the store has. Rejects with `StoreBusyError` when it takes too long.
   */
  find(query: string, scope: SearchScope, limit: number): Promise<string[]>
  /** What to show of documents that were found for this query; fewer when some are gone. */
  excerpts(query: string, documents: readonly string[]): Promise<Excerpt[]>
}
/** What happened, and who is to be told. */
export type Records = Remote<ReturnType<typeof openRecords>>
/** What is to be mailed, and the sign-in links that were. */
export type Mail = Remote<ReturnType<typeof openMail>>

/** A name and colour that somebody chose. */
export interface Person {
  readonly id: string
  readonly name: string
  /** Index into the page's twelve colours. */
  readonly color: number
}

/** The people who chose a name. */
export interface People {
  read(id: string): Promise<Person | null>
  write(person: Person): Promise<void>
}

/** What one person wrote at one sitting: an unbroken run of positions. The next one starts at `last + 1`. */
export interface Sitting {
  readonly first: number
  readonly last: number
  readonly author: string
  /** Times of the first and the last update, in milliseconds since 1970. */
  readonly since: number
  readonly until: number
  /** The updates as one, with content that was deleted later. It may build on earlier sittings. */
  readonly update: Uint8Array
}
