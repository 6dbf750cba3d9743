import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as immediate } from 'node:timers/promises'
import { AppendError } from '@quire/sync/log'
import { Queue } from '../src/queue.ts'
import type { Source, Waiting } from '../src/queue.ts'
import type { Stored } from '../src/tables.ts'
import { TestTime } from './time.ts'
import { write } from './writing.ts'

const source = (room: string): Source => ({ room, stored: 0, fault: null })
/** Until what was pushed in this turn has been begun. */
const turn = async (): Promise<void> => {
  for (let turns = 0; turns < 3; turns++) await immediate()
}
const bytes = (length: number): Uint8Array => new Uint8Array(length)

/** A queue over a disk that answers when told to. */
const onDisk = () => {
  const time = new TestTime(0)
  const batches: { entries: readonly Waiting[]; answer: PromiseWithResolvers<Stored> }[] = []
  const failures: unknown[] = []
  const queue = new Queue(
    (entries) => {
      const answer = Promise.withResolvers<Stored>()
      batches.push({ entries, answer })
      return answer.promise
    },
    time,
    (error) => failures.push(error),
  )
  const sizes = (): number[] => batches.map(({ entries }) => entries.length)
  const answer = async (clashes: number[] = [], unfit: Stored['unfit'] = []): Promise<void> => {
    batches.at(-1)?.answer.resolve({ clashes, unfit })
    await turn()
  }
  const fail = async (): Promise<void> => {
    batches.at(-1)?.answer.reject(new Error('database or disk is full'))
    await turn()
  }
  return { time, batches, failures, queue, sizes, answer, fail }
}

test('[L31] what arrives while the disk is busy shares the next transaction', async () => {
  const { queue, time, sizes, answer } = onDisk()
  const ada = source('plan')
  void queue.push(ada, 1, write(bytes(1)))
  await turn()
  assert.deepEqual(sizes(), [1])
  for (let position = 2; position <= 10; position++) void queue.push(ada, position, write(bytes(1)))
  await turn()
  assert.deepEqual(sizes(), [1])
  await answer()
  assert.deepEqual([sizes(), time.waits], [[1], [25]])
  time.pass(24)
  await turn()
  assert.deepEqual(sizes(), [1])
  time.pass(1)
  await turn()
  assert.deepEqual(sizes(), [1, 9])
  assert.equal(ada.stored, 1)
  await answer()
  assert.deepEqual(sizes(), [1, 9])
  assert.equal(ada.stored, 10)
})

test('[L31] a transaction holds at most 200 updates or 4 MiB, and a larger update alone', async () => {
  const { queue, time, batches, sizes, answer } = onDisk()
  const plan = source('plan')
  for (let position = 1; position <= 450; position++) void queue.push(plan, position, write(bytes(1)))
  for (const [index, mebibytes] of [1, 2, 1, 1, 9, 3].entries())
    void queue.push(plan, 451 + index, write(bytes(mebibytes * 1024 * 1024)))
  await turn()
  for (let batch = 0; batch < 6; batch++) {
    await answer()
    time.pass(25)
    await turn()
  }
  assert.deepEqual(sizes(), [200, 200, 52, 2, 1, 1])
  const positions = batches.flatMap(({ entries }) => entries.map(({ position }) => position))
  assert.deepEqual(
    positions,
    positions.map((_, index) => index + 1),
  )
})

test('[L32] a transaction that fails is tried again for ever, at least every four seconds, and nothing overtakes it', async () => {
  const { queue, time, batches, failures, answer, fail } = onDisk()
  const plan = source('plan')
  let saved = 0
  const first = queue.push(plan, 1, write(bytes(1))).then(() => (saved = 1))
  await turn()
  const waits: number[] = []
  for (let attempt = 0; attempt < 10; attempt++) {
    await fail()
    waits.push(...time.waits)
    void queue.push(plan, 2 + attempt, write(bytes(1)))
    time.pass((time.waits[0] ?? 0) - 1)
    await turn()
    assert.equal(batches.length, attempt + 1)
    time.pass(1)
    await turn()
    assert.equal(batches.length, attempt + 2)
    assert.equal(batches.at(-1)?.entries, batches[0]?.entries)
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000, 4000])
  assert.equal(failures.length, 10)
  assert.equal(saved, 0)
  await answer()
  await first
  assert.deepEqual(
    batches.at(-1)?.entries.map(({ position }) => position),
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  )
  await fail()
  assert.deepEqual(time.waits, [500])
})

test('[D3] after a minute in which the disk took nothing all is stored within five seconds of its recovery', async () => {
  const { queue, time, batches, answer, fail } = onDisk()
  const plan = source('plan')
  const said = Array.from({ length: 20 }, (_, index) => queue.push(plan, index + 1, write(bytes(1))))
  await turn()
  let passed = 0
  while (passed < 60_000) {
    await fail()
    const [pause = 0] = time.waits
    passed += pause
    time.pass(pause)
    await turn()
  }
  assert.equal(queue.backlog.updates, 20)
  await fail() // the last time, and it recovers at that moment
  const tries = batches.length
  time.pass(5000)
  await turn()
  assert.equal(batches.length, tries + 1)
  await answer()
  await Promise.all(said)
  assert.deepEqual([queue.backlog.updates, plan.stored], [0, 20])
})

test('[L31] a quiet store commits at once; a full batch, and one that somebody waits for, do not wait', async () => {
  const { queue, time, sizes, answer } = onDisk()
  const plan = source('plan')
  let position = 0
  const push = (count: number): void => {
    for (let index = 0; index < count; index++) void queue.push(plan, ++position, write(bytes(1)))
  }
  for (const gap of [25, 26, 1000]) {
    push(1)
    await turn()
    await answer()
    time.pass(gap)
  }
  assert.deepEqual([sizes(), time.waits], [[1, 1, 1], []])
  push(1) // a batch begins
  await turn()
  await answer()
  push(199)
  await turn()
  assert.deepEqual([sizes().length, time.waits], [4, [25]])
  push(1)
  await turn()
  assert.deepEqual([sizes().at(-1), time.waits], [200, []])
  await answer()
  push(3)
  await turn()
  assert.equal(sizes().length, 5)
  const settled = queue.settled('plan')
  await turn()
  assert.deepEqual([sizes().at(-1), time.waits], [3, []])
  push(2) // pushed while the disk is busy, and waited for before it has answered
  const both = queue.settled()
  await answer()
  await settled
  await turn()
  assert.equal(sizes().at(-1), 2)
  await answer()
  await both
  push(1)
  await turn()
  time.jump(-86_400_000) // a clock that is set back does not make it long
  await answer()
  push(1)
  await turn()
  time.pass(25)
  await turn()
  await answer()
  push(4)
  queue.stop(new Error('closing'))
  await turn()
  assert.equal(sizes().at(-1), 4)
  await answer()
  assert.deepEqual(time.waits, [])
})

test('[L32] a disk that is known to be well again is tried at once', async () => {
  const { queue, time, batches, fail } = onDisk()
  queue.hurry()
  void queue.push(source('plan'), 1, write(bytes(1)))
  await turn()
  await fail()
  queue.hurry()
  await turn()
  assert.equal(batches.length, 2)
  assert.deepEqual(time.waits, [])
})

test('[L33] a log that clashes takes nothing more, and the others do not notice', async () => {
  const { queue, time, sizes, answer } = onDisk()
  const [stale, other] = [source('plan'), source('diary')]
  const kept = [queue.push(other, 1, write(bytes(1)))]
  const refused = [queue.push(stale, 7, write(bytes(1))), queue.push(stale, 8, write(bytes(1)))]
  await turn()
  refused.push(queue.push(stale, 9, write(bytes(1))))
  kept.push(queue.push(other, 2, write(bytes(1))))
  const outcomes = Promise.allSettled(refused)
  await answer([1, 2])
  time.pass(25)
  await turn()
  await answer()
  refused.push(queue.push(stale, 10, write(bytes(1))))
  await Promise.all(kept)
  assert.deepEqual(sizes(), [3, 1])
  for (const { status } of [...(await outcomes), ...(await Promise.allSettled(refused))])
    assert.equal(status, 'rejected')
  assert.match(String(stale.fault), /Position 7 of the room plan holds another update/)
  assert.deepEqual([stale.stored, other.stored], [0, 2])
})

test('[L34] waiting for one room does not wait for another', async () => {
  const { queue, answer } = onDisk()
  await queue.settled()
  const done: string[] = []
  void queue.push(source('plan'), 1, write(bytes(1)))
  await turn()
  void queue.push(source('diary'), 1, write(bytes(1)))
  const plan = queue.settled('plan').then(() => done.push('plan'))
  const all = queue.settled().then(() => done.push('all'))
  await queue.settled('letters')
  assert.deepEqual(done, [])
  await answer()
  await plan
  assert.deepEqual(done, ['plan'])
  await answer()
  await all
  assert.deepEqual(done, ['plan', 'all'])
})

test('[L35] a queue that is given up rejects what is not on disk, and tries no more', async () => {
  const { queue, time, batches, failures, fail } = onDisk()
  const plan = source('plan')
  const said = [queue.push(plan, 1, write(bytes(1)))]
  await turn()
  said.push(queue.push(plan, 2, write(bytes(1))))
  const outcomes = Promise.allSettled(said)
  queue.stop(new Error('closing'))
  await assert.rejects(queue.push(plan, 3, write(bytes(1))), /closing/)
  assert.equal(queue.abandon(new Error('too late')).length, 2)
  await fail()
  for (const outcome of await outcomes) assert.equal(outcome.status, 'rejected')
  assert.deepEqual([batches.length, failures.length, time.waits.length], [1, 0, 0])
})

test('[D22] what no store takes is rejected with all that came after it from its source, and others go on', async () => {
  const { queue, time, answer } = onDisk()
  const [plan, diary] = [source('plan'), source('diary')]
  const outcomes: string[] = []
  const push = (from: Source, position: number): void =>
    void queue.push(from, position, write(bytes(1))).then(
      () => outcomes.push(`${from.room} ${position} stored`),
      (error: unknown) =>
        outcomes.push(
          `${from.room} ${position} ${error instanceof AppendError && error.unfit ? 'unfit' : 'lost'}`,
        ),
    )
  for (let position = 1; position <= 3; position++) {
    push(plan, position)
    push(diary, position)
  }
  await turn()
  push(plan, 4) // while the batch is with the disk
  await answer([4], [{ index: 2, why: 'no' }])
  push(plan, 5)
  push(diary, 4)
  await turn()
  time.pass(25)
  await turn()
  await answer()
  assert.deepEqual(outcomes.toSorted(), [
    'diary 1 stored',
    'diary 2 stored',
    'diary 3 stored',
    'diary 4 stored',
    'plan 1 stored',
    'plan 2 unfit',
    'plan 3 lost',
    'plan 4 lost',
    'plan 5 lost',
  ])
  assert.deepEqual([plan.stored, queue.backlog.updates], [0, 0])
})
