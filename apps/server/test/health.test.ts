import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaVersion } from '@quire/editor/version'
import { changed, house } from './house.ts'
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
