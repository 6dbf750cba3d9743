import assert from 'node:assert/strict'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Past } from '@quire/sync/log'
import { examine } from '../src/examine.ts'
import { openLoad } from '../src/load.ts'
import { quarantine } from '../src/quarantine.ts'
import type { Store } from '../src/store.ts'
import { open } from './disk.ts'
import { folder } from './folder.ts'
import { content, conversation, read, write } from './writing.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const said = conversation(121, 40)
const sound = (): null => null

/** Two rooms, the second with a base and a tail. */
const home = async (): Promise<string> => {
  const path = folder()
  copyFileSync(await template, join(path, 'quire.db'))
  return path
}
const template = (async () => {
  const path = folder()
  const store = await open(path)
  for (const room of ['plan', 'diary']) {
    const log = store.log(room)
    await log.load()
    await Promise.all(said.slice(0, 20).map((update) => log.append(write(update))))
    if (room === 'diary') await log.compact()
    await Promise.all(said.slice(20).map((update) => log.append(write(update))))
  }
  await store.close()
  return join(path, 'quire.db')
})()
const byHand = (path: string, sql: string): void => {
  const db = new DatabaseSync(join(path, 'quire.db'))
  db.exec(`PRAGMA foreign_keys = 0; ${sql}`)
  db.close()
}
const isWhole = async (store: Store, room: string): Promise<void> => {
  const { base, tail, damaged } = await store.log(room).load()
  assert.equal(damaged, false)
  assert.deepEqual(content(read(base.state, ...tail)), content(read(...said)))
}

test('[D11] [L44] a log that lacks an update gives what stands before, and takes nothing more; others do not notice', async () => {
  const path = await home()
  byHand(
    path,
    'DELETE FROM updates WHERE room = 1 AND position = 8; DELETE FROM updates WHERE room = 2 AND position = 31',
  )
  const store = await open(path)
  for (const [room, from, last] of [
    ['plan', 0, 7],
    ['diary', 20, 30],
  ] as const) {
    const log = store.log(room)
    const { base, tail, damaged } = await log.load()
    assert.deepEqual([base.position, tail, damaged], [from, said.slice(from, last), true])
    await assert.rejects(log.append(write(bytes(1))), {
      message: `The log of ${room} is damaged. Update ${last + 1} is missing.`,
    })
    await assert.rejects(log.compact(), /is damaged/)
    assert.equal((await log.diff(bytes(0))).position, from) // reading goes on
  }
  const other = store.log('letters')
  await other.load()
  await other.append(write(bytes(1)))
  await store.close()

  assert.deepEqual(examine(path, sound), [
    { room: 'plan', position: 8, sentence: 'Update 8 is missing.' },
    { room: 'diary', position: 31, sentence: 'Update 31 is missing.' },
  ])
  byHand(path, "INSERT INTO documents VALUES ('plan', 'ada', 'e', 'Plan', 1, 1, 30, NULL)")
  assert.equal(quarantine(path, 'plan', 8, 77), said.length - 8)
  assert.deepEqual(examine(path, sound), [{ room: 'diary', position: 31, sentence: 'Update 31 is missing.' }])
  const next = await open(path)
  assert.equal(next.unclean, true) // people may bring back what they still have
  const log = next.log('plan')
  assert.equal((await log.load()).damaged, false)
  await log.append(write(said[7] ?? bytes(), 'ben'))
  await next.documents.note('plan', 8, 'New plan')
  assert.equal((await next.documents.read('plan'))?.title, 'New plan')
  assert.deepEqual((await next.log('plan').load()).tail, said.slice(0, 8))
  await next.close()
  const db = new DatabaseSync(join(path, 'quire.db'), { readOnly: true })
  const kept = db
    .prepare('SELECT room, position, author, bytes, moved FROM quarantine ORDER BY position')
    .all()
  assert.deepEqual(
    kept.map((row) => ({ ...row })),
    said.slice(8).map((update, index) => ({
      room: 'plan',
      position: 9 + index,
      author: 'ada',
      bytes: update,
      moved: 77,
    })),
  )
  db.close()
})

test('[O22] [L66] of a damaged room there is no copy, and nothing is left of it', async () => {
  for (const damage of [
    'DELETE FROM updates WHERE room = 2 AND position = 31',
    'UPDATE bases SET position = 10',
    'DELETE FROM bases',
  ]) {
    const path = await home()
    byHand(path, damage)
    const store = await open(path)
    assert.equal(await store.copy('diary', 'copy', 'ada'), false)
    assert.equal(await store.copy('plan', 'copy', 'ada'), true)
    await isWhole(store, 'copy')
    await store.close()
  }
})

test('[D11] [L44] a log of which nothing can be read is refused: it is not an empty one', async () => {
  for (const [sql, sentence] of [
    [
      'DELETE FROM updates WHERE room = 1 AND position = 1',
      'The room plan cannot be read. Update 1 is missing.',
    ],
    [
      'DELETE FROM updates WHERE room = 1 AND position < 30',
      'The room plan cannot be read. Update 1 is missing.',
    ],
    [
      "INSERT INTO history VALUES (1, 1, 9, 1, 0, 0, x'00'); DELETE FROM updates WHERE room = 1",
      'The base of the room plan is missing.',
    ],
  ] as const) {
    const path = await home()
    byHand(path, sql)
    const store = await open(path)
    await assert.rejects(store.log('plan').load(), { message: sentence })
    await isWhole(store, 'diary')
    await store.close()
  }
  const path = await home()
  byHand(path, 'DELETE FROM bases')
  const store = await open(path)
  const log = store.log('diary')
  await assert.rejects(log.load(), { message: 'The base of the room diary is missing.' })
  await assert.rejects(log.append(write(bytes(1))), /loaded before/)
  await isWhole(store, 'plan')
  await store.close()
})

test('[D11] [L44] a base that is older than its history is damaged', async () => {
  const path = await home()
  byHand(path, 'UPDATE bases SET position = 10; DELETE FROM updates WHERE room = 2')
  const store = await open(path)
  const log = store.log('diary')
  assert.equal((await log.load()).damaged, true)
  await assert.rejects(log.append(write(bytes(1))), /What is folded ends at 10, its history at 20/)
  await store.close()
})

test('[L51] an examination of sound data finds nothing, also while it is written', async () => {
  const path = await home()
  const store = await open(path)
  const log = store.log('new')
  await log.load()
  const appended = Array.from({ length: 500 }, (_, index) => log.append(write(bytes(index & 255))))
  const seen: [number, number][] = []
  const findings = examine(path, ({ base, tail }) => {
    seen.push([base.position, tail.length])
    return null
  })
  assert.deepEqual(findings, [])
  assert.deepEqual(seen.slice(0, 2), [
    [0, said.length],
    [20, said.length - 20],
  ])
  await Promise.all(appended)
  await store.close()
})

test('[L51] an examination says with which update a log goes wrong, though it is only asked about whole logs', async () => {
  const path = await home()
  const refuses =
    (bad: Uint8Array) =>
    ({ base, tail }: Past): string | null =>
      [base.state, ...tail].some((update) => Buffer.compare(update, bad) === 0) ? 'It is bad.' : null
  for (const position of [1, 20, 21, said.length - 1, said.length])
    assert.deepEqual(
      examine(path, refuses(said[position - 1] ?? bytes())).filter(({ room }) => room === 'plan'),
      [{ room: 'plan', position, sentence: 'It is bad.' }],
    )
  const store = await open(path)
  const { base } = await store.log('diary').load()
  await store.close()
  assert.deepEqual(examine(path, refuses(base.state)), [
    { room: 'diary', position: 20, sentence: 'It is bad.' },
  ])
  assert.throws(() => quarantine(path, 'diary', 20), {
    message:
      'Position 20 of the room "diary" lies in its base, which ends at 20. Only a backup can bring it back.',
  })
  assert.throws(() => quarantine(path, 'nowhere', 1), { message: 'There is no room "nowhere".' })
})

test('[L51] an examination finds what is numbered wrongly, refers to nothing, or cannot be read', async () => {
  const path = await home()
  byHand(
    path,
    `UPDATE history SET first = 3; INSERT INTO updates VALUES (2, 5, 99, 0, x'00'); UPDATE bases SET state = x'ff'`,
  )
  const findings = examine(path, () => {
    throw new Error('The base cannot be read.')
  })
  assert.deepEqual(
    findings.map(({ room, sentence }) => [room, sentence]),
    [
      [null, 'The database: rows of the table updates refer to what is not there.'],
      ['plan', 'The base cannot be read.'],
      ['diary', 'The base cannot be read.'],
    ],
  )
  assert.deepEqual(examine(path, sound).slice(1), [
    { room: 'diary', position: 1, sentence: 'Its history goes on at 3, not at 1.' },
    { room: 'diary', position: 5, sentence: 'Update 5 lies under what is folded.' },
  ])
})

test('[L51] what is no data of this version is refused in a sentence', async () => {
  const path = folder()
  assert.throws(() => examine(path, sound), { message: `There is no data in ${path}.` })
  const store = await open(path)
  assert.throws(() => quarantine(path, 'plan', 1), { message: `Another Quire is using the data in ${path}.` })
  await store.close()
  byHand(path, 'PRAGMA user_version = 1')
  assert.throws(() => examine(path, sound), {
    message: /^The data is from an older Quire \(1; this is \d+\)\. Start this one once\.$/,
  })
  byHand(path, 'PRAGMA user_version = 99')
  assert.throws(() => examine(path, sound), {
    message: /^The data is from a newer Quire \(99; this is \d+\)\.$/,
  })
  const other = folder()
  writeFileSync(join(other, 'quire.db'), 'not a database'.repeat(1000))
  assert.throws(() => examine(other, sound), /not a database/)
})

test('[D8] [L44] a disk that fails in the midst of a log does not make it a shorter one', async () => {
  const path = await home()
  class FailingDatabase extends DatabaseSync {
    override prepare(sql: string): StatementSync {
      const statement = super.prepare(sql)
      const [all, iterate] = [statement.all.bind(statement), statement.iterate.bind(statement)]
      const failing = <T>(rows: Iterable<T>): T[] => {
        const whole = [...rows]
        if (whole.length > 3) throw Object.assign(new Error('disk I/O error'), { errcode: 10 })
        return whole
      }
      return Object.assign(statement, {
        all: (...values: Parameters<typeof all>) => failing(all(...values)),
        iterate: (...values: Parameters<typeof iterate>) => failing(iterate(...values)),
      })
    }
  }
  const db = new FailingDatabase(join(path, 'quire.db'))
  assert.throws(() => openLoad(db)('plan'), /disk I\/O error/)
  db.close()
})

test('[L51] an update whose author nobody knows goes into quarantine like the others', async () => {
  const path = await home()
  byHand(path, 'UPDATE updates SET author = 99 WHERE room = 1 AND position = 30')
  assert.equal(quarantine(path, 'plan', 30), said.length - 29)
  const db = new DatabaseSync(join(path, 'quire.db'), { readOnly: true })
  const kept = db.prepare('SELECT position, author FROM quarantine ORDER BY position LIMIT 2').all()
  assert.deepEqual(
    kept.map((row) => [row['position'], row['author']]),
    [
      [30, ''],
      [31, 'ada'],
    ],
  )
  db.close()
})
