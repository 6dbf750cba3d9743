import { openSqlite } from '../src/sqlite.ts'
import type { Options } from '../src/sqlite.ts'
import { TestTime } from './time.ts'
import type { Store } from '../src/store.ts'
import { after } from 'node:test'
import { Worker } from 'node:worker_threads'

/** The places in the memory that the test and the thread share. */
export const at = { failIn: 0, full: 1, die: 2, hold: 3, held: 4, commits: 5, times: 6, unreadable: 7 }

/** A disk that misbehaves when told to, under the real writer. */
export class Disk {
  readonly plan = new Int32Array(new SharedArrayBuffer(4 * 8))
  /** The thread of the writer that was started last. */
  worker: Worker | null = null

  /** For the options of `openSqlite`. */
  readonly writer = (file: string): Worker =>
    (this.worker = new Worker(new URL('./failing.ts', import.meta.url), {
      workerData: { file, plan: this.plan },
    }))

  /** For the options of `openSqlite`. */
  readonly reader = (file: string): Worker =>
    new Worker(new URL('./failing-reader.ts', import.meta.url), { workerData: { file, plan: this.plan } })

  /** The nth call from now fails, and so do the calls after it until `times` have failed. */
  failIn(calls: number, times = 1): void {
    Atomics.store(this.plan, at.times, times)
    Atomics.store(this.plan, at.failIn, calls)
  }

  /** True when `failIn` has come true. */
  get failed(): boolean {
    return Atomics.load(this.plan, at.failIn) <= 0
  }

  /** No page more fits, until told otherwise. */
  set full(full: boolean) {
    Atomics.store(this.plan, at.full, full ? 1 : 0)
  }

  /** Nothing can be read, until told otherwise. */
  set unreadable(unreadable: boolean) {
    Atomics.store(this.plan, at.unreadable, unreadable ? 1 : 0)
  }

  /** The thread ends at the next commit. */
  die(when: 'before' | 'after'): void {
    Atomics.store(this.plan, at.die, when === 'before' ? 1 : 2)
  }

  /** Commits wait until `release`. */
  hold(): void {
    Atomics.store(this.plan, at.held, 0)
    Atomics.store(this.plan, at.hold, 1)
  }

  /** Resolves when a commit is waiting. */
  async holding(): Promise<void> {
    await Atomics.waitAsync(this.plan, at.held, 0).value
  }

  release(): void {
    Atomics.store(this.plan, at.hold, 0)
    Atomics.notify(this.plan, at.hold)
  }

  /** How many transactions were committed. */
  get commits(): number {
    return Atomics.load(this.plan, at.commits)
  }
}

/** A store that is closed after the test, however it ends. */
export const open = async (home: string, options: Options = {}): Promise<Store> => {
  const store = await openSqlite(home, options)
  after(() => store.close().catch(() => {}))
  return store
}

/** A store on a disk that misbehaves, whose pauses pass at once unless `failed` is given. */
export const onDisk = async (home: string, failed?: (error: unknown) => void, options: Options = {}) => {
  const disk = new Disk()
  const time = new TestTime()
  const failures: string[] = []
  const store = await openSqlite(home, {
    ...options,
    time,
    writer: disk.writer,
    reader: disk.reader,
    failed: (error) => {
      failures.push(String(error))
      if (failed) failed(error)
      else setImmediate(() => time.pass(30_000))
    },
  })
  after(async () => {
    disk.full = false
    disk.release()
    const closed = store.close().catch(() => {})
    time.pass(60_000)
    await closed
  })
  return { disk, time, failures, store }
}
