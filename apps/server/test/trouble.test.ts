import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Store } from '@quire/storage/store'
import { Browser, changed, house, until } from './house.ts'
import type { House, Listed } from './house.ts'
import { uploaded, png } from './upload.ts'
import { Writer } from './writer.ts'

// Each part that a server leans on throws, rejects or never answers: the request that needed it fails, and nothing else.

const broken = (): never => {
  throw new Error('this part is broken')
}
const rejects = (): Promise<never> => Promise.reject(new Error('this part is broken'))

/** A program at an address, which does with a connection what it is told to. */
const program = async (t: TestContext, does: 'nothing' | 'reset' | 'nonsense'): Promise<string> => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    if (does === 'reset') socket.resetAndDestroy()
    if (does === 'nonsense') socket.end('this is no HTTP\r\n\r\n')
    t.after(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const faults = ({ log }: House): unknown[] => log.filter(({ msg }) => msg === 'a request failed')

const parts: Record<string, { between: (store: Store) => Store; ask: (id: string) => [string, string] }> = {
  'who may do what': {
    between: (store) => changed(store, { sharing: changed(store.sharing, { grants: rejects }) }),
    ask: (id) => ['GET', `/api/documents/${id}/grants`],
  },
  'the list of documents': {
    between: (store) => changed(store, { documents: changed(store.documents, { mine: broken }) }),
    ask: () => ['GET', '/api/documents'],
  },
  'what can be searched': {
    between: (store) => changed(store, { search: changed(store.search, { find: rejects }) }),
    ask: () => ['GET', '/api/search?q=plan'],
  },
  'the names of people': {
    between: (store) => changed(store, { people: changed(store.people, { write: broken }) }),
    ask: () => ['PATCH', '/api/me'],
  },
  'what is on record': {
    between: (store) => changed(store, { records: changed(store.records, { ofPerson: rejects }) }),
    ask: () => ['GET', '/api/me/audit'],
  },
}

for (const [part, { between, ask }] of Object.entries(parts))
  test(`[W10] ${part} cannot be asked: that request fails with a sentence and one line in the log, and people go on`, async (t) => {
    const home = await house(t, { between })
    const ada = new Browser(home)
    const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
    const page = new Writer(`${home.sync}/${id}`, { headers: ada.headers })
    await until('synced', () => page.synced)
    const [method, path] = ask(id)
    const answer = await ada.ask(method, path, method === 'GET' ? undefined : { name: 'Ada' })
    const said = (await answer.json()) as { error: string; message: string }
    assert.deepEqual([answer.status, said.error], [500, 'fault'])
    assert.ok(!said.message.includes('broken'))
    assert.equal(faults(home).length, 1)
    page.write('on and on')
    await until('saved', () => page.settled)
    assert.equal((await ada.ask('GET', `/api/documents/${id}`)).status, 200)
  })

test('[W10] a part that never answers holds up the request that asked it, and nobody else', async (t) => {
  const never = new Promise<never>(() => {})
  const home = await house(t, {
    between: (store) => changed(store, { search: changed(store.search, { find: () => never }) }),
  })
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  let answered = false
  void ada.ask('GET', '/api/search?q=x').then(() => (answered = true))
  const page = new Writer(`${home.sync}/${id}`, { headers: ada.headers })
  await until('synced', () => page.synced)
  page.write('on and on')
  await until('saved', () => page.settled)
  assert.equal((await ada.ask('GET', '/api/documents')).status, 200)
  assert.equal(answered, false)
})

test('[W10] the bytes of a file cannot be read: nobody but who asked for them notices', async (t) => {
  const home = await house(t, { blobs: (blobs) => changed(blobs, { read: rejects }) })
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const file = await uploaded(home, ada, id, png(4, 3))
  assert.equal((await ada.ask('GET', `/api/documents/${id}/files/${file.id}`)).status, 500)
  assert.equal(faults(home).length, 1)
  assert.equal((await ada.ask('GET', `/api/documents/${id}/files`)).status, 200)
})

test('[W10] webhooks that hang, hang up or answer nonsense are put off, each by itself, and no request waits for them', async (t) => {
  const home = await house(t, { flags: ['--webhooks-private', 'yes'] })
  const ada = new Browser(home)
  const hooks: string[] = []
  for (const does of ['nothing', 'reset', 'nonsense'] as const) {
    const url = await program(t, does)
    hooks.push((await ada.json<{ id: string }>('POST', '/api/hooks', { url }, 201)).id)
  }
  const [, reset = '', nonsense = ''] = hooks
  await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const deliveries = async (hook: string) =>
    (
      await ada.json<{ deliveries: { tries: number; due: number | null; status: string }[] }>(
        'GET',
        `/api/hooks/${hook}/deliveries`,
      )
    ).deliveries
  for (const hook of [reset, nonsense]) {
    await until('put off', async () => (await deliveries(hook))[0]?.tries === 1)
    const [delivery] = await deliveries(hook)
    assert.ok(delivery?.due !== null && delivery?.status !== '200', delivery?.status)
  }
  assert.deepEqual(faults(home), [])
})

test('[W10] a provider of identities that is away costs who wanted to sign in there, and nobody else', async (t) => {
  const issuer = await program(t, 'reset')
  const flags = ['--oidc-issuer', issuer, '--oidc-client-id', 'quire', '--oidc-client-secret', 'x']
  const home = await house(t, { flags })
  const ada = new Browser(home)
  const answer = await ada.ask('GET', '/api/session/oidc')
  assert.deepEqual([answer.status, ((await answer.json()) as { error: string }).error], [500, 'fault'])
  assert.equal(faults(home).length, 1)
  await ada.json(
    'POST',
    '/api/session/register',
    { email: 'ada@example.org', password: 'a long password' },
    201,
  )
})

test('[O18] whoever is signed in goes on while it cannot be noted that they are here', async (t) => {
  let now = Date.now()
  let asked = 0
  const never = (): Promise<never> => {
    asked++
    return new Promise(() => {})
  }
  const home = await house(t, {
    wall: () => now,
    between: (store) =>
      changed(store, { accounts: changed(store.accounts, { seen: never, usedKey: never }) }),
  })
  const ada = new Browser(home)
  await ada.json(
    'POST',
    '/api/session/register',
    { email: 'ada@example.org', password: 'a long password' },
    201,
  )
  const { key } = await ada.json<{ key: string }>('POST', '/api/keys', { label: 'a script' }, 201)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  now += 3_600_000
  for (let times = 0; times < 3; times++) {
    assert.equal((await ada.json<Listed>('GET', `/api/documents/${id}`)).role, 'own')
    const script = await new Browser(home).ask('GET', '/api/documents', undefined, {
      authorization: `Bearer ${key}`,
    })
    assert.equal(script.status, 200)
  }
  const page = new Writer(`${home.sync}/${id}`, { headers: ada.headers })
  await until('synced', () => page.synced)
  assert.equal(asked, 2, 'once for the session, once for the key')
  page.socket.close()
  await home.close()
})
