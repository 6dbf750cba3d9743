import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { Browser, house } from './house.ts'
import type { Listed } from './house.ts'
import { provider, Traveller } from './provider.ts'
import type { Known } from './provider.ts'

const people: Record<string, Known> = {
  ada: { name: 'Ada Lovelace', email: 'Ada@example.org', email_verified: true },
  ben: { name: 'Ben', email: 'ada@example.org', email_verified: false },
  eve: {},
}

const start = async (t: TestContext) => {
  const { issuer, admit } = await provider(t, people)
  const oidc = ['--oidc-issuer', issuer, '--oidc-client-id', 'quire']
  const secret = ['--oidc-client-secret', 'a secret between the two', '--oidc-name', 'Example Login']
  const home = await house(t, { flags: [...oidc, ...secret] })
  admit(home.url)
  /** Signs in as somebody, and is that somebody's browser afterwards. */
  const enter = async (login: string, cookie = '', to = '/'): Promise<{ browser: Browser; at: string }> => {
    const traveller = new Traveller(login)
    if (cookie !== '') traveller.plant(home.url, cookie)
    const { address } = await traveller.go(`${home.url}/api/session/oidc?to=${encodeURIComponent(to)}`)
    const browser = new Browser(home)
    browser.cookie = traveller.cookie(home.url)
    return { browser, at: address.href.replace(home.url, '') }
  }
  return { home, issuer, enter }
}

interface Account {
  id: string
  name: string
  email: string | null
  verified: boolean
}
const account = async (browser: Browser): Promise<Account | null> =>
  (await browser.json<{ account: Account | null }>('GET', '/api/session')).account

test('people sign in at a provider, are sent back to where they were, and are the same account each time', async (t) => {
  const { home, enter } = await start(t)
  const guest = new Browser(home)
  assert.equal((await guest.json<{ provider: string }>('GET', '/api/session')).provider, 'Example Login')
  const { id } = await guest.json<Listed>('POST', '/api/documents', { title: 'Before' }, 201)
  const { browser: ada, at } = await enter('ada', guest.cookie, `/d/${id}`)
  assert.equal(at, `/d/${id}`)
  const known = await account(ada)
  assert.deepEqual([known?.name, known?.email, known?.verified], ['Ada Lovelace', 'ada@example.org', true])
  assert.equal((await ada.json<Listed>('GET', `/api/documents/${id}`)).role, 'own')
  const { browser: elsewhere } = await enter('ada')
  assert.equal((await account(elsewhere))?.id, known?.id)
})

test('an address that the provider does not vouch for gives nobody an account that is there, and none is fine too', async (t) => {
  const { enter } = await start(t)
  const { browser: ada } = await enter('ada')
  const { browser: ben } = await enter('ben')
  const { browser: eve } = await enter('eve')
  const ids = await Promise.all([ada, ben, eve].map(async (browser) => (await account(browser))?.id))
  assert.equal(new Set(ids).size, 3)
  assert.deepEqual([(await account(ben))?.email, (await account(eve))?.email], [null, null])
})

test('who made an account with somebody else’s address is out of it once its owner comes', async (t) => {
  const { home, enter } = await start(t)
  const thief = new Browser(home)
  const wanted = { email: 'ada@example.org', password: 'mine until she comes' }
  await thief.json('POST', '/api/session/register', wanted, 201)
  const { browser: ada } = await enter('ada')
  assert.equal((await account(ada))?.verified, true)
  assert.equal(await account(thief), null)
  assert.equal((await thief.ask('POST', '/api/session', wanted)).status, 403)
})

test('a way back that this browser did not set out on ends at the door, and none leads to another site', async (t) => {
  const { home, issuer, enter } = await start(t)
  const setOut = await fetch(`${home.url}/api/session/oidc?to=https://evil.example`, { redirect: 'manual' })
  const asked = new URL(setOut.headers.get('location') ?? '')
  assert.equal(asked.origin, issuer)
  assert.equal(asked.searchParams.get('code_challenge_method'), 'S256')
  const kept = setOut.headers.getSetCookie().find((cookie) => cookie.startsWith('quire_oidc=')) ?? ''
  assert.match(kept, /; Path=\/api\/session\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/)
  const back = async (query: string, cookie: string): Promise<[number, string[]]> => {
    const answer = await fetch(`${home.url}/api/session/oidc/callback?${query}`, {
      redirect: 'manual',
      headers: { cookie },
    })
    return [answer.status, answer.headers.getSetCookie().filter((one) => one.startsWith('quire_session'))]
  }
  const mine = kept.split(';')[0] ?? ''
  const state = asked.searchParams.get('state') ?? ''
  assert.deepEqual(await back('code=stolen&state=anything', ''), [403, []])
  assert.deepEqual(await back(`code=stolen&state=${state}`, ''), [403, []])
  assert.deepEqual(await back(`code=stolen&state=${state}&iss=${issuer}`, mine), [403, []])
  assert.deepEqual(await back(`code=stolen&state=${state}`, `${mine}x`), [403, []])
  for (const to of ['https://evil.example', '//evil.example', '/\\evil.example'])
    assert.equal((await enter('ada', '', to)).at, '/', to)
})
