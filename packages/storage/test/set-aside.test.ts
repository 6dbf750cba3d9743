import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IsSetAside, SetAside } from '../src/compaction/set-aside.ts'
import type { SetAsideReason } from '../src/compaction/set-aside.ts'
import { TooSlow } from '../src/thread.ts'

const world = () => {
  const clock = { now: 1_000_000 }
  const told: SetAsideReason[] = []
  const aside = new SetAside(
    () => clock.now,
    (reason) => told.push(reason),
  )
  let tries = 0
  const fail = (error: unknown, key = 'document') =>
    aside.try(key, () => {
      tries++
      return Promise.reject(error)
    })
  return { clock, told, aside, fail, tries: () => tries }
}

test('[O20] one failure sets a document aside, with a reason, and no other document', async () => {
  const { told, aside, fail, tries } = world()
  await assert.rejects(fail(new TooSlow(10_000)), TooSlow)
  await assert.rejects(fail(new Error('unreachable')), IsSetAside)
  const memory = Object.assign(new Error('out of memory'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })
  await assert.rejects(fail(memory, 'large'), memory)
  await assert.rejects(fail(new RangeError('too deep'), 'deep'), RangeError)
  assert.equal(tries(), 3)
  assert.deepEqual(told, ['time', 'memory', 'unreadable'])
  assert.equal(await aside.try('another', () => Promise.resolve('fine')), 'fine')
  assert.deepEqual(
    ['document', 'large', 'deep', 'another'].map((key) => aside.has(key)),
    [true, true, true, false],
  )
})

test('[O31] it is tried again after a minute, then after twice as long each time, an hour at most', async () => {
  const { clock, aside, fail, tries } = world()
  const pauses: number[] = []
  for (let round = 0; round < 9; round++) {
    const began = clock.now
    await assert.rejects(fail(new TooSlow(10_000)), TooSlow)
    while (aside.has('document')) clock.now += 60_000
    pauses.push((clock.now - began) / 60_000)
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60])
  assert.equal(tries(), 9)
  await aside.try('document', () => Promise.resolve('fine'))
  await assert.rejects(fail(new TooSlow(10_000)), TooSlow)
  clock.now += 60_000
  assert.equal(aside.has('document'), false) // a success forgets the failures before it
})

test('[O20] an answer that cost much is given, and the document rests for thirty times as long', async () => {
  const { clock, told, aside } = world()
  const ask = (ms: number) =>
    aside.try(
      'document',
      () => Promise.resolve(ms),
      (answer) => answer,
    )
  assert.equal(await ask(1000), 1000)
  assert.equal(await ask(4000), 4000)
  assert.deepEqual(told, ['slow'])
  clock.now += 119_999
  await assert.rejects(ask(4000), IsSetAside)
  clock.now += 1
  assert.equal(await ask(4000), 4000)
})

test('a fault of the disk says nothing of a document', async () => {
  const { told, aside, fail } = world()
  await assert.rejects(fail(Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR' })), /disk/)
  assert.equal(aside.has('document'), false)
  assert.deepEqual(told, [])
})

test('a clock that was set back ends the pauses instead of making them longer', async () => {
  const { clock, aside, fail } = world()
  await assert.rejects(fail(new TooSlow(10_000)), TooSlow)
  clock.now -= 86_400_000
  assert.equal(aside.has('document'), false)
})
