import { unpack } from './pack.ts'
import type { Past as Reader } from './past.ts'
import type { Queue, Source } from './queue.ts'
import type { Tables } from './tables.ts'
import type { Thread } from './thread.ts'
import { emptyBase } from '@quire/sync/log'
import type { Base, Diff, Log, Past } from '@quire/sync/log'

/** The log of a room, over the two threads of the store. It alone numbers the room's updates. */
export class RoomLog implements Log, Source {
  readonly room: string
  stored = 0
  fault: Error | null = null
  readonly #queue: Queue
  readonly #write: Thread<Tables>['call']
  readonly #read: Thread<Reader>['call']
  /** Of the last append; null before the log is loaded. */
  #position: number | null = null
  /** Position of the newest base that was given away. */
  #base = 0
  #compacted: Promise<unknown> = Promise.resolve()

  constructor(room: string, queue: Queue, write: Thread<Tables>['call'], read: Thread<Reader>['call']) {
    this.room = room
    this.#queue = queue
    this.#write = write
    this.#read = read
  }

  async load(): Promise<Past> {
    await this.#queue.settled(this.room)
    const { position, past } = await this.#write('load', this.room)
    const [state = emptyBase.state, vector = emptyBase.vector, deletes = emptyBase.deletes, ...tail] =
      unpack(past)
    this.#base = Math.max(this.#base, position)
    this.stored = Math.max(this.stored, position + tail.length)
    this.#position = Math.max(this.#position ?? 0, this.stored)
    return { base: { position, state, vector, deletes }, tail }
  }

  append(update: Uint8Array, author: string): Promise<void> {
    if (this.#position === null) return Promise.reject(unloaded())
    return this.#queue.push(this, ++this.#position, author, update)
  }

  compact(): Promise<Base> {
    const base = this.#compacted.then(() => this.#compact())
    this.#compacted = base.catch(() => {}) // the next one tries anew
    return base
  }

  async diff(vector: Uint8Array): Promise<Diff> {
    for (;;) {
      const diff = await this.#read('diff', this.room, vector)
      if (diff.position >= this.#base) return diff // else it was read before a compaction that ended meanwhile
    }
  }

  async #compact(): Promise<Base> {
    if (this.#position === null) throw unloaded()
    if (this.fault !== null) throw this.fault
    const { from, base, sittings } = await this.#read('fold', this.room, this.stored)
    if (base.position > from) await this.#write('rebase', this.room, from, base, sittings)
    this.#base = base.position
    const [state = emptyBase.state, vector = emptyBase.vector, deletes = emptyBase.deletes] = unpack(
      base.parts,
    )
    return { position: base.position, state, vector, deletes }
  }
}

const unloaded = (): Error => new Error('A log is loaded before it is used.')
