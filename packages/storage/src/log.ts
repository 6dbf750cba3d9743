import { unpack } from './pack.ts'
import type { Past as Reader } from './past.ts'
import type { Queue, Source } from './queue.ts'
import type { Tables } from './tables.ts'
import type { Thread } from './thread.ts'
import type { Base, Diff, Log, Owner, Past, Write } from '@quire/sync/log'

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
  /** Why the log takes nothing more, or null. */
  #damage: Error | null = null
  /** Position of the newest base that was given away. */
  #base = 0
  #compacted: Promise<unknown> = Promise.resolve()

  constructor(room: string, queue: Queue, write: Thread<Tables>['call'], read: Thread<Reader>['call']) {
    this.room = room
    this.#queue = queue
    this.#write = write
    this.#read = read
  }

  get backlog(): number {
    return this.#queue.backlog.bytes
  }

  async load(): Promise<Past> {
    await this.#queue.settled(this.room)
    for (;;) {
      const { position, past, placed, owners, schema, damage } = await this.#write('load', this.room)
      const [state, vector, deletes, kept, ...tail] = unpack(past)
      if (!state || !vector || !deletes || !kept) throw new Error('A base has four parts.')
      const places = placed ? kept : await this.#places(position)
      if (places === null) continue // a compaction ended meanwhile
      if (damage !== null) this.#damage = new Error(`The log of ${this.room} is damaged. ${damage}`)
      this.#base = Math.max(this.#base, position)
      this.stored = Math.max(this.stored, position + tail.length)
      this.#position = Math.max(this.#position ?? 0, this.stored)
      const base = { position, state, vector, deletes, places }
      return { base, tail, owners, schema, damaged: damage !== null }
    }
  }

  append(write: Write): Promise<void> {
    if (this.#position === null) return Promise.reject(unloaded())
    if (this.#damage !== null) return Promise.reject(this.#damage)
    return this.#queue.push(this, ++this.#position, write)
  }

  bind(owners: readonly Owner[]): Promise<void> {
    return this.#write('bind', this.room, owners)
  }

  compact(): Promise<Base> {
    const base = this.#compacted.then(() => this.#compact())
    this.#compacted = base.catch(() => {}) // the next one tries anew
    return base
  }

  async diff(vector: Uint8Array): Promise<Diff> {
    for (;;) {
      const { position, updates } = await this.#read('diff', this.room, vector)
      if (position >= this.#base) return { position, updates: unpack(updates) } // else it was read before a compaction that ended meanwhile
    }
  }

  async #compact(): Promise<Base> {
    if (this.#position === null) throw unloaded()
    const refusal = this.#damage ?? this.fault
    if (refusal !== null) throw refusal
    const { from, base, sittings } = await this.#read('fold', this.room, this.stored)
    if (base.position > from) await this.#write('rebase', this.room, from, base, sittings)
    this.#base = base.position
    const [state, vector, deletes, places] = unpack(base.parts)
    if (!state || !vector || !deletes || !places) throw new Error('A base has four parts.')
    return { position: base.position, state, vector, deletes, places }
  }

  /** Of a base that was made before this was kept; null when another base has taken its place. */
  async #places(of: number): Promise<Uint8Array | null> {
    const { position, places } = await this.#read('places', this.room)
    return position === of ? places : null
  }
}

const unloaded = (): Error => new Error('A log is loaded before it is used.')
