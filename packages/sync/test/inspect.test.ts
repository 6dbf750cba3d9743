import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import * as Y from 'yjs'
import { SyncError } from '../src/error.ts'
import { inspect } from '../src/inspect.ts'
import { Known, readVector } from '../src/known.ts'
import { docOps, edit, random } from './edits.ts'

const learn = (known: Known, update: Uint8Array): string => {
  const verdict = inspect(update, known)
  if (verdict instanceof SyncError) return verdict.detail
  if (verdict.type === 'new') known.learn(verdict)
  return verdict.type
}

/** Updates of several people who edit with every kind of content, and the document they end with. */
const history = (seed: number, count: number): { updates: Uint8Array[]; doc: Y.Doc } => {
  const chance = random(seed)
  const docs = [1, 2, 3].map((id) => {
    const doc = new Y.Doc()
    doc.clientID = seed * 10 + id
    return doc
  })
  const updates: Uint8Array[] = []
  for (const doc of docs) {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'remote') return
      updates.push(update)
      for (const other of docs) if (other !== doc) Y.applyUpdate(other, update, 'remote')
    })
  }
  for (let index = 0; index < count; index++) {
    const doc = docs[chance(docs.length)]
    if (doc !== undefined) edit(doc, docOps[chance(docOps.length)] ?? 'type', chance)
  }
  const [doc] = docs
  assert.ok(doc)
  return { updates, doc }
}

test('[P1] what is known after any history is what a real document says, byte for byte', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { updates, doc } = history(seed, 120)
    const known = new Known()
    for (const update of updates) assert.equal(learn(known, update), 'new', `SEED=${seed}`)
    const vector = Y.encodeStateVector(doc)
    assert.deepEqual(known.encodeVector(), vector, `SEED=${seed}`)
    assert.deepEqual(known.encodeDeletes(), Y.encodeStateAsUpdate(doc, vector), `SEED=${seed}`)
  }
})

test('the whole state is taken in one piece, and adds nothing a second time', () => {
  const { updates, doc } = history(7, 200)
  const state = Y.encodeStateAsUpdate(doc)
  const known = new Known()
  assert.equal(learn(known, state), 'new')
  assert.equal(learn(known, state), 'old')
  for (const update of updates) assert.equal(learn(known, update), 'old')
})

test('an update whose predecessor is missing is a gap, and so is one that refers to what is missing', () => {
  const { updates } = history(3, 100)
  const known = new Known()
  const [first, ...others] = updates
  assert.ok(first)
  const verdicts = new Set(
    others
      .map((update) => inspect(update, known))
      .map((verdict) => (verdict instanceof SyncError ? 'error' : verdict.type)),
  )
  assert.ok(verdicts.has('gap'))
  assert.ok(!verdicts.has('error'))

  const ada = new Y.Doc()
  ada.getText('t').insert(0, 'ab')
  const ben = new Y.Doc()
  Y.applyUpdate(ben, Y.encodeStateAsUpdate(ada))
  const before = Y.encodeStateVector(ben)
  ben.getText('t').insert(1, 'x')
  assert.equal(learn(new Known(), Y.encodeStateAsUpdate(ben, before)), 'gap')
  const emptied = Y.encodeStateVector(ada)
  ada.getText('t').delete(0, 1)
  assert.equal(learn(new Known(), Y.encodeStateAsUpdate(ada, emptied)), 'gap')
})

test('[P4] an update cut at any byte is refused', () => {
  const { doc } = history(5, 60)
  const state = Y.encodeStateAsUpdate(doc)
  for (let length = 0; length < state.length; length++) {
    assert.ok(inspect(state.subarray(0, length), new Known()) instanceof SyncError, `cut at ${length}`)
  }
})

test('[P4] what is accepted, a real document applies with nothing left over, whatever bits are turned', () => {
  let accepted = 0
  for (let seed = 1; seed <= 40; seed++) {
    const chance = random(seed)
    const { updates } = history(seed, 25)
    const known = new Known()
    const doc = new Y.Doc()
    for (const honest of updates) {
      const update = new Uint8Array(honest)
      if (chance(8) === 0) update[chance(update.length)] = chance(256)
      const verdict = learn(known, update)
      if (verdict !== 'new') continue
      accepted++
      Y.applyUpdate(doc, update)
    }
    assert.deepEqual(known.encodeVector(), Y.encodeStateVector(doc), `SEED=${seed}`)
  }
  assert.ok(accepted > 200, `${accepted} accepted: too few to mean anything`)
})

test('[P4] counts and lengths that the bytes cannot hold are refused at once', () => {
  const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]
  for (const bytes of [
    huge, // blocks
    [1, ...huge], // structs
    [1, 1, 1, 0, 0, ...huge, 0], // a collected struct as long as that
    [1, 1, 1, 0, 8, 1, 1, 116, ...huge], // values
    [1, 1, 1, 0, 4, 1, 1, 116, ...huge], // letters
    [0, ...huge], // clients that deleted
    [0, 1, 1, ...huge], // ranges
    [0, 1, 1, 1, 0, ...huge], // a range
  ]) {
    assert.ok(inspect(Uint8Array.from(bytes), new Known()) instanceof SyncError, String(bytes))
  }
})

test('[P4] kinds that no page makes are refused: subdocuments, hooks, kinds without a meaning', () => {
  const struct = (...content: number[]) => Uint8Array.from([1, 1, 1, 0, ...content, 0])
  assert.equal(learn(new Known(), struct(4, 1, 1, 116, 1, 97)), 'new')
  for (const bytes of [
    struct(9, 1, 1, 116, 1, 97, 126), // subdocument
    struct(7, 1, 1, 116, 5, 1, 97), // hook
    struct(7, 1, 1, 116, 7),
    struct(11, 1, 1, 116, 1),
    struct(4, 2, 1, 116, 1, 97), // neither a name nor an id
    struct(4, 1, 1, 116, 0), // no letters
    struct(4, 1, 1, 116, 1, 0xff), // not UTF-8
    struct(5, 1, 1, 116, 1, 123), // not JSON
    struct(0, 0), // no length
    Uint8Array.of(2, 1, 1, 0, 4, 1, 1, 116, 1, 97, 1, 1, 1, 4, 1, 1, 116, 1, 97, 0), // one client, two blocks
  ]) {
    assert.ok(inspect(bytes, new Known()) instanceof SyncError, String(bytes))
  }
})

test('[P4] the same edit in encoding v2 is refused: read as v1 it would be empty, and lost', () => {
  const { doc } = history(2, 30)
  assert.ok(inspect(Y.encodeStateAsUpdateV2(doc), new Known()) instanceof SyncError)
})

test('[P4] values nested deeper than 100 are refused, however deep', () => {
  const nested = (depth: number) =>
    Uint8Array.from([
      1,
      1,
      1,
      0,
      8,
      1,
      1,
      116,
      1,
      ...Array.from({ length: depth }, () => [117, 1]).flat(),
      126,
      0,
    ])
  assert.equal(learn(new Known(), nested(90)), 'new')
  assert.ok(inspect(nested(50_000), new Known()) instanceof SyncError)
})

test('deleted ranges are merged as a set would merge them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 6 }))), (ranges) => {
      const known = new Known()
      const set = new Set<number>()
      for (const [from, length] of ranges) {
        known.addDeleted({ client: 1, from, to: from + length })
        for (let clock = from; clock < from + length; clock++) set.add(clock)
      }
      for (let from = 0; from < 48; from++) {
        assert.equal(known.isDeleted({ client: 1, from, to: from + 1 }), set.has(from))
        const both = set.has(from) && set.has(from + 1)
        assert.equal(known.isDeleted({ client: 1, from, to: from + 2 }), both)
      }
    }),
  )
})

test('a state vector is read whole or not at all', () => {
  const doc = new Y.Doc()
  doc.clientID = 9
  doc.getText('t').insert(0, 'abc')
  assert.deepEqual(readVector(Y.encodeStateVector(doc)), new Map([[9, 3]]))
  for (const bytes of [[], [1], [1, 9], [0, 0], [0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1]]) {
    assert.equal(readVector(Uint8Array.from(bytes)), null, String(bytes))
  }
})
