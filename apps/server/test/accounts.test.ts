import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { Browser, folder, house, Raw, until } from './house.ts'
import type { Listed } from './house.ts'
import { Writer } from './writer.ts'

interface Account {
  id: string
  email: string | null
  verified: boolean
  name: string
}
interface State {
  signIn: string
  account: Account | null
  creates: boolean
}
interface Refused {
  error: string
}

const password = 'correct horse battery staple'
const register = (browser: Browser, email: string, more: object = {}): Promise<Account> =>
  browser.json<Account>('POST', '/api/session/register', { email, password, ...more }, 201)
const signIn = (browser: Browser, email: string, status = 200, word = password): Promise<Account & Refused> =>
  browser.json('POST', '/api/session', { email, password: word }, status)
const state = (browser: Browser): Promise<State> => browser.json<State>('GET', '/api/session')
const sessionOf = (browser: Browser): string | undefined => /quire_session=([\w-]+)/.exec(browser.cookie)?.[1]

test('somebody makes an account, signs out, and in again elsewhere', async (t) => {
  const home = await house(t)
  const [phone, desk] = [new Browser(home), new Browser(home)]
  assert.equal((await state(phone)).account, null)
  const made = await register(phone, ' Ada@Example.org ', { name: 'Ada' })
  assert.deepEqual([made.email, made.name, made.verified], ['ada@example.org', 'Ada', false])
  assert.equal((await state(phone)).account?.id, made.id)
  assert.equal((await signIn(desk, 'ADA@example.org')).id, made.id)
  assert.equal((await desk.json<Account>('GET', '/api/me')).name, 'Ada')
  assert.equal((await phone.ask('DELETE', '/api/session')).status, 204)
  assert.equal((await state(phone)).account, null)
  assert.equal((await state(desk)).account?.id, made.id)
})

test('a wrong password, an unknown address and too many tries', async (t) => {
  const home = await house(t)
  await register(new Browser(home), 'ada@example.org')
  const eve = new Browser(home)
  assert.equal((await signIn(eve, 'ada@example.org', 403, 'wrong')).error, 'wrong-password')
  assert.equal((await signIn(eve, 'ben@example.org', 403, 'wrong')).error, 'wrong-password')
  for (let guess = 0; guess < 8; guess++) await signIn(eve, 'ada@example.org', 403, `guess ${guess}`)
  assert.equal((await signIn(eve, 'ada@example.org', 429)).error, 'too-many')
  assert.equal(sessionOf(eve), undefined)
})

test('an address has one account, and what is no address or password is refused', async (t) => {
  const home = await house(t)
  await register(new Browser(home), 'ada@example.org')
  const refused = async (body: object, status: number): Promise<string> =>
    (await new Browser(home).json<Refused>('POST', '/api/session/register', body, status)).error
  assert.equal(await refused({ email: 'ADA@example.org', password }, 409), 'conflict')
  for (const email of ['ada', 'a@b', 'a b@example.org', `${'x'.repeat(250)}@example.org`])
    assert.equal(await refused({ email, password }, 400), 'bad-request', email)
  assert.equal(await refused({ email: 'ben@example.org', password: 'short' }, 400), 'bad-request')
})

test('a session begun before the sign-in is worth nothing after it, nor is one that somebody else brought', async (t) => {
  const home = await house(t)
  const [ada, ben] = [new Browser(home), new Browser(home)]
  await register(ada, 'ada@example.org')
  const first = sessionOf(ada)
  await signIn(ada, 'ada@example.org')
  assert.notEqual(sessionOf(ada), first)
  const old = new Browser(home)
  old.cookie = `quire_session=${first ?? ''}`
  assert.equal((await state(old)).account, null)
  // a cookie that somebody planted
  ben.cookie = `quire_session=${'A'.repeat(43)}`
  await register(ben, 'ben@example.org')
  assert.notEqual(sessionOf(ben), 'A'.repeat(43))
  const planted = new Browser(home)
  planted.cookie = `quire_session=${'A'.repeat(43)}`
  assert.equal((await state(planted)).account, null)
})

test('the cookie of a session is out of reach of scripts and other sites, and its token is not stored', async (t) => {
  const data = folder(t)
  const home = await house(t, { data, flags: ['--public-url', 'https://docs.example.org'] })
  const answer = await home.server.fetch(
    new Request('https://docs.example.org/api/session/register', {
      method: 'POST',
      headers: { host: 'docs.example.org', 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.org', password }),
    }),
  )
  const cookies = answer.headers.getSetCookie()
  const cookie = cookies.find((one) => one.startsWith('quire_session=')) ?? ''
  assert.match(cookie, /^quire_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/)
  assert.equal(
    cookies.filter((one) => one.startsWith('quire_guest=') && !one.includes('Max-Age=0')).length,
    0,
  )
  const token = /=([\w-]+)/.exec(cookie)?.[1] ?? ''
  const account = await home.store.accounts.byEmail('ada@example.org')
  const sessions = await home.store.accounts.sessions(account?.id ?? '', 0)
  assert.equal(sessions.length, 1)
  assert.ok(!JSON.stringify([sessions, account]).includes(token))
  assert.match(account?.password ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.ok(!JSON.stringify(home.log).includes(password))
})

test('where one is signed in is listed, and can be ended from elsewhere, at once for who is connected', async (t) => {
  const home = await house(t)
  const [phone, desk] = [new Browser(home), new Browser(home)]
  await register(phone, 'ada@example.org')
  await signIn(desk, 'ada@example.org')
  const { id } = await desk.json<Listed>('POST', '/api/documents', {}, 201)
  const page = new Writer(`${home.sync}/${id}`, { headers: phone.headers })
  await until('synced', () => page.synced)
  const { sessions } = await desk.json<{ sessions: { id: string; current: boolean }[] }>(
    'GET',
    '/api/session/all',
  )
  assert.equal(sessions.length, 2)
  const other = sessions.find(({ current }) => !current)
  assert.equal((await desk.ask('DELETE', `/api/session/all/${other?.id}`)).status, 204)
  assert.deepEqual(await page.closed, { code: 4401, reason: 'signed-out' })
  assert.equal((await state(phone)).account, null)
  assert.equal((await phone.ask('GET', '/api/session/all')).status, 401)
  const eve = new Browser(home)
  await register(eve, 'eve@example.org')
  const mine = sessions.find(({ current }) => current)
  assert.equal((await eve.ask('DELETE', `/api/session/all/${mine?.id}`)).status, 404)
})

test('a new password ends the other sessions', async (t) => {
  const home = await house(t)
  const [phone, desk] = [new Browser(home), new Browser(home)]
  await register(phone, 'ada@example.org')
  await signIn(desk, 'ada@example.org')
  const wanted = { old: password, password: 'another one, much better' }
  assert.equal((await desk.ask('PUT', '/api/session/password', { ...wanted, old: 'no' })).status, 403)
  assert.equal((await desk.ask('PUT', '/api/session/password', wanted)).status, 204)
  assert.equal((await state(phone)).account, null)
  assert.notEqual((await state(desk)).account, null)
  await signIn(phone, 'ada@example.org', 403)
  await signIn(phone, 'ada@example.org', 200, wanted.password)
})

test('a session that is not used for thirty days has ended', async (t) => {
  let now = Date.now()
  const home = await house(t, { wall: () => now })
  const ada = new Browser(home)
  await register(ada, 'ada@example.org')
  now += 29 * 86_400_000
  const uses = async (): Promise<void> => {
    assert.notEqual((await state(ada)).account, null)
    await home.store.check() // nobody waits for the note of the use: it is written when this answers
  }
  await uses()
  now += 29 * 86_400_000
  await uses()
  now += 30 * 86_400_000 + 1
  assert.equal((await state(ada)).account, null)
})

test('[A21] a guest who signs in in mid-typing keeps documents, grants, name and client ids, and nothing is refused', async (t) => {
  const data = folder(t)
  const home = await house(t, { data })
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const { id: guest } = await ada.json<Account>('PATCH', '/api/me', { name: 'Ada' })
  const own = await ada.json<Listed>('POST', '/api/documents', { title: 'Mine' }, 201)
  const other = await ben.json<Listed>('POST', '/api/documents', { title: '' }, 201)
  await ben.json('PATCH', `/api/documents/${other.id}/access`, { general: 'none' })
  await ben.json('POST', `/api/documents/${other.id}/grants`, { identity: guest, role: 'edit' }, 201)
  const room = `${home.sync}/${other.id}`
  const page = new Writer(room, { headers: ada.headers })
  const witness = new Writer(room, { headers: ben.headers })
  await until('synced', () => page.synced && witness.synced)
  page.write('as a guest')
  await until('saved', () => page.settled)
  const before = ada.cookie
  const { id: account } = await register(ada, 'ada@example.org')
  // on the connection that was there before
  page.write('and then')
  await until('saved', () => page.settled)
  const known = () =>
    witness.sides
      .flatMap((side) => (side.type === 'people' ? side.people : []))
      .findLast(({ client }) => client === page.doc.clientID)
  await until('ben hears who it is', () => known()?.identity === account)
  assert.equal(known()?.name, 'Ada')
  // and on a new one, with what was typed in between, under the same client id
  page.socket.terminate()
  await page.closed
  page.write('offline')
  const back = new Writer(room, { headers: ada.headers, doc: page.doc })
  await until('saved', () => back.settled && back.saved.length >= 0)
  await until('ben has it', () => witness.words.includes('offline'))
  for (const { sides } of [page, back]) assert.ok(!sides.some(({ type }) => type === 'refused'))
  assert.equal((await ada.json<Listed>('GET', `/api/documents/${own.id}`)).role, 'own')
  assert.equal((await ada.json<Account>('GET', '/api/me')).name, 'Ada')

  // the guest's cookie is worth nothing any more, wherever it still lies
  const thief = new Browser(home)
  thief.cookie = before
  assert.equal((await thief.json<Listed>('GET', `/api/documents/${own.id}`)).role, 'edit')
  assert.equal((await thief.ask('GET', `/api/documents/${other.id}`)).status, 404)

  // after a restart too
  await home.close()
  const next = await house(t, { data })
  const again = new Writer(`${next.sync}/${other.id}`, {
    headers: { cookie: ada.cookie, origin: next.url },
    doc: page.doc,
  })
  await until('synced', () => again.synced)
  again.write('the day after')
  await until('saved', () => again.settled)
  assert.ok(!again.sides.some(({ type }) => type === 'refused'))
  const { owners } = await next.store.log(other.id).load()
  assert.equal(owners.find(({ client }) => client === page.doc.clientID)?.identity, account)
})

test('what was shared with an address is theirs who signs in with it, where it is known to be theirs', async (t) => {
  const share = async (flags: string[]): Promise<number> => {
    const home = await house(t, { flags })
    const [ada, ben] = [new Browser(home), new Browser(home)]
    const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
    await ada.json('PATCH', `/api/documents/${id}/access`, { general: 'none' })
    const given = await ada.json<{ pending: boolean; email: string }>(
      'POST',
      `/api/documents/${id}/grants`,
      { email: 'Ben@example.org', role: 'edit' },
      201,
    )
    assert.deepEqual([given.pending, given.email], [true, 'ben@example.org'])
    await register(ben, 'ben@example.org')
    return (await ben.ask('GET', `/api/documents/${id}`)).status
  }
  assert.equal(await share(['--registration', 'trusted']), 200)
  assert.equal(await share([]), 404)
})

test('QUIRE_SIGN_IN=required: guests get nothing but the door, on the API and on sockets', async (t) => {
  const home = await house(t, { flags: ['--sign-in', 'required'] })
  const [ada, ben] = [new Browser(home), new Browser(home)]
  await register(ada, 'ada@example.org')
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: 'Inside' }, 201)
  for (const [method, path] of [
    ['GET', '/api/documents'],
    ['POST', '/api/documents'],
    ['GET', `/api/documents/${id}`],
    ['GET', `/api/documents/${'A'.repeat(22)}`],
  ] as const)
    assert.equal((await ben.json<Refused>(method, path, undefined, 401)).error, 'signed-out', path)
  const room = `${home.sync}/${id}`
  assert.deepEqual(await new Raw(room).closed, { code: 4401, reason: 'signed-out' })
  assert.deepEqual(await new Raw(room, { headers: ben.headers }).closed, { code: 4401, reason: 'signed-out' })
  assert.equal((await state(ben)).signIn, 'required')
  await register(ben, 'ben@example.org')
  const page = new Writer(room, { headers: ben.headers, doc: new Y.Doc() })
  await until('in', () => page.words.includes('Inside'))
  await ben.ask('DELETE', '/api/session')
  assert.deepEqual(await page.closed, { code: 4401, reason: 'signed-out' })
})

test('who may make documents and accounts is the operator’s to say', async (t) => {
  const home = await house(t, { flags: ['--create', 'accounts'] })
  const ada = new Browser(home)
  assert.equal((await state(ada)).creates, false)
  assert.equal((await ada.json<Refused>('POST', '/api/documents', {}, 401)).error, 'signed-out')
  await register(ada, 'ada@example.org')
  assert.equal((await state(ada)).creates, true)
  await ada.json('POST', '/api/documents', {}, 201)

  const shut = new Browser(await house(t, { flags: ['--registration', 'off'] }))
  const wanted = { email: 'ada@example.org', password }
  assert.equal((await shut.json<Refused>('POST', '/api/session/register', wanted, 403)).error, 'forbidden')
  const off = new Browser(await house(t, { flags: ['--sign-in', 'off'] }))
  assert.equal((await off.ask('POST', '/api/session/register', wanted)).status, 404)
  assert.equal((await state(off)).signIn, 'off')
})
