import { unpack } from '@quire/storage/pack'
import type { Store } from '@quire/storage/store'
import { AppendError } from '@quire/sync/log'
import type { Log } from '@quire/sync/log'
import type { Commits } from '../commits.ts'
import type { Answers } from './channel.ts'
import type { Appends, OfServer, ToWorker } from './message.ts'

/** What a desk serves logs with. */
export interface Parts {
  readonly store: Pick<Store, 'log' | 'backlog'>
  /** Watches what is on its way to the disk. */
  readonly commits: Commits
  readonly tell: (told: ToWorker) => void
  /** Told when there is more or less on its way to the disk. */
  readonly changed: () => void
}

/** The logs that one worker has open, served to it from the store. */
export class Desk {
  readonly #parts: Parts
  readonly #logs = new Map<number, { room: string; log: Log }>()
  readonly #rooms = new Set<string>()
  /** How many updates of each log are on disk, and not told yet. */
  readonly #stored = new Map<number, number>()
  #telling = false
  #number = 0
  #bytes = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** True while the worker has this room. */
  has(room: string): boolean {
    return this.#rooms.has(room)
  }

  /** How many rooms the worker has. */
  get rooms(): number {
    return this.#rooms.size
  }

  /** Bytes of other workers that are not on disk yet. */
  get elsewhere(): number {
    return Math.max(0, this.#parts.store.backlog.bytes - this.#bytes)
  }

  /** What the worker may ask of its logs. */
  readonly answers: Pick<Answers<OfServer>, 'load' | 'bind' | 'compact' | 'diff'> = {
    load: async (room) => {
      const { store } = this.#parts
      const log = store.log(room)
      const past = await log.load()
      this.#logs.set(++this.#number, { room, log })
      this.#rooms.add(room)
      return { log: this.#number, past }
    },
    bind: async (log, owners) => this.#log(log).bind(owners),
    compact: async (log) => this.#log(log).compact(),
    diff: async (log, vector) => this.#log(log).diff(vector),
  }

  /** Hands the writes to the store. The worker is told when they are on disk. */
  append({ logs, authors, owners, schemas, updates }: Appends): void {
    const over = this.#parts.commits.began(logs.length)
    for (const [at, update] of unpack(updates).entries()) {
      const number = logs[at] ?? 0
      const [author = '', own = [], schema = 0] = [authors[at], owners[at], schemas[at]]
      const open = this.#logs.get(number)
      if (open === undefined) {
        over()
        this.#parts.tell({ tell: 'lost', log: number, problem: noSuch(number).message, unfit: false })
        continue
      }
      this.#bytes += update.length
      open.log.append({ update, author, owners: own, schema }).then(
        () => {
          over()
          this.#bytes -= update.length
          this.#note(number)
        },
        (error: unknown) => {
          over()
          this.#bytes -= update.length
          this.flush()
          const problem = error instanceof Error ? error.message : String(error)
          const unfit = error instanceof AppendError && error.unfit
          this.#parts.tell({ tell: 'lost', log: number, problem, unfit })
        },
      )
    }
    this.#parts.changed()
  }

  /** The worker let this room go. */
  closed(number: number): void {
    const open = this.#logs.get(number)
    if (open === undefined) return
    this.#logs.delete(number)
    this.#rooms.delete(open.room)
  }

  /** Tells now what is on disk. */
  flush(): void {
    if (this.#stored.size === 0) return
    const [logs, counts] = [[...this.#stored.keys()], [...this.#stored.values()]]
    this.#stored.clear()
    this.#parts.tell({ tell: 'stored', logs, counts, elsewhere: this.elsewhere })
    this.#parts.changed()
  }

  #log(number: number): Log {
    const open = this.#logs.get(number)
    if (open === undefined) throw noSuch(number)
    return open.log
  }

  /** A batch is on disk all at once: what is told of it leaves in one message. */
  #note(number: number): void {
    this.#stored.set(number, (this.#stored.get(number) ?? 0) + 1)
    if (this.#telling) return
    this.#telling = true
    setImmediate(() => {
      this.#telling = false
      this.flush()
    })
  }
}

const noSuch = (log: number): Error => new Error(`The worker has no log ${log}.`)
