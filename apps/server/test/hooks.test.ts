import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { isInner, post, Refused } from '../src/outward.ts'
import { Browser, changed, folder, house, LentClock, until } from './house.ts'
import type { Listed } from './house.ts'
import { Writer } from './writer.ts'

interface Told {
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A program that is told, and answers as it is told to. */
const listener = async (t: TestContext) => {
  const told: Told[] = []
  const answers: number[] = []
  const http = createServer((request, answer) => {
    let body = ''
    request.on('data', (bytes: Buffer) => (body += bytes.toString()))
    request.on('end', () => {
      told.push({ headers: request.headers, body })
      answer.statusCode = answers.shift() ?? 200
      answer.setHeader('location', '/elsewhere')
      answer.end()
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    http.close()
    http.closeAllConnections()
  })
  return { told, answers, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/hook` }
}

interface Hook {
  id: string
  secret: string
}
interface Delivery {
  event: string
  tries: number
  due: number | null
  status: string
}

test('a hook is told, signed, of what happens to the documents of its owner, and of nobody else’s', async (t) => {
  const { told, url } = await listener(t)
  const home = await house(t, { flags: ['--webhooks-private', 'yes'] })
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const hook = await ada.json<Hook>('POST', '/api/hooks', { url }, 201)
  await ben.json('POST', '/api/documents', { title: 'Not hers' }, 201)
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: 'Plan' }, 201)
  await ada.json('PATCH', `/api/documents/${id}/access`, { general: 'view' })
  await ada.ask('DELETE', `/api/documents/${id}`)
  await until('told', () => told.length === 3)
  const bodies = told.map(
    ({ body }) => JSON.parse(body) as { event: string; document: string; title: string },
  )
  assert.deepEqual(
    new Set(bodies.map(({ event }) => event)),
    new Set(['document.created', 'document.shared', 'document.deleted']),
  )
  assert.deepEqual([...new Set(bodies.map(({ document }) => document))], [id])
  for (const { headers, body } of told) {
    const [, time = '', signature] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['quire-signature'])) ?? []
    assert.equal(signature, createHmac('sha256', hook.secret).update(`${time}.${body}`).digest('hex'))
    assert.equal(headers['quire-event'], (JSON.parse(body) as { event: string }).event)
  }
  const { hooks } = await ada.json<{ hooks: object[] }>('GET', '/api/hooks')
  assert.ok(!JSON.stringify(hooks).includes(hook.secret))
  assert.equal((await ben.ask('GET', `/api/hooks/${hook.id}/deliveries`)).status, 404)
  assert.equal((await ben.ask('DELETE', `/api/hooks/${hook.id}`)).status, 404)
})

test('a hook that fails is told again, later and later, nobody is followed elsewhere, and the log says what became of it', async (t) => {
  let now = Date.now()
  const { told, answers, url } = await listener(t)
  const clock = new LentClock()
  const home = await house(t, { clock, wall: () => now, flags: ['--webhooks-private', 'yes'] })
  const ada = new Browser(home)
  const { id } = await ada.json<Hook>('POST', '/api/hooks', { url, events: ['document.created'] }, 201)
  const log = async (): Promise<Delivery[]> =>
    (await ada.json<{ deliveries: Delivery[] }>('GET', `/api/hooks/${id}/deliveries`)).deliveries
  answers.push(500, 302)
  await ada.json('POST', '/api/documents', {}, 201)
  for (const [tries, status, pause] of [
    [1, '500', 10_000],
    [2, '302', 60_000],
    [3, '200', null],
  ] as const) {
    await until('tried', async () => (await log())[0]?.tries === tries)
    const [delivery] = await log()
    assert.deepEqual([delivery?.status, delivery?.due], [status, pause === null ? null : now + pause])
    now += (pause ?? 0) + 1
    clock.advance(5000)
  }
  assert.equal(told.length, 3)
})

test('[O25] hooks that hang hold up nobody else’s, and have one call at a time for each owner', async (t) => {
  const hanging = new Set<unknown>()
  let ended = 0
  const silent = createServer((request) => {
    hanging.add(request)
    request.on('close', () => ended++)
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    silent.close()
    silent.closeAllConnections()
  })
  const { told, url } = await listener(t)
  const home = await house(t, { flags: ['--webhooks-private', 'yes'] })
  const owners = Array.from({ length: 6 }, () => new Browser(home))
  const nowhere = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
  for (const owner of owners) {
    for (let i = 0; i < 2; i++) await owner.json('POST', '/api/hooks', { url: nowhere }, 201)
    for (let i = 0; i < 2; i++) await owner.json('POST', '/api/documents', {}, 201)
  }
  await until('hanging', () => hanging.size === owners.length)
  const ada = new Browser(home)
  await ada.json('POST', '/api/hooks', { url }, 201)
  await ada.json('POST', '/api/documents', {}, 201)
  await until('told', () => told.length === 1)
  assert.deepEqual([hanging.size, ended], [owners.length, 0])
})

test('[C8] a hook does not reach into private networks, by whatever name', async (t) => {
  const { told, url } = await listener(t)
  const home = await house(t)
  const ada = new Browser(home)
  const inner = [
    url,
    'http://localhost/',
    'http://10.1.2.3/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://0x7f.1/',
    'http://2130706433/',
    'https://user:word@example.org/',
    'file:///etc/passwd',
    'gopher://example.org/',
  ]
  for (const address of inner)
    assert.equal((await ada.ask('POST', '/api/hooks', { url: address })).status, 400, address)
  // a name that leads there is refused where it is looked up
  await assert.rejects(post(new URL(url.replace('127.0.0.1', 'localhost')), '{}', {}, false), Refused)
  await assert.rejects(post(new URL(url), '{}', {}, false), Refused)
  assert.equal(told.length, 0)
  for (const address of ['8.8.8.8', '2606:4700::1111']) assert.ok(!isInner(address), address)
  for (const address of [
    '127.8.8.8',
    '172.31.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '::7f00:1',
  ])
    assert.ok(isInner(address), address)
})

test('a change is told once it has been quiet for half a minute, be it after a restart', async (t) => {
  const { told, url } = await listener(t)
  const clock = new LentClock()
  const start = Date.now()
  const data = folder(t)
  const open = () =>
    house(t, { data, clock, wall: () => start + clock.now(), flags: ['--webhooks-private', 'yes'] })
  const home = await open()
  const ada = new Browser(home)
  await ada.json('POST', '/api/hooks', { url, events: ['document.changed'] }, 201)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const page = new Writer(`${home.sync}/${id}`, { headers: ada.headers })
  await until('synced', () => page.synced)
  page.write('words')
  await until('saved', () => page.settled)
  page.socket.close()
  await until('on record', async () => (await home.store.records.quiet(start + 1e9, 9)).length === 1)
  const due = (await home.store.records.quiet(start + 1e9, 9))[0]?.due ?? 0
  await home.close()
  assert.equal(told.length, 0)
  const next = await open()
  await until('told', () => {
    clock.advance(1000)
    return told.length === 1
  })
  assert.ok(start + clock.now() >= due)
  assert.equal((JSON.parse(told[0]?.body ?? '{}') as { event: string }).event, 'document.changed')
  await until('noted', async () => (await next.store.records.quiet(start + 1e12, 9)).length === 0)
})

test('an API key does what its scope allows, on sockets too, until it is dropped', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: 'Mine' }, 201)
  await ada.json('PATCH', `/api/documents/${id}/access`, { general: 'none' })
  const make = (scope: string) =>
    ada.json<{ id: string; key: string }>('POST', '/api/keys', { scope, label: 'CI' }, 201)
  const [reads, writes] = [await make('read'), await make('write')]
  const ask = async (key: string, method: string, path: string) =>
    (
      await home.server.fetch(
        new Request(`${home.url}/api/${path}`, {
          method,
          headers: { authorization: `Bearer ${key}`, host: new URL(home.url).host },
        }),
      )
    ).status
  assert.equal(await ask(reads.key, 'GET', `documents/${id}`), 200)
  assert.equal(await ask(reads.key, 'POST', `documents/${id}/copy`), 403)
  assert.equal(await ask(writes.key, 'POST', `documents/${id}/copy`), 201)
  assert.equal(await ask(`${writes.key}x`, 'GET', `documents/${id}`), 401)
  assert.equal(await ask(writes.key, 'GET', 'keys'), 401, 'a key makes no keys')
  const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })
  const reader = new Writer(`${home.sync}/${id}`, as(reads.key))
  const writer = new Writer(`${home.sync}/${id}`, as(writes.key))
  await until('synced', () => reader.synced && writer.synced)
  assert.equal(reader.sides.find((side) => side.type === 'hello')?.role, 'view')
  writer.write('by a program')
  await until('saved', () => writer.settled)
  assert.equal((await ada.ask('DELETE', `/api/keys/${writes.id}`)).status, 204)
  assert.deepEqual(await writer.closed, { code: 4401, reason: 'signed-out' })
  assert.equal(await ask(writes.key, 'GET', `documents/${id}`), 401)
  const { keys } = await ada.json<{ keys: object[] }>('GET', '/api/keys')
  assert.equal(keys.length, 1)
  assert.ok(!JSON.stringify(keys).includes(reads.key))
})

test('who did what, when and from where is there for the owner, and for oneself, and for nobody else', async (t) => {
  const home = await house(t)
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const link = await ada.json<{ token: string }>('POST', `/api/documents/${id}/links`, { role: 'view' }, 201)
  await ben.json('POST', '/api/links/exchange', { token: link.token })
  const deeds = async (browser: Browser, path: string, status = 200) =>
    (
      (await browser.json<{ deeds?: { deed: string; who: string }[] }>('GET', path, undefined, status))
        .deeds ?? []
    ).map(({ deed }) => deed)
  assert.deepEqual(await deeds(ada, `/api/documents/${id}/audit`), [
    'link.used',
    'link.made',
    'document.created',
  ])
  assert.deepEqual(await deeds(ben, `/api/documents/${id}/audit`, 403), [])
  assert.deepEqual(await deeds(ben, '/api/me/audit'), ['link.used'])
})

test('what lies in the trash for thirty days is deleted for good', async (t) => {
  let now = Date.now()
  const clock = new LentClock()
  const home = await house(t, { clock, wall: () => now })
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  await ada.ask('DELETE', `/api/documents/${id}`)
  const owner = async () => (await home.store.documents.read(id))?.owner
  now += 30 * 86_400_000 + 60_000
  let hours = 0
  await until('purged', async () => {
    clock.advance(3_600_000)
    hours++
    return (await owner()) === ''
  })
  assert.ok(hours > 24, `${hours} hours after it was due`)
  assert.equal((await ada.ask('POST', `/api/documents/${id}/restore`)).status, 404)
})

test('[O27] what cannot be purged or forgotten holds up nothing else of the hour', async (t) => {
  let now = Date.now()
  const clock = new LentClock()
  const stuck: string[] = []
  let sweeps = 0
  const home = await house(t, {
    clock,
    wall: () => now,
    between: (store) =>
      changed(store, {
        documents: changed(store.documents, {
          purge: async (id) => {
            if (stuck.includes(id)) throw new Error('this part is broken')
            return store.documents.purge(id)
          },
        }),
        records: changed(store.records, {
          forgetBefore: async () => {
            sweeps++
            throw new Error('this part is broken')
          },
        }),
      }),
  })
  const ada = new Browser(home)
  const ids: string[] = []
  for (let count = 0; count < 3; count++) {
    const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
    await ada.ask('DELETE', `/api/documents/${id}`)
    ids.push(id)
  }
  const ownerless = async (): Promise<boolean[]> =>
    Promise.all(ids.map(async (id) => (await home.store.documents.read(id))?.owner === ''))
  const hourly = (what: string, holds: () => Promise<boolean>): Promise<void> =>
    until(what, async () => {
      clock.advance(3_600_000)
      return holds()
    })
  stuck.push(ids[0] ?? '')
  now += 30 * 86_400_000 + 60_000
  await hourly('the others are purged', async () => String(await ownerless()) === 'false,true,true')
  assert.ok(sweeps > 0, 'old records were to go')
  const before = sweeps
  stuck.pop()
  await hourly('that one is purged', async () => (await ownerless()).every(Boolean))
  await until('old records are to go again', () => sweeps > before)
})
