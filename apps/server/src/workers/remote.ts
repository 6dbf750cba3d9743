import { pack } from '@quire/storage/pack'
import type { Documents, Search, Store } from '@quire/storage/store'
import { AppendError } from '@quire/sync/log'
import type { Diff, Log, Owner, Past, Write } from '@quire/sync/log'
import type { Channel } from './channel.ts'
import type { FromWorker, OfServer, OfWorker, ToWorker } from './message.ts'

/** The worker's end of what it and the server say to each other. */
export type ToServer = Channel<FromWorker, ToWorker, OfWorker, OfServer>

/** The longest that writes wait for those before them to be on disk, in ms. */
const patience = 10

/**
 * The store, which another process has. An append resolves when that process says that it is on disk. What is
 * appended in one turn leaves in one message, and so does what is appended while others are on their way to the disk:
 * the messages are as few as the commits, and a quiet worker adds no delay.
 */
export class RemoteStore implements Pick<Store, 'log' | 'backlog'> {
  readonly #server: ToServer
  readonly #logs = new Map<number, RemoteLog>()
  readonly #open = new Map<string, number>()
  #leaving = nothing()
  #waiting = { updates: 0, bytes: 0 }
  #elsewhere = 0
  #late: ReturnType<typeof setTimeout> | undefined = undefined

  constructor(server: ToServer) {
    this.#server = server
  }

  /** Updates of this process that are not on disk, and the bytes of all processes that are not. */
  get backlog(): Store['backlog'] {
    return { updates: this.#waiting.updates, bytes: this.#waiting.bytes + this.#elsewhere }
  }

  log(room: string): Log {
    return new RemoteLog(room, this.#server, this)
  }

  readonly documents: Pick<Documents, 'read' | 'note'> = {
    read: (id) => this.#server.ask('document', id),
    note: (id, position, title) => this.#server.ask('note', id, position, title),
  }

  readonly search: Pick<Search, 'index' | 'indexed'> = {
    index: (id, position, title, body) => this.#server.ask('index', id, position, title, body),
    indexed: (id) => this.#server.ask('indexed', id),
  }

  /** The room's log is open, under this number. */
  opened(room: string, number: number, log: RemoteLog): void {
    this.#logs.set(number, log)
    this.#open.set(room, number)
  }

  /** The room is in memory no more. */
  letGo(room: string): void {
    const number = this.#open.get(room)
    if (number === undefined) return // it could not be read
    this.#open.delete(room)
    this.#logs.delete(number)
    this.flush()
    this.#server.tell({ tell: 'closed', log: number })
  }

  /** Sends with this turn's writes. */
  append(log: number, { update, author, owners, schema }: Write): void {
    this.#waiting.updates++
    this.#waiting.bytes += update.length
    const { logs, authors, owners: bound, schemas, updates } = this.#leaving
    authors.push(author)
    bound.push(owners)
    schemas.push(schema)
    updates.push(update)
    if (logs.push(log) > 1) return
    if (this.#waiting.updates === 1) setImmediate(() => this.flush())
    else this.#late = setTimeout(() => this.flush(), patience)
  }

  /** Sends what was appended so far. */
  flush(): void {
    const { updates, ...columns } = this.#leaving
    if (updates.length === 0) return
    this.#leaving = nothing()
    clearTimeout(this.#late)
    this.#server.tell({ tell: 'appends', appends: { ...columns, updates: pack(updates) } })
  }

  /** The server's word on what is on disk. */
  stored(logs: readonly number[], counts: readonly number[], elsewhere: number): void {
    this.#elsewhere = elsewhere
    for (const [at, log] of logs.entries()) this.#logs.get(log)?.stored(counts[at] ?? 0)
    this.flush()
  }

  /** The server's word that no more of this log will be. */
  lost(log: number, problem: string, unfit: boolean): void {
    this.#logs.get(log)?.lost(problem, unfit)
  }

  /** So many bytes of other processes are not on disk. */
  set elsewhere(bytes: number) {
    this.#elsewhere = bytes
  }

  /** One update waits no more. */
  settled(bytes: number): void {
    this.#waiting.updates--
    this.#waiting.bytes -= bytes
  }
}

/** Writes that leave together, a column of each thing. */
const nothing = () => ({
  logs: [] as number[],
  authors: [] as string[],
  owners: [] as (readonly Owner[])[],
  schemas: [] as number[],
  updates: [] as Uint8Array[],
})

class RemoteLog implements Log {
  readonly #room: string
  readonly #server: ToServer
  readonly #store: RemoteStore
  /** Null before the log is loaded. */
  #number: number | null = null
  /** What is not on disk, oldest first. */
  #waiting: { bytes: number; done: PromiseWithResolvers<void> }[] = []
  #lost: Error | null = null

  constructor(room: string, server: ToServer, store: RemoteStore) {
    this.#room = room
    this.#server = server
    this.#store = store
  }

  get backlog(): number {
    return this.#store.backlog.bytes
  }

  async load(): Promise<Past> {
    const { log, past } = await this.#server.ask('load', this.#room)
    this.#number = log
    this.#store.opened(this.#room, log, this)
    return own(past)
  }

  append(write: Write): Promise<void> {
    if (this.#lost !== null) return Promise.reject(this.#lost)
    if (this.#number === null) return Promise.reject(unloaded())
    const done = Promise.withResolvers<void>()
    this.#waiting.push({ bytes: write.update.length, done })
    this.#store.append(this.#number, write)
    return done.promise
  }

  async bind(owners: readonly Owner[]): Promise<void> {
    return this.#server.ask('bind', this.#opened(), owners)
  }

  async compact(): ReturnType<Log['compact']> {
    return own(await this.#server.ask('compact', this.#opened()))
  }

  async diff(vector: Uint8Array): Promise<Diff> {
    return own(await this.#server.ask('diff', this.#opened(), vector))
  }

  /** So many more are on disk. */
  stored(count: number): void {
    for (const { bytes, done } of this.#waiting.splice(0, count)) {
      this.#store.settled(bytes)
      done.resolve()
    }
  }

  /** What waits is not stored, and nothing is taken any more; `unfit`: because no store takes the oldest of it. */
  lost(problem: string, unfit: boolean): void {
    this.#lost ??= new AppendError(problem, false)
    for (const [at, { bytes, done }] of this.#waiting.splice(0).entries()) {
      this.#store.settled(bytes)
      done.reject(at === 0 && unfit ? new AppendError(problem, true) : this.#lost)
    }
  }

  #opened(): number {
    if (this.#number === null) throw unloaded()
    return this.#number
  }
}

const unloaded = (): Error => new Error('A log is loaded before it is used.')

/** The same with bytes of its own: what a room keeps for long must not be a view of a message that held much else. */
const own = <T>(value: T): T => {
  const copy = (part: unknown): unknown => {
    if (part instanceof Uint8Array) return new Uint8Array(part)
    if (Array.isArray(part)) return part.map(copy)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, copy(inner)]))
  }
  return copy(value) as T // it has the same shape
}
