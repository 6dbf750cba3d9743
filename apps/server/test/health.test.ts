import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaVersion } from '@quire/editor/version'
import { changed, house, LentClock, until } from './house.ts'
import type { House } from './house.ts'

const get = async (home: House, path: string) =>
  home.server.fetch(new Request(`${home.url}${path}`, { headers: { host: 'localhost' } }))

test('the process, the store and the version can be asked for, by any name', async (t) => {
  const home = await house(t)
  assert.deepEqual(await (await home.server.fetch(new Request('http://probe/health'))).json(), {
    status: 'ok',
  })
  assert.deepEqual(await (await get(home, '/ready')).json(), { status: 'ok' })
  const { name, version, protocol, schema } = (await (await get(home, '/version')).json()) as Record<
    string,
    unknown
  >
  assert.equal(name, 'quire')
  assert.match(String(version), /^\d+\.\d+\.\d+$/)
  assert.equal(protocol, 1)
  assert.equal(schema, schemaVersion)
})

test('a store that does not store is not ready, while the process is healthy', async (t) => {
  const home = await house(t, {
    between: (store) => changed(store, { check: () => Promise.reject(new Error('the disk is full')) }),
  })
  assert.equal((await get(home, '/ready')).status, 503)
  assert.equal((await get(home, '/health')).status, 200)
})

test('from the moment it is asked to stop a server is not ready, and changes nothing any more', async (t) => {
  const home = await house(t)
  const closed = home.server.close()
  assert.equal((await get(home, '/ready')).status, 503)
  assert.equal((await get(home, '/api/documents')).status, 503)
  await closed
})

test('[O24] however often and by how many it is asked whether it is ready, a server asks its store once a second', async (t) => {
  const clock = new LentClock()
  let checks = 0
  const home = await house(t, {
    clock,
    between: (store) => changed(store, { check: () => (checks++, store.check()) }),
  })
  const statuses = async (count: number): Promise<number[]> =>
    (await Promise.all(Array.from({ length: count }, () => get(home, '/ready')))).map(({ status }) => status)
  assert.ok((await statuses(200)).every((status) => status === 200))
  clock.advance(999)
  assert.deepEqual([await statuses(1), checks], [[200], 1])
  clock.advance(1)
  assert.deepEqual([await statuses(3), checks], [[200, 200, 200], 2])
})

test('[O24] a store that does not answer is not asked again before it does, and then counts as ready', async (t) => {
  const clock = new LentClock()
  const checks: (() => void)[] = []
  const check = (): Promise<void> => new Promise((resolve) => checks.push(resolve))
  const home = await house(t, { clock, between: (store) => changed(store, { check }) })
  const first = get(home, '/ready')
  await until('it was asked', () => checks.length === 1)
  clock.advance(3000)
  assert.equal((await first).status, 503)
  clock.advance(60_000)
  assert.equal((await get(home, '/ready')).status, 503)
  assert.equal(checks.length, 1)
  checks[0]?.()
  await until('the store is asked again', async () => {
    void get(home, '/ready')
    return checks.length === 2
  })
  const again = get(home, '/ready')
  checks[1]?.()
  assert.equal((await again).status, 200)
})
