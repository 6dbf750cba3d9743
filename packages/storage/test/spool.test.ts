import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { Entry } from '../src/entry.ts'
import { openSqlite } from '../src/sqlite.ts'
import { readSpool, spoolFiles, writeSpool } from '../src/spool.ts'
import type { Store } from '../src/store.ts'
import { onDisk, open } from './disk.ts'
import { folder } from './folder.ts'
import { TestTime } from './time.ts'
import { head, write } from './writing.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const tail = async (store: Store, room: string): Promise<number[][]> =>
  (await store.log(room).load()).tail.map((update) => [...update])
/** Opens, and collects what is said of spools. */
const found = async (home: string): Promise<{ store: Store; said: string[] }> => {
  const said: string[] = []
  const store = await open(home, { found: (sentence) => said.push(sentence) })
  return { store, said }
}
const entry = (room: string, position: number, update: Uint8Array): Entry => ({
  ...head(room, position),
  update,
})
const quarantined = (home: string): unknown[] => {
  const db = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
  const rows = db.prepare('SELECT room, position, author, bytes FROM quarantine ORDER BY id').all()
  db.close()
  return rows.map(({ room, position, author, bytes: kept }) => [
    room,
    position,
    author,
    kept instanceof Uint8Array ? [...kept] : null,
  ])
}

test('[D5] [L35] [P7] what a disk that fails does not take goes to a spool file, and the next start stores it once', async () => {
  const home = folder()
  const failed = Promise.withResolvers<unknown>()
  const { disk, store, time } = await onDisk(home, failed.resolve)
  const log = store.log('room')
  await log.load()
  await log.append(write(bytes(1)))
  disk.full = true
  const lost = [
    write(bytes(...Array.from({ length: 5000 }, () => 7)), 'ada', [{ client: 5, identity: 'ada' }], 3),
    write(bytes(2), 'ben', [{ client: 6, identity: 'ben' }]),
  ].map((one) => log.append(one))
  const outcomes = Promise.allSettled(lost)
  await failed.promise
  assert.deepEqual(store.backlog, { updates: 2, bytes: 5001 })
  assert.equal(log.backlog, 5001)
  const outcome = assert.rejects(store.close(), {
    message: `2 changes could not be stored. They are in ${join(home, 'quire.spool')}; the next start stores them.`,
  })
  while (!time.waits.some((wait) => wait <= 1000)) await new Promise(setImmediate) // it tries once more, at once
  time.pass(20_000)
  await outcome
  for (const { status } of await outcomes) assert.equal(status, 'rejected')

  const { store: next, said } = await found(home)
  assert.deepEqual(said, [`2 changes of the last run came from ${join(home, 'quire.spool')} into the log.`])
  const past = await next.log('room').load()
  assert.deepEqual(
    past.tail.map((update) => [update.length, update[0]]),
    [
      [1, 1],
      [5000, 7],
      [1, 2],
    ],
  )
  assert.deepEqual(past.owners, [
    { client: 5, identity: 'ada' },
    { client: 6, identity: 'ben' },
  ])
  assert.equal(past.schema, 3)
  assert.equal(next.unclean, true)
  assert.ok(!existsSync(join(home, 'quire.spool')))
  await next.close()
  const last = await found(home)
  assert.deepEqual(last.said, [])
  assert.equal((await last.store.log('room').load()).tail.length, 3)
  await last.store.close()
})

test('[D5] [L35] a store that hangs is given up at the deadline, and the next start has everything once', async () => {
  const home = folder()
  const { disk, store, time } = await onDisk(home)
  const log = store.log('room')
  await log.load()
  await log.append(write(bytes(1)))
  disk.hold()
  const lost = [2, 3].map((value) =>
    assert.rejects(log.append(write(bytes(value))), /closed before it could store/),
  )
  await disk.holding()
  lost.push(assert.rejects(log.append(write(bytes(4))), /closed before/)) // waits behind the one that hangs
  const closed = assert.rejects(store.close(), /^Error: 3 changes could not be stored/)
  time.pass(20_000)
  await closed
  await Promise.all(lost)
  disk.release()
  const { store: next } = await found(home)
  assert.deepEqual(await tail(next, 'room'), [[1], [2], [3], [4]])
  await next.close()
})

test('[D5] [L48] what was committed after all, or twice spooled, is there once', async () => {
  const home = folder()
  const store = await open(home)
  const log = store.log('room')
  await log.load()
  await log.append(write(bytes(1)))
  await log.append(write(bytes(2)))
  await store.close()
  for (let round = 0; round < 2; round++) {
    writeSpool(spoolFiles(home), [
      entry('room', 1, bytes(1)),
      entry('room', 2, bytes(2)),
      entry('room', 3, bytes(3)),
    ])
    const { store: next } = await found(home)
    assert.deepEqual(await tail(next, 'room'), [[1], [2], [3]])
    await next.close()
  }
  assert.deepEqual(quarantined(home), [])
})

test('[D5] [L47] a worker that never answers at all does not keep the spool from being written', async () => {
  const home = folder()
  const store = await open(home)
  await store.close()
  const time = new TestTime()
  // it answers the first calls, and then never again
  const source = `const { parentPort } = require('node:worker_threads')
    const values = { begin: { clean: true, epoch: '' }, load: { base: { position: 0 }, placed: true, spans: [],
      pieces: { lengths: [], bytes: new Uint8Array() }, owners: [], schema: 0, damage: null } }
    parentPort.on('message', ({ id, name }) => {
      if (name in values) parentPort.postMessage({ id, value: values[name] })
      else if (id !== undefined) for (;;) ;
    })`
  const hanging = await openSqlite(home, { time, writer: () => new Worker(source, { eval: true }) })
  const log = hanging.log('room')
  await log.load()
  const lost = assert.rejects(log.append(write(bytes(9))), /closed before/)
  const closed = assert.rejects(hanging.close(), /1 change could not be stored/)
  time.pass(20_000)
  await closed
  await lost
  const { store: next } = await found(home)
  assert.deepEqual(await tail(next, 'room'), [[9]])
  await next.close()
})

test('[D5] [L47] where the data folder takes no file, the folder for temporary files does', async () => {
  const home = folder()
  await (await open(home)).close()
  const [first, second] = spoolFiles(home)
  mkdirSync(`${first}.part`) // nothing can be written in its place
  assert.equal(writeSpool([first, second], [entry('room', 1, bytes(1))]), second)
  assert.ok(second.startsWith(tmpdir()))
  const { store, said } = await found(home)
  assert.deepEqual(await tail(store, 'room'), [[1]])
  assert.match(said.join(), /1 change of the last run came from/)
  assert.ok(!existsSync(second))
  await store.close()
  rmSync(`${first}.part`, { recursive: true })
  assert.throws(
    () => writeSpool([join(home, 'no', 'a'), join(home, 'no', 'b')], []),
    /^Error: No file could take them: ENOENT.*; ENOENT.*\.$/,
  )
})

test('[D5] [L48] changes of a spool that do not fit go into quarantine, with all that follow them in their room', async () => {
  const home = folder()
  const store = await open(home)
  for (const room of ['plan', 'diary']) {
    const log = store.log(room)
    await log.load()
    await log.append(write(bytes(1)))
    await log.append(write(bytes(2)))
  }
  await store.close()
  const file = writeSpool(spoolFiles(home), [
    entry('plan', 2, bytes(9)), // another one is there
    entry('plan', 3, bytes(3)), // builds on that
    entry('diary', 3, bytes(3)),
    entry('letters', 2, bytes(2)), // the first is nowhere
  ])
  const { store: next, said } = await found(home)
  assert.deepEqual(said, [
    `1 change of the last run came from ${file} into the log.`,
    `3 changes from ${file} did not fit the log of "plan", "letters" and went into quarantine.`,
  ])
  assert.deepEqual(await tail(next, 'plan'), [[1], [2]])
  assert.deepEqual(await tail(next, 'diary'), [[1], [2], [3]])
  assert.deepEqual(await tail(next, 'letters'), [])
  await next.close()
  assert.deepEqual(quarantined(home), [
    ['plan', 2, 'ada', [9]],
    ['plan', 3, 'ada', [3]],
    ['letters', 2, 'ada', [2]],
  ])
})

test('[D5] [L48] a spool that is damaged anywhere is kept under another name, and said', async () => {
  const home = folder()
  const [file] = spoolFiles(home)
  await (await open(home)).close()
  writeSpool([file], [entry('room', 1, bytes(1, 2, 3))])
  const whole = readFileSync(file)
  for (let at = 0; at < whole.length; at++) {
    const damaged = Uint8Array.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    writeFileSync(file, damaged)
    assert.equal(readSpool(file).state, 'damaged', `byte ${at}`)
    writeFileSync(file, whole.subarray(0, at))
    assert.equal(readSpool(file).state, 'damaged', `${at} bytes`)
  }
  for (const name of ['quire.spool.damaged', 'quire.spool.damaged-2']) {
    writeFileSync(file, whole.subarray(0, 20))
    const { store, said } = await found(home)
    assert.deepEqual(said, [`${file} is not as it was written. It is kept as ${join(home, name)}.`])
    assert.deepEqual(await tail(store, 'room'), [])
    await store.close()
    assert.deepEqual([...readFileSync(join(home, name))], [...whole.subarray(0, 20)])
  }
})

test('[D5] [L48] a spool of a newer Quire is left alone, and nothing starts over it', async () => {
  const home = folder()
  const [file] = spoolFiles(home)
  await (await open(home)).close()
  writeSpool([file], [entry('room', 1, bytes(1))])
  const newer = readFileSync(file).toString('latin1').replace('quire spool 1', 'quire spool 2')
  const body = Buffer.from(newer, 'latin1').subarray(0, -32)
  const digest = await crypto.subtle.digest('SHA-256', body)
  writeFileSync(file, Buffer.concat([body, new Uint8Array(digest)]))
  await assert.rejects(openSqlite(home), { message: `${file} is from a newer Quire.` })
  assert.ok(existsSync(file))
  rmSync(file)
  await (await open(home)).close()
})

test('[D5] [L48] a spool that the disk does not take yet stays, and the start says so', async () => {
  const home = folder()
  const { disk, store } = await onDisk(home)
  await store.close()
  const file = writeSpool(spoolFiles(home), [entry('room', 1, new Uint8Array(100_000))])
  disk.full = true
  await assert.rejects(
    openSqlite(home, { writer: disk.writer }),
    (error: Error) =>
      error.message === `The changes in ${file} cannot be stored now: database or disk is full.` ||
      assert.fail(error.message),
  )
  disk.full = false
  const { store: next } = await found(home)
  assert.equal((await next.log('room').load()).tail[0]?.length, 100_000)
  await next.close()
})

test('[D5] [L47] a file of somebody else among the temporary ones is not taken for a spool', async (t) => {
  const home = folder()
  const [, file] = spoolFiles(home)
  t.after(() => rmSync(file, { recursive: true, force: true }))
  mkdirSync(file)
  const { store, said } = await found(home)
  assert.deepEqual(said, [`${file} was put there by somebody else. Nothing was taken from it.`])
  await store.close()
})

test('[L35] a disk that hangs at the very end does not hold the process: all is stored, and it says so', async () => {
  const home = folder()
  const { disk, store, time } = await onDisk(home)
  const log = store.log('room')
  await log.load()
  await log.append(write(bytes(1)))
  disk.hold() // at the commit of the mark that all ended well
  const closed = assert.rejects(store.close(), {
    message: 'Everything is stored, but the files could not be closed in time.',
  })
  await disk.holding()
  time.pass(5000)
  await closed
  disk.release()
})

test('[D5] [L47] a data folder that hangs is not waited for: the spool goes to the folder for temporary files', async () => {
  const home = folder()
  const { disk, store, time } = await onDisk(home)
  const log = store.log('room')
  await log.load()
  const probe = join(home, 'quire.probe')
  spawnSync('mkfifo', [probe]) // whoever opens it to write waits until somebody reads
  disk.hold()
  const lost = assert.rejects(log.append(write(bytes(1))), /closed before/)
  await disk.holding()
  const [, file] = spoolFiles(home)
  const closed = assert.rejects(store.close(), new RegExp(`They are in ${file};`))
  time.pass(20_000)
  while (!time.waits.includes(1000)) await new Promise(setImmediate)
  time.pass(1000)
  await closed
  await lost
  disk.release()
  closeSync(openSync(probe, 'r'))
  const { store: next } = await found(home)
  assert.deepEqual(await tail(next, 'room'), [[1]])
  await next.close()
})
