import assert from 'node:assert/strict'
import test from 'node:test'
import { Client } from '../src/client.ts'
import { encodeHave, encodeRest, encodeSide, encodeUpdate } from '../src/message.ts'
import type { Side } from '../src/message.ts'

const some = Uint8Array.of(0, 0)
const hello: Side = { type: 'hello', version: 1, role: 'edit', epoch: '', schema: 1 }

/** A client that is connected, greeted and has nothing unsaved. */
const settled = (): Client => {
  const client = new Client()
  client.opened()
  client.sent(encodeHave(Uint8Array.of(0)))
  client.heard(encodeSide(hello))
  client.sent(encodeRest(some))
  client.heard(encodeSide({ type: 'saved', count: 1 }))
  return client
}

test('[P3] saved needs the greeting, our answer and its acknowledgement', () => {
  const client = new Client()
  const steps: (() => void)[] = [
    () => client.opened(),
    () => client.heard(encodeSide(hello)),
    () => client.sent(encodeRest(some)),
  ]
  for (const step of steps) {
    step()
    assert.equal(client.facts.saved, false)
  }
  client.heard(encodeSide({ type: 'saved', count: 1 }))
  assert.equal(client.facts.saved, true)
})

test('[P3] a change that never left the page is not saved, whatever is acknowledged', () => {
  const client = settled()
  client.changed() // the socket is closing: the provider sends nothing
  client.heard(encodeSide({ type: 'saved', count: 1 }))
  assert.equal(client.facts.saved, false)
})

test('[P3] an acknowledgement of an earlier frame does not cover a later one', () => {
  const client = settled()
  client.changed()
  client.sent(encodeUpdate(some))
  client.changed()
  client.sent(encodeUpdate(some))
  client.heard(encodeSide({ type: 'saved', count: 2 }))
  assert.equal(client.facts.saved, false)
  client.heard(encodeSide({ type: 'saved', count: 3 }))
  assert.equal(client.facts.saved, true)
})

test('[P3] nothing is saved while the connection is down, nor on a new one before it is greeted', () => {
  const client = settled()
  client.closed()
  assert.equal(client.facts.saved, false)
  client.opened()
  client.sent(encodeRest(some))
  client.heard(encodeSide({ type: 'saved', count: 1 }))
  assert.equal(client.facts.saved, false)
})

test('facts are a new object at each change, and listeners hear of it until they leave', () => {
  const client = new Client()
  const heard: unknown[] = []
  const leave = client.subscribe(() => void heard.push(client.facts))
  client.opened()
  client.closed()
  leave()
  client.opened()
  assert.equal(heard.length, 2)
  assert.notEqual(heard[0], heard[1])
})
