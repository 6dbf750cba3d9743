import { AppendError } from '@quire/sync/log'
import type { Write } from '@quire/sync/log'
import type { Entry } from './entry.ts'
import type { Stored } from './tables.ts'
import type { Time } from './time.ts'

/** Where updates come from. */
export interface Source {
  readonly room: string
  /** The last of its positions that is on disk. */
  stored: number
  /** Set when a position was taken by somebody else, or an update can never be stored. Nothing more is accepted then. */
  fault: Error | null
}

/** An entry on its way to the disk. */
export interface Waiting extends Entry {
  readonly source: Source
  readonly done: PromiseWithResolvers<void>
}

/** Bounds of one transaction. A single larger update still goes, alone. */
const most = { updates: 200, bytes: 4 * 1024 * 1024 }
/** Between two attempts, in ms. */
const pauses = { first: 500, longest: 4000 }
/** From the beginning of a batch to that of the next, in ms. An fsync costs 0.3 ms of CPU, however little it brings. */
const window = 25

/**
 * What is stored is also relayed, at the end of the turn. On a machine with one core the thread that stores would go
 * first, and everybody would read it 0.3 ms later.
 */
const afterThisTurn = (call: () => void): void => void setImmediate(() => setImmediate(call))

/**
 * Group commit. One batch at a time is with the disk; what is pushed meanwhile, and until 25 ms after that batch
 * began, forms the next one. So a quiet store adds no delay, and neighbours in a busy one share an fsync. A batch
 * that is full does not wait, nor one that somebody waits for.
 *
 *     push a b c d e f g ...
 *     disk   [a]    [ b c d ][ e f g ]     the promises of b, c and d resolve together, in this order
 *            |-25ms-|
 *
 * A batch that fails is tried again until it succeeds: nothing overtakes it, nothing is dropped. What can never be
 * stored is rejected, with all that came after it from the same source.
 */
export class Queue {
  readonly #commit: (batch: readonly Waiting[]) => Promise<Stored>
  readonly #time: Time
  readonly #failed: (error: unknown) => void
  #batch: readonly Waiting[] = []
  #waiting: Waiting[] = []
  #bytes = 0
  #running = false
  #stopped: Error | null = null
  #abandoned = false
  #hurry: () => void = () => {}
  /** When the last batch began; how many wait for what was pushed; ends the gathering of the next batch. */
  #begun = Number.NEGATIVE_INFINITY
  #urgent = 0
  #go: () => void = () => {}

  /** `commit` resolves with the indexes of the entries that are not stored and never will be. */
  constructor(
    commit: (batch: readonly Waiting[]) => Promise<Stored>,
    time: Time,
    failed: (error: unknown) => void,
  ) {
    this.#commit = commit
    this.#time = time
    this.#failed = failed
  }

  /** Resolves after this entry and all before it are on disk. */
  push(source: Source, position: number, write: Write): Promise<void> {
    const refusal = this.#stopped ?? source.fault
    if (refusal !== null) return Promise.reject(refusal)
    const done = Promise.withResolvers<void>()
    const { update, author, owners, schema } = write
    const { room } = source
    const time = this.#time.now()
    this.#waiting.push({ source, room, position, author, time, update, owners, schema, done })
    this.#bytes += update.length
    if (!this.#running) {
      this.#running = true
      afterThisTurn(() => void this.#run()) // neighbours of the same turn share the first batch too
    } else if (this.#full) this.#go()
    return done.promise
  }

  /** What was pushed and is not on disk yet. */
  get backlog(): { readonly updates: number; readonly bytes: number } {
    return { updates: this.#batch.length + this.#waiting.length, bytes: this.#bytes }
  }

  /** Resolves when what was pushed so far, for one room or for all, is on disk or given up. */
  async settled(room?: string): Promise<void> {
    const mine = (entry: Entry): boolean => room === undefined || entry.room === room
    const last = this.#waiting.findLast(mine) ?? this.#batch.findLast(mine)
    if (last === undefined) return
    this.#urgent++
    this.#go()
    await last.done.promise.catch(() => {})
    this.#urgent--
  }

  /** The disk seems well: do not wait for the end of a pause. */
  hurry(): void {
    this.#hurry()
    this.#go()
  }

  /** Takes nothing more; goes on with what it has. */
  stop(reason: Error): void {
    this.#stopped = reason
    this.hurry()
  }

  /** Gives up: rejects and returns everything that is not known to be on disk, oldest first. */
  abandon(reason: Error): Entry[] {
    const lost = [...this.#batch, ...this.#waiting]
    this.#abandoned = true
    this.#batch = []
    this.#waiting = []
    this.#bytes = 0
    for (const entry of lost) entry.done.reject(reason)
    this.hurry()
    return lost
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#gather()
      if (this.#waiting.length === 0) break
      this.#begun = this.#time.now()
      this.#batch = this.#take()
      const { clashes, unfit } = await this.#store(this.#batch)
      const batch = this.#batch
      this.#batch = []
      for (const { update } of batch) this.#bytes -= update.length
      for (const { index, why } of unfit) this.#fault(batch[index], why)
      for (const index of clashes) this.#fault(batch[index])
      for (const { source, position, done } of batch) {
        if (source.fault === null) source.stored = position
        done.resolve() // nothing happens to those rejected before
      }
    }
    this.#running = false
  }

  /** True when what waits makes a batch that may not grow. Asked only while nothing is with the disk. */
  get #full(): boolean {
    return this.#waiting.length >= most.updates || this.#bytes >= most.bytes
  }

  /** Until the next batch may begin. */
  async #gather(): Promise<void> {
    // the clock may jump either way
    const wait = Math.min(this.#begun + window - this.#time.now(), window)
    const waits = this.#waiting.length > 0 && !this.#full && this.#urgent === 0 && this.#stopped === null
    if (wait > 0 && waits) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const cancel = this.#time.after(wait, resolve)
      this.#go = resolve
      await promise
      cancel()
      this.#go = () => {}
    }
  }

  #take(): Waiting[] {
    let bytes = 0
    const end = this.#waiting.findIndex(
      ({ update }, index) => index === most.updates || ((bytes += update.length) > most.bytes && index > 0),
    )
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  async #store(batch: readonly Waiting[]): Promise<Stored> {
    for (let pause = pauses.first; ; pause = Math.min(pause * 2, pauses.longest)) {
      try {
        return await this.#commit(batch)
      } catch (error) {
        if (!this.#abandoned) this.#failed(error)
        if (!this.#abandoned) await this.#pause(pause)
        if (this.#abandoned) return { clashes: [], unfit: [] }
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#time.after(ms, resolve)
    this.#hurry = resolve
    await promise
    cancel()
    this.#hurry = () => {}
  }

  /**
   * Somebody else wrote to this room, or `why` says that this entry can never be stored: what its source knows of the
   * room is wrong, and must not be built upon.
   */
  #fault(entry: Waiting | undefined, why: string | null = null): void {
    if (entry === undefined) return
    const { source, position } = entry
    const other = why === null ? 'holds another update' : 'can never be stored'
    source.fault ??= new AppendError(`Position ${position} of the room ${source.room} ${other}.`, false)
    entry.done.reject(why === null ? source.fault : new AppendError(why, true))
    for (const next of this.#waiting) {
      if (next.source !== source) continue
      this.#bytes -= next.update.length
      next.done.reject(source.fault)
    }
    this.#waiting = this.#waiting.filter((next) => next.source !== source)
  }
}
