import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Allowance } from '../src/allowance.ts'
import { Bucket } from '../src/bucket.ts'
import { Gate } from '../src/gate.ts'
import { settings } from './house.ts'

const gateFor = (flags: string[] = [], now = () => 0) => new Gate(settings(flags).limits, now)
const times = (count: number, ask: () => boolean): number =>
  Array.from({ length: count }, ask).filter(Boolean).length

test('a bucket gives its burst at once and then its rate, and a debt is paid back at that rate', () => {
  const bucket = new Bucket(10, 20, 0)
  assert.equal(
    times(30, () => bucket.spare(1, 0)),
    20,
  )
  assert.equal(
    times(30, () => bucket.spare(1, 500)),
    5,
  )
  assert.equal(bucket.take(25, 500), false)
  assert.equal(bucket.debt(500), 2500)
  assert.equal(bucket.debt(3000), 0)
  assert.equal(bucket.full(4999), false)
  assert.equal(bucket.full(5000), true)
})

test('a limit that was lifted lets everything through', () => {
  const bucket = new Bucket(Infinity, Infinity, 0)
  assert.equal(bucket.take(1e12, 0), true)
  assert.equal(bucket.debt(0), 0)
})

test('memory of addresses is bounded: those with nothing to remember go first', () => {
  let now = 0
  const allowance = new Allowance(1, 2, () => now, 3)
  for (const name of ['a', 'b', 'c'])
    assert.equal(
      times(3, () => allowance.take(name)),
      2,
    )
  now = 1000
  assert.equal(allowance.take('d'), true)
  assert.equal(allowance.size, 3)
  assert.equal(
    times(3, () => allowance.take('c')),
    1,
    'c is still known',
  )
  now = 60_000
  allowance.take('e')
  assert.equal(allowance.size, 1)
})

test('[O9] an address makes a thousand connections at once and then a hundred a second, others as many', () => {
  let now = 0
  const gate = gateFor([], () => now)
  assert.equal(
    times(2000, () => gate.handshake('10.0.0.1')),
    1000,
  )
  assert.equal(
    times(2000, () => gate.handshake('2001:db8::1')),
    1000,
  )
  now = 1000
  assert.equal(
    times(2000, () => gate.handshake('10.0.0.1')),
    100,
  )
  assert.equal(
    times(2000, () => gate.handshake('2001:db8::2')),
    100,
  )
})

test('[O9] five hundred connections a second for a minute from one address cost nobody else a place', () => {
  let now = 0
  const gate = gateFor([], () => now)
  let flood = 0
  for (let second = 0; second < 60; second++) {
    now = second * 1000
    flood += times(500, () => gate.handshake('10.0.0.1'))
    // each of a hundred others, every second
    for (let other = 0; other < 100; other++) assert.equal(gate.handshake(`10.0.1.${other}`), true)
  }
  assert.equal(flood, 1000 + 59 * 100)
})

test('[A14] [O5] an address may miss thirty times a minute and make two hundred rooms an hour', () => {
  let now = 0
  const gate = gateFor([], () => now)
  assert.equal(
    times(100, () => gate.miss('10.0.0.1')),
    30,
  )
  assert.equal(
    times(300, () => gate.room('10.0.0.1')),
    200,
  )
  now = 60_000
  assert.equal(
    times(100, () => gate.miss('10.0.0.1')),
    30,
  )
  assert.equal(
    times(100, () => gate.room('10.0.0.1')),
    3,
  )
})

test('places are counted by address, person and room, and given back once', () => {
  const gate = gateFor(['--max-per-address', '3', '--max-per-person', '2', '--max-per-room', '2'])
  const first = gate.enter('10.0.0.1', 'ada', 'a')
  assert.equal(typeof first, 'function')
  assert.equal(typeof gate.enter('10.0.0.2', 'ada', 'b'), 'function')
  assert.equal(gate.enter('10.0.0.3', 'ada', 'c'), 'person')
  assert.equal(typeof gate.enter('10.0.0.1', null, 'a'), 'function')
  assert.equal(gate.enter('10.0.0.3', null, 'a'), 'room')
  assert.equal(typeof gate.enter('10.0.0.1', null, 'd'), 'function')
  assert.equal(gate.enter('10.0.0.1', null, 'e'), 'address')
  if (typeof first === 'function') {
    first()
    first()
  }
  assert.equal(typeof gate.enter('10.0.0.1', 'ada', 'a'), 'function')
  assert.equal(gate.enter('10.0.0.1', 'ada', 'a'), 'address')
})
