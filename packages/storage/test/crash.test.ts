import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import { test } from 'node:test'
import { piecesOf } from '@quire/sync/log'
import type { Owner } from '@quire/sync/log'
import { readSpool, spoolFiles, writeSpool } from '../src/spool.ts'
import type { Store } from '../src/store.ts'
import { openLoad } from '../src/load.ts'
import { openDatabase, openTables } from '../src/tables.ts'
import { openSqlite } from '../src/sqlite.ts'
import { batchOf } from '../src/batch.ts'
import { Disk, onDisk, open } from './disk.ts'
import { folder } from './folder.ts'
import { program } from './program.ts'
import { based, below, chance, content, conversation, entry, head, read, write } from './writing.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const tail = async (store: Store, room: string): Promise<readonly Uint8Array[]> =>
  (await store.log(room).load()).tail

/** Runs the program until it has printed so many lines, kills it, and returns all it printed. */
const killed = async (lines: number, ...args: string[]): Promise<string[]> => {
  const writing = program(...args)
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

/** All that was printed is there, once and in order, and history says the same. */
const acknowledgedIsThere = async (home: string, printed: readonly string[]): Promise<void> => {
  const store = await open(home)
  for (const room of ['plan', 'diary', 'letters']) {
    const past = await store.log(room).load()
    const { base, runs, tail: since } = past
    assert.equal(past.damaged, false)
    const said: unknown[] = read(base.state, ...piecesOf(past).map(({ update }) => update))
      .getArray('said')
      .toJSON()
    const last = printed.filter((line) => line.startsWith(`${room} `)).length
    assert.ok(said.length >= last, `${room}: ${said.length} of ${last}`)
    assert.deepEqual(
      said,
      said.map((_, index) => index + 1),
    )
    const history = await store.history(room)
    assert.equal(history.at(-1)?.last ?? 0, runs.at(-1)?.last ?? base.position)
    const replayed = read(...history.map(({ update }) => update), ...since).getArray('said')
    assert.equal(replayed.length, said.length)
  }
  await store.close()
}

test('[P2] what append promised is there after kill -9, at any moment', async () => {
  const random = chance(1)
  for (let round = 0; round < 4; round++) {
    const home = folder()
    await acknowledgedIsThere(home, await killed(1 + below(random, 1500), home))
  }
})

test('[P2] what append promised is there after kill -9 during compactions, again and again', async () => {
  const random = chance(2)
  const home = folder()
  const printed: string[] = []
  for (let round = 0; round < 4; round++) {
    printed.push(...(await killed(1 + below(random, 600), home, 'yes')))
    await acknowledgedIsThere(home, printed)
  }
})

test('[P2] [D13] kill -9 while runs are made and merged loses nothing, again and again', async () => {
  const random = chance(3)
  const home = folder()
  const printed: string[] = []
  let runs = 0
  for (let round = 0; round < 4; round++) {
    printed.push(...(await killed(100 + below(random, 600), home, 'runs')))
    await acknowledgedIsThere(home, printed)
    const db = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
    runs += Number(db.prepare('SELECT count(*) AS count FROM runs').get()?.['count'])
    db.close()
  }
  assert.ok(runs > 0)
})

test('[P2] an append resolves after its commit, not before', async () => {
  const home = folder()
  const { disk, store } = await onDisk(home)
  const log = store.log('room')
  await log.load()
  const reader = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
  const stored = (): unknown => reader.prepare('SELECT count(*) AS count FROM tail').get()?.['count']
  let saved = false
  disk.hold()
  const appended = log.append(write(bytes(1))).then(() => (saved = true))
  await disk.holding()
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate) // would have brought an early answer
  assert.deepEqual([saved, stored()], [false, 0])
  disk.release()
  await appended
  assert.equal(stored(), 1)
  reader.close()
  await store.close()
})

test(
  '[D18] [P7] a disk that fails at its nth call, once or twice, loses nothing, doubles nothing and keeps the order, for every n',
  { timeout: 60_000 },
  async () => {
    const said = conversation(71, 9)
    const home = folder()
    const { disk, store, failures } = await onDisk(home)
    const owner = (client: number): Owner => ({ client, identity: `person ${client % 3}` })
    const check = async (at: Store, call: number): Promise<void> => {
      const { base, runs, tail: since, owners, schema } = await at.log(`one ${call}`).load()
      assert.deepEqual(since, said.slice(runs.at(-1)?.last ?? base.position))
      const folded = [base.state, ...runs.map(({ update }) => update)]
      assert.deepEqual(content(read(...folded, ...since)), content(read(...said)))
      assert.deepEqual([owners, schema], [[...said.keys()].map(owner), said.length - 1])
      assert.deepEqual(await tail(at, `two ${call}`), said)
    }
    let call = 0
    for (let done = false; !done;) {
      const [one, two] = [store.log(`one ${++call}`), store.log(`two ${call}`)]
      await Promise.all([one.load(), two.load()])
      failures.length = 0
      disk.failIn(call, 1 + (call % 2))
      const resolved: number[] = []
      const append = (from: number, to: number): Promise<unknown> =>
        Promise.all(
          said.slice(from, to).map(async (update, index) => {
            await Promise.all([
              one.append(write(update, `ada ${call}`, [owner(from + index)], from + index)),
              two.append(write(update, `ben ${call}`)),
            ])
            resolved.push(from + index)
          }),
        )
      await append(0, 2)
      await append(2, 5)
      const compacted = based(one).then(
        () => 0,
        () => 1,
      )
      await Promise.all([append(5, said.length), compacted])
      done = !disk.failed
      disk.failIn(0)
      const failed = failures.length + (await compacted)
      assert.ok(done ? failed === 0 : failed > 0, `call ${call}`)
      assert.deepEqual(resolved, [...said.keys()])
      await check(store, call)
      assert.ok(call < 500)
    }
    assert.ok(call > 20, `${call} calls`)
    await store.close()
    const again = await open(home)
    for (; call > 0; call--) await check(again, call)
    await again.close()
  },
)

test('[P7] a full disk stops the promises, and they are kept when it has room again', async () => {
  const home = folder()
  const { disk, store, failures, time } = await onDisk(home, () => {})
  const log = store.log('room')
  await log.load()
  await log.append(write(bytes(1)))
  disk.full = true
  const large = new Uint8Array(1024 * 1024).fill(7)
  let saved = 0
  const appended = [large, bytes(2), bytes(3)].map((update) => log.append(write(update)).then(() => saved++))
  await assert.rejects(store.documents.create('x'.repeat(10_000), 'ada', ''), /full/)
  for (let attempt = 0; attempt < 3; attempt++) {
    assert.deepEqual(await tail(store, 'other'), []) // reading works
    time.pass(30_000)
    await store.people.read('ada')
  }
  assert.equal(saved, 0)
  assert.ok(failures.length > 0 && failures.every((failure) => failure.includes('full')))
  while (time.waits.length === 0) await new Promise(setImmediate)
  disk.full = false
  await store.check() // and a check that succeeds ends the pause
  await Promise.all(appended)
  assert.deepEqual(await tail(store, 'room'), [bytes(1), large, bytes(2), bytes(3)])
  await store.close()
})

test('[D18] a start whose nth call fails, for every n, is refused and changes nothing; the next one has all', async () => {
  const home = folder()
  await (await open(home)).close()
  const disk = new Disk()
  const [file] = spoolFiles(home)
  let call = 0
  for (let done = false; !done;) {
    const last = call
    writeSpool(
      [file],
      [{ ...head('room', ++call), update: bytes(call), owners: [{ client: call, identity: 'ada' }] }],
    )
    disk.failIn(call)
    const store = await openSqlite(home, { writer: disk.writer }).catch((error: unknown) => String(error))
    if (typeof store === 'string') {
      assert.match(store, /disk is full/)
      assert.equal(readSpool(file).state, 'whole')
      disk.failIn(0)
      const next = await open(home)
      assert.equal((await tail(next, 'room')).length, last + 1)
      await next.close()
      continue
    }
    done = !disk.failed
    disk.failIn(0)
    await store.close()
  }
  assert.ok(call > 5, `${call} calls`)
  const store = await open(home)
  assert.deepEqual(
    await tail(store, 'room'),
    Array.from({ length: call }, (_, index) => bytes(index + 1)),
  )
  await store.close()
})

test('[D8] [L44] a log that the disk does not give is not an empty one', async () => {
  const { disk, store } = await onDisk(folder())
  const log = store.log('room')
  await log.load()
  await log.append(write(bytes(1)))
  disk.unreadable = true
  await assert.rejects(store.log('room').load(), /disk I\/O error/)
  await assert.rejects(store.log('never seen').load(), /disk I\/O error/)
  disk.unreadable = false
  assert.deepEqual(await tail(store, 'room'), [bytes(1)])
  await store.close()
})

test('[D12] [L13] an edit that arrives while a compaction is being written is there when everybody has left', async () => {
  const said = conversation(75, 40)
  const home = folder()
  const { disk, store } = await onDisk(home)
  const log = store.log('room')
  await log.load()
  await Promise.all(said.slice(0, 20).map((update) => log.append(write(update))))
  disk.hold()
  const compacted = based(log)
  await disk.holding() // the new base is being written
  const late = Promise.all(said.slice(20).map((update) => log.append(write(update))))
  disk.release()
  await Promise.all([late, compacted])
  await store.close()
  const again = await open(home)
  const { base, tail: since } = await again.log('room').load()
  assert.equal(base.position, 20)
  assert.deepEqual(since, said.slice(20))
  await again.close()
})

test('[D14] a start does the same work however much is stored, and however often the process was killed', () => {
  const home = folder()
  const file = join(home, 'quire.db')
  const starts: string[][] = []
  let last: DatabaseSync[] = []
  for (const rooms of [1, 500, 500, 500]) {
    const asked: string[] = []
    class Listening extends DatabaseSync {
      override exec(sql: string): void {
        asked.push(sql)
        super.exec(sql)
      }
      override prepare(sql: string): StatementSync {
        const statement = super.prepare(sql)
        const [get, run, all, iterate] = [
          statement.get.bind(statement),
          statement.run.bind(statement),
          statement.all.bind(statement),
          statement.iterate.bind(statement),
        ]
        return Object.assign(statement, {
          get: (...values: Parameters<typeof get>) => (asked.push(sql), get(...values)),
          run: (...values: Parameters<typeof run>) => (asked.push(sql), run(...values)),
          all: (...values: Parameters<typeof all>) => (asked.push(sql), all(...values)),
          iterate: (...values: Parameters<typeof iterate>) => (asked.push(sql), iterate(...values)),
        })
      }
    }
    const db = new Listening(file)
    const tables = openTables(openDatabase(file, db))
    tables.begin(1)
    const load = openLoad(db)
    starts.push([...asked])
    for (let room = 0; room < rooms; room++) {
      const { pieces } = load(`room ${room}`)
      tables.append(batchOf([entry(`room ${room}`, pieces.lengths.length + 1, bytes(1))]))
    }
    assert.ok(statSync(`${file}-wal`).size < 5 * 1024 * 1024) // what a start after a crash has to read
    last.push(db)
    copyFileSync(file, `${file}-image`) // it is killed: the next one finds what is on disk
    copyFileSync(`${file}-wal`, `${file}-image-wal`)
    for (const one of last) one.close()
    last = []
    for (const end of ['', '-wal']) renameSync(`${file}-image${end}`, `${file}${end}`)
  }
  assert.deepEqual(starts[2], starts[1])
  assert.deepEqual(starts[3], starts[1])
  // and nothing of it walks through rooms; the journal is never long
  for (const sql of starts[3] ?? [])
    assert.match(
      sql,
      /^(PRAGMA|BEGIN|COMMIT|SELECT clean, epoch, max\(0, stock_refused - running\) AS refused FROM store|UPDATE store|.* FROM journal)/s,
    )
})

test('[D20] what was committed before anybody heard of it, and comes again, is there once', async () => {
  const home = folder()
  const { disk, store, failures } = await onDisk(home)
  const log = store.log('room')
  await log.load()
  disk.die('after') // committed, and then no answer
  await log.append(write(bytes(1), 'ada', [{ client: 1, identity: 'ada' }], 2))
  assert.equal(failures.length, 1)
  const { tail: since, owners, schema } = await store.log('room').load()
  assert.deepEqual([since, owners, schema], [[bytes(1)], [{ client: 1, identity: 'ada' }], 2])
  await store.close()
})

test('[L43] a store that was not closed in order says so, and only once', async () => {
  const home = folder()
  assert.equal((await killed(20, home)).length > 0, true)
  const store = await open(home)
  assert.equal(store.unclean, true)
  await store.close()
  const next = await open(home)
  assert.equal(next.unclean, false)
  await next.close()
})
