import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { AppendError, emptyBase } from '@quire/sync/log'
import { batchOf } from '../src/batch.ts'
import { RoomLog } from '../src/log.ts'
import { openPast } from '../src/past.ts'
import { Queue } from '../src/queue.ts'
import { isUnfit } from '../src/row.ts'
import { writeSpool } from '../src/spool.ts'
import { openReads } from '../src/reads.ts'
import { openSqlite } from '../src/sqlite.ts'
import type { Options } from '../src/sqlite.ts'
import { openDatabase, openTables, roomsOfDocument } from '../src/tables.ts'
import type { Calls, Thread } from '../src/thread.ts'
import { TestTime } from './time.ts'
import type { Store } from '../src/store.ts'
import { storeContract } from './contract.ts'
import { onDisk, open } from './disk.ts'
import { folder } from './folder.ts'
import { program } from './program.ts'
import { based, content, conversation, entry, read, write } from './writing.ts'

storeContract('sqlite', () => {
  const home = folder()
  return { open: (time) => openSqlite(home, { time }), keeps: true }
})

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const tail = async (store: Store, room: string): Promise<readonly Uint8Array[]> =>
  (await store.log(room).load()).tail

/** Calls answered in this thread, after `wait` if it gives something to wait for. */
const direct =
  <C extends Calls>(calls: C, wait: (name: string) => Promise<void> | null = () => null): Thread<C>['call'] =>
  async (name, ...args) => {
    const value = calls[name]?.(...args)
    await wait(name)
    return value as ReturnType<C[typeof name]> // what it answers to this name is what C says
  }

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
    Array.from({ length: 1000 }, (_, index) => logs[index % 50]?.append(write(bytes(1))) ?? assert.fail()),
  )
  assert.ok(disk.commits - before <= 6, `${disk.commits - before}`)
  await store.close()
})

test('[O17] [L36] a writer that dies before or after its commit is replaced: nothing lost, nothing doubled', async () => {
  for (const when of ['before', 'after'] as const) {
    const home = folder()
    const { disk, store, failures } = await onDisk(home)
    const log = store.log('room')
    await log.load()
    await log.append(write(bytes(1)))
    disk.die(when)
    const said = Array.from({ length: 450 }, (_, index) => bytes(index & 255, index >> 8))
    await Promise.all(said.map((update) => log.append(write(update))))
    assert.equal(failures.length, 1)
    assert.deepEqual(await tail(store, 'room'), [bytes(1), ...said])
    await store.close()
  }
})

test('[O17] [L36] a writer that is killed in mid-batch is replaced, again and again', async () => {
  const { disk, store, failures } = await onDisk(folder())
  const log = store.log('room')
  await log.load()
  const said: Uint8Array[] = []
  for (let round = 0; round < 5; round++) {
    disk.hold()
    const updates = Array.from({ length: 300 }, (_, index) => bytes(round, index & 255))
    said.push(...updates)
    const appended = Promise.all(updates.map((update) => log.append(write(update))))
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
    await Promise.all(said.slice(0, 30).map((update) => log.append(write(update))))
    disk.die(when)
    await assert.rejects(based(log), /thread of the store ended/)
    const { base, tail: since } = await store.log('room').load()
    assert.equal(base.position, when === 'before' ? 0 : 30)
    assert.deepEqual(since, said.slice(base.position, 30))
    await Promise.all(said.slice(30).map((update) => log.append(write(update))))
    assert.equal((await based(log)).position, said.length)
    assert.deepEqual(content(read((await store.log('room').load()).base.state)), content(read(...said)))
    assert.equal((await store.history('room')).at(-1)?.last, said.length)
    await store.close()
  }
})

test('[L20] compaction moves updates, it does not copy them', async () => {
  const home = folder()
  const store = await open(home)
  const log = store.log('room')
  await log.load()
  await Promise.all(conversation(73, 40).map((update) => log.append(write(update))))
  const { position } = await based(log)
  await log.append(write(bytes(0, 0)))
  const reader = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
  assert.deepEqual(
    reader
      .prepare('SELECT position FROM tail')
      .all()
      .map((row) => row['position']),
    [position + 1],
  )
  reader.close()
})

test('[L19] a diff that was read before a compaction and arrives after it is read again', async () => {
  const file = join(folder(), 'quire.db')
  const tables = openTables(openDatabase(file))
  const past = openPast(new DatabaseSync(file, { readOnly: true }))
  const late = Promise.withResolvers<void>()
  let asked = 0
  const time = new TestTime()
  const ask = direct(tables)
  const queue = new Queue(
    (batch) => ask('append', batchOf(batch)),
    time,
    (error) => assert.fail(String(error)),
  )
  const read = direct(past, (name) => (name === 'diff' && ++asked === 1 ? late.promise : null))
  const compaction = {
    fold: (room: string, upTo: number) => read('fold', room, upTo),
    diff: (room: string, vector: Uint8Array) => read('diff', room, vector),
    places: (room: string) => read('places', room),
  }
  const reads = direct(openReads(new DatabaseSync(file, { readOnly: true })))
  const log = new RoomLog('room', queue, ask, compaction, (room) => reads('load', room))
  const said = conversation(74, 20)
  await log.load()
  await Promise.all(said.map((update) => log.append(write(update))))
  const diff = log.diff(bytes(0))
  await based(log)
  late.resolve()
  assert.equal((await diff).position, said.length)
  assert.equal(asked, 2)
  tables.close()
})

test('[L33] two logs of one room: the one that is behind is refused, loudly', async () => {
  const store = await open(folder())
  const [one, two] = [store.log('room'), store.log('room')]
  await Promise.all([one.load(), two.load()])
  await one.append(write(bytes(1)))
  await assert.rejects(two.append(write(bytes(2), 'ben')), /holds another update/)
  await assert.rejects(two.append(write(bytes(3), 'ben')), /holds another update/)
  await assert.rejects(based(two), /holds another update/)
  await one.append(write(bytes(4)))
  assert.deepEqual(await tail(store, 'room'), [bytes(1), bytes(4)])
  await store.close()
})

test('[L33] positions that would leave a gap, or lie under the base, are refused', () => {
  const tables = openTables(openDatabase(join(folder(), 'quire.db')))
  const append = (...positions: number[]): readonly number[] =>
    tables.append(batchOf(positions.map((position) => entry('room', position, bytes(0, 0))))).clashes
  assert.deepEqual(append(2, 3), [0, 1])
  assert.deepEqual(append(1, 2, 4, 3, 5), [2, 3, 4])
  assert.deepEqual(append(1, 2), []) // sent twice
  tables.fold('room', 0, { ...emptyBase, position: 2 }, [])
  assert.deepEqual(append(2), [0])
  assert.deepEqual(append(3), [])
  assert.throws(() => tables.fold('room', 0, { ...emptyBase, position: 3 }, []), /folded up to 2, not 0/)
  tables.close()
})

test('[L37] data is open once: the second who tries is told so in one sentence', async () => {
  const home = folder()
  const store = await open(home)
  const sentence = `Another Quire is using the data in ${home}.`
  await assert.rejects(openSqlite(home), { message: sentence })
  const other = program(home)
  const [said] = await Promise.all([other.stdout?.toArray(), once(other, 'exit')])
  assert.equal(String(said?.[0]).trim(), sentence)
  await store.check()
  await store.close()
  await (await open(home)).close()
})

test('[L37] others may read the data meanwhile', async () => {
  const home = folder()
  const store = await open(home)
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

test('[L38] a folder that can be made nowhere is one sentence, and one deep down is made', async () => {
  await assert.rejects(
    openSqlite('/proc/quire/data'),
    /^Error: The data folder \/proc\/quire\/data cannot be written/,
  )
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  await assert.rejects(openSqlite(join(file, 'data')), /cannot be written/)
  const store = await openSqlite(join(folder(), 'a', 'b', 'c'))
  await store.check()
  await store.close()
})

test('[O27] the rooms of a document are found by a range of their names, and no others', () => {
  const db = openDatabase(join(folder(), 'quire.db'))
  const names = [
    'plan',
    'plan/',
    'plan/comments',
    'plan/z/ü',
    'plan-',
    'plan.',
    'plan0',
    'planner',
    'pla',
    'PLAN/comments',
  ]
  for (const name of names) db.prepare('INSERT INTO rooms (name) VALUES (?)').run(name)
  const found = db
    .prepare(`SELECT name FROM rooms WHERE id IN (${roomsOfDocument}) ORDER BY id`)
    .all({ id: 'plan' })
  assert.deepEqual(
    found.map(({ name }) => name),
    ['plan', 'plan/comments', 'plan/z/ü'],
  )
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${roomsOfDocument}`).all({ id: 'plan' })
  assert.ok(
    plan.every(({ detail }) => !String(detail).startsWith('SCAN')),
    JSON.stringify(plan),
  )
  db.close()
})

/** A store in which no table takes these bytes. */
const picky = async (home: string, poison: Uint8Array, options: Options = {}): Promise<Store> => {
  await (await openSqlite(home)).close()
  const db = new DatabaseSync(join(home, 'quire.db'))
  for (const table of ['journal', 'updates'])
    db.exec(`CREATE TRIGGER refuse_${table} BEFORE INSERT ON ${table} WHEN NEW.bytes = x'${Buffer.from(poison).toString('hex')}'
      BEGIN SELECT RAISE(ABORT, 'not this one'); END`)
  db.close()
  return open(home, options)
}

test('[D22] an update that no table takes is found in its batch and kept apart: all else is stored, and its room goes on', async () => {
  const home = folder()
  const told: unknown[] = []
  const failed: unknown[] = []
  const poison = bytes(66, 77)
  const store = await picky(home, poison, {
    unfit: (...of) => told.push(of),
    failed: (error) => failed.push(error),
  })
  const [plan, diary] = [store.log('plan'), store.log('diary')]
  await Promise.all([plan.load(), diary.load()])
  const appended = Array.from({ length: 100 }, (_, index) => [
    plan.append(write(index === 41 ? poison : bytes(index), 'ben')),
    diary.append(write(bytes(index))),
  ])
  const outcomes = await Promise.allSettled(appended.flat())
  const of = (room: number) => outcomes.filter((_, index) => index % 2 === room)
  assert.ok(of(1).every(({ status }) => status === 'fulfilled'))
  const why = of(0).map((outcome) =>
    outcome.status === 'fulfilled' ? 'stored' : outcome.reason instanceof AppendError && outcome.reason.unfit,
  )
  assert.deepEqual(why, [...Array(41).fill('stored'), true, ...Array(58).fill(false)])
  assert.equal(told.length, 1)
  assert.match(String(told[0]), /^plan,42,.*not this one/)
  assert.deepEqual(failed, [])
  assert.equal(store.backlog.updates, 0)
  const anew = store.log('plan')
  const past = await anew.load()
  assert.equal(past.tail.length, 41)
  assert.deepEqual(past.unfit, [{ update: poison, author: 'ben' }])
  await anew.append(write(bytes(1, 2, 3)))
  await store.close()
  const later = await (await open(home)).log('plan').load()
  assert.deepEqual(later.tail.at(-1), bytes(1, 2, 3))
  assert.deepEqual(later.unfit, past.unfit)
})

test('[D22] an update that no table takes does not keep a spool from being stored at the next start', async () => {
  const home = folder()
  const poison = bytes(66, 77)
  await (await picky(home, poison)).close()
  writeSpool(
    [join(home, 'quire.spool')],
    [entry('plan', 1, bytes(1)), entry('plan', 2, poison), entry('diary', 1, bytes(1))],
  )
  const found: string[] = []
  const store = await open(home, { found: (sentence) => found.push(sentence) })
  assert.equal((await store.log('plan').load()).tail.length, 1)
  assert.equal((await store.log('diary').load()).tail.length, 1)
  assert.match(found.join(' '), /2 changes .* came .* 1 change .* went into quarantine/)
})

test('[D22] only a constraint or a size makes an update one that no store takes: for all else the disk is waited for', () => {
  const failing = (errcode: number) => Object.assign(new Error('SQLite'), { errcode })
  for (const code of [18, 19, 275, 1299, 1811, 2067, 3091])
    assert.equal(isUnfit(failing(code)), true, `${code}`)
  // BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, and some of their kinds
  for (const code of [5, 6, 7, 8, 9, 10, 11, 13, 14, 26, 261, 266, 264, 1032])
    assert.equal(isUnfit(failing(code)), false, `${code}`)
  assert.equal(isUnfit(new Error('A thread of the store ended.')), false)
})
