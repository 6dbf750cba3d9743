import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Knocks } from '../src/knocks.ts'

test('whoever was turned away is known for a minute, by address and room', () => {
  let now = 0
  const knocks = new Knocks(() => now)
  knocks.refused('10.0.0.1', 'room')
  now = 59_999
  assert.equal(knocks.again('10.0.0.1', 'room'), true)
  assert.equal(knocks.again('10.0.0.2', 'room'), false)
  assert.equal(knocks.again('10.0.0.1', 'other'), false)
  now = 60_000
  assert.equal(knocks.again('10.0.0.1', 'room'), false)
})

test('memory of those turned away is bounded', () => {
  const knocks = new Knocks(() => 0)
  for (let room = 0; room < 10_001; room++) knocks.refused('10.0.0.1', `room ${room}`)
  assert.equal(knocks.again('10.0.0.1', 'room 0'), false)
  assert.equal(knocks.again('10.0.0.1', 'room 1'), true)
})

test('a room that is back turns nobody away for what was', () => {
  const knocks = new Knocks(() => 0)
  knocks.refused('10.0.0.1', 'room')
  knocks.forget('room')
  assert.equal(knocks.again('10.0.0.1', 'room'), false)
})
