import assert from 'node:assert/strict'
import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { piecesOf } from '@quire/sync/log'
import type { Base, Log, Run } from '@quire/sync/log'
import * as Y from 'yjs'
import { openLoad } from '../src/load.ts'
import { batchOf } from '../src/batch.ts'
import { examine } from '../src/examine.ts'
import { unpack } from '../src/pack.ts'
import { quarantine } from '../src/quarantine.ts'
import { absorbed, mergeRun } from '../src/runs.ts'
import type { Store } from '../src/store.ts'
import { openDatabase, openTables } from '../src/tables.ts'
import { onDisk, open } from './disk.ts'
import { folder } from './folder.ts'
import { based, chance, content, entry, read, scribble, write, writer } from './writing.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
/** A large document, and many small changes to it. The first update is the large one. */
const book = (seed: number, changes: number, size = 40_000): Uint8Array[] => {
  const random = chance(seed)
  const { doc, said } = writer(seed)
  doc.getText('text').insert(0, 'All happy families are alike. '.repeat(size / 30))
  while (said.length < 1 + changes) scribble(doc, random)
  return said
}
const append = (log: Log, updates: readonly Uint8Array[]): Promise<unknown> =>
  Promise.all(updates.map((update) => log.append(write(update))))
const isRun = (made: Base | Run): Run => ('state' in made ? assert.fail('a base was made') : made)
const opened = async (store: Store, room = 'room'): Promise<Log> => {
  const log = store.log(room)
  await log.load()
  return log
}
/** The room holds exactly this, in unbroken positions, and so does its history as far as it is folded. */
const holds = async (store: Store, said: readonly Uint8Array[], room = 'room'): Promise<void> => {
  const past = await store.log(room).load()
  assert.equal(past.damaged, false)
  const pieces = piecesOf(past)
  assert.equal(pieces.at(-1)?.last ?? past.base.position, said.length)
  let last = past.base.position
  for (const run of past.runs) {
    assert.equal(run.first, last + 1)
    last = run.last
  }
  assert.deepEqual(past.tail, said.slice(last))
  assert.deepEqual(
    content(read(past.base.state, ...pieces.map(({ update }) => update))),
    content(read(...said)),
  )
  const history = await store.history(room)
  assert.equal(history.at(-1)?.last ?? 0, last)
  assert.deepEqual(
    content(read(...history.map(({ update }) => update))),
    content(read(...said.slice(0, last))),
  )
}
const byHand = (path: string, sql: string): void => {
  const db = new DatabaseSync(join(path, 'quire.db'))
  db.exec(`PRAGMA foreign_keys = 0; ${sql}`)
  db.close()
}

/** Fills a page of a database with what is none. */
const overwrite = (file: string, page: number): void => {
  const handle = openSync(file, 'r+')
  writeSync(handle, new Uint8Array(4096).fill(255), 0, 4096, (page - 1) * 4096)
  closeSync(handle)
}

test('[L52] a few changes to a large document become a run, and the base stays', async () => {
  const said = book(1, 60)
  const home = folder()
  const store = await open(home)
  const log = await opened(store)
  await append(log, said.slice(0, 1))
  const base = await based(log)
  await append(log, said.slice(1, 31))
  const run = isRun(await log.compact())
  assert.deepEqual([run.first, run.last, run.update], [2, 31, mergeRun(said.slice(1, 31))])
  assert.deepEqual(isRun(await log.compact()), run) // nothing new
  await append(log, said.slice(31))
  const past = await store.log('room').load()
  assert.deepEqual([past.base, past.runs, past.tail], [base, [run], said.slice(31)])
  assert.equal((await log.diff(bytes(0))).position, 1)
  await holds(store, said)
  await store.close()
  const next = await open(home)
  await holds(next, said)
  const again = await opened(next)
  await again.append(write(said[1] ?? bytes())) // positions go on
  assert.equal(isRun(await again.compact()).last, said.length + 1)
  assert.deepEqual(
    examine(home, () => null),
    [],
  )
  await next.close()
})

test('[L52] runs become a base when together they are half of it, and there are never more than 16', async () => {
  const said = book(2, 900, 20_000)
  const store = await open(folder())
  const log = await opened(store)
  const made: ('base' | number)[] = []
  for (let from = 0; from < said.length; from += 20) {
    await append(log, said.slice(from, from + 20))
    made.push('state' in (await log.compact()) ? 'base' : (await store.log('room').load()).runs.length)
    await holds(store, said.slice(0, from + 20))
  }
  assert.equal(made[0], 'base')
  assert.ok(made.filter((one) => one === 'base').length < 4, made.join(' '))
  assert.ok(made.includes(16) && made.every((one) => one === 'base' || one <= 16), made.join(' '))
  await store.close()
})

test('[L52] what is written for an update does not grow with the document', () => {
  /** How many bytes are written for each byte of updates, until bases were made anew a few times. */
  const cost = (document: number): number => {
    let [base, written, merged, bases] = [document, 0, 0, 0]
    let runs: number[] = []
    while (bases < 3) {
      const size = 5000
      merged += size
      const count = absorbed(base, runs, size)
      if (count === 'base') {
        base += runs.reduce((sum, run) => sum + run, size)
        runs = []
        bases++
        written += base
      } else {
        const run = runs.splice(runs.length - count).reduce((sum, one) => sum + one, size)
        runs.push(run)
        written += run
        assert.ok(runs.length <= 16)
      }
    }
    return written / merged
  }
  for (const document of [50_000, 1_000_000, 10_000_000, 30_000_000])
    assert.ok(cost(document) < 8, `${document}: ${cost(document)}`)
  assert.equal(absorbed(0, [], 1), 'base')
  assert.equal(absorbed(16_383, [], 1), 'base')
  assert.equal(absorbed(1_000_000, [400_000, 99_000], 1000), 'base')
  assert.equal(absorbed(1_000_000, [400_000, 9000], 1000), 0)
  const many = [900, ...Array.from({ length: 15 }, () => 10)]
  assert.equal(absorbed(1_000_000, many, 10), 15)
  const halves = Array.from({ length: 16 }, (_, run) => 2 ** (16 - run))
  assert.equal(absorbed(1_000_000, halves, 1), 1)
  assert.equal(absorbed(1_000_000, halves, 3), 16)
})

test('[L15] updates that lack something between them do not become a run', async () => {
  const said = book(3, 30)
  const store = await open(folder())
  const log = await opened(store)
  await append(log, said.slice(0, 1))
  await based(log)
  await append(log, said.toSpliced(10, 1).slice(1))
  await assert.rejects(log.compact(), /build on others that the log does not hold/)
  assert.equal((await store.log('room').load()).tail.length, said.length - 2)
  const other = await opened(store, 'other')
  await append(other, said.slice(0, 1))
  await based(other)
  await other.append(write(bytes(255, 255, 255)))
  await assert.rejects(other.compact())
  await store.close()
})

test('[D12] [L13] an edit that arrives while a run is being written is there when everybody has left', async () => {
  const said = book(4, 40)
  const home = folder()
  const { disk, store } = await onDisk(home)
  const log = await opened(store)
  await append(log, said.slice(0, 1))
  await based(log)
  await append(log, said.slice(1, 21))
  disk.hold()
  const compacted = log.compact()
  await disk.holding()
  const late = append(log, said.slice(21))
  disk.release()
  await late
  assert.equal(isRun(await compacted).last, 21)
  await store.close()
  const next = await open(home)
  await holds(next, said)
  await next.close()
})

test('[L36] [D13] a writer that dies while it writes a run leaves the log as it was or as it should be', async () => {
  const said = book(5, 60)
  for (const when of ['before', 'after'] as const) {
    const { disk, store } = await onDisk(folder())
    const log = await opened(store)
    await append(log, said.slice(0, 1))
    await based(log)
    await append(log, said.slice(1, 31))
    disk.die(when)
    await assert.rejects(log.compact(), /thread of the store ended/)
    const { runs } = await store.log('room').load()
    assert.equal(runs.length, when === 'before' ? 0 : 1)
    await holds(store, said.slice(0, 31))
    await append(log, said.slice(31))
    assert.equal(isRun(await log.compact()).last, said.length)
    await holds(store, said)
    await store.close()
  }
})

test('[D18] [P7] a disk that fails at its nth call while runs are merged changes nothing, for every n', async () => {
  const said = book(6, 60)
  const { disk, store } = await onDisk(folder())
  let call = 0
  for (let done = false; !done;) {
    const log = await opened(store, `room ${++call}`)
    await append(log, said.slice(0, 1))
    await based(log)
    for (let run = 0; run < 16; run++) {
      await append(log, said.slice(1 + run * 3, 4 + run * 3))
      isRun(await log.compact())
    }
    await append(log, said.slice(49))
    disk.failIn(call, 1 + (call % 2))
    const failed = await log.compact().then(
      () => false,
      () => true,
    )
    done = !disk.failed
    disk.failIn(0)
    assert.equal(failed, !done, `call ${call}`)
    const { runs } = await store.log(`room ${call}`).load()
    assert.ok(failed ? runs.length === 16 : runs.length < 16, `call ${call}: ${failed} ${runs.length}`)
    await holds(store, said, `room ${call}`)
    assert.equal(isRun(await log.compact()).last, said.length)
    await holds(store, said, `room ${call}`)
    assert.ok(call < 50)
  }
  assert.ok(call > 5, `${call} calls`)
  await store.close()
})

/** A folder whose room has a base at 1, runs to 11, 21 and 31, and a tail. */
const shelf = async (said: readonly Uint8Array[]): Promise<string> => {
  const home = folder()
  const store = await open(home)
  const log = await opened(store)
  await append(log, said.slice(0, 1))
  await based(log)
  for (const from of [1, 11, 21]) {
    await append(log, said.slice(from, from + 10))
    isRun(await log.compact())
  }
  await append(log, said.slice(31))
  await store.close()
  return home
}

test('[D11] [L44] [L51] damage in a run leaves what stands before it, and quarantine keeps the rest', async () => {
  const said = book(7, 50)
  const home = await shelf(said)
  byHand(home, 'DELETE FROM runs WHERE first = 12')
  const store = await open(home)
  const log = store.log('room')
  const past = await log.load()
  assert.deepEqual([past.damaged, past.runs.map(({ last }) => last), past.tail], [true, [11], []])
  await assert.rejects(log.append(write(bytes(1))), /is damaged. Update 12 is missing/)
  await assert.rejects(log.compact(), /is damaged/)
  await store.close()
  assert.deepEqual(
    examine(home, () => null).map(({ position, sentence }) => [position, sentence]),
    [[12, 'Update 12 is missing.']],
  )
  assert.equal(quarantine(home, 'room', 12, 77), 10 + said.length - 31)
  assert.deepEqual(
    examine(home, () => null),
    [],
  )
  const next = await open(home)
  await holds(next, said.slice(0, 11))
  const again = await opened(next)
  await append(again, said.slice(11))
  await again.compact()
  await holds(next, said)
  await next.close()
  const db = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
  const kept = db.prepare('SELECT position, author FROM quarantine ORDER BY id').all()
  assert.deepEqual(
    kept.slice(0, 4).map((row) => [row['position'], row['author']]),
    [
      [22, ''], // the run that was left
      [12, 'ada'], // what history has of both
      [22, 'ada'],
      [32, 'ada'],
    ],
  )
  db.close()
})

test('[L51] an examination says with which run a log goes wrong, and quarantine takes all of that run', async () => {
  const said = book(8, 50)
  const home = await shelf(said)
  const store = await open(home)
  const { runs } = await store.log('room').load()
  await store.close()
  for (const { first, update } of runs)
    assert.deepEqual(
      examine(home, (past) =>
        piecesOf(past).some((piece) => Buffer.compare(piece.update, update) === 0) ? 'It is bad.' : null,
      ),
      [{ room: 'room', position: first, sentence: 'It is bad.' }],
    )
  byHand(home, 'UPDATE history SET first = first + 1 WHERE first > 20')
  assert.match(examine(home, () => null)[0]?.sentence ?? '', /Its history goes on at 23, not at 22/)
  byHand(home, 'UPDATE history SET first = first - 1 WHERE first > 20')
  quarantine(home, 'room', 25, 77)
  const next = await open(home)
  await holds(next, said.slice(0, 21))
  await next.close()
})

test('[L53] updates of many rooms lie together in the journal, and are moved when it is long', () => {
  const file = join(folder(), 'quire.db')
  const db = openDatabase(file)
  const tables = openTables(db)
  const rows = (table: string): unknown => db.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows']
  const said: Uint8Array[] = []
  for (let round = 0; round < 30; round++) {
    said.push(bytes(round))
    tables.append(
      batchOf(Array.from({ length: 100 }, (_, room) => entry(`room ${room}`, round + 1, bytes(round)))),
    )
    if (round === 19) assert.deepEqual([rows('journal'), rows('updates')], [2000, 0])
  }
  assert.deepEqual([rows('journal'), rows('updates')], [1000, 2000])
  const tailOf = (at: DatabaseSync, room: string): number[] => [...openLoad(at)(room).pieces.bytes]
  assert.deepEqual(
    tailOf(db, 'room 7'),
    said.map(([value]) => value),
  )
  assert.deepEqual(
    tables.append(batchOf([entry('room 7', 3, bytes(2)), entry('room 7', 29, bytes(28))])).clashes,
    [],
  )
  assert.deepEqual(
    tables.append(batchOf([entry('room 7', 3, bytes(9)), entry('room 8', 29, bytes(9))])).clashes,
    [0, 1],
  )
  // killed: the next one finds both, and goes on
  for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, `${file}-image${end}`)
  const image = openDatabase(`${file}-image`)
  const next = openTables(image)
  assert.deepEqual(
    tailOf(image, 'room 7'),
    said.map(([value]) => value),
  )
  next.begin(1)
  assert.deepEqual(
    ['journal', 'updates'].map(
      (table) => image.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'],
    ),
    [0, 3000],
  )
  assert.deepEqual(next.append(batchOf([entry('room 7', 31, bytes(30))])).clashes, [])
  next.close()
  tables.close()
  const closed = new DatabaseSync(file, { readOnly: true })
  assert.equal(closed.prepare('SELECT count(*) AS rows FROM journal').get()?.['rows'], 0)
  closed.close()
})

test('[L53] a large update is written once, where it belongs, between those in the journal', () => {
  const db = openDatabase(join(folder(), 'quire.db'))
  const tables = openTables(db)
  const said = [bytes(1), new Uint8Array(5000).fill(2), bytes(3), new Uint8Array(1025).fill(4)]
  tables.append(batchOf(said.map((update, index) => entry('room', index + 1, update))))
  const positions = (table: string): unknown[] =>
    db
      .prepare(`SELECT position FROM ${table} ORDER BY position`)
      .all()
      .map((row) => row['position'])
  assert.deepEqual(
    [positions('journal'), positions('updates')],
    [
      [1, 3],
      [2, 4],
    ],
  )
  const again = openTables(db) // it knows nothing yet
  assert.deepEqual(unpack(openLoad(db)('room').pieces), said)
  assert.deepEqual(
    again.append(batchOf([entry('room', 5, bytes(5)), entry('room', 7, bytes(7))])).clashes,
    [1],
  )
  db.close()
})

test('[D6] [L53] a start on a full disk leaves the journal as it is, and all can be read', () => {
  const file = join(folder(), 'quire.db')
  const db = openDatabase(file)
  const tables = openTables(db)
  tables.begin(1)
  const said = Array.from({ length: 1000 }, (_, index) => new Uint8Array(1000).fill(index & 255))
  tables.append(batchOf(said.map((update, index) => entry('room', index + 1, update))))
  db.close() // without a word
  const full = openDatabase(file)
  full.exec('PRAGMA max_page_count = 1')
  const next = openTables(full)
  assert.deepEqual(next.begin(1), { clean: false, epoch: '', refusesStockFor: 0, lost: 0 })
  assert.deepEqual(unpack(openLoad(full)('room').pieces), said)
  assert.throws(() => next.append(batchOf([entry('room', 1001, new Uint8Array(9000))])), /full/)
  full.exec('PRAGMA max_page_count = 1000000')
  assert.deepEqual(next.append(batchOf([entry('room', 1001, bytes(1))])).clashes, [])
  next.close()
})

test('[L53] a commit of fifteen rooms writes a few pages, not one for each', () => {
  const file = join(folder(), 'quire.db')
  const db = openDatabase(file)
  const tables = openTables(db)
  for (let round = 1; round <= 18; round++)
    tables.append(
      batchOf(Array.from({ length: 100 }, (_, room) => entry(`room ${room}`, round, bytes(1, 2, 3)))),
    )
  const before = statSync(`${file}-wal`).size
  tables.append(batchOf(Array.from({ length: 15 }, (_, room) => entry(`room ${room}`, 19, bytes(1, 2, 3)))))
  const pages = (statSync(`${file}-wal`).size - before) / 4120
  assert.ok(pages <= 4, `${pages} pages`)
  tables.close()
})

test('[D11] [L53] a journal with a page that cannot be read costs the updates on it, and the others go on', async () => {
  const home = folder()
  const file = join(home, 'quire.db')
  const db = openDatabase(file)
  const tables = openTables(db)
  const long = (value: number): Uint8Array => new Uint8Array(100).fill(value)
  for (let position = 1; position <= 300; position++)
    tables.append(batchOf([entry('early', position, long(position === 1 ? 9 : 7))]))
  for (let position = 1; position <= 300; position++)
    tables.append(batchOf([entry('late', position, long(8))]))
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const pages = readFileSync(file)
  const page = 2 + Math.floor(pages.lastIndexOf(long(9)) / 4096) // the second of the journal
  tables.close()
  for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  writeFileSync(file, pages) // as a process that was killed left it
  overwrite(file, page)
  const said: string[] = []
  const store = await open(home, { found: (sentence) => said.push(sentence) })
  assert.match(
    said.join(),
    /^Up to [1-9][0-9] changes of the last run cannot be read any more: the disk is damaged.$/,
  )
  assert.equal(store.unclean, true) // people may bring back what they still have
  const early = await store.log('early').load()
  assert.ok(early.damaged && early.tail.length > 0 && early.tail.length < 100)
  const late = store.log('late')
  assert.deepEqual([(await late.load()).tail.length, (await late.load()).damaged], [300, false])
  await late.append(write(bytes(1)))
  await store.close()
  const again = await open(home)
  assert.equal((await again.log('late').load()).tail.length, 301)
  await again.close()
})

test('[L12] a run holds deleted text as the tail did, and the next base does not', async () => {
  const said = book(10, 30)
  const doc = read(...said)
  doc.clientID = 99
  doc.on('update', (update) => said.push(update))
  doc.getText('text').insert(5, 'a secret that went on and on')
  doc.getText('text').delete(5, 28)
  const store = await open(folder())
  const log = await opened(store)
  await append(log, said.slice(0, 1))
  await based(log)
  await append(log, said.slice(1))
  const secret = (update: Uint8Array): boolean => Buffer.from(update).includes('secret')
  assert.ok(secret(isRun(await log.compact()).update))
  doc.getText('text').insert(0, 'x'.repeat(100_000))
  await append(log, said.slice(-1))
  assert.ok(!secret((await based(log)).state))
  assert.deepEqual((await store.log('room').load()).runs, [])
  assert.deepEqual(
    Y.decodeStateVector((await store.log('room').load()).base.vector),
    Y.decodeStateVector(Y.encodeStateVector(doc)),
  )
  await store.close()
})
