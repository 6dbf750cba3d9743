import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Crowd } from '../crowd.ts'
import { written } from '../proc.ts'
import { reached } from '../result.ts'
import type { Result } from '../result.ts'
import { begin } from '../scenario.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import { document, script } from '../script.ts'
import type { Script } from '../script.ts'
import { shown, Table } from '../turns.ts'
import type { Measures } from '../turns.ts'
import type { Name } from '../servers.ts'

const sizes = [
  { name: '20 kB', bytes: 20_000 },
  { name: '1 MB', bytes: 1_000_000 },
]
const rate = 20

const perEdit = (size: string): string => `document of ${size}: bytes written per edit`
const kept = (size: string): string => `document of ${size}: bytes kept per edit`

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)

/** One person types into a document, leaves, and the server is given the time to tidy up. */
const work = async (
  name: Name,
  wishes: Wishes,
  typing: Script,
  seconds: number,
): Promise<readonly [number, number]> => {
  const server = await begin(name, wishes)
  try {
    const enter = async (): Promise<Crowd> => {
      const crowd = new Crowd(server, { script: typing, people: 2, writers: 1 })
      await crowd.grow(1)
      return crowd
    }
    const first = await enter()
    await new Promise((resolve) => setTimeout(resolve, 3000)) // until what peers store late is stored
    first.leave()
    await server.rest()
    // so that nothing of the document itself is still to be moved within the store
    await server.stop()
    await server.again()
    const crowd = await enter()
    await server.rest()
    const before = server.written
    const held = sizeOf(server.store)
    const { edits } = await crowd.type(seconds, rate, false)
    crowd.leave()
    await new Promise((resolve) => setTimeout(resolve, 3000))
    await server.rest()
    const after = server.written
    const holds = sizeOf(server.store)
    await crowd.check()
    return [(after - before) / edits, (holds - held) / edits]
  } finally {
    await server.finish()
  }
}

/** What a database costs that is given the same updates, one row and one commit each, and does nothing else. */
const row = (typing: Script): number => {
  const folder = mkdtempSync(join(tmpdir(), 'quire-bench-row-'))
  const db = new DatabaseSync(join(folder, 'rows.db'))
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE log (position INTEGER PRIMARY KEY, bytes BLOB)',
  )
  const insert = db.prepare('INSERT INTO log VALUES (?, ?)')
  const before = written(process.pid)
  const updates = typing.updates[0] ?? []
  for (const [position, update] of updates.entries()) insert.run(position, update)
  const bytes = written(process.pid) - before
  db.close()
  rmSync(folder, { recursive: true })
  return bytes / updates.length
}

const run = async (wishes: Wishes): Promise<Result> => {
  const seconds = wishes.quick ? 8 : 30
  const all: readonly Name[] = ['quire', 'y-leveldb', 'hocuspocus']
  const names = all.filter((name) => wishes.only.length === 0 || wishes.only.includes(name))
  const found = new Map<Name, Measures[]>()
  const failures = new Map<Name, string>()
  const scripts = sizes.map(({ bytes }) => script(document(bytes, Math.ceil(bytes / 500)), 1, rate * seconds))
  const [first] = scripts
  const page = first === undefined ? Number.NaN : row(first)
  const update = first?.updates[0]?.at(-1)?.length ?? Number.NaN
  // nothing is timed here, so they may run side by side
  await Promise.all(
    names.map(async (name) => {
      try {
        const parts = await Promise.all(
          scripts.map(async (typing, index): Promise<Measures> => {
            const [writes, keeps] = await work(name, wishes, typing, seconds)
            const size = sizes[index]?.name ?? ''
            return { [perEdit(size)]: writes, [kept(size)]: keeps }
          }),
        )
        found.set(name, [Object.assign({}, ...parts)])
      } catch (error) {
        failures.set(name, error instanceof Error ? error.message : String(error))
      }
    }),
  )
  const table = new Table(names, found, failures)
  const small = table.get('quire', perEdit('20 kB'))
  const large = table.get('quire', perEdit('1 MB'))
  const goals = [
    {
      what: 'bytes written per one-character edit',
      goal: "at most 3 times the update's own size plus the page cost of the database",
      measured: small === null ? null : small / (3 * update + page),
      limit: 1,
      unit: 'of what is allowed',
    },
    {
      what: 'bytes written per one-character edit',
      goal: 'not growing with the document (1 MB against 20 kB, at most 1.1)',
      measured: small === null || large === null ? null : large / small,
      limit: 1.1,
      unit: '×',
    },
  ]
  return {
    name: 'Bytes written',
    prediction:
      "for each character typed, compaction included: three times the update and what the database's pages cost, whatever the size of the document",
    head: table.head,
    rows: table.rows(),
    notes: [
      `An update is ${update} bytes. A bare SQLite table that is given them one commit each, as durably, writes ${shown(page)} bytes for each.`,
      `One person types ${rate} characters a second for ${seconds} s, and leaves: every edit is a commit of its own. Peers store the whole document every 2 to 10 s, or without waiting for the disk.`,
      ...table.notes,
    ],
    holds: goals.every(reached),
    goals,
    obstacle:
      'a commit is two pages, as with the bare table; what is 2 % on top is the journal that is moved on, and the fold when everybody has left.',
  }
}

/** How much goes to the disk for a character. */
export const disk: Scenario = { name: 'disk', run }
