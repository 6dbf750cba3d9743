import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Guests, suggested } from '../src/identity.ts'
import { Browser, house, secret } from './house.ts'

test('a guest is who their cookie says, and nobody can make one without the secret', () => {
  const guests = new Guests(secret, false)
  const ada = guests.welcome()
  const cookie = guests.cookie(ada).split(';')[0] ?? ''
  assert.equal(guests.read(cookie), ada)
  assert.equal(guests.read(`theme=dark; ${cookie}; other=1`), ada)
  const [name, value = ''] = cookie.split('=')
  const [id = '', mac = ''] = value.split('.')
  const forged = [
    '',
    `${name}=`,
    `${name}=${id}`,
    `${name}=${id}.`,
    `${name}=${guests.welcome()}.${mac}`,
    `${name}=${id}.${mac.slice(0, -1)}`,
    `${name}=${id}.${mac.slice(0, -1)}${mac.endsWith('A') ? 'B' : 'A'}`,
    `${name}=.${mac}`,
    new Guests('another secret, of another server', false).cookie(ada).split(';')[0],
  ]
  for (const attempt of forged) assert.equal(guests.read(attempt), null, attempt)
})

test('the cookie is out of reach of scripts and other sites, and safe where people come by https', () => {
  const [, ...attributes] = new Guests(secret, true).cookie('x').split('; ')
  assert.deepEqual(attributes, ['Path=/', 'Max-Age=34560000', 'HttpOnly', 'SameSite=Lax', 'Secure'])
  assert.doesNotMatch(new Guests(secret, false).cookie('x'), /Secure/)
})

test('a name and colour are suggested, always the same for the same person', () => {
  const someone = suggested('abc')
  assert.deepEqual(suggested('abc'), someone)
  assert.match(someone.name, /^Guest [A-Z][a-z]+$/)
  const many = Array.from({ length: 600 }, (_, index) => suggested(`guest ${index}`))
  assert.equal(new Set(many.map(({ color }) => color)).size, 12)
  assert.ok(new Set(many.map(({ name }) => name)).size > 50)
  assert.ok(many.every(({ color }) => color >= 0 && color < 12))
})

test('a first visit makes a guest, who stays the same at each return', async (t) => {
  const ada = new Browser(await house(t))
  const first = await ada.json<{ id: string }>('GET', '/api/me')
  const again = await ada.json<{ id: string }>('GET', '/api/me')
  assert.deepEqual(again, first)
})
