import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { migrate } from '../src/migrate.ts'
import { openSqlite } from '../src/sqlite.ts'
import type { Options } from '../src/sqlite.ts'
import type { Store } from '../src/store.ts'
import { openDatabase, openTables } from '../src/tables.ts'
import { pack } from '../src/pack.ts'
import { storeContract } from './contract.ts'
import { Disk } from './disk.ts'
import { folder } from './folder.ts'
import { TestTime } from './time.ts'
import { below, chance, content, conversation, read } from './writing.ts'

storeContract('sqlite', () => {
  const home = folder()
  return { open: (time) => openSqlite(home, { time }), keeps: true }
})

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const tail = async (store: Store, room: string): Promise<readonly Uint8Array[]> =>
  (await store.log(room).load()).tail

/** A store on a disk that misbehaves, whose pauses pass at once. */
const onDisk = async (home: string, options: Options = {}) => {
  const disk = new Disk()
  const time = new TestTime()
  const failures: string[] = []
  const store = await openSqlite(home, {
    time,
    writer: disk.writer,
    failed: (error) => {
      failures.push(String(error))
      setImmediate(() => time.pass(30_000))
    },
    ...options,
  })
  return { disk, time, failures, store }
}

const child = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL('./child.ts', import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** Runs the child until it has printed so many lines, kills it, and returns all it printed. */
const killed = async (lines: number, ...args: string[]): Promise<string[]> => {
  const writing = child(...args)
  let complaints = ''
  writing.stderr?.on('data', (text) => (complaints += text))
  const printed: string[] = []
  if (writing.stdout)
    for await (const line of createInterface(writing.stdout))
      if (printed.push(line) === lines) writing.kill('SIGKILL')
  if (writing.signalCode === null) await once(writing, 'exit')
  assert.equal(complaints, '')
  assert.equal(writing.signalCode, 'SIGKILL', printed.at(-1))
  return printed
}

const acknowledgedIsThere = async (home: string, printed: readonly string[]): Promise<void> => {
  const store = await openSqlite(home)
  for (const room of ['plan', 'diary', 'letters']) {
    const { base, tail: since } = await store.log(room).load()
    const said: unknown[] = read(base.state, ...since)
      .getArray('said')
      .toJSON()
    const last = printed.filter((line) => line.startsWith(`${room} `)).length
    assert.ok(said.length >= last, `${room}: ${said.length} of ${last}`)
    assert.deepEqual(
      said,
      said.map((_, index) => index + 1),
    )
    const history = await store.history(room)
    assert.equal(history.at(-1)?.last ?? 0, base.position)
    const replayed = read(...history.map(({ update }) => update), ...since).getArray('said')
    assert.equal(replayed.length, said.length)
  }
  await store.close()
}

test('[P2] what append promised is there after kill -9, at any moment', async () => {
  const random = chance(1)
  for (let round = 0; round < 6; round++) {
    const home = folder()
    await acknowledgedIsThere(home, await killed(1 + below(random, 1500), home))
  }
})

test('[P2] what append promised is there after kill -9 during compactions, again and again', async () => {
  const random = chance(2)
  const home = folder()
  const printed: string[] = []
  for (let round = 0; round < 6; round++) {
    printed.push(...(await killed(1 + below(random, 600), home, 'yes')))
    await acknowledgedIsThere(home, printed)
  }
})

test('[P2] an append resolves after its commit, not before', async () => {
  const home = folder()
  const { disk, store } = await onDisk(home)
  const log = store.log('room')
  await log.load()
  const reader = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
  const stored = (): unknown => reader.prepare('SELECT count(*) AS count FROM updates').get()?.['count']
  let saved = false
  disk.hold()
  const appended = log.append(bytes(1), 'ada').then(() => (saved = true))
  await disk.holding()
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate) // would have brought an early answer
  assert.deepEqual([saved, stored()], [false, 0])
  disk.release()
  await appended
  assert.equal(stored(), 1)
  reader.close()
  await store.close()
})

test('[L31] a thousand appends of one turn take six transactions at most', async () => {
  const { disk, store } = await onDisk(folder())
  const logs = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const log = store.log(`room ${index}`)
      await log.load()
      return log
    }),
  )
  const before = disk.commits
  await Promise.all(
    Array.from({ length: 1000 }, (_, index) => logs[index % 50]?.append(bytes(1), 'ada') ?? assert.fail()),
  )
  assert.ok(disk.commits - before <= 6, `${disk.commits - before}`)
  await store.close()
})

test('[P7] a disk that fails at its nth call, once or twice, loses nothing, doubles nothing and keeps the order, for every n', async () => {
  const said = conversation(71, 9)
  for (let call = 1; ; call++) {
    const times = 1 + (call % 2)
    const home = folder()
    const { disk, store, failures } = await onDisk(home)
    const [one, two] = [store.log('one'), store.log('two')]
    await Promise.all([one.load(), two.load()])
    disk.failIn(call, times)
    const resolved: number[] = []
    const append = (from: number, to: number): Promise<unknown> =>
      Promise.all(
        said.slice(from, to).map(async (update, index) => {
          await Promise.all([one.append(update, 'ada'), two.append(update, 'ben')])
          resolved.push(from + index)
        }),
      )
    await append(0, 2)
    await append(2, 5)
    const compacted = one.compact().catch((error: unknown) => String(error))
    await Promise.all([append(5, said.length), compacted])
    const done = !disk.failed
    const refused = typeof (await compacted) === 'string' ? 1 : 0
    assert.ok(done ? failures.length + refused === 0 : failures.length + refused > 0, `call ${call}`)
    assert.deepEqual(resolved, [...said.keys()])
    disk.failIn(0)
    await store.close()
    const again = await openSqlite(home)
    const { base, tail: since } = await again.log('one').load()
    assert.equal(base.position + since.length, said.length)
    assert.deepEqual(since, said.slice(base.position))
    assert.deepEqual(content(read(base.state, ...since)), content(read(...said)))
    assert.deepEqual(await tail(again, 'two'), said)
    await again.close()
    if (done) break
    assert.ok(call < 500)
  }
})

test('[P7] a full disk stops the promises, and they are kept when it has room again', async () => {
  const home = folder()
  const { disk, store, failures, time } = await onDisk(home, {
    failed: (error) => failures.push(String(error)),
  })
  const log = store.log('room')
  await log.load()
  await log.append(bytes(1), 'ada')
  disk.full = true
  const large = new Uint8Array(1024 * 1024).fill(7)
  let saved = 0
  const appended = [large, bytes(2), bytes(3)].map((update) => log.append(update, 'ada').then(() => saved++))
  await assert.rejects(store.documents.create('x'.repeat(10_000), 'ada', ''), /full/)
  for (let attempt = 0; attempt < 3; attempt++) {
    assert.deepEqual(await tail(store, 'other'), []) // reading works
    time.pass(30_000)
    await store.people.read('ada')
  }
  assert.equal(saved, 0)
  assert.ok(failures.length > 0 && failures.every((failure) => failure.includes('full')))
  disk.full = false
  await store.check() // and a check that succeeds ends the pause
  await Promise.all(appended)
  assert.deepEqual(await tail(store, 'room'), [bytes(1), large, bytes(2), bytes(3)])
  await store.close()
})

test('[L36] a writer that dies before or after its commit is replaced: nothing lost, nothing doubled', async () => {
  for (const when of ['before', 'after'] as const) {
    const home = folder()
    const { disk, store, failures } = await onDisk(home)
    const log = store.log('room')
    await log.load()
    await log.append(bytes(1), 'ada')
    disk.die(when)
    const said = Array.from({ length: 450 }, (_, index) => bytes(index & 255, index >> 8))
    await Promise.all(said.map((update) => log.append(update, 'ada')))
    assert.equal(failures.length, 1)
    assert.deepEqual(await tail(store, 'room'), [bytes(1), ...said])
    await store.close()
  }
})

test('[L36] a writer that is killed in mid-batch is replaced, again and again', async () => {
  const { disk, store, failures } = await onDisk(folder())
  const log = store.log('room')
  await log.load()
  const said: Uint8Array[] = []
  for (let round = 0; round < 5; round++) {
    disk.hold()
    const updates = Array.from({ length: 300 }, (_, index) => bytes(round, index & 255))
    said.push(...updates)
    const appended = Promise.all(updates.map((update) => log.append(update, 'ada')))
    await disk.holding()
    await disk.worker?.terminate()
    disk.release()
    await appended
    assert.equal(failures.length, round + 1)
  }
  assert.deepEqual(await tail(store, 'room'), said)
  await store.close()
})

test('[L36] a writer that dies during a compaction leaves the log as it was or as it should be', async () => {
  const said = conversation(72, 60)
  for (const when of ['before', 'after'] as const) {
    const { disk, store } = await onDisk(folder())
    const log = store.log('room')
    await log.load()
    await Promise.all(said.slice(0, 30).map((update) => log.append(update, 'ada')))
    disk.die(when)
    await assert.rejects(log.compact(), /thread of the store ended/)
    const { base, tail: since } = await store.log('room').load()
    assert.equal(base.position, when === 'before' ? 0 : 30)
    assert.deepEqual(since, said.slice(base.position, 30))
    await Promise.all(said.slice(30).map((update) => log.append(update, 'ada')))
    assert.equal((await log.compact()).position, said.length)
    assert.deepEqual(content(read((await store.log('room').load()).base.state)), content(read(...said)))
    assert.equal((await store.history('room')).at(-1)?.last, said.length)
    await store.close()
  }
})

test('[L33] two logs of one room: the one that is behind is refused, loudly', async () => {
  const store = await openSqlite(folder())
  const [one, two] = [store.log('room'), store.log('room')]
  await Promise.all([one.load(), two.load()])
  await one.append(bytes(1), 'ada')
  await assert.rejects(two.append(bytes(2), 'ben'), /holds another update/)
  await assert.rejects(two.append(bytes(3), 'ben'), /holds another update/)
  await assert.rejects(two.compact(), /holds another update/)
  await one.append(bytes(4), 'ada')
  assert.deepEqual(await tail(store, 'room'), [bytes(1), bytes(4)])
  await store.close()
})

test('[L35] close gives up at its deadline on a disk that fails, and says how much was lost', async () => {
  const home = folder()
  const time = new TestTime()
  const failed = Promise.withResolvers<unknown>()
  const { disk, store } = await onDisk(home, { time, patience: 20_000, failed: failed.resolve })
  const log = store.log('room')
  await log.load()
  await log.append(bytes(1), 'ada')
  disk.full = true
  const lost = [new Uint8Array(100_000), bytes(2)].map((update) => log.append(update, 'ada'))
  const outcomes = Promise.allSettled(lost)
  await failed.promise
  const closed = store.close()
  const outcome = assert.rejects(closed, /could store 2 updates/)
  while (!time.waits.some((wait) => wait <= 1000)) await new Promise(setImmediate) // it tries once more, at once
  time.pass(20_000)
  await outcome
  for (const { status } of await outcomes) assert.equal(status, 'rejected')
  const again = await openSqlite(home)
  assert.deepEqual(await tail(again, 'room'), [bytes(1)])
  await again.close()
})

test('[L35] close gives up at its deadline on a disk that hangs', async () => {
  const { disk, store, time } = await onDisk(folder())
  const log = store.log('room')
  await log.load()
  disk.hold()
  const lost = assert.rejects(log.append(bytes(1), 'ada'), /closed before/)
  await disk.holding()
  const closed = assert.rejects(store.close(), /could store 1 updates/)
  time.pass(20_000)
  await closed
  await lost
})

test('[L37] data is open once: the second who tries is told so in one sentence', async () => {
  const home = folder()
  const store = await openSqlite(home)
  const sentence = `Another Quire is using the data in ${home}.`
  await assert.rejects(openSqlite(home), { message: sentence })
  const other = child(home)
  const [said] = await Promise.all([other.stdout?.toArray(), once(other, 'exit')])
  assert.equal(String(said?.[0]).trim(), sentence)
  await store.check()
  await store.close()
  await (await openSqlite(home)).close()
})

test('[L37] others may read the data meanwhile', async () => {
  const home = folder()
  const store = await openSqlite(home)
  await store.documents.create('a', 'ada', 'Plan')
  const reader = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
  assert.equal(reader.prepare('SELECT title FROM documents').get()?.['title'], 'Plan')
  reader.close()
  await store.close()
})

test('[L38] a folder that cannot be written is named in one sentence', async () => {
  const home = join(folder(), 'file')
  writeFileSync(home, '')
  await assert.rejects(openSqlite(home), { message: /^The data folder .*file cannot be written: [^\n]*\.$/ })
  await assert.rejects(openSqlite(join(home, 'deeper')), {
    message: /^The data folder .* cannot be written: /,
  })
})

test('[L39] data of a newer version is refused in one sentence, and left alone', async () => {
  const home = folder()
  await (await openSqlite(home)).close()
  const file = join(home, 'quire.db')
  const db = new DatabaseSync(file)
  db.exec('PRAGMA user_version = 99')
  db.close()
  const before = readFileSync(file)
  await assert.rejects(openSqlite(home), { message: 'The data is from a newer Quire (99; this is 1).' })
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

test('[D7] a write-ahead log whose end is damaged opens to a prefix', () => {
  const random = chance(7)
  const home = folder()
  const file = join(home, 'quire.db')
  const db = openDatabase(file)
  const tables = openTables(db)
  for (let position = 1; position <= 300; position++)
    tables.append({
      rooms: ['room'],
      positions: [position],
      authors: ['ada'],
      times: [position],
      updates: pack([bytes(position & 255)]),
    })
  const size = statSync(`${file}-wal`).size
  for (let round = 0; round < 100; round++) {
    const damaged = join(home, `damaged ${round}`)
    copyFileSync(file, damaged)
    const wal = readFileSync(`${file}-wal`)
    const lost = 1 + below(random, 4096)
    if (round % 2 === 0) wal.fill(below(random, 256), size - lost)
    writeFileSync(`${damaged}-wal`, round % 2 === 0 ? wal : wal.subarray(0, size - lost))
    const opened = openTables(openDatabase(damaged))
    const { past } = opened.load('room')
    const found = past.lengths.length - 3
    assert.ok(found >= 297 && found <= 300, `${found}`)
    opened.close()
  }
  tables.close()
})
