import { DatabaseSync } from 'node:sqlite'
import type { DatabaseSyncOptions, StatementSync } from 'node:sqlite'
import { at } from './disk.ts'

/** A database that cannot be read while the plan of a `Disk` says so. */
export class UnreadableDatabase extends DatabaseSync {
  readonly #plan: Int32Array

  constructor(file: string, plan: Int32Array, options: DatabaseSyncOptions) {
    super(file, options)
    this.#plan = plan
  }

  #reads<T>(work: () => T): T {
    if (Atomics.load(this.#plan, at.unreadable) === 0) return work()
    throw Object.assign(new Error('disk I/O error'), { errcode: 10 })
  }

  override prepare(sql: string): StatementSync {
    const statement = super.prepare(sql)
    const [get, all, iterate] = [
      statement.get.bind(statement),
      statement.all.bind(statement),
      statement.iterate.bind(statement),
    ]
    return Object.assign(statement, {
      get: (...values: Parameters<typeof get>) => this.#reads(() => get(...values)),
      all: (...values: Parameters<typeof all>) => this.#reads(() => all(...values)),
      iterate: (...values: Parameters<typeof iterate>) => this.#reads(() => iterate(...values)),
    })
  }
}
