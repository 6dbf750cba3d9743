import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sinceWords } from '../src/since.ts'

const now = Date.UTC(2026, 10, 21)
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

test('how long ago something was is said in words', () => {
  for (const [passed, said] of [
    [0, 'just now'],
    [59_999, 'just now'],
    [minute, '1 minute ago'],
    [5 * minute, '5 minutes ago'],
    [hour, '1 hour ago'],
    [day, 'yesterday'],
    [8 * day, 'last week'],
    [65 * day, '2 months ago'],
    [400 * day, 'last year'],
  ] as const)
    assert.equal(sinceWords(now - passed, now), said)
})

test('a clock that runs behind the server says just now', () => {
  assert.equal(sinceWords(now + hour, now), 'just now')
})
