import type { IncomingMessage } from 'node:http'
import type { Pack } from '@quire/storage/pack'
import type { Document } from '@quire/storage/store'
import type { Diff, Log, Owner, Past } from '@quire/sync/log'
import type { Refusal } from '@quire/sync/error'
import type { Limits } from '../limits.ts'
import type { Counted } from '../metrics.ts'
import type { Newcomer } from '../seating.ts'
import type { Settings } from '../settings.ts'
import type { Change } from '../standings.ts'

// Everything that the server's own process and its workers say to each other. What is told needs no answer; what is
// asked has one. Both arrive in the order in which they were sent, and are copied on the way.

/** What a worker must know before it can do anything. */
export interface Beginning {
  readonly worker: number
  readonly access: Settings['access']
  readonly limits: Limits
  /** How many the server consists of. */
  readonly processes: number
  readonly logLevel: string
  /** For so many ms what a crash may have taken can be brought back by whoever still has it. */
  readonly healing: number
}

/** What the server tells a worker. */
export type ToWorker =
  /** Somebody who has been let in. Their connection comes with it, unless it has ended. */
  | {
      tell: 'newcomer'
      seat: number
      newcomer: Newcomer
      request: Pick<IncomingMessage, 'method' | 'headers'>
      head: Uint8Array
    }
  | { tell: 'assign'; ticket: number; change: Change }
  | { tell: 'adopt'; from: string; to: string; name: string }
  | { tell: 'dismiss'; room: string; refusal: Refusal }
  | { tell: 'rename'; identity: string; name: string }
  /** So many updates more of each of these logs are on disk; so many bytes of other workers are not. */
  | { tell: 'stored'; logs: readonly number[]; counts: readonly number[]; elsewhere: number }
  /** What was appended to this log and is not on disk never will be; `unfit`: because no store takes the oldest of it. */
  | { tell: 'lost'; log: number; problem: string; unfit: boolean }
  | { tell: 'elsewhere'; bytes: number }
  | { tell: 'end' }

/** What a worker tells the server. */
export type FromWorker =
  /** The next newcomer may be sent. */
  | { tell: 'taken'; seat: number }
  /** A newcomer's connection has ended; with why, when it was our doing. */
  | { tell: 'gone'; seat: number; refusal: Refusal | null }
  | { tell: 'appends'; appends: Appends }
  /** The room of this log was let go. */
  | { tell: 'closed'; log: number }
  | { tell: 'overloaded'; is: boolean }

/** Writes in the order in which they were made, a column of each thing that a write consists of. */
export interface Appends {
  readonly logs: readonly number[]
  readonly authors: readonly string[]
  readonly owners: readonly (readonly Owner[])[]
  readonly schemas: readonly number[]
  readonly updates: Pack
}

/** What the server asks of a worker. */
export type OfWorker = {
  begin(beginning: Beginning): void
  /** Answered in the next turn of the event loop: whether the process is alive. */
  ping(): void
  current(document: Document, made?: boolean): Document
  reindex(document: Document): void
  /** Null when that cannot be done now. */
  rename(document: Document, title: string, author: string): Document | null
  counted(): Counted
  /** As of a shard. */
  close(patience: number, people: number): boolean
}

/** What a worker asks of the server. A log has a number from when it is loaded until it is closed. */
export type OfServer = {
  load(room: string): { log: number; past: Past }
  bind(log: number, owners: readonly Owner[]): void
  compact(log: number): Awaited<ReturnType<Log['compact']>>
  diff(log: number, vector: Uint8Array): Diff
  document(id: string): Document | null
  note(id: string, position: number, title: string): void
  index(id: string, position: number, title: string, body: string): void
  indexed(id: string): number | null
  mayMake(address: string): boolean
}
