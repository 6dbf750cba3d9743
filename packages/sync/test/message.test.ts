import assert from 'node:assert/strict'
import test from 'node:test'
import * as encoding from 'lib0/encoding'
import * as awareness from 'y-protocols/awareness'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'
import { refusalOf, refusals, SyncError } from '../src/error.ts'
import * as message from '../src/message.ts'
import type { Side } from '../src/message.ts'

const frame = (type: number, write: (encoder: encoding.Encoder) => void): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, type)
  write(encoder)
  return encoding.toUint8Array(encoder)
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test('[P8] frames of y-protocols are understood', () => {
  const doc = new Y.Doc()
  doc.getText('t').insert(0, 'a')
  const update = Y.encodeStateAsUpdate(doc)
  const types = [
    frame(0, (encoder) => sync.writeSyncStep1(encoder, doc)),
    frame(0, (encoder) => sync.writeSyncStep2(encoder, doc)),
    frame(0, (encoder) => sync.writeUpdate(encoder, update)),
    frame(1, (encoder) => {
      const state = new awareness.Awareness(doc)
      encoding.writeVarUint8Array(encoder, awareness.encodeAwarenessUpdate(state, [doc.clientID]))
      state.destroy()
    }),
    frame(3, () => {}),
  ].map((bytes) => {
    const decoded = message.decode(bytes)
    return decoded instanceof SyncError ? decoded.detail : decoded.type
  })
  assert.deepEqual(types, ['have', 'rest', 'update', 'presence', 'who'])
})

test('[P8] what we say is byte for byte what y-protocols says', () => {
  assert.equal(hexOf(message.encodeHave(Uint8Array.of(0))), '00000100')
  assert.equal(hexOf(message.encodeRest(Uint8Array.of(0, 0))), '0001020000')
  assert.equal(hexOf(message.encodeUpdate(Uint8Array.of(0, 0))), '0002020000')
  assert.equal(hexOf(message.keepAlive), '010100')
  assert.equal(hexOf(message.encodeDenied('no')), '0200026e6f')
})

test('[P4] frames that are cut or too long are refused', () => {
  for (const bytes of [[], [0], [0, 2], [0, 2, 2, 0], [0, 2, 1, 0, 0], [1, 1], [3, 0]]) {
    const decoded = message.decode(Uint8Array.from(bytes))
    assert.ok(decoded instanceof SyncError, String(bytes))
    assert.equal(decoded.refusal, 'bad-bytes')
  }
})

test('[W9] a frame of a kind that only a newer client knows is told apart from a damaged one', () => {
  for (const bytes of [[100], [100, 1, 2], [0, 3, 0], [2, 0, 0], [4]]) {
    assert.deepEqual(message.decode(Uint8Array.from(bytes)), { type: 'unknown' }, String(bytes))
  }
})

test('the side channel says what it was told, and skips what it does not know', () => {
  const sides: Side[] = [
    { type: 'hello', version: 1, role: 'edit', epoch: 'e-ä', schema: 3 },
    { type: 'saved', count: 70_000 },
    { type: 'refused', count: 3, objection: 'identity' },
    { type: 'store', state: 'late' },
    {
      type: 'people',
      people: [
        { client: 7, identity: 'ada', name: 'Ada Ä', role: 'own', verified: true },
        { client: 2 ** 31, identity: 'guest', name: '', role: 'view', verified: false },
      ],
    },
    { type: 'leaving', within: 3000 },
  ]
  for (const side of sides) assert.deepEqual(message.decodeSide(message.encodeSide(side)), side)
  for (const bytes of [[], [2], [2, 0, 0], [2, 99, 1], [2, 4], [0, 2, 2, 0, 0], [1, 1, 0]]) {
    assert.equal(message.decodeSide(Uint8Array.from(bytes)), null, String(bytes))
  }
})

test('[P8] a frame of the side channel never begins like one that a stock client would act on', () => {
  const saved = message.encodeSide({ type: 'saved', count: 1 })
  assert.equal(saved[0], 2)
  assert.ok((saved[1] ?? 0) >= 3)
})

test('write frames are counted alike at both ends', () => {
  assert.equal(message.writeKind(message.encodeRest(Uint8Array.of(0, 0))), 'rest')
  assert.equal(message.writeKind(message.encodeUpdate(Uint8Array.of(0, 0))), 'update')
  for (const bytes of [message.encodeHave(Uint8Array.of(0)), message.keepAlive, new Uint8Array(0)]) {
    assert.equal(message.writeKind(bytes), null)
  }
})

test('a refusal is found by its code and reason, and by its code where a proxy has cut the reason off', () => {
  for (const [name, code] of Object.entries(refusals)) assert.equal(refusalOf(code, name), name)
  assert.equal(refusalOf(1013), 'too-slow')
  assert.equal(refusalOf(1008, 'of another server'), 'too-much')
  assert.equal(refusalOf(1000), null)
})
