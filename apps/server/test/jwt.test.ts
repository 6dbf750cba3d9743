import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { encodeUpdate } from '@quire/sync/message'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import type { CryptoKey } from 'jose'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { Browser, folder, house, LentClock, Raw, until } from './house.ts'
import type { Listed } from './house.ts'
import { token } from '../src/commands/token.ts'
import { Tokens } from '../src/jwt.ts'
import { settings } from './house.ts'
import { png, upload, uploaded } from './upload.ts'
import { Writer } from './writer.ts'

const secret = 'a secret that the application has too'
const issuer = 'https://app.example.org'
const shared = ['--access', 'jwt', '--jwt-issuer', issuer, '--jwt-secret', secret]
const key = new TextEncoder().encode(secret)

/** A token that is right in every way but for what is changed. */
const mint = (
  claims: Record<string, unknown> = {},
  { by = key, alg = 'HS256', kid }: { by?: CryptoKey | Uint8Array; alg?: string; kid?: string } = {},
): Promise<string> =>
  new SignJWT({
    iss: issuer,
    aud: 'quire',
    sub: 'ada',
    exp: Math.floor(Date.now() / 1000) + 3600,
    rooms: { 'team/*': 'view', 'team/notes': 'edit' },
    ...claims,
  })
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .sign(by)

/** How a connection with this token ends, or that it stands. */
const enters = async (room: string, bearer: string): Promise<number | 'in'> => {
  const raw = new Raw(room, { headers: { authorization: `Bearer ${bearer}` } })
  let end: number | 'in' | null = null
  raw.socket.on('unexpected-response', (_, answer) => (end ??= answer.statusCode ?? 0))
  void raw.closed.then(({ code }) => (end ??= code))
  await until('an end, or a greeting', () => {
    if (raw.heard.some((frame) => frame[0] === 0)) end ??= 'in'
    return end !== null
  })
  raw.socket.terminate()
  return end ?? 'in'
}

test('a token says what somebody may do in which room, and nobody comes in without', async (t) => {
  const home = await house(t, { flags: shared })
  const bearer = await mint({ name: 'Ada' })
  const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const role = async (room: string): Promise<string | number> => {
    const page = new Writer(`${home.sync}/${room}`, as(bearer))
    let over = false
    const closed = page.closed.then(({ code }) => {
      over = true
      return code
    })
    await until('in, or out', () => page.synced || over)
    const hello = page.sides.find((side) => side.type === 'hello')
    page.socket.terminate()
    return hello?.role ?? closed
  }
  assert.equal(await role('team/notes'), 'edit')
  assert.equal(await role('team/other'), 'view')
  assert.equal(await role('elsewhere'), 4404)
  assert.deepEqual(await new Raw(`${home.sync}/team/notes`).closed, { code: 4401, reason: 'signed-out' })
  const viewer = await new Raw(`${home.sync}/team/other`, as(bearer)).open()
  const doc = new Y.Doc()
  doc.getText('t').insert(0, 'x')
  await viewer.say([...encodeUpdate(Y.encodeStateAsUpdate(doc))])
  assert.equal((await home.store.log('team/other').load()).tail.length, 0)
})

test('[A5] what somebody writes is theirs in every token, and their name is what the token says', async (t) => {
  const home = await house(t, { flags: shared })
  const as = (bearer: string) => ({ headers: { authorization: `Bearer ${bearer}` } })
  const room = `${home.sync}/team/notes`
  const ada = new Writer(room, as(await mint({ name: 'Ada' })))
  const ben = new Writer(room, as(await mint({ sub: 'ben', name: 'Ben' })))
  await until('synced', () => ada.synced && ben.synced)
  ada.write('hers')
  await until('saved', () => ada.settled)
  const known = () =>
    ben.sides
      .flatMap((side) => (side.type === 'people' ? side.people : []))
      .findLast(({ client }) => client === ada.doc.clientID)
  await until('known', () => known() !== undefined)
  assert.deepEqual([known()?.name, known()?.identity, known()?.verified], ['Ada', '~ada', true])
  const forged = new Y.Doc()
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(ada.doc))
  forged.clientID = ada.doc.clientID
  const eve = new Writer(room, { ...as(await mint({ sub: 'eve' })), doc: forged })
  await until('synced', () => eve.synced)
  eve.write('forged')
  await until('refused', () => eve.sides.some((side) => side.type === 'refused'))
})

test('[A16] a token that is not signed as it must be, or not for us, or not now, lets nobody in', async (t) => {
  const clock = new LentClock() // whoever is turned away is not counted as knocking again
  const home = await house(t, { flags: shared, clock })
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const now = Math.floor(Date.now() / 1000)
  const good = await mint()
  const [head = '', body = '', signature = ''] = good.split('.')
  const said = { iss: issuer, aud: 'quire', sub: 'ada', exp: now + 60, rooms: { 'team/*': 'edit' } }
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url')
  const bad: Record<string, string> = {
    'no algorithm': new UnsecuredJWT(said).encode(),
    'no algorithm, by hand': `${part({ alg: 'none' })}.${part(said)}.`,
    'another algorithm': await mint({}, { by: privateKey, alg: 'RS256' }),
    'another secret': await mint({}, { by: new TextEncoder().encode('x'.repeat(32)) }),
    'a stronger algorithm than is set': await mint(
      {},
      { alg: 'HS512', by: new TextEncoder().encode(secret) },
    ),
    'another audience': await mint({ aud: 'other' }),
    'another issuer': await mint({ iss: 'https://evil.example' }),
    expired: await mint({ exp: now - 60 }),
    'not yet': await mint({ nbf: now + 600 }),
    'no end': await mint({ exp: undefined }),
    nobody: await mint({ sub: undefined }),
    'an unknown role': await mint({ rooms: { 'team/notes': 'admin' } }),
    'a key by path': await mint({}, { kid: '../../../../dev/null' }).then((text) => `${text}x`),
    changed: `${head}.${part({ ...said, sub: 'root' })}.${signature}`,
    cut: `${head}.${body}`,
    nonsense: 'x.y.z',
    'the public key as a secret': await mint(
      {},
      { by: new TextEncoder().encode(await exportSPKI(publicKey)) },
    ),
  }
  assert.equal(await enters(`${home.sync}/team/notes`, good), 'in')
  for (const [what, bearer] of Object.entries(bad)) {
    clock.advance(61_000)
    assert.equal(await enters(`${home.sync}/team/notes`, bearer), 4401, what)
    const answer = await home.server.fetch(
      new Request(`${home.url}/api/documents`, {
        headers: { authorization: `Bearer ${bearer}`, host: new URL(home.url).host },
      }),
    )
    assert.equal(answer.status, 401, what)
  }
  const log = JSON.stringify(home.log)
  for (const bearer of [good, ...Object.values(bad)]) assert.ok(!log.includes(bearer))
})

test('[A16] a public key that is used as if it were a secret lets nobody in', async (t) => {
  for (const alg of ['RS256', 'EdDSA', 'ES256'] as const) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
    const pem = await exportSPKI(publicKey)
    const file = join(folder(t), 'app.pem')
    writeFileSync(file, pem)
    const home = await house(t, { flags: ['--access', 'jwt', '--jwt-issuer', issuer, '--jwt-key', file] })
    const room = `${home.sync}/team/notes`
    assert.equal(await enters(room, await mint({}, { by: privateKey, alg })), 'in', alg)
    assert.equal(await enters(room, await mint({}, { by: new TextEncoder().encode(pem) })), 4401, alg)
  }
})

/** Keys published at an address, which may change. */
const published = async (t: TestContext) => {
  let keys: object[] = []
  let asked = 0
  const http = createServer((_, answer) => {
    asked++
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    http.close()
    http.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`,
    publish: async (key: CryptoKey, kid: string) =>
      void (keys = [{ ...(await exportJWK(key)), kid, alg: 'EdDSA', use: 'sig' }]),
    get asked() {
      return asked
    },
  }
}

test('keys are published at an address and may change: tokens by the old one end, by the new one count', async (t) => {
  const app = await published(t)
  const [first, second] = await Promise.all([generateKeyPair('EdDSA'), generateKeyPair('EdDSA')])
  await app.publish(first.publicKey, '1')
  const home = await house(t, { flags: ['--access', 'jwt', '--jwt-issuer', issuer, '--jwks-url', app.url] })
  const room = `${home.sync}/team/notes`
  const by = (pair: typeof first, kid: string) => mint({}, { by: pair.privateKey, alg: 'EdDSA', kid })
  assert.equal(await enters(room, await by(first, '1')), 'in')
  assert.equal(await enters(room, await by(first, '1')), 'in')
  assert.equal(app.asked, 1)
  assert.equal(await enters(room, await by(second, '1')), 4401, 'signed by another than it says')

  // as the application changes its key
  const tokens = new Tokens(
    { secret: null, publicKey: null, jwks: new URL(app.url), issuer, audience: 'quire' },
    () => Date.now(),
    0,
  )
  assert.equal((await tokens.read(await by(first, '1')))?.sub, 'ada')
  assert.equal(await tokens.read(await by(second, '2')), null)
  await app.publish(second.publicKey, '2')
  assert.equal((await tokens.read(await by(second, '2')))?.sub, 'ada')
  assert.equal(await tokens.read(await by(first, '1')), null)
})

test('[A6] a connection ends with its token, and goes on by a newer one without a break', async (t) => {
  let now = Date.now()
  const clock = new LentClock()
  const home = await house(t, { flags: shared, clock, wall: () => now })
  const room = `${home.sync}/team/notes`
  const until60 = { exp: Math.floor(now / 1000) + 60 }
  const [brief, other] = [await mint(until60), await mint({ ...until60, sub: 'ben' })]
  const as = (bearer: string) => ({ headers: { authorization: `Bearer ${bearer}` } })
  const [ada, ben] = [new Writer(room, as(brief)), new Writer(room, as(other))]
  await until('synced', () => ada.synced && ben.synced)
  const browser = new Browser(home)
  const newer = await mint({ exp: Math.floor(now / 1000) + 3600 })
  await browser.json('POST', '/api/token', { token: newer })
  now += 62_000
  clock.advance(1000)
  assert.deepEqual(await ben.closed, { code: 4401, reason: 'signed-out' })
  assert.equal(ada.socket.readyState, ada.socket.OPEN)
  ada.write('on and on')
  await until('saved', () => ada.settled)
  const less = await mint({ exp: Math.floor(now / 1000) + 3600, rooms: { 'team/*': 'view' } })
  await browser.json('POST', '/api/token', { token: less })
  await until('told', () => ada.sides.findLast((side) => side.type === 'hello')?.role === 'view')
})

test('a stock client brings its token as a protocol, or in the address where it cannot', async (t) => {
  const home = await house(t, { flags: shared })
  const bearer = await mint()
  const options = [{ protocols: ['quire', `bearer.${bearer}`] }, { params: { token: bearer } }]
  for (const option of options) {
    const doc = new Y.Doc()
    const provider = new WebsocketProvider(home.sync, 'team/notes', doc, { disableBc: true, ...option })
    t.after(() => {
      provider.destroy()
      provider.awareness.destroy() // it beats for ever
    })
    await until('synced', () => provider.synced)
    doc.getText('t').insert(0, 'x')
  }
  await until('stored', async () => (await home.store.log('team/notes').load()).tail.length === 2)
  assert.ok(!JSON.stringify(home.log).includes(bearer))
})

test('a token in the address counts only where applications bring tokens', async (t) => {
  const home = await house(t)
  const { id } = await new Browser(home).json<Listed>('POST', '/api/documents', {}, 201)
  const page = new Writer(`${home.sync}/${id}`)
  await until('synced', () => page.synced)
  assert.deepEqual(
    await new Raw(`${home.sync}/${id}`, { headers: { authorization: `Bearer ${await mint()}` } }).closed,
    { code: 4401, reason: 'signed-out' },
  )
})

test('the editor in a frame: a form brings the token, a cookie keeps it, and only the sites that may frame it', async (t) => {
  const app = 'https://app.example.org'
  const url = 'https://docs.example.org'
  const sites = ['--public-url', url, '--allowed-origins', app, '--frame-ancestors', app]
  const home = await house(t, { flags: [...shared, ...sites] })
  const ask = (
    path: string,
    init: { method?: string; body?: URLSearchParams; headers?: Record<string, string> },
  ) =>
    home.server.fetch(
      new Request(`${url}${path}`, { ...init, headers: { host: 'docs.example.org', ...init.headers } }),
    )
  const id = 'A'.repeat(22)
  const form = new URLSearchParams({ token: await mint({ rooms: { [id]: 'edit' } }), to: `/d/${id}` })
  const send = (origin: string, body: URLSearchParams) =>
    ask('/api/token', {
      method: 'POST',
      body,
      headers: { origin, 'content-length': String(String(body).length) },
    })
  const brought = await send(app, form)
  assert.equal(brought.status, 303)
  assert.equal(brought.headers.get('location'), `/d/${id}`)
  const cookie = brought.headers.getSetCookie().find((one) => one.startsWith('quire_token=')) ?? ''
  assert.match(cookie, /; Path=\/; Max-Age=\d+; HttpOnly; SameSite=None; Secure; Partitioned$/)
  assert.equal((await send('https://evil.example', form)).status, 403)
  assert.equal((await send(app, new URLSearchParams({ token: 'x' }))).status, 401)
  assert.equal((await send(app, new URLSearchParams({ token: 'x', to: '//evil.example' }))).status, 400)

  const kept = { cookie: cookie.split(';')[0] ?? '' }
  assert.equal((await ask(`/api/documents/${id}`, { headers: kept })).status, 200)
  assert.equal((await ask(`/api/documents/${'B'.repeat(22)}`, { headers: kept })).status, 404)
  assert.equal((await ask(`/api/documents/${id}`, {})).status, 401)
  const page = await ask('/', {})
  assert.match(
    page.headers.get('content-security-policy') ?? '',
    /frame-ancestors 'self' https:\/\/app\.example\.org/,
  )
  assert.equal(page.headers.get('x-frame-options'), null)
})

test('[A18] pictures in a frame go by the cookie that the form set, as long as the token holds, and for its rooms only', async (t) => {
  let now = Date.now()
  const url = 'https://docs.example.org'
  const home = await house(t, { flags: [...shared, '--public-url', url], wall: () => now })
  const id = 'A'.repeat(22)
  const page = async (rooms: Record<string, string>): Promise<Browser> => {
    const browser = new Browser(home)
    await browser.json('POST', '/api/token', { token: await mint({ rooms }) })
    return browser
  }
  const [ada, ben, eve] = [
    await page({ [id]: 'edit' }),
    await page({ [id]: 'view' }),
    await page({ 'team/*': 'own' }),
  ]
  const { expires } = await ada.json<{ expires: number }>('GET', '/api/session')
  assert.ok(expires > now + 3_000_000, 'the page knows when to ask for another')
  const file = await uploaded(home, ada, id, png(4, 3))
  const at = `/api/documents/${id}/files/${file.id}`
  assert.equal((await ada.ask('GET', at)).status, 200)
  assert.equal((await ben.ask('GET', at)).status, 200)
  assert.equal((await upload(home, ben, id, png(4, 3))).status, 403)
  assert.equal((await eve.ask('GET', at)).status, 404)
  assert.equal((await new Browser(home).ask('GET', at)).status, 401)
  const program = await new Browser(home).ask('GET', at, undefined, {
    authorization: `Bearer ${await mint({ rooms: { [id]: 'view' } })}`,
  })
  assert.equal(program.status, 200)
  // a page of the application itself, whose pictures send neither
  type Address = { address: string }
  const { address } = await ben.json<Address>('POST', `${at}/address`, undefined, 201)
  const stranger = new Browser(home)
  const shown = await stranger.ask('GET', address, undefined, { origin: issuer })
  assert.equal(shown.status, 200)
  assert.equal(shown.headers.get('cross-origin-resource-policy'), 'cross-origin')
  assert.equal((await eve.ask('POST', `${at}/address`)).status, 404)
  const [body = '', mac = ''] = address.split('/').at(-1)?.split('.') ?? []
  const other = Buffer.from(JSON.stringify(['team/notes', file.id, now + 1e9])).toString('base64url')
  for (const forged of [`${other}.${mac}`, `${body}.`, `${body}.${mac}x`, body, '.', 'x'])
    assert.equal((await stranger.ask('GET', `/api/files/${forged}`)).status, 404, forged)
  now += 600_000
  assert.equal((await stranger.ask('GET', address)).status, 404)
  now += 3_100_000
  assert.equal((await ada.ask('GET', at)).status, 401)
})

test('documents are made by those whose token says so', async (t) => {
  const home = await house(t, { flags: shared })
  const make = async (claims: Record<string, unknown>) =>
    home.server.fetch(
      new Request(`${home.url}/api/documents`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await mint(claims)}`, host: new URL(home.url).host },
      }),
    )
  const made = await make({ create: true })
  assert.equal(made.status, 201)
  const { id } = (await made.json()) as Listed
  assert.equal(await enters(`${home.sync}/${id}`, await mint()), 'in', 'it is hers')
  assert.equal(await enters(`${home.sync}/${id}`, await mint({ sub: 'ben' })), 4404)
  assert.equal((await make({})).status, 403)
})

test('docs/embedding.md: the program on the page makes tokens that this server takes', async (t) => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/embedding.md', import.meta.url)), 'utf8')
  const program = /```js\n(\/\/ mint\.mjs[\s\S]*?)```/.exec(page)?.[1] ?? ''
  const file = join(folder(t), 'mint.mjs')
  writeFileSync(file, program)
  const printed = execFileSync(process.execPath, [file], {
    env: { ...process.env, QUIRE_JWT_SECRET: secret },
    encoding: 'utf8',
  })
  const home = await house(t, { flags: shared })
  assert.equal(await enters(`${home.sync}/team/notes`, printed.trim()), 'in')
  assert.equal(await enters(`${home.sync}/elsewhere`, printed.trim()), 4404)
})

test('quire token prints a token that the server with the same settings takes', async (t) => {
  const home = await house(t, { flags: shared })
  const wanted = { sub: 'ada', name: 'Ada', rooms: ['team/notes=edit'], create: false, minutes: '5' }
  const made = await token(settings(shared), wanted)
  assert.equal(await enters(`${home.sync}/team/notes`, made), 'in')
  await assert.rejects(token(settings(shared), { ...wanted, rooms: ['team'] }), /^Error: --room: /)
  await assert.rejects(token(settings(shared), { ...wanted, minutes: 'x' }), /^Error: --minutes: /)
  await assert.rejects(token(settings(), wanted), /QUIRE_JWT_SECRET is set\.$/)
})

test('a key that is set and holds no public key is said when the first token comes', async (t) => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const file = join(folder(t), 'private.pem')
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const home = await house(t, { flags: ['--access', 'jwt', '--jwt-issuer', issuer, '--jwt-key', file] })
  assert.equal(await enters(`${home.sync}/team/notes`, await mint()), 503)
})
