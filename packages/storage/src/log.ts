import type { Loaded } from './load.ts'
import type { Compaction } from './compaction/compaction.ts'
import { unpack } from './pack.ts'
import type { Pack } from './pack.ts'
import type { Queue, Source } from './queue.ts'
import type { Tables } from './tables.ts'
import type { Thread } from './thread.ts'
import type { Base, Diff, Log, Owner, Past, Run, Write } from '@quire/sync/log'

/** The log of a room, over the threads of the store. It alone numbers the room's updates. */
export class RoomLog implements Log, Source {
  readonly room: string
  stored = 0
  fault: Error | null = null
  readonly #queue: Queue
  readonly #write: Thread<Tables>['call']
  readonly #compaction: Pick<Compaction, 'fold' | 'diff' | 'places'>
  readonly #load: (room: string) => Promise<Loaded>
  /** Of the last append; null before the log is loaded. */
  #position: number | null = null
  /** Why the log takes nothing more, or null. */
  #damage: Error | null = null
  /** Position of the newest base that was given away. */
  #base = 0
  #compacted: Promise<unknown> = Promise.resolve()

  constructor(
    room: string,
    queue: Queue,
    write: Thread<Tables>['call'],
    compaction: Pick<Compaction, 'fold' | 'diff' | 'places'>,
    load: (room: string) => Promise<Loaded>,
  ) {
    this.room = room
    this.#queue = queue
    this.#write = write
    this.#compaction = compaction
    this.#load = load
  }

  get backlog(): number {
    return this.#queue.backlog.bytes
  }

  async load(): Promise<Past> {
    await this.#queue.settled(this.room)
    for (;;) {
      const { base, placed, spans, pieces, owners, schema, unfit, damage } = await this.#load(this.room)
      const places = placed ? base : await this.#places(base.position)
      if (places === null) continue // a compaction ended meanwhile
      if (damage !== null) this.#damage = new Error(`The log of ${this.room} is damaged. ${damage}`)
      const past = { base: { ...base, ...places }, ...apart(spans, pieces) }
      this.#base = Math.max(this.#base, base.position)
      this.stored = Math.max(this.stored, (past.runs.at(-1)?.last ?? base.position) + past.tail.length)
      this.#position = Math.max(this.#position ?? 0, this.stored)
      return { ...past, owners, schema, ...(unfit.length > 0 && { unfit }), damaged: damage !== null }
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

  compact(): Promise<Base | Run> {
    const made = this.#compacted.then(() => this.#compact())
    this.#compacted = made.catch(() => {}) // the next one tries anew
    return made
  }

  async diff(vector: Uint8Array): Promise<Diff> {
    for (;;) {
      const { position, updates } = await this.#compaction.diff(this.room, vector)
      if (position >= this.#base) return { position, updates: unpack(updates) } // else it was read before a compaction that ended meanwhile
    }
  }

  async #compact(): Promise<Base | Run> {
    if (this.#position === null) throw unloaded()
    const refusal = this.#damage ?? this.fault
    if (refusal !== null) throw refusal
    const { from, made, sittings } = await this.#compaction.fold(this.room, this.stored)
    const isBase = 'state' in made
    if ((isBase ? made.position : made.last) > from)
      await this.#write('fold', this.room, from, made, sittings)
    if (isBase) this.#base = made.position
    return made
  }

  /** Of a base that was made before this was kept; null when another base has taken its place. */
  async #places(of: number): Promise<Pick<Base, 'places' | 'cuts'> | null> {
    const { position, places, cuts } = await this.#compaction.places(this.room)
    return position === of ? { places, cuts } : null
  }
}

/** Runs and updates, from one buffer. */
export const apart = (spans: Loaded['spans'], pieces: Pack): Pick<Past, 'runs' | 'tail'> => {
  const parts = unpack(pieces)
  const runs = spans.map((span, index) => ({ ...span, update: parts[index] ?? new Uint8Array() }))
  return { runs, tail: parts.slice(spans.length) }
}

const unloaded = (): Error => new Error('A log is loaded before it is used.')
