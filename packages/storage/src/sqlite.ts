import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { lock, unwritable } from './lock.ts'
import { batchOf } from './batch.ts'
import { makeFolder } from './folder.ts'
import { Queue } from './queue.ts'
import { RoomLog } from './log.ts'
import { Thread } from './thread.ts'
import { realTime } from './time.ts'
import type { Past } from './past.ts'
import type { Documents, People, Sitting, Store } from './store.ts'
import type { Tables } from './tables.ts'
import type { Time } from './time.ts'
import type { Log } from '@quire/sync/log'

/** What may be lent to a store. */
export interface Options {
  readonly time?: Time
  /** Hears why the disk did not take a batch, each time it does not. The batch is tried again. */
  readonly failed?: (error: unknown) => void
  /** How long `close` waits for a disk that does not take what was appended, in ms. */
  readonly patience?: number
  /** Starts the thread that writes; tests start one that fails. */
  readonly writer?: (file: string) => Worker
}

/**
 * A store in a folder, which is made if need be. Rejects with one sentence when the folder is in use by another
 * process, cannot be written, or holds data of a newer version.
 */
export const openSqlite = async (folder: string, options: Options = {}): Promise<Store> => {
  const file = join(folder, 'quire.db')
  try {
    makeFolder(folder)
  } catch (error) {
    throw unwritable(folder, error)
  }
  const unlock = lock(folder, join(folder, 'quire.lock'))
  const start =
    options.writer ?? ((path) => new Worker(new URL('./writer.ts', import.meta.url), { workerData: path }))
  const writer = new Thread<Tables>(() => start(file))
  try {
    await writer.call('ready')
  } catch (error) {
    await writer.close()
    unlock()
    throw error
  }
  return new Sqlite(file, writer, unlock, options)
}

class Sqlite implements Store {
  readonly #writer: Thread<Tables>
  readonly #compactor: Thread<Past>
  readonly #queue: Queue
  readonly #time: Time
  readonly #patience: number
  readonly #unlock: () => void
  #closing: Promise<void> | null = null

  constructor(file: string, writer: Thread<Tables>, unlock: () => void, options: Options) {
    this.#time = options.time ?? realTime
    this.#patience = options.patience ?? 20_000
    this.#unlock = unlock
    this.#writer = writer
    this.#compactor = new Thread(
      () =>
        new Worker(new URL('./compactor.ts', import.meta.url), {
          workerData: file,
          resourceLimits: { maxOldGenerationSizeMb: 512 }, // a document that needs more ends this thread only
        }),
    )
    this.#queue = new Queue(
      (batch) => writer.call('append', batchOf(batch)),
      this.#time,
      options.failed ?? (() => {}),
    )
  }

  log(room: string): Log {
    return new RoomLog(room, this.#queue, this.#write, this.#read)
  }

  readonly documents: Documents = {
    create: (id, owner, title) =>
      this.#write('create', id, owner, crypto.randomUUID(), title, this.#time.now()),
    read: (id) => this.#write('read', id),
    mine: (owner) => this.#write('mine', owner),
    note: async (id, position, title) => {
      await this.#queue.settled(id) // `edited` is read from the update at `position`
      await this.#write('note', id, position, title)
    },
    trash: (id) => this.#write('trash', id, this.#time.now()),
    restore: (id) => this.#write('restore', id),
  }

  readonly people: People = {
    read: (id) => this.#write('person', id),
    write: (person) => this.#write('writePerson', person),
  }

  history(room: string): Promise<Sitting[]> {
    return this.#read('history', room)
  }

  async check(): Promise<void> {
    await this.#write('check')
    this.#queue.hurry()
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  readonly #write: Thread<Tables>['call'] = (name, ...args) =>
    this.#closing ? Promise.reject(closed()) : this.#writer.call(name, ...args)

  readonly #read: Thread<Past>['call'] = (name, ...args) =>
    this.#closing ? Promise.reject(closed()) : this.#compactor.call(name, ...args)

  async #close(): Promise<void> {
    const late = Promise.withResolvers<void>()
    const cancel = this.#time.after(this.#patience, late.resolve)
    this.#queue.stop(closed())
    await this.#compactor.close()
    await Promise.race([this.#queue.settled(), late.promise])
    cancel()
    const lost = this.#queue.abandon(new Error('The store was closed before it could store this.'))
    const ended = this.#end(lost === 0)
    if (lost === 0) return ended
    // a disk that hangs holds the thread, which then ends with the process
    const grace = Promise.withResolvers<void>()
    const enough = this.#time.after(1000, grace.resolve)
    await Promise.race([ended, grace.promise])
    enough()
    throw new Error(`The store was closed before it could store ${lost} updates.`)
  }

  async #end(cleanly: boolean): Promise<void> {
    try {
      if (cleanly) await this.#writer.call('close')
    } finally {
      await this.#writer.close()
      this.#unlock() // only now nobody writes any more
    }
  }
}

const closed = (): Error => new Error('The store is closed.')
