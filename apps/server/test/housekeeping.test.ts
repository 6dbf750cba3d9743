import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openSqlite } from '@quire/storage/sqlite'
import type { Store } from '@quire/storage/store'
import { housekeeping } from '../src/housekeeping.ts'
import { changed, folder, LentClock, until } from './house.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

/** One run of a server: its store, and a wall clock that is wrong by `error` ms. */
const run = async (t: TestContext, data: string) => {
  const store = await openSqlite(data)
  t.after(() => store.close())
  const clock = new LentClock()
  const wall = { error: 0 }
  const { documents, sharing } = store
  let [begun, ended] = [0, 0]
  const stop = housekeeping({
    documents: changed(documents, {
      duePurges: (...args) => {
        begun++
        return documents.duePurges(...args)
      },
    }),
    sharing,
    deliveries: { sweep: async () => void ended++ },
    shard: { isOpen: () => false },
    clock,
    wall: () => Date.now() + wall.error,
    failed: (error) => assert.fail(String(error)),
  })
  /** Lets time pass tidy by tidy. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += minute) {
      clock.advance(minute)
      await until('the trash is looked through', () => ended === begun)
    }
  }
  const end = async (): Promise<void> => {
    stop()
    await store.close()
  }
  return { store, wall, pass, end }
}

const isThere = async ({ documents }: Store): Promise<boolean> =>
  (await documents.read('plan'))?.owner === 'ada'

test('[D25] a clock that is wrong at boot purges nothing, however often the machine boots', async (t) => {
  const data = folder(t)
  for (let boot = 0; boot < 3; boot++) {
    const { store, wall, pass, end } = await run(t, data)
    if (boot === 0) {
      await store.documents.create('plan', 'ada', 'Plan')
      await store.documents.trash('plan')
    }
    wall.error = 40 * day
    await pass(2 * minute)
    assert.equal(await isThere(store), true)
    wall.error = 0
    await pass(day + 2 * hour)
    assert.equal(await isThere(store), true)
    await end()
  }
})

test('[D25] what was due at two tidies a day of running apart is purged, over restarts too', async (t) => {
  const data = folder(t)
  const first = await run(t, data)
  await first.store.documents.create('plan', 'ada', 'Plan')
  await first.store.documents.trash('plan')
  first.wall.error = 31 * day
  await first.pass(13 * hour)
  assert.equal(await isThere(first.store), true)
  await first.end()
  const second = await run(t, data)
  second.wall.error = 60 * day // the machine was off for a month, which counts for nothing
  await second.pass(10 * hour)
  assert.equal(await isThere(second.store), true)
  await second.pass(3 * hour)
  assert.equal(await isThere(second.store), false)
  await second.end()
})

test('[D25] what was restored and put in the trash anew is due anew', async (t) => {
  const { store, wall, pass, end } = await run(t, folder(t))
  await store.documents.create('plan', 'ada', 'Plan')
  await store.documents.trash('plan')
  wall.error = 31 * day
  await pass(20 * hour)
  await store.documents.restore('plan')
  const before = Date.now()
  await until('a later time', () => Date.now() > before)
  await store.documents.trash('plan')
  await pass(10 * hour)
  assert.equal(await isThere(store), true)
  await end()
})
