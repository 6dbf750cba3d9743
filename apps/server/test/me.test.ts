import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser, house } from './house.ts'

interface Me {
  id: string
  name: string
  color: number
}

test('people choose their name and colour, together or alone', async (t) => {
  const ada = new Browser(await house(t))
  const before = await ada.json<Me>('GET', '/api/me')
  assert.deepEqual(await ada.json('PATCH', '/api/me', { name: 'Ada' }), { ...before, name: 'Ada' })
  assert.deepEqual(await ada.json('PATCH', '/api/me', { color: 11 }), { ...before, name: 'Ada', color: 11 })
  assert.deepEqual(await ada.json('GET', '/api/me'), { ...before, name: 'Ada', color: 11 })
})

test('what cannot be seen in a name, or turns the words beside it, is taken out', async (t) => {
  const ada = new Browser(await house(t))
  const { name } = await ada.json<Me>('PATCH', '/api/me', { name: '  A\u202Ed\u0000a\nL\u2066 ' })
  assert.equal(name, 'Ad a L')
})

test('a wrong name or colour is refused in one sentence', async (t) => {
  const ada = new Browser(await house(t))
  const refused = async (body: unknown) => {
    const answer = await ada.json<{ error: string; message: string }>('PATCH', '/api/me', body, 400)
    assert.equal(answer.error, 'bad-request')
    return answer.message
  }
  assert.equal(await refused({ name: '\u200e' }), 'name: there is nothing to see in this name.')
  assert.equal(await refused({ name: 'x'.repeat(65) }), 'name: at most 64 characters are possible.')
  assert.equal(await refused({ name: 5 }), 'name: a text is expected.')
  assert.equal(await refused({ color: 12 }), 'color: a whole number from 0 to 11 is expected.')
  assert.equal(await refused({ color: 1.5 }), 'color: a whole number from 0 to 11 is expected.')
  assert.match(await refused({ admin: true }), /^The request: an object with name and color is expected\.$/)
  assert.match(await refused('[]'), /^The request: /)
  assert.equal(await refused('{'), 'The request is not valid JSON.')
})
