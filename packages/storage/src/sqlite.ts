import { existsSync, statSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { batchOf } from './batch.ts'
import { Compaction } from './compaction/compaction.ts'
import type { SetAsideReason } from './compaction/set-aside.ts'
import { finishBringingBack, readyToBringBack } from './bringback.ts'
import { DataFileError } from './db/data-file-error.ts'
import type { FileFault, FileState, Rescue } from './db/file-guard.ts'
import { leaveLostFile, watchFile } from './db/file-watch.ts'
import { StoreBusyError } from './busy.ts'
import type { Entry } from './entry.ts'
import type { Files } from './files.ts'
import { makeFolder } from './folder.ts'
import type { Loaded } from './load.ts'
import { lock, unwritable } from './lock.ts'
import { RoomLog } from './log.ts'
import { Queue } from './queue.ts'
import { changes, recover } from './recover.ts'
import { remote } from './remote.ts'
import { isOwnSpool, spoolFiles, writeSpool } from './spool.ts'
import { readOnly } from './reads.ts'
import type { Reads } from './reads.ts'
import { maxSearchText } from './search-words.ts'
import type { openSearcher } from './search.ts'
import type { Accounts, Documents, Mail, People, Records, Search, Sharing, Sitting, Store } from './store.ts'
import type { Stored, Tables } from './tables.ts'
import { Thread } from './thread.ts'
import { realTime, within } from './time.ts'
import type { Time } from './time.ts'
import type { Usage } from './usage.ts'
import type { Log } from '@quire/sync/log'

/** What may be lent to a store. */
export interface Options {
  readonly time?: Time
  /** Hears why the disk did not take a batch, each time it does not. The batch is tried again. */
  readonly failed?: (error: unknown) => void
  /** Hears of each update that can never be stored, and why. It is in quarantine, and its room is to be loaded anew. */
  readonly unfit?: (room: string, position: number, why: string) => void
  /** Hears once that the thread that writes has died for the third time within a minute. To be closed then. */
  readonly broken?: (error: Error) => void
  /**
   * Hears once, in a sentence, that the data file is gone or is another file. Nothing is stored any more. To be closed
   * then, which rejects with a `DataFileError` that says where the rest is.
   */
  readonly onFileLost?: (sentence: string) => void
  /** Hears, in a sentence each, what became of changes that the process before could not store. */
  readonly found?: (sentence: string) => void
  /** How long `close` waits for a disk that does not take what was appended, in ms. */
  readonly patience?: number
  /** How long a document may take to work out, in ms. */
  readonly limit?: number
  /** Starts the thread that writes; tests start one that fails. */
  readonly writer?: (file: string) => Worker
  /** Starts the thread that reads for joins, roles, lists and sign-in; tests start one that fails. */
  readonly reader?: (file: string) => Worker
  /** Starts the thread that searches; tests start one that hangs. */
  readonly searcher?: (file: string) => Worker
  /** Hears of each time that a room is set aside, as its document takes too much time or memory to work out. */
  readonly setAside?: (reason: SetAsideReason) => void
  /** Starts a thread that works documents out; tests start one that hangs. */
  readonly compactor?: (file: string) => Worker
}

/**
 * A store in a folder, which is made if need be. What the process before could not store is stored first. Rejects
 * with one sentence when the folder is in use by another process, cannot be written, or holds data of a newer
 * version; with a `DataFileError` when what belongs to a database is there and the database is not.
 */
export const openSqlite = async (folder: string, options: Options = {}): Promise<Store> => {
  refuseRemains(folder)
  try {
    makeFolder(folder)
  } catch (error) {
    throw unwritable(folder, error)
  }
  const unlock = lock(folder, join(folder, 'quire.lock'))
  let store: Sqlite | null = null
  try {
    finishBringingBack(folder)
    store = new Sqlite(folder, unlock, options)
    await store.begin()
    return store
  } catch (error) {
    if (store) await store.giveUp()
    else unlock()
    throw error
  }
}

/** Throws when there is no database but what one has left: an empty store must not begin in its place. */
const refuseRemains = (folder: string): void => {
  const file = join(folder, 'quire.db')
  if (existsSync(file) || existsSync(join(folder, readyToBringBack))) return
  const log = `${file}-wal`
  const remains = [
    ...((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0 ? [log] : []),
    ...spoolFiles(folder).filter((spool) => isOwnSpool(spool)),
  ]
  if (remains.length === 0) return
  throw new DataFileError(
    `There is no quire.db in ${folder}, but ${remains.join(' and ')}, which belongs to it: put the data back, or ` +
      'restore a backup, or move that file away to begin with an empty store.',
  )
}

class Sqlite implements Store {
  readonly #folder: string
  readonly #file: string
  readonly #writer: Thread<Tables>
  readonly #reader: Thread<Reads>
  readonly #compaction: Compaction
  readonly #searcher: Thread<ReturnType<typeof openSearcher>>
  readonly #queue: Queue
  readonly #time: Time
  readonly #options: Options
  readonly #unlock: () => void
  readonly #spools: ReturnType<typeof spoolFiles>
  /** Each calls off the forgetting of one death of the writer. */
  readonly #deaths = new Set<() => void>()
  #broken = Promise.withResolvers<void>()
  /** What became of the data file; null while it is where it belongs. */
  #fault: FileFault | null = null
  /** True when a copy of the lost data was made. */
  #rescued = false
  #unwatch = (): void => {}
  #begun = false
  #closing: Promise<void> | null = null
  unclean = false
  epoch = ''
  refusesStockFor = 0

  constructor(folder: string, unlock: () => void, options: Options) {
    const file = join(folder, 'quire.db')
    this.#folder = folder
    this.#file = file
    this.#spools = spoolFiles(folder)
    this.#time = options.time ?? realTime
    this.#options = options
    this.#unlock = unlock
    const startWriter = options.writer ?? thread('./writer.ts')
    const startReader = options.reader ?? thread('./reader.ts')
    const startCompactor = options.compactor ?? thread('./compactor.ts', 512)
    this.#writer = new Thread(
      () => {
        // it would make an empty one
        if (this.#begun && !existsSync(file)) throw new Error(`There is no ${file} any more.`)
        return startWriter(file)
      },
      { ended: () => this.#died() },
    )
    this.#reader = new Thread(() => startReader(file), {
      limit: { time: this.#time, ms: readTimeoutMs, error: readTimeout },
    })
    this.#compaction = new Compaction({
      start: () => startCompactor(file),
      time: this.#time,
      limit: options.limit ?? 10_000,
      setAside: options.setAside ?? (() => {}),
    })
    const startSearcher = options.searcher ?? thread('./searcher.ts', 256)
    this.#searcher = new Thread(() => startSearcher(file), {
      limit: { time: this.#time, ms: searchTimeoutMs, error: searchTimeout },
    })
    this.#queue = new Queue((batch) => this.#append(batch), this.#time, options.failed ?? (() => {}))
  }

  async #append(batch: readonly Entry[]): Promise<Stored> {
    const stored = await this.#writer.call('append', batchOf(batch))
    for (const { index, why } of stored.unfit) {
      const entry = batch[index]
      if (entry !== undefined) this.#options.unfit?.(entry.room, entry.position, why)
    }
    return stored
  }

  /** Before the first use. */
  async begin(): Promise<void> {
    const { clean, epoch, refusesStockFor, lost } = await this.#writer.call('begin', this.#time.now())
    this.unclean = !clean
    this.epoch = epoch
    this.refusesStockFor = refusesStockFor
    this.#begun = true
    const found = this.#options.found ?? (() => {})
    if (lost > 0)
      found(`Up to ${changes(lost)} of the last run cannot be read any more: the disk is damaged.`)
    const store = (entries: readonly Entry[]): Promise<number[]> =>
      this.#writer.call('recover', batchOf(entries), this.#time.now())
    for (const file of this.#spools) await recover(file, store, found)
    const ask = (atLeast: number): Promise<FileState> => this.#writer.call('fileState', atLeast)
    this.#unwatch = watchFile(this.#file, ask, (fault) => this.#lose(fault))
    // its thread is there before the first who waits for an answer; what cannot be read is told to whoever asks for it
    await this.#reader.call('indexed', '').catch(() => {})
  }

  get backlog(): { readonly updates: number; readonly bytes: number } {
    return this.#queue.backlog
  }

  get waiting(): number {
    return this.#compaction.waiting
  }

  log(room: string): Log {
    return new RoomLog(room, this.#queue, this.#write, this.#reads, this.#load)
  }

  async copy(from: string, to: string, author: string): Promise<boolean> {
    await this.#queue.settled(from) // what is on its way to the disk is copied too
    return this.#write('copy', from, to, author, this.#time.now())
  }

  readonly documents: Documents = {
    create: (id, owner, title) =>
      this.#writeSoon('create', id, owner, crypto.randomUUID(), title, this.#time.now()),
    read: (id) => this.#readSoon('read', id),
    mine: (owner) => this.#readSoon('mine', owner),
    note: async (id, position, title) => {
      await this.#queue.settled(id) // `edited` is read from the update at `position`
      await this.#writeSoon('note', id, position, title)
    },
    outdated: (after, count) => this.#readSoon('outdated', after, count),
    trash: (id) => this.#writeSoon('trash', id, this.#time.now(), crypto.randomUUID()),
    restore: (id) => this.#writeSoon('restore', id),
    trashed: (owner) => this.#readSoon('trashed', owner),
    duePurges: (before, ran, apart) => this.#writeSoon('duePurges', before, ran, apart),
    purge: async (id) => {
      await this.#queue.settled() // what was appended before must not come after
      return this.#write('purge', id)
    },
  }

  readonly people: People = {
    read: (id) => this.#readSoon('person', id),
    write: (person) => this.#writeSoon('writePerson', person),
  }

  readonly files: Files = {
    add: (file, due, most) => this.#writeSoon('addFile', file, due, most),
    read: (room, id) => this.#readSoon('readFile', room, id),
    of: (room) => this.#readSoon('filesOf', room),
    used: (room) => this.#readSoon('filesUsed', room),
    share: (from, to, author, due) => this.#writeSoon('shareFiles', from, to, author, due),
    due: (now, count) => this.#readSoon('dueFiles', now, count),
    seen: (file, mentioned, due) => this.#writeSoon('seenFile', file, mentioned, due),
    drop: (file) => this.#writeSoon('dropFile', file),
    has: (hash) => this.#readSoon('hasBytes', hash),
  }

  usage(owner: string): Promise<Usage> {
    return this.#readSoon('usage', owner)
  }

  documentSize(id: string): Promise<number> {
    return this.#readSoon('documentSize', id)
  }

  async mentions(room: string, word: string): Promise<boolean> {
    await this.#queue.settled(room) // what is on its way to the disk counts too
    return this.#reads.mentions(room, word)
  }

  readonly sharing: Sharing = remote((name, args) => this.#ask('sharing', name, args))
  readonly accounts: Accounts = remote((name, args) => this.#ask('accounts', name, args))
  readonly search: Search = {
    index: async (document, position, title, text) => {
      const kept = await this.#search('searchTextOf', title, text.slice(0, maxSearchText))
      await this.#writeSoon('putText', document, position, kept)
    },
    indexed: (document) => this.#readSoon('indexed', document),
    unindex: (document) => this.#writeSoon('unindex', document),
    find: (query, scope, limit) => this.#search('find', query, scope, limit),
    excerpts: (query, documents) => this.#search('excerpts', query, documents),
  }
  readonly records: Records = remote((name, args) => this.#ask('records', name, args))
  readonly mail: Mail = remote((name, args) => this.#ask('mail', name, args))

  history(room: string): Promise<Sitting[]> {
    return this.#reads.history(room)
  }

  async check(): Promise<void> {
    await this.#write('check')
    this.#queue.hurry()
  }

  close({ unused = false } = {}): Promise<void> {
    return (this.#closing ??= this.#close(unused && this.unclean))
  }

  /** After a start that failed half-way: the next one finds the store as this one did. */
  async giveUp(): Promise<void> {
    if (!this.#begun) return this.leave()
    await this.#end(this.unclean)
  }

  /** Without a word to the database. */
  async leave(): Promise<void> {
    this.#unwatch()
    for (const cancel of this.#deaths) cancel()
    const settle = this.#fault === null ? () => {} : leaveLostFile(this.#file, this.#fault, this.#rescued)
    await Promise.all([this.#closeReaders(), this.#writer.close()])
    settle()
    this.#unlock() // only now nobody writes any more
  }

  readonly #write: Thread<Tables>['call'] = (name, ...args) =>
    this.#closing ? Promise.reject(closed()) : this.#writer.call(name, ...args)

  /** What compaction answers, until the store is closed. */
  readonly #reads: Pick<Compaction, 'fold' | 'diff' | 'places' | 'history' | 'mentions'> = {
    fold: async (room, upTo) => this.#open().fold(room, upTo),
    diff: async (room, vector) => this.#open().diff(room, vector),
    places: async (room) => this.#open().places(room),
    history: async (room) => this.#open().history(room),
    mentions: async (room, word) => this.#open().mentions(room, word),
  }

  #open(): Compaction {
    if (this.#closing) throw closed()
    return this.#compaction
  }

  /** As `#write`, for what somebody waits for: a disk that hangs is told to them in time. */
  readonly #writeSoon: Thread<Tables>['call'] = (name, ...args) =>
    this.#closing
      ? Promise.reject(closed())
      : this.#writer.callWithin({ time: this.#time, ms: answerTimeoutMs }, name, ...args)

  readonly #readSoon: Thread<Reads>['call'] = (name, ...args) =>
    this.#closing
      ? Promise.reject(closed())
      : this.#reader.callWithin({ time: this.#time, ms: answerTimeoutMs }, name, ...args)

  /** Carries a call of one of these to the thread that reads, or to the one that writes. */
  #ask(table: keyof typeof readOnly, name: string, args: readonly unknown[]): Promise<unknown> {
    return readOnly[table].has(name) ? this.#readSoon(table, name, args) : this.#writeSoon(table, name, args)
  }

  readonly #load = (room: string): Promise<Loaded> =>
    this.#closing ? Promise.reject(closed()) : this.#reader.call('load', room)

  readonly #search: Thread<ReturnType<typeof openSearcher>>['call'] = (name, ...args) =>
    this.#closing ? Promise.reject(closed()) : this.#searcher.call(name, ...args)

  #died(): void {
    const forget = (): void => void this.#deaths.delete(cancel)
    const cancel = this.#time.after(60_000, forget)
    this.#deaths.add(cancel)
    if (this.#deaths.size !== 3) return
    this.#broken.resolve()
    this.#options.broken?.(new Error('The thread that writes died three times within a minute.'))
  }

  #lose(fault: FileFault): void {
    this.#fault = fault
    this.#broken.resolve()
    this.#options.onFileLost?.(`${faults[fault](this.#folder)} while it was in use.`)
  }

  /** `unclean`: the next start is to find the store so. */
  async #close(unclean: boolean): Promise<void> {
    this.#queue.stop(closed())
    const patience = this.#options.patience ?? 20_000
    await within(this.#time, patience, Promise.race([this.#queue.settled(), this.#broken.promise]))
    if (this.#fault !== null) throw await this.#closeLost(this.#fault)
    if (this.backlog.updates > 0) {
      // a folder that hangs would hold this thread too
      const spools = (await this.#answers()) ? this.#spools : this.#spools.slice(1, 2)
      const lost = this.#queue.abandon(new Error('The store was closed before it could store this.'))
      if (lost.length > 0) {
        const outcome = this.#spool(spools, lost)
        await within(this.#time, 1000, this.leave()) // a disk that hangs holds the threads until the process ends
        throw outcome
      }
    }
    const ended = this.#end(unclean)
    if (await within(this.#time, 5000, ended)) return ended
    throw new Error('Everything is stored, but the files could not be closed in time.')
  }

  /** Without the data file. A spool is written also for nothing: it keeps the next start from an empty store. */
  async #closeLost(fault: FileFault): Promise<DataFileError> {
    const [inFolder, temporary, beside] = this.#spools
    const isFolder = statSync(this.#folder, { throwIfNoEntry: false })?.isDirectory() === true
    const entries = this.#queue.abandon(new Error('The data file was lost before this was stored.'))
    const what = `${faults[fault](this.#folder)} while it was in use`
    let rest: string
    try {
      const spool = writeSpool([...(isFolder ? [inFolder] : []), beside, temporary], entries)
      rest =
        entries.length === 0
          ? `nothing was waiting to be stored, and ${spool} tells the next start`
          : `${changes(entries.length)} that were not stored are in ${spool}, which the next start stores once the data is back`
    } catch (error) {
      rest = `${changes(entries.length)} could not be stored and are lost. ${words(error)}`
    }
    const rescue = fault === 'missing' || fault === 'replaced' ? await this.#rescue(isFolder) : null
    if (rescue !== null && 'movedTo' in rescue) rest += `; quire.db is at ${rescue.movedTo} now`
    if (rescue !== null && 'copy' in rescue) {
      this.#rescued = true
      rest += `; all that was stored is in ${rescue.copy}, which can be renamed to ${this.#file}`
    }
    await within(this.#time, 1000, this.leave())
    return new DataFileError(`${what}: ${rest}.`)
  }

  /** Null when there is nothing to copy, no room for it, or no time. */
  async #rescue(isFolder: boolean): Promise<Rescue | null> {
    const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
    const target = `${isFolder ? this.#file : `${resolve(this.#folder)}.quire.db`}.rescued-${time}`
    let rescue: Rescue | null = null
    const rescued = this.#writer.call('rescue', target).then((found) => (rescue = found))
    await within(this.#time, rescueMs, rescued)
    return rescue
  }

  /** Brings what is left into a file. Returns the sentence to close with. */
  #spool(files: readonly string[], entries: readonly Entry[]): Error {
    try {
      const file = writeSpool(files, entries)
      return new Error(
        `${changes(entries.length)} could not be stored. They are in ${file}; the next start stores them.`,
      )
    } catch (error) {
      return new Error(`${changes(entries.length)} could not be stored and are lost. ${words(error)}`, {
        cause: error,
      })
    }
  }

  /** True when the folder answers at all, be it with an error. */
  async #answers(): Promise<boolean> {
    const draft = join(this.#folder, 'quire.probe')
    const probe = async (): Promise<void> => {
      const handle = await open(draft, 'w')
      await handle.sync().finally(() => handle.close())
    }
    const cleared = probe().finally(() => rm(draft, { force: true }))
    return within(this.#time, 1000, cleared)
  }

  async #closeReaders(): Promise<void> {
    await Promise.all([this.#reader.close(), this.#searcher.close(), this.#compaction.close()])
  }

  async #end(unclean: boolean): Promise<void> {
    this.#unwatch()
    try {
      await this.#closeReaders() // whoever reads keeps the write-ahead log from moving into the file
      await this.#writer.call('close', unclean)
    } finally {
      await this.leave()
    }
  }
}

const thread =
  (source: string, megabytes?: number) =>
  (workerData: string): Worker =>
    new Worker(new URL(source, import.meta.url), {
      workerData,
      // a document that needs more ends its thread only
      ...(megabytes !== undefined && { resourceLimits: { maxOldGenerationSizeMb: megabytes } }),
    })

const faults = {
  missing: (folder) => `quire.db in ${folder} was moved or removed`,
  'log-missing': (folder) => `quire.db-wal in ${folder} was moved, removed or replaced`,
  copied: (folder) => `quire.db in ${folder} was replaced by a copy`,
  replaced: (folder) => `quire.db in ${folder} was replaced by another file`,
  overwritten: (folder) => `quire.db in ${folder} was written over`,
} satisfies Record<FileFault, (folder: string) => string>
/** A server has 25 s to end, and a copy that has begun cannot be interrupted (`FileGuard.rescue`). */
const rescueMs = 12_000
/** Whoever waits for a short read or write hears after so long that the disk does not answer, in ms. */
const answerTimeoutMs = 3000
/** A thread that has read one log for so long is replaced, in ms. */
const readTimeoutMs = 30_000
const readTimeout = (): Error => new StoreBusyError('Reading took too long.')
/** A search ends by itself after half a second; one that does not has a disk that does not answer. */
const searchTimeoutMs = 10_000
const searchTimeout = (): Error => new StoreBusyError('A search took too long.')

const closed = (): Error => new Error('The store is closed.')
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))
