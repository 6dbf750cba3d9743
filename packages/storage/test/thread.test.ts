import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { emptyBase } from '@quire/sync/log'
import { openSqlite } from '../src/sqlite.ts'
import { Thread } from '../src/thread.ts'
import { realTime } from '../src/time.ts'
import { onDisk, open } from './disk.ts'
import { folder } from './folder.ts'
import { TestTime } from './time.ts'
import { based, content, conversation, read, write } from './writing.ts'

/** What waits for an answer, and not for a thread to be idle long enough. */
const limits = (time: TestTime): number[] => time.waits.filter((ms) => ms <= 10_000)

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

/** A store whose compactor never finishes a diff for this vector. */
const slow = async (home: string) => {
  const time = new TestTime()
  const begun = new Int32Array(new SharedArrayBuffer(4))
  const workers: Worker[] = []
  const store = await openSqlite(home, {
    time,
    compactor: (file) => {
      const worker = new Worker(new URL('./slow.ts', import.meta.url), {
        workerData: { file, begun },
        resourceLimits: { maxOldGenerationSizeMb: 64 },
      })
      workers.push(worker)
      return worker
    },
  })
  after(() => store.close())
  const hanging = async (times: number): Promise<void> => {
    while (Atomics.load(begun, 0) < times) await new Promise(setImmediate)
  }
  return { store, time, workers, hanging }
}

test('[L45] a document that takes too long ends its own call, and no other', async () => {
  const { store, time, workers, hanging } = await slow(folder())
  const said = conversation(111, 30)
  const logs = await Promise.all(
    ['large', 'small'].map(async (room) => {
      const log = store.log(room)
      await log.load()
      await Promise.all(said.map((update) => log.append(write(update))))
      return log
    }),
  )
  const [large, small] = logs
  if (!large || !small) return assert.fail()
  await Promise.all([based(large), based(small)])
  assert.deepEqual(limits(time), [])
  const endless = assert.rejects(large.diff(bytes(66)), {
    message: 'A document took longer than 10 s to work out.',
  })
  const others = [small.diff(emptyBase.vector), store.history('small')] as const
  await hanging(1)
  const base = await based(small) // in another thread: it has ended before time passes
  time.pass(9_999)
  await store.check() // the writer does not wait for it
  assert.equal(workers.length, 2) // one folds
  time.pass(1)
  await endless
  const [diff, history] = await Promise.all(others)
  assert.equal(workers.length, 3)
  assert.deepEqual(content(read(...diff.updates)), content(read(...said)))
  assert.equal(base.position, said.length)
  assert.equal(history.at(-1)?.last, said.length)
  const again = assert.rejects(large.diff(bytes(66)), /longer than 10 s/)
  await hanging(2)
  time.pass(10_000)
  await again
  assert.equal((await large.diff(emptyBase.vector)).position, said.length)
  await store.close()
})

test('[L45] [O31] an answer that came while the caller itself stood still is in time', async (t) => {
  const program =
    'const { parentPort } = require("node:worker_threads");' +
    'parentPort.on("message", ({ id }) => { if (id) parentPort.postMessage({ id, value: id }) })'
  const worker = new Worker(program, { eval: true })
  const thread = new Thread<{ number: () => number }>(() => worker, { limit: { time: realTime, ms: 300 } })
  t.after(() => thread.close())
  await once(worker, 'online')
  await new Promise(setImmediate) // from here the event loop comes to timers before messages
  const answer = thread.call('number')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600) // its timer is due, and the answer is there
  assert.equal(await answer, 1)
})

test('[L45] each call has the whole time for itself', async () => {
  const { store, time, hanging } = await slow(folder())
  const log = store.log('room')
  await log.load()
  const first = assert.rejects(log.diff(bytes(66)), /longer/)
  const second = assert.rejects(log.diff(bytes(66, 1)), /longer/)
  await hanging(1)
  time.pass(10_000)
  await first
  await hanging(2)
  assert.deepEqual(limits(time), [10_000])
  time.pass(10_000)
  await second
  await store.close()
})

test('[L45] a document that needs too much memory ends its own call, and no other', async () => {
  const { store } = await slow(folder())
  const log = store.log('room')
  await log.load()
  const large = assert.rejects(log.diff(bytes(77)), /memory|heap/i)
  const next = log.diff(emptyBase.vector)
  await large
  assert.deepEqual(await next, { position: 0, updates: [emptyBase.state] })
  await store.close()
})

test('[O17] [L46] the third death of the writer within a minute is told, and then close spools at once', async () => {
  const told: string[] = []
  const home = folder()
  const { disk, store, time } = await onDisk(home, () => {}, { broken: (error) => told.push(error.message) })
  const log = store.log('room')
  await log.load()
  await log.append(write(bytes(1)))
  const dies = (value: number): Promise<void> => {
    disk.die('before')
    return log.append(write(bytes(value)))
  }
  for (const value of [2, 3, 4, 5]) {
    const appended = dies(value)
    while (!time.waits.includes(500)) await new Promise(setImmediate) // the batch waits out its pause
    await store.check() // in a new thread
    await appended
    if (value === 3) time.pass(60_000) // two are forgotten
  }
  assert.deepEqual(told, [])
  const last = assert.rejects(dies(6), /closed before/)
  while (told.length === 0) await new Promise(setImmediate)
  assert.deepEqual(told, ['The thread that writes died three times within a minute.'])
  await assert.rejects(store.close(), /1 change could not be stored. They are in/) // no time has passed
  await last
  const next = await open(home)
  assert.deepEqual(
    (await next.log('room').load()).tail,
    [1, 2, 3, 4, 5, 6].map((value) => bytes(value)),
  )
  await next.close()
})

test('[O32] a thread that was asked nothing for half a minute ends, and the next call starts another', async () => {
  const { store, time, workers } = await slow(folder())
  const log = store.log('room')
  await log.load()
  await log.append(write(conversation(112, 5)[0] ?? bytes()))
  await based(log)
  const before = workers.length
  const ended = Promise.all(workers.map((worker) => once(worker, 'exit')))
  time.pass(29_999)
  await log.diff(emptyBase.vector) // this one was needed
  time.pass(1)
  time.pass(30_000)
  await ended
  assert.equal(workers.length, before)
  assert.equal((await log.diff(emptyBase.vector)).position, 1)
  assert.equal(workers.length, before + 1)
  await store.close()
})
