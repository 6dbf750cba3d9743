import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { SyncError } from '../src/error.ts'
import type { Base } from '../src/log.ts'
import { decode } from '../src/message.ts'
import { pieceBytes, placesOf } from '../src/places.ts'
import { SharedFrames } from '../src/shared-frames.ts'
import { UpdateFrames } from '../src/update-frames.ts'

const messagesOf = (frames: UpdateFrames): Uint8Array[] => {
  const messages: Uint8Array[] = []
  for (let index = 0; ; index++) {
    const frame = frames.at(index)
    if (frame === null) return messages
    messages.push(frame.message)
  }
}

/** A document that takes these in one after the other, and never waits for what comes later. */
const taken = (messages: readonly Uint8Array[], before: readonly Uint8Array[] = []): Y.Doc => {
  const doc = new Y.Doc()
  for (const update of before) Y.applyUpdate(doc, update)
  for (const message of messages) {
    const heard = decode(message)
    assert.ok(!(heard instanceof SyncError) && heard.type === 'update')
    Y.applyUpdate(doc, heard.update)
    assert.equal(doc.store.pendingStructs, null)
    assert.equal(doc.store.pendingDs, null)
  }
  return doc
}

const baseOf = (doc: Y.Doc): Base => {
  const state = Y.encodeStateAsUpdate(doc)
  const vector = Y.encodeStateVector(doc)
  return { position: 1, state, vector, deletes: Y.encodeStateAsUpdate(doc, vector), ...placesOf(state) }
}

/** As parts of a base, and as parts of an update of the log. */
const bothOf = (doc: Y.Doc): Uint8Array[][] => {
  const base = baseOf(doc)
  return [base, null].map((cut) =>
    messagesOf(new UpdateFrames(cut?.state ?? Y.encodeStateAsUpdate(doc), cut, new SharedFrames())),
  )
}

const largest = (messages: readonly Uint8Array[]): number =>
  messages.reduce((most, { length }) => Math.max(most, length), 0)

test('[O29] one long text is cut into messages of 128 KiB, and never inside a surrogate pair', () => {
  for (const letters of ['x', 'é', '漢', '😀', 'a😀', 'ab漢😀é']) {
    const doc = new Y.Doc()
    doc.clientID = 5
    const text = letters.repeat(Math.ceil(1_000_000 / Buffer.byteLength(letters)))
    doc.getText('text').insert(0, 'before')
    doc.clientID = 6
    doc.getText('text').insert(3, text)
    for (const messages of bothOf(doc)) {
      assert.ok(messages.length >= 7)
      assert.ok(largest(messages) <= pieceBytes + 64)
      const copy = taken(messages)
      assert.equal(copy.getText('text').toJSON(), `bef${text}ore`)
      assert.deepEqual(Y.encodeStateAsUpdate(copy), Y.encodeStateAsUpdate(doc))
    }
  }
})

test('[O29] long arrays are cut between their elements, and what is one value stays whole', () => {
  const doc = new Y.Doc()
  const values = Array.from({ length: 40_000 }, (_, index) => [index, `value ${index}`, { index }])
  doc.getArray('any').insert(0, values.flat())
  doc.getMap('map').set('value', 'y'.repeat(400_000))
  doc.getArray('bytes').insert(0, [new Uint8Array(300_000)])
  for (const messages of bothOf(doc)) {
    const large = messages.filter(({ length }) => length > pieceBytes + 64)
    assert.equal(large.length, 2)
    const copy = taken(messages)
    assert.deepEqual(copy.getArray('any').toJSON(), doc.getArray('any').toJSON())
    assert.deepEqual(Y.encodeStateAsUpdate(copy), Y.encodeStateAsUpdate(doc))
  }
})

test('[O29] text whose middle others continued arrives in an order that waits for nothing', () => {
  const doc = new Y.Doc()
  doc.clientID = 900
  const text = doc.getText('text')
  text.insert(0, 'x'.repeat(400_000))
  for (let n = 0; n < 4000; n++) {
    doc.clientID = 1 + (n % 50) * 40
    text.insert((n * 97) % text.length, `[${n}${'z'.repeat(n % 90)}]`)
  }
  doc.transact(() => {
    for (let at = text.length - 2; at > 0; at -= 500) text.delete(at, 9)
  })
  for (const messages of bothOf(doc)) {
    assert.ok(largest(messages) <= 2 * pieceBytes)
    const copy = taken(messages)
    assert.equal(copy.getText('text').toJSON(), text.toJSON())
    assert.deepEqual(Y.encodeStateVector(copy), Y.encodeStateVector(doc))
  }
})

test('[O29] a large delete set is cut too', () => {
  const ranges = Array.from({ length: 60_000 }, (_, index) => [
    128 | ((index * 2) & 127),
    128 | (((index * 2) >> 7) & 127),
    (index * 2) >> 14,
    1,
  ])
  const varUints = [0xe0, 0xd4, 0x03] // 60,000
  const deletes = Uint8Array.from([0, 1, 7, ...varUints, ...ranges.flat()])
  const messages = messagesOf(new UpdateFrames(deletes, null, new SharedFrames()))
  assert.ok(messages.length >= 2)
  assert.ok(largest(messages) <= pieceBytes + 64)
  const merged = Y.mergeUpdates(
    messages.map((message) => {
      const heard = decode(message)
      assert.ok(!(heard instanceof SyncError) && heard.type === 'update')
      return heard.update
    }),
  )
  assert.deepEqual(Y.decodeUpdate(merged).ds, Y.decodeUpdate(deletes).ds)
})

test('[O29] an update of the log that builds on what came before is cut like any other', () => {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, 'a beginning that others know')
  const before = Y.encodeStateAsUpdate(doc)
  const vector = Y.encodeStateVector(doc)
  for (let n = 1; n < 20; n++) {
    doc.clientID = n
    doc.getText('text').insert(n, `${n}`.repeat(30_000))
    doc.getMap('map').set(`${n}`, new Y.Array<number>())
  }
  const update = Y.encodeStateAsUpdate(doc, vector)
  const messages = messagesOf(new UpdateFrames(update, null, new SharedFrames()))
  assert.ok(messages.length > 4)
  assert.ok(largest(messages) <= pieceBytes + 64)
  assert.equal(taken(messages, [before]).getText('text').toJSON(), doc.getText('text').toJSON())
})

test('[O29] all who read get the same bytes, also when they were forgotten and somebody still holds them', () => {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, 'x'.repeat(1_000_000))
  const shared = new SharedFrames(300_000)
  const frames = new UpdateFrames(Y.encodeStateAsUpdate(doc), null, shared)
  const first = messagesOf(frames)
  assert.ok(shared.bytes <= 300_000)
  assert.ok(messagesOf(frames).every((message, index) => message === first[index]))
})

test('a struct under a key is not cut: its later part would take the place of the earlier', () => {
  const length = 200_000
  const varUint = [0xc0, 0x9a, 0x0c] // 200,000
  const head = [1, 1, 7, 0, 0x24, 1, 1, 0x6d, 1, 0x6b, ...varUint] // client 7 sets `k` of the root `m` to a text
  const update = new Uint8Array(head.length + length + 1).fill(0x61)
  update.set(head)
  update[update.length - 1] = 0
  const frames = messagesOf(new UpdateFrames(update, null, new SharedFrames()))
  assert.equal(frames.length, 1)
})
