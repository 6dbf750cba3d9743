import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqlite } from '../../packages/storage/src/sqlite.ts'
import { joins } from '../crowd.ts'
import { expected, document, script } from '../script.ts'
import type { Result } from '../result.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import type { Server } from '../servers.ts'
import { turns } from '../turns.ts'
import type { Measures } from '../turns.ts'

const most = 100_000
const empty = 'without documents: from its start to listening, ms'
const full = 'with all documents: from its start to listening, ms'
const first = 'with all documents: the first one is there, ms'

/** Fills a store that nobody has open. */
const fill = async (server: Server, count: number, state: Uint8Array): Promise<void> => {
  const room = (index: number): string => `stored-${index}`
  if (server.name === 'quire') {
    const store = await openSqlite(server.store)
    for (let at = 0; at < count; at += 1000)
      await Promise.all(
        Array.from({ length: Math.min(1000, count - at) }, async (_, index) => {
          const log = store.log(room(at + index))
          await log.load()
          await log.append({ update: state, author: 'nobody', owners: [], schema: 0 })
        }),
      )
    await store.close()
    return
  }
  const db = new DatabaseSync(join(server.store, 'hocuspocus.sqlite'))
  const insert = db.prepare('INSERT INTO documents (name, data) VALUES (?, ?)')
  db.exec('BEGIN')
  for (let index = 0; index < count; index++) insert.run(room(index), state)
  db.exec('COMMIT')
  db.close()
}

const started = async (server: Server): Promise<number> => {
  await server.stop()
  const start = performance.now()
  await server.again()
  return performance.now() - start
}

const work = async (server: Server, count: number): Promise<Measures> => {
  const state = document(1000, 3)
  const without = await started(server)
  await server.stop()
  await fill(server, count, state)
  await server.again()
  const stored = await started(server)
  const before = performance.now()
  await joins(server, `stored-${count - 1}`, expected(script(state, 0, 0), []))
  return { [empty]: without, [full]: stored, [first]: performance.now() - before }
}

const run = async (wishes: Wishes): Promise<Result> => {
  const count = wishes.quick ? most / 20 : most
  const table = await turns(wishes, ['quire', 'hocuspocus'], 1, (server) => work(server, count))
  const without = table.get('quire', empty)
  const stored = table.get('quire', full)
  return {
    name: 'Start-up',
    prediction: 'with 100,000 stored documents Quire starts at most 1.5 times as slowly as with none',
    head: table.head,
    rows: table.rows(),
    notes: table.notes,
    holds: without !== null && stored !== null && stored <= 1.5 * without,
  }
}

/** How soon a server with much behind it can be used. */
export const startUp: Scenario = { name: 'start-up', run }
