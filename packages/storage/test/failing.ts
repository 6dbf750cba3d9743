import type { StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase, openTables } from '../src/tables.ts'
import { serve } from '../src/thread.ts'
import { at } from './disk.ts'
import { UnreadableDatabase } from './unreadable.ts'

// The writer's thread on a disk that misbehaves as `Disk` says.
const { file, plan }: { file: string; plan: Int32Array } = workerData
let opened = false

const call = (): void => {
  if (!opened) return
  const left = Atomics.sub(plan, at.failIn, 1)
  if (left <= 1 && left > 1 - Atomics.load(plan, at.times)) throw new Error('database or disk is full')
}

class FailingDatabase extends UnreadableDatabase {
  override prepare(sql: string): StatementSync {
    const statement = super.prepare(sql)
    const run = statement.run.bind(statement)
    return Object.assign(statement, {
      run: (...values: Parameters<typeof run>) => {
        call()
        return run(...values)
      },
    })
  }

  override exec(sql: string): void {
    call()
    if (sql === 'BEGIN IMMEDIATE') {
      // SQLite itself says that the disk is full when a file may not grow
      super.exec(`PRAGMA max_page_count = ${Atomics.load(plan, at.full) === 1 ? 1 : 1_000_000}`)
    }
    if (sql === 'COMMIT') {
      if (Atomics.load(plan, at.hold) === 1) {
        Atomics.store(plan, at.held, 1)
        Atomics.notify(plan, at.held)
        Atomics.wait(plan, at.hold, 1)
      }
      const die = Atomics.exchange(plan, at.die, 0)
      if (die === 2) super.exec(sql)
      if (die > 0) process.exit() // of this thread
      Atomics.add(plan, at.commits, 1)
    }
    super.exec(sql)
  }
}

const db = openDatabase(file, new FailingDatabase(file, plan, { timeout: 5000 }))
opened = true
serve(parentPort, openTables(db))
