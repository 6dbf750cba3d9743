import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FairQueue, QueueFull } from '../src/compaction/fair-queue.ts'

/** A queue whose work ends when the test says so. */
const queue = (most = 100) => {
  const fair = new FairQueue<string>(most)
  const done: string[] = []
  const open = new Map<string, PromiseWithResolvers<string>>()
  const ask = (owner: string, key: string, more: { version?: number; urgent?: boolean } = {}) => {
    const run = () => {
      done.push(key)
      const outcome = Promise.withResolvers<string>()
      open.set(key, outcome)
      return outcome.promise
    }
    return fair.do({ owner, key, run, ...more })
  }
  const end = async (key: string, work: Promise<string>): Promise<void> => {
    open.get(key)?.resolve(key)
    await work
    await new Promise(setImmediate)
  }
  return { fair, done, ask, end }
}

test('[O31] owners take turns, however much one of them asks for', async () => {
  const { done, ask, end } = queue()
  const hers = ['a1', 'a2', 'a3', 'a4'].map((key) => ({ key, work: ask('ada', key) }))
  const his = { key: 'b1', work: ask('bob', 'b1') }
  const theirs = { key: 'c1', work: ask('cyd', 'c1') }
  const order = [hers[0], hers[1], his, theirs, hers[2], hers[3]]
  for (const one of order) if (one) await end(one.key, one.work)
  // the second was the first to wait
  assert.deepEqual(done, ['a1', 'a2', 'b1', 'c1', 'a3', 'a4'])
})

test('[O31] what is urgent comes before all that is not', async () => {
  const { done, ask, end } = queue()
  const first = ask('ada', 'first')
  const later = ask('bob', 'later')
  const urgent = ask('cyd', 'urgent', { urgent: true })
  await end('first', first)
  await end('urgent', urgent)
  await end('later', later)
  assert.deepEqual(done, ['first', 'urgent', 'later'])
})

test('[O31] the same work is done once for all who wait for it, and for those who ask for what is under way', async () => {
  const { fair, done, ask, end } = queue()
  const running = ask('ada', 'title', { version: 7 })
  assert.equal(ask('bob', 'title', { version: 7 }), running)
  const newer = ask('ada', 'title', { version: 8 })
  assert.equal(ask('bob', 'title', { version: 9 }), newer) // it reads what is newest when its turn comes
  assert.equal(fair.length, 1)
  await end('title', running)
  await end('title', newer)
  assert.deepEqual(done, ['title', 'title'])
})

test('[O31] of a queue that is full the owner of most of it gives way', async () => {
  const { fair, ask, end } = queue(3)
  const running = ask('ada', 'running')
  const his = ask('bob', 'b1')
  const hers = ['a1', 'a2'].map((key) => ask('ada', key))
  const refused = assert.rejects(hers[1] ?? running, QueueFull)
  const theirs = ask('cyd', 'c1')
  await refused
  assert.equal(fair.length, 3)
  await end('running', running)
  await end('b1', his)
  await end('a1', hers[0] ?? running)
  await end('c1', theirs)
})

test('a failure is told to all who asked, and the next work begins', async () => {
  const fair = new FairQueue<string>(10)
  const failing = fair.do({ owner: 'ada', key: 'bad', run: () => Promise.reject(new Error('no')) })
  const next = fair.do({ owner: 'bob', key: 'good', run: () => Promise.resolve('yes') })
  await assert.rejects(failing, /no/)
  assert.equal(await next, 'yes')
  assert.equal(await fair.do({ owner: 'bob', key: 'good', run: () => Promise.resolve('again') }), 'again')
})

test('a queue that is closed leaves nobody waiting', async () => {
  const { fair, ask } = queue()
  const left = Promise.all(
    [ask('ada', 'one'), ask('bob', 'two')].map((work) => assert.rejects(work, /closed/)),
  )
  fair.close(new Error('closed'))
  await left
  await assert.rejects(ask('ada', 'three'), /closed/)
})
