import type { Worker } from 'node:worker_threads'
import type { Folded, Past } from '../past.ts'
import { Thread } from '../thread.ts'
import type { Time } from '../time.ts'
import { FairQueue } from './fair-queue.ts'
import { SetAside } from './set-aside.ts'
import type { SetAsideReason } from './set-aside.ts'

/** What compaction is made of. */
export interface CompactionDeps {
  /** Starts a thread that answers what `Past` can be asked. */
  readonly start: () => Worker
  readonly time: Time
  /** How long one answer may take, in ms. */
  readonly limit: number
  /** Hears of each time that a room is set aside. */
  readonly setAside: (reason: SetAsideReason) => void
}

type Diff = ReturnType<Past['diff']>
type Places = ReturnType<Past['places']>

/** So many rooms may wait to be folded, and so many differences to be worked out. */
const most = 10_000
/** A thread that was asked nothing for so long is ended, and started again when it is needed: it takes 25 MB and more. */
export const idleMs = 30_000
/** So many owners are remembered; one that is forgotten is looked up again. */
const mostOwners = 10_000

/**
 * What is worked out from logs, in two threads. One folds rooms, which may take long: owners take turns there, and a
 * room whose document took too much time or memory is set aside, which means that its updates are merged into runs
 * and no document is built. The other works out differences and whatever else somebody waits for: nothing there builds
 * a document, owners take turns too, and equal questions are answered once.
 */
export class Compaction {
  readonly #folder: Thread<Past>
  readonly #differ: Thread<Past>
  readonly #folds = new FairQueue<Folded>(most)
  readonly #diffs = new FairQueue<Diff>(most)
  readonly #builds: SetAside
  readonly #merges: SetAside
  readonly #owners = new Map<string, string>()

  constructor({ start, time, limit, setAside }: CompactionDeps) {
    const manner = { limit: { time, ms: limit }, idle: { time, ms: idleMs } }
    this.#folder = new Thread(start, manner)
    this.#differ = new Thread(start, manner)
    const now = (): number => time.now()
    // what cannot be read fails at once, and may be mended by the next update
    this.#builds = new SetAside(now, setAside, ['time', 'memory', 'slow'])
    this.#merges = new SetAside(now, setAside, ['time', 'memory'])
  }

  /** How many folds and differences wait for their turn. */
  get waiting(): number {
    return this.#folds.length + this.#diffs.length
  }

  /** Folds what is on disk, up to `upTo`. Rejects with `IsSetAside` while even merging the room's updates takes too much. */
  async fold(room: string, upTo: number): Promise<Folded> {
    const owner = await this.#ownerOf(room)
    const merge = (): Promise<Folded> => this.#merges.try(room, () => this.#folder.call('merge', room, upTo))
    const run = async (): Promise<Folded> => {
      if (this.#builds.has(room)) return merge()
      try {
        return await this.#builds.try(
          room,
          () => this.#folder.call('fold', room, upTo),
          ({ cost }) => cost,
        )
      } catch (error) {
        if (this.#builds.has(room)) return merge()
        throw error
      }
    }
    return this.#folds.do({ owner, key: room, version: upTo, run })
  }

  /** What the newest base has and a holder of this vector has not. */
  async diff(room: string, vector: Uint8Array): Promise<Diff> {
    const owner = await this.#ownerOf(room)
    const run = (): Promise<Diff> => this.#differ.call('diff', room, vector)
    return this.#diffs.do({ owner, key: `${room} ${Buffer.from(vector).toString('latin1')}`, run })
  }

  /** As of `Past`. Somebody waits for it to open the room. */
  places(room: string): Promise<Places> {
    return this.#differ.call('places', room)
  }

  /** As of `Past`. */
  history(room: string): Promise<ReturnType<Past['history']>> {
    return this.#folder.call('history', room)
  }

  /** As of `Past`. */
  mentions(room: string, word: string): Promise<boolean> {
    return this.#folder.call('mentions', room, word)
  }

  /** Ends the threads. What was asked and not answered rejects. */
  async close(): Promise<void> {
    const closed = new Error('The store is closed.')
    this.#folds.close(closed)
    this.#diffs.close(closed)
    await Promise.all([this.#folder.close(), this.#differ.close()])
  }

  /** Whose turn it is: the owner of the document that the room belongs to; of a room that is no document, itself. */
  async #ownerOf(room: string): Promise<string> {
    const known = this.#owners.get(room)
    if (known !== undefined) return known
    let owner = room
    try {
      owner = (await this.#differ.call('owner', room)) ?? room
    } catch {
      return room // it is its own owner this time: nothing hangs on that but a turn
    }
    this.#owners.set(room, owner)
    const [oldest] = this.#owners.keys()
    if (this.#owners.size > mostOwners && oldest !== undefined) this.#owners.delete(oldest)
    return owner
  }
}
