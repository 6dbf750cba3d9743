import type { Time } from './time.ts'

/** Where updates come from. */
export interface Source {
  readonly room: string
  /** The last of its positions that is on disk. */
  stored: number
  /** Set when a position was taken by somebody else. Nothing more is accepted then. */
  fault: Error | null
}

/** An update on its way to the disk. */
export interface Entry {
  readonly source: Source
  readonly position: number
  readonly author: string
  readonly time: number
  readonly update: Uint8Array
  readonly done: PromiseWithResolvers<void>
}

/** Bounds of one transaction. A single larger update still goes, alone. */
const most = { updates: 200, bytes: 4 * 1024 * 1024 }
/** Between two attempts, in ms. */
const pauses = { first: 500, longest: 30_000 }

/**
 * Group commit. One batch at a time is with the disk; what is pushed meanwhile forms the next one. So a quiet
 * store adds no delay, and neighbours in a busy one share an fsync.
 *
 *     push a b c d e f g ...
 *     disk   [a][ b c d ][ e f g ]     the promises of b, c and d resolve together, in this order
 *
 * A batch that fails is tried again until it succeeds: nothing overtakes it, nothing is dropped.
 */
export class Queue {
  readonly #commit: (batch: readonly Entry[]) => Promise<readonly number[]>
  readonly #time: Time
  readonly #failed: (error: unknown) => void
  #batch: readonly Entry[] = []
  #waiting: Entry[] = []
  #running = false
  #stopped: Error | null = null
  #abandoned = false
  #hurry: () => void = () => {}

  /** `commit` resolves with the indexes of the entries whose position holds something else. */
  constructor(
    commit: (batch: readonly Entry[]) => Promise<readonly number[]>,
    time: Time,
    failed: (error: unknown) => void,
  ) {
    this.#commit = commit
    this.#time = time
    this.#failed = failed
  }

  /** Resolves after this entry and all before it are on disk. */
  push(source: Source, position: number, author: string, update: Uint8Array): Promise<void> {
    const refusal = this.#stopped ?? source.fault
    if (refusal !== null) return Promise.reject(refusal)
    const done = Promise.withResolvers<void>()
    this.#waiting.push({ source, position, author, time: this.#time.now(), update, done })
    if (!this.#running) {
      this.#running = true
      queueMicrotask(() => void this.#run()) // neighbours of the same turn share the first batch too
    }
    return done.promise
  }

  /** Resolves when what was pushed so far, for one room or for all, is on disk or given up. */
  async settled(room?: string): Promise<void> {
    const mine = (entry: Entry): boolean => room === undefined || entry.source.room === room
    const last = this.#waiting.findLast(mine) ?? this.#batch.findLast(mine)
    await last?.done.promise.catch(() => {})
  }

  /** The disk seems well: do not wait for the end of a pause. */
  hurry(): void {
    this.#hurry()
  }

  /** Takes nothing more; goes on with what it has. */
  stop(reason: Error): void {
    this.#stopped = reason
    this.#hurry()
  }

  /** Rejects everything that is not on disk. Returns how many that were. */
  abandon(reason: Error): number {
    const lost = [...this.#batch, ...this.#waiting]
    this.#abandoned = true
    this.#batch = []
    this.#waiting = []
    for (const entry of lost) entry.done.reject(reason)
    this.#hurry()
    return lost.length
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#batch = this.#take()
      const clashes = await this.#store(this.#batch)
      const batch = this.#batch
      this.#batch = []
      for (const index of clashes) this.#fault(batch[index])
      for (const { source, position, done } of batch) {
        if (source.fault === null) source.stored = position
        done.resolve() // nothing happens to those rejected before
      }
    }
    this.#running = false
  }

  #take(): Entry[] {
    let bytes = 0
    const end = this.#waiting.findIndex(
      ({ update }, index) => index === most.updates || ((bytes += update.length) > most.bytes && index > 0),
    )
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  async #store(batch: readonly Entry[]): Promise<readonly number[]> {
    for (let pause = pauses.first; ; pause = Math.min(pause * 2, pauses.longest)) {
      try {
        return await this.#commit(batch)
      } catch (error) {
        if (!this.#abandoned) this.#failed(error)
        if (!this.#abandoned) await this.#pause(pause)
        if (this.#abandoned) return []
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

  /** Somebody else wrote to this room: what one of them knows of it is wrong, and must not be built upon. */
  #fault(entry: Entry | undefined): void {
    if (entry === undefined) return
    const { source, position } = entry
    source.fault ??= new Error(`Position ${position} of the room ${source.room} holds another update.`)
    entry.done.reject(source.fault)
    for (const next of this.#waiting) if (next.source === source) next.done.reject(source.fault)
    this.#waiting = this.#waiting.filter((next) => next.source !== source)
  }
}
