import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { emptyBase, piecesOf } from '@quire/sync/log'
import type { Log } from '@quire/sync/log'
import { quadratic } from '../../sync/test/quadratic.ts'
import { examine } from '../src/examine.ts'
import type { Store } from '../src/store.ts'
import { open } from './disk.ts'
import { folder } from './folder.ts'
import { TestTime } from './time.ts'
import { based, content, conversation, read, write } from './writing.ts'

const room = 'a room'

const opened = async (store: Store, name: string, updates: readonly Uint8Array[]): Promise<Log> => {
  const log = store.log(name)
  await log.load()
  await Promise.all(updates.map((update) => log.append(write(update))))
  await log.diff(emptyBase.vector) // whose it is, is known from here on: the next that waits is the fold
  return log
}

/** A store with real threads whose time passes when the test says so, and why it set rooms aside. */
const world = async (home = folder()) => {
  const time = new TestTime()
  const reasons: string[] = []
  const threads: Worker[] = []
  const store = await open(home, {
    time,
    setAside: (reason) => reasons.push(reason),
    compactor: (file) => {
      const worker = new Worker(new URL('../src/compactor.ts', import.meta.url), { workerData: file })
      threads.push(worker)
      return worker
    },
  })
  return { home, store, time, reasons, threads }
}

/** Resolves when the thread that folds has a document that it will never be done with. */
const folding = async (time: TestTime): Promise<void> => {
  while (!time.waits.includes(10_000)) await new Promise(setImmediate)
}

test('[O31] differences wait for no room that is folded, not even their own', async () => {
  const { store, time } = await world()
  const said = conversation(5, 20)
  const other = await opened(store, 'another', said)
  await based(other)
  const hostile = await opened(store, room, [quadratic('default', 10_000)])
  const fold = hostile.compact()
  await folding(time)
  const { updates } = await other.diff(emptyBase.vector) // no time passes
  assert.deepEqual(content(read(...updates)), content(read(...said)))
  assert.equal((await hostile.diff(emptyBase.vector)).position, 0)
  time.pass(10_000)
  await fold
})

test('[O31] [O20] a room that nobody can build is merged into runs, which need no base, and set aside', async () => {
  const { home, store, time, reasons, threads } = await world()
  const trap = quadratic('default', 10_000)
  const said = conversation(6, 40)
  const all = 1 + said.length
  const log = await opened(store, room, [trap, ...said.slice(0, 10)])
  const compacted = log.compact()
  await folding(time)
  time.pass(10_000)
  const made = await compacted
  assert.ok(!('state' in made) && made.first === 1 && made.last === 11)
  assert.deepEqual(reasons, ['time'])
  const started = threads.length
  await Promise.all(said.slice(10).map((update) => log.append(write(update))))
  const next = await log.compact() // no document is built: no time passes
  assert.ok(!('state' in next) && next.first === 12 && next.last === all)
  assert.equal(threads.length, started)
  assert.deepEqual(reasons, ['time'])

  await store.close()
  assert.deepEqual(
    examine(home, () => null),
    [],
  )
  const { store: again, time: later } = await world(home)
  const past = await again.log(room).load()
  assert.equal(past.damaged, false)
  assert.deepEqual([past.base, past.runs.length, past.tail], [emptyBase, 2, []])
  const pieces = piecesOf(past).map(({ update }) => update)
  assert.equal(pieces.length, 2)
  const history = await again.history(room)
  assert.equal(history.at(-1)?.last, all)
  // positions go on, and what was not built is tried again
  const continued = await opened(again, room, [said[0] ?? assert.fail()])
  const retried = continued.compact()
  await folding(later)
  later.pass(10_000)
  const third = await retried
  assert.ok(!('state' in third) && third.last === all + 1)
  await again.close()
})

test('[O31] a room that is set aside is built again after a minute', async () => {
  const { store, time, reasons } = await world()
  const log = await opened(store, room, [quadratic('default', 10_000)])
  const first = log.compact()
  await folding(time)
  time.pass(10_000)
  await first
  const add = async (seed: number): Promise<void> => {
    await Promise.all(conversation(seed, 3).map((update) => log.append(write(update))))
  }
  await add(100)
  await log.compact()
  assert.deepEqual(reasons, ['time'])
  time.pass(60_000)
  await add(200)
  const second = log.compact()
  await folding(time)
  time.pass(10_000)
  await second
  assert.deepEqual(reasons, ['time', 'time'])
})

test('[O31] [L68] the rooms of one owner hold up those of others one at a time', async () => {
  const { store, time } = await world()
  const ids = [1, 2, 3].map((number) => `${number}`.repeat(22))
  for (const id of ids) await store.documents.create(id, 'ada', '')
  const his = 'b'.repeat(22)
  await store.documents.create(his, 'bob', '')
  const folds = []
  for (const id of ids) {
    const log = await opened(store, `${id}/comments`, [quadratic('default', 10_000)])
    folds.push(log.compact())
    if (folds.length === 1) await folding(time)
  }
  while (store.waiting < 2) await new Promise(setImmediate)
  const last = (await opened(store, his, conversation(7, 10))).compact()
  while (store.waiting < 3) await new Promise(setImmediate)
  for (let passed = 0; passed < 2; passed++) {
    time.pass(10_000)
    await folds[passed]
    if (passed === 0) await folding(time)
  }
  await last
  assert.equal(store.waiting, 0)
  await folding(time) // her third one
  time.pass(10_000)
  await folds[2]
})

test('[O31] everybody who asks for the same difference gets the one that is worked out once', async () => {
  const { store } = await world()
  const said = conversation(8, 20)
  const log = await opened(store, room, said)
  await based(log)
  const diffs = await Promise.all(Array.from({ length: 100 }, () => log.diff(emptyBase.vector)))
  const [first] = diffs
  const buffers = new Set(diffs.map(({ updates }) => updates[0]?.buffer))
  assert.equal(buffers.size, 1)
  assert.equal(first?.position, said.length)
})
