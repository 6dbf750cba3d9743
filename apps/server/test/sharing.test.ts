import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Store } from '@quire/storage/store'
import { Browser, changed, house, LentClock, Raw, until } from './house.ts'
import type { Listed, Options } from './house.ts'
import { Writer } from './writer.ts'

interface Link {
  id: string
  token: string
  uses: number
}
interface Named {
  id: string
}
interface Refused {
  error: string
  message: string
}

/** A document of ada's that nobody else may see. */
const closed = async (t: TestContext, options: Options = {}) => {
  const home = await house(t, options)
  const [ada, ben, eve] = [new Browser(home), new Browser(home), new Browser(home)]
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: 'Plan' }, 201)
  const path = `/api/documents/${id}`
  await ada.json('PATCH', `${path}/access`, { general: 'none' })
  return { home, ada, ben, eve, id, path, room: `${home.sync}/${id}` }
}

const me = async (browser: Browser): Promise<string> => (await browser.json<Named>('GET', '/api/me')).id
const refusal = async (browser: Browser, method: string, path: string, body: unknown, status: number) =>
  (await browser.json<Refused>(method, path, body, status)).error
const exchange = (browser: Browser, token: string, status = 200, more: object = {}) =>
  browser.json<{ document: string; role: string; error: string }>(
    'POST',
    '/api/links/exchange',
    { token, ...more },
    status,
  )

test('whoever may see a document sees what everyone may do; only its owner changes that, or sees who else may', async (t) => {
  const { ada, ben, path } = await closed(t)
  await ada.json('PATCH', `${path}/access`, { general: 'view' })
  const seen = await ben.json<{ general: string; copying: boolean; role: string }>('GET', `${path}/access`)
  assert.deepEqual([seen.general, seen.copying, seen.role], ['view', true, 'view'])
  assert.equal(await refusal(ben, 'PATCH', `${path}/access`, { general: 'edit' }, 403), 'forbidden')
  for (const part of ['grants', 'links', 'requests', 'visits'])
    assert.equal(await refusal(ben, 'GET', `${path}/${part}`, undefined, 403), 'forbidden', part)
  const owner = await ada.json<{ owner: { id: string } }>('GET', `${path}/access`)
  assert.equal(owner.owner.id, await me(ada))
})

test('[P5] the highest of what everyone may do and what somebody was given is what they may do', async (t) => {
  const { ada, ben, path } = await closed(t)
  const who = await me(ben)
  const role = async (): Promise<string> => {
    const answer = await ben.ask('GET', path)
    return answer.status === 404 ? 'none' : ((await answer.json()) as Listed).role
  }
  assert.equal(await role(), 'none')
  await ada.json('POST', `${path}/grants`, { identity: who, role: 'comment' }, 201)
  assert.equal(await role(), 'comment')
  await ada.json('PATCH', `${path}/access`, { general: 'view' })
  assert.equal(await role(), 'comment')
  await ada.json('PATCH', `${path}/access`, { general: 'edit' })
  assert.equal(await role(), 'edit')
  await ada.json('PATCH', `${path}/access`, { general: 'none' })
  const { grants } = await ada.json<{ grants: { who: string; role: string }[] }>('GET', `${path}/grants`)
  assert.deepEqual(
    grants.map(({ who: known, role: given }) => [known, given]),
    [[who, 'comment']],
  )
  await ada.ask('DELETE', `${path}/grants/${who}`)
  assert.equal(await role(), 'none')
})

test('[A14] a document that is not shared and one that is not there are answered alike, on every path', async (t) => {
  const { ben, path } = await closed(t)
  const nothing = `/api/documents/${'A'.repeat(22)}`
  const asked: [method: string, path: string, body?: unknown][] = [
    ['GET', ''],
    ['PATCH', '', { title: 'x' }],
    ['DELETE', ''],
    ['POST', '/restore'],
    ['POST', '/purge'],
    ['POST', '/copy'],
    ['PUT', '/star'],
    ['PUT', '/folder', { folder: 'x' }],
    ['GET', '/access'],
    ['PATCH', '/access', { general: 'edit' }],
    ['GET', '/grants'],
    ['POST', '/grants', { email: 'a@example.org', role: 'view' }],
    ['DELETE', '/grants/x'],
    ['POST', '/owner', { email: 'a@example.org' }],
    ['GET', '/links'],
    ['POST', '/links', { role: 'view' }],
    ['DELETE', '/links/x'],
    ['GET', '/requests'],
    ['POST', '/requests/x'],
    ['GET', '/visits'],
    ['GET', '/files'],
    ['POST', '/requests', {}],
  ]
  for (const [method, part, body] of asked) {
    const [there, not] = [
      await ben.ask(method, `${path}${part}`, body),
      await ben.ask(method, `${nothing}${part}`, body),
    ]
    assert.equal(there.status, part === '/requests' && method === 'POST' ? 202 : 404, `${method} ${part}`)
    assert.deepEqual([there.status, await there.text()], [not.status, await not.text()], `${method} ${part}`)
  }
})

test('[P5] a role link gives its role to whoever shows its token, until it is revoked while in use', async (t) => {
  const { home, ada, ben, eve, id, path, room } = await closed(t)
  const link = await ada.json<Link>('POST', `${path}/links`, { role: 'edit', label: 'Team' }, 201)
  assert.match(link.token, /^[\w-]{22}$/)
  assert.equal((await ben.ask('GET', path)).status, 404)
  assert.deepEqual(await exchange(ben, link.token), { document: id, role: 'edit' })
  assert.deepEqual(await exchange(ben, link.token), { document: id, role: 'edit' })
  await exchange(eve, link.token)
  const { links } = await ada.json<{ links: Link[] }>('GET', `${path}/links`)
  assert.deepEqual(
    links.map(({ id: known, uses }) => [known, uses]),
    [[link.id, 2]],
  )
  assert.ok(!JSON.stringify(links).includes(link.token))

  const page = new Writer(room, { headers: ben.headers })
  await until('synced', () => page.synced)
  page.write('in the middle of a sen')
  assert.equal((await ada.ask('DELETE', `${path}/links/${link.id}`)).status, 204)
  assert.deepEqual(await page.closed, { code: 4403, reason: 'not-shared' })
  assert.equal((await ben.ask('GET', path)).status, 404)
  assert.equal((await exchange(ben, link.token, 404)).error, 'not-found')
  const { grants } = await ada.json<{ grants: unknown[] }>('GET', `${path}/grants`)
  assert.deepEqual(grants, [])
  const stored = await home.store.sharing.links(id, Date.now())
  assert.deepEqual(stored, [])
})

test('what was given by name stays when a link that gave more is revoked', async (t) => {
  const { ada, ben, path, room } = await closed(t)
  await ada.json('POST', `${path}/grants`, { identity: await me(ben), role: 'view' }, 201)
  const link = await ada.json<Link>('POST', `${path}/links`, { role: 'edit' }, 201)
  await exchange(ben, link.token)
  const page = new Writer(room, { headers: ben.headers })
  const role = () => page.sides.findLast((side) => side.type === 'hello')?.role
  await until('an editor', () => role() === 'edit')
  await ada.ask('DELETE', `${path}/links/${link.id}`)
  await until('a viewer', () => role() === 'view')
  assert.equal(page.socket.readyState, page.socket.OPEN)
})

test('a link ends at its time, after so many people, and with its document', async (t) => {
  let now = Date.now()
  const { ada, ben, eve, path } = await closed(t, { wall: () => now })
  const brief = await ada.json<Link>('POST', `${path}/links`, { role: 'view', expires: now + 60_000 }, 201)
  const once = await ada.json<Link>('POST', `${path}/links`, { role: 'view', most: 1 }, 201)
  await exchange(ben, brief.token)
  await exchange(ben, once.token)
  assert.equal((await exchange(eve, once.token, 404)).error, 'not-found')
  await exchange(ben, once.token) // they have used it before
  await ada.ask('DELETE', `${path}/links/${once.id}`)
  assert.equal((await ben.ask('GET', path)).status, 200)
  now += 60_001
  assert.equal((await ben.ask('GET', path)).status, 404)
  assert.equal((await exchange(eve, brief.token, 404)).error, 'not-found')
  assert.equal(
    await refusal(ada, 'POST', `${path}/links`, { role: 'view', expires: now - 1 }, 400),
    'bad-request',
  )
  const lasting = await ada.json<Link>('POST', `${path}/links`, { role: 'view' }, 201)
  await ada.ask('DELETE', path)
  assert.equal((await exchange(eve, lasting.token, 404)).error, 'not-found')
})

test('a link may ask for a password, which can be tried a few times a minute', async (t) => {
  const { home, ada, ben, eve, path } = await closed(t)
  const link = await ada.json<Link>('POST', `${path}/links`, { role: 'view', password: 'open sesame' }, 201)
  assert.equal((await exchange(ben, link.token, 403)).error, 'password-needed')
  assert.equal((await exchange(ben, link.token, 403, { password: 'sesame' })).error, 'wrong-password')
  assert.equal((await exchange(ben, link.token, 200, { password: 'open sesame' })).role, 'view')
  for (let guess = 0; guess < 8; guess++) await exchange(eve, link.token, 403, { password: `guess ${guess}` })
  assert.equal((await exchange(eve, link.token, 429, { password: 'open sesame' })).error, 'too-many')
  const [stored] = await home.store.sharing.links(path.split('/').at(-1) ?? '', Date.now())
  assert.match(stored?.password ?? '', /^\$argon2id\$/)
})

test('[A14] guesses of tokens are answered alike, and after thirty in a minute no more', async (t) => {
  const { home } = await closed(t)
  const guess = async (at: number) => {
    const answer = await fetch(`${home.url}/api/links/exchange`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: home.url },
      body: JSON.stringify({ token: String(at).padStart(22, 'A') }),
    })
    return [answer.status, ((await answer.json()) as Refused).error]
  }
  for (let at = 0; at < 30; at++) assert.deepEqual(await guess(at), [404, 'not-found'])
  assert.deepEqual(await guess(30), [429, 'too-many'])
})

test('[A24] a page of another site can neither use a link nor give its visitor a cookie', async (t) => {
  const { ada, ben, path } = await closed(t)
  const { token } = await ada.json<Link>('POST', `${path}/links`, { role: 'view' }, 201)
  const answer = await ben.ask('POST', '/api/links/exchange', { token }, { origin: 'https://evil.example' })
  assert.equal(answer.status, 403)
  assert.deepEqual(answer.headers.getSetCookie(), [])
  const simple = await ben.ask('POST', '/api/links/exchange', JSON.stringify({ token }), {
    'content-type': 'text/plain',
  })
  assert.equal(simple.status, 415)
})

test('[A15] the token of a link stands in no log, answer, metric or presence once it is made', async (t) => {
  const { home, ada, ben, path, room } = await closed(t)
  const { token } = await ada.json<Link>('POST', `${path}/links`, { role: 'edit', label: 'x' }, 201)
  const answers = [JSON.stringify(await exchange(ben, token))]
  for (const part of ['', '/access', '/grants', '/links', '/visits'])
    answers.push(await (await ada.ask('GET', `${path}${part}`)).text())
  answers.push(await (await ben.ask('POST', '/api/links/exchange', { token: `${token}x` })).text())
  answers.push(await (await ben.ask('POST', '/api/links/exchange', `{"token":"${token}"`)).text())
  const page = await new Raw(`${room}?quire=1&client=7&schema=1&epoch=`, { headers: ben.headers }).open()
  await page.say([0, 0, 1, 0])
  answers.push(Buffer.concat(page.heard).toString())
  answers.push(await (await home.server.fetch(new Request(`${home.url}/metrics`))).text())
  answers.push(JSON.stringify(home.log))
  const served = await ada.ask('GET', '/')
  assert.equal(served.headers.get('referrer-policy'), 'no-referrer')
  for (const answer of answers) assert.ok(!answer.includes(token), answer.slice(0, 200))
})

test('access is asked for, seen by the owner, and given or denied', async (t) => {
  const { ada, ben, eve, path } = await closed(t)
  await ben.json('POST', `${path}/requests`, { role: 'edit', message: 'I wrote half of it.' }, 202)
  await eve.json('POST', `${path}/requests`, {}, 202)
  const list = async () =>
    (
      await ada.json<{ requests: { who: string; role: string; message: string }[] }>(
        'GET',
        `${path}/requests`,
      )
    ).requests
  const asked = await list()
  assert.deepEqual(
    asked.map(({ role, message }) => [role, message]),
    [
      ['edit', 'I wrote half of it.'],
      ['view', ''],
    ],
  )
  await ada.json('POST', `${path}/requests/${await me(ben)}`, { role: 'comment' })
  assert.equal((await ada.ask('DELETE', `${path}/requests/${await me(eve)}`)).status, 204)
  assert.deepEqual(await list(), [])
  assert.equal((await ben.json<Listed>('GET', path)).role, 'comment')
  assert.equal((await eve.ask('GET', path)).status, 404)
})

test('a document is handed to somebody else, and who owned it may edit', async (t) => {
  const { ada, ben, eve, path, room } = await closed(t)
  const page = new Writer(room, { headers: ada.headers })
  await until('synced', () => page.synced)
  assert.equal(await refusal(ada, 'POST', `${path}/owner`, { email: 'nobody@example.org' }, 409), 'conflict')
  assert.equal((await ada.ask('POST', `${path}/owner`, { identity: await me(ben) })).status, 204)
  assert.equal((await ben.json<Listed>('GET', path)).role, 'own')
  assert.equal((await ada.json<Listed>('GET', path)).role, 'edit')
  await until('told', () => page.sides.findLast((side) => side.type === 'hello')?.role === 'edit')
  assert.equal(await refusal(ada, 'PATCH', `${path}/access`, { general: 'edit' }, 403), 'forbidden')
  assert.equal((await eve.ask('GET', path)).status, 404)
})

test('who has opened a document is known to its owner', async (t) => {
  const { ada, ben, path, room } = await closed(t)
  await ada.json('PATCH', `${path}/access`, { general: 'view' })
  const who = await me(ben)
  const page = new Writer(room, { headers: ben.headers })
  await until('synced', () => page.synced)
  const visitors = async () =>
    (await ada.json<{ visits: { who: string }[] }>('GET', `${path}/visits`)).visits.map(({ who }) => who)
  await until('noted', async () => (await visitors()).includes(who))
})

test('[O22] a person has one copy made at a time; others do not wait for it', async (t) => {
  let finish = (): void => {}
  let begun = 0
  const gate = new Promise<void>((resolve) => (finish = resolve))
  const between = (store: Store): Store =>
    changed(store, { copy: (...args) => (begun++, gate.then(() => store.copy(...args))) })
  const home = await house(t, { between })
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const path = `/api/documents/${id}/copy`
  const first = ada.json<Listed>('POST', path, {}, 201)
  const other = ben.json<Listed>('POST', path, {}, 201)
  await until('both are being made', () => begun === 2)
  assert.equal(await refusal(ada, 'POST', path, {}, 429), 'too-many')
  finish()
  assert.notEqual((await first).id, (await other).id)
  await ada.json('POST', path, {}, 201)
  await home.close()
})

test('[P5] no copy without the right to one: readers only where the owner lets them, and no grant goes along', async (t) => {
  const { home, ada, ben, eve, id, path, room } = await closed(t)
  const who = await me(ben)
  await ada.json('POST', `${path}/grants`, { identity: who, role: 'view' }, 201)
  await ada.json('POST', `${path}/grants`, { identity: await me(eve), role: 'edit' }, 201)
  const author = new Writer(room, { headers: ada.headers })
  await until('synced', () => author.synced)
  author.write('more')
  await until('saved', () => author.settled)
  const copy = await ben.json<Listed>('POST', `${path}/copy`, {}, 201)
  assert.notEqual(copy.id, id)
  assert.equal(copy.role, 'own')
  assert.equal(copy.title, 'Planmore')
  const opened = new Writer(`${home.sync}/${copy.id}`, { headers: ben.headers })
  await until('the text', () => opened.synced)
  opened.write('mine')
  await until('saved', () => opened.settled)
  assert.deepEqual(opened.words, ['Planmore', 'mine'])
  const { grants } = await ben.json<{ grants: unknown[] }>('GET', `/api/documents/${copy.id}/grants`)
  assert.deepEqual(grants, [])
  const named = await ben.json<Listed>('POST', `${path}/copy`, { title: 'My plan' }, 201)
  assert.equal(named.title, 'My plan')

  await ada.json('PATCH', `${path}/access`, { copying: false })
  assert.equal(await refusal(ben, 'POST', `${path}/copy`, {}, 403), 'forbidden')
  await eve.json('POST', `${path}/copy`, {}, 201)
})

test('lists: mine, shared with me, recent, starred and in folders, each of what may be seen now', async (t) => {
  const { home, ada, ben, path, id } = await closed(t)
  const list = async (browser: Browser, query: string): Promise<string[]> =>
    (await browser.json<{ documents: Listed[] }>('GET', `/api/documents?${query}`)).documents.map(
      ({ title }) => title,
    )
  const second = await ada.json<Listed>('POST', '/api/documents', { title: 'Another' }, 201)
  assert.deepEqual(await list(ada, 'sort=title'), ['Another', 'Plan'])
  assert.deepEqual(await list(ben, 'list=shared'), [])
  await ada.json('POST', `${path}/grants`, { identity: await me(ben), role: 'view' }, 201)
  assert.deepEqual(await list(ben, 'list=shared'), ['Plan'])
  assert.equal((await ben.ask('PUT', `${path}/star`)).status, 204)
  assert.equal((await ben.ask('PUT', `/api/documents/${second.id}/folder`, { folder: 'Work' })).status, 204)
  assert.deepEqual(await list(ben, 'list=starred'), ['Plan'])
  const page = new Writer(`${home.sync}/${second.id}`, { headers: ben.headers })
  await until('synced', () => page.synced)
  await until('noted', async () => (await list(ben, 'list=recent')).length === 1)
  assert.deepEqual(await list(ben, 'list=recent&folder=Work'), ['Another'])
  assert.deepEqual(await list(ben, 'list=recent&folder=Home'), [])
  await ada.json('PATCH', `/api/documents/${second.id}/access`, { general: 'none' })
  await ada.ask('DELETE', `${path}/grants/${await me(ben)}`)
  for (const name of ['shared', 'recent', 'starred'])
    assert.deepEqual(await list(ben, `list=${name}`), [], name)
  assert.equal(await refusal(ben, 'GET', '/api/documents?list=all', undefined, 400), 'bad-request')
  assert.ok(id)
})

test('[A12] what is deleted for good is gone with its log, its grants and its links, and its id stays used', async (t) => {
  const { home, ada, ben, id, path, room } = await closed(t)
  const link = await ada.json<Link>('POST', `${path}/links`, { role: 'edit' }, 201)
  await exchange(ben, link.token)
  const page = new Writer(room, { headers: ben.headers })
  await until('synced', () => page.synced)
  assert.equal(await refusal(ada, 'POST', `${path}/purge`, undefined, 409), 'conflict')
  await ada.ask('DELETE', path)
  assert.deepEqual(await page.closed, { code: 4404, reason: 'not-found' })
  const trash = await ada.json<{ documents: Listed[] }>('GET', '/api/documents?list=trash')
  assert.deepEqual(
    trash.documents.map(({ title }) => title),
    ['Plan'],
  )
  assert.equal((await ben.ask('POST', `${path}/purge`)).status, 404)
  await until('purged', async () => (await ada.ask('POST', `${path}/purge`)).status === 204)
  assert.equal((await ada.ask('POST', `${path}/restore`)).status, 404)
  assert.deepEqual((await home.store.log(id).load()).tail, [])
  assert.deepEqual(await home.store.sharing.grants(id), [])
  await assert.rejects(home.store.documents.create(id, 'eve', 'Mine'))
  assert.equal((await exchange(ben, link.token, 404)).error, 'not-found')
})

for (const workers of ['1', '2'])
  test(`[A7] whoever is in a document by a link that ends is out within two seconds of its end (workers: ${workers})`, async (t) => {
    const [clock, start] = [new LentClock(), Date.now()]
    const wall = (): number => start + clock.now()
    const { ada, ben, eve, path, room } = await closed(t, { flags: ['--workers', workers], clock, wall })
    const ends = start + 3000
    const links = [
      await ada.json<Link>('POST', `${path}/links`, { role: 'view', expires: ends + 600_000 }, 201),
      await ada.json<Link>('POST', `${path}/links`, { role: 'edit', expires: ends }, 201),
    ]
    await exchange(eve, links[0]?.token ?? '')
    await exchange(ben, links[1]?.token ?? '')
    const [one, other] = [ben, eve].map(({ headers }) => new Writer(room, { headers }))
    await until('in', () => one?.synced === true && other?.synced === true)
    clock.advance(2999)
    await ben.json('GET', path) // the server has gone on, and they are still in
    assert.equal(one?.socket.readyState, one?.socket.OPEN)
    let end: { code: number; reason: string } | null = null
    void one?.closed.then((closed) => (end = closed))
    // by this clock nobody’s access is decided anew for another minute, if not for this
    clock.advance(100)
    await until('out', () => end !== null)
    assert.deepEqual(end, { code: 4403, reason: 'not-shared' })
    assert.equal(other?.socket.readyState, other?.socket.OPEN)
  })
