import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openLoad } from '../src/load.ts'
import { fold } from '../src/compact.ts'
import { migrate, migrations } from '../src/migrate.ts'
import { unpack } from '../src/pack.ts'
import { openSqlite } from '../src/sqlite.ts'
import { openDatabase } from '../src/tables.ts'
import { open } from './disk.ts'
import { folder } from './folder.ts'
import { based, content, conversation, read } from './writing.ts'

const said = conversation(101, 40)
const version = (of: DatabaseSync): unknown => of.prepare('PRAGMA user_version').get()?.['user_version']

/** A data folder as version 1 left it: a room with a base and a tail, a document. */
const firstVersion = (): string => {
  const home = folder()
  const db = new DatabaseSync(join(home, 'quire.db'))
  db.exec(`PRAGMA journal_mode = WAL; BEGIN; ${migrations()[0] ?? ''}; PRAGMA user_version = 1; COMMIT`)
  const { state, vector, deletes } = fold(said.slice(0, 20))
  db.exec("INSERT INTO rooms VALUES (1, 'room'); INSERT INTO authors VALUES (1, 'ada')")
  db.prepare('INSERT INTO bases VALUES (1, 20, ?, ?, ?)').run(vector, deletes, state)
  db.prepare('INSERT INTO history VALUES (1, 1, 20, 1, 0, 0, ?)').run(state)
  for (const [index, update] of said.slice(20).entries())
    db.prepare('INSERT INTO updates VALUES (1, ?, 1, 0, ?)').run(21 + index, update)
  db.exec("INSERT INTO documents VALUES ('room', 'ada', 'first', 'Plan', 1, 1, 0, NULL)")
  db.close()
  return home
}

const isWhole = async (home: string): Promise<void> => {
  const store = await open(home)
  const { base, tail, owners, schema, damaged } = await store.log('room').load()
  assert.deepEqual([base.position, tail, owners, schema, damaged], [20, said.slice(20), [], 0, false])
  assert.deepEqual(base, { position: 20, ...fold(said.slice(0, 20)) })
  assert.equal(store.unclean, false)
  assert.equal((await store.documents.read('room'))?.epoch, 'first')
  const log = store.log('room')
  await log.load()
  const folded = await based(log)
  assert.deepEqual(folded, { position: said.length, ...fold(said) })
  assert.deepEqual(content(read(folded.state)), content(read(...said)))
  await store.close()
}

test('[L40] a base made by version 1 gets its places when it is loaded, and keeps them when it is folded', async () => {
  const home = firstVersion()
  const first = await open(home)
  const log = first.log('room')
  await log.load()
  await first.close()
  await isWhole(home)
  const copy = new DatabaseSync(join(home, 'quire.db.v1'), { readOnly: true })
  assert.equal(version(copy), 1)
  copy.close()
  const db = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
  assert.equal(db.prepare('SELECT count(*) AS count FROM bases WHERE places IS NULL').get()?.['count'], 0)
  db.close()
})

test('[L40] a base of version 1 that nothing was added to keeps what it says when it is folded', async () => {
  const home = firstVersion()
  const db = new DatabaseSync(join(home, 'quire.db'))
  db.exec('DELETE FROM updates')
  db.close()
  const store = await open(home)
  const log = store.log('room')
  const { base } = await log.load()
  assert.deepEqual(await based(log), base)
  assert.deepEqual(base.places, fold(said.slice(0, 20)).places)
  await store.close()
})

/** Copies what a process that is killed now would leave. */
const image = (home: string): string => {
  const to = folder()
  for (const name of readdirSync(home))
    if (!name.endsWith('-shm')) copyFileSync(join(home, name), join(to, name))
  return to
}

/** Steps that are taken apart, but for the bodies of triggers, so that something can be done before each. */
class SteppingDatabase extends DatabaseSync {
  step: () => void = () => {}

  override exec(sql: string): void {
    for (const part of sql.split(/;\n(?!END;| {2})/)) {
      this.step()
      super.exec(part)
    }
    this.step()
  }
}

test('[D19] a migration that is cut off at any point leaves the old data or the new', async () => {
  const home = firstVersion()
  const file = join(home, 'quire.db')
  const images: string[] = []
  const db = new SteppingDatabase(file)
  db.step = () => images.push(image(home))
  migrate(db, file, migrations())
  db.close()
  assert.ok(images.length >= 10, `${images.length} points`)
  const versions = new Set<unknown>()
  for (const cut of images) {
    const left = new DatabaseSync(join(cut, 'quire.db'))
    versions.add(version(left))
    left.close()
    const db = openDatabase(join(cut, 'quire.db'))
    const { base, pieces, damage } = openLoad(db)('room')
    assert.deepEqual([base.position, unpack(pieces), damage], [20, said.slice(20), null])
    assert.equal(version(db), migrations().length)
    db.close()
  }
  assert.deepEqual(
    [...versions],
    [
      1,
      ...migrations()
        .map((_, at) => at + 1)
        .slice(1),
    ],
  )
  await isWhole(images.at(-2) ?? home)
})

test('[D19] kill -9 during a migration loses nothing', async () => {
  for (const step of [1, 4, 7, 10]) {
    const home = firstVersion()
    writeFileSync(join(home, 'quire.db.v1.part'), 'the process before was killed while it copied')
    const program = fileURLToPath(new URL('./migrates.ts', import.meta.url))
    const { signal, stderr } = spawnSync(process.execPath, [program, join(home, 'quire.db'), String(step)])
    assert.equal(signal, 'SIGKILL', String(stderr))
    await isWhole(home)
  }
})

test('[L39] data of a newer version is refused in one sentence, and left alone', async () => {
  const home = folder()
  await (await open(home)).close()
  const file = join(home, 'quire.db')
  const db = new DatabaseSync(file)
  db.exec('PRAGMA user_version = 99')
  db.close()
  const before = readFileSync(file)
  await assert.rejects(openSqlite(home), {
    message: `The data is from a newer Quire (99; this is ${migrations().length}).`,
  })
  assert.ok(before.equals(readFileSync(file)))
})

test('[L40] a migration copies the data first, and goes from step to step', () => {
  const file = join(folder(), 'quire.db')
  const db = new DatabaseSync(file)
  const steps = [
    'CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)',
    'INSERT INTO a VALUES (2)',
    'DROP TABLE a;',
  ]
  const version = (of: DatabaseSync): unknown => of.prepare('PRAGMA user_version').get()?.['user_version']
  migrate(db, file, steps.slice(0, 1))
  assert.deepEqual(
    readdirSync(join(file, '..')).filter((name) => name.includes('.v')),
    [],
  )
  assert.throws(
    () => migrate(db, file, [...steps.slice(0, 2), 'INSERT INTO a VALUES (3); NONSENSE']),
    /syntax/,
  )
  db.close() // the thread ends
  const next = new DatabaseSync(file)
  assert.equal(version(next), 2)
  assert.equal(next.prepare('SELECT count(*) AS count FROM a').get()?.['count'], 2)
  migrate(next, file, steps)
  assert.equal(version(next), 3)
  for (const [found, rows] of [
    [1, 1],
    [2, 2],
  ] as const) {
    const copy = new DatabaseSync(`${file}.v${found}`, { readOnly: true })
    assert.equal(version(copy), found)
    assert.equal(copy.prepare('SELECT count(*) AS count FROM a').get()?.['count'], rows)
    copy.close()
  }
  next.close()
})
