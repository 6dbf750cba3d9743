import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import * as Y from 'yjs'
import { SyncError } from '../src/error.ts'
import { anything, inspect, Inspection, readClocks, rootNames } from '../src/inspect.ts'
import type { Grammar } from '../src/inspect.ts'
import { Known, readVector } from '../src/known.ts'
import { pieceBytes, placesOf } from '../src/places.ts'
import { depthOf, gone, kindOf, kinds } from '../src/runs.ts'
import { cutPieces } from '../src/split.ts'
import { split } from './split.ts'
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

test('[W3] an update whose predecessor is missing is a gap, and so is one that refers to what is missing', () => {
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

test('[W2] [W4] [P4] an update cut at any byte is refused', () => {
  const { doc } = history(5, 60)
  const state = Y.encodeStateAsUpdate(doc)
  for (let length = 0; length < state.length; length++) {
    assert.ok(inspect(state.subarray(0, length), new Known()) instanceof SyncError, `cut at ${length}`)
  }
})

test('[W2] [P4] what is accepted, a real document applies with nothing left over, whatever bits are turned', () => {
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

test('[O2] [W14] [P4] counts and lengths that the bytes cannot hold are refused at once', () => {
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

test('[W11] [W13] [P4] kinds that no page makes are refused: subdocuments, hooks, kinds without a meaning', () => {
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

test('[W12] [P4] the same edit in encoding v2 is refused: read as v1 it would be empty, and lost', () => {
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
    fc.property(
      fc.array(fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 6 })), { maxLength: 20 })),
      (updates) => {
        const known = letters()
        const set = new Set<number>()
        for (const ranges of updates) {
          const deletes = Uint8Array.from([1, 1, ranges.length, ...ranges.flat()])
          known.learn({ structs: [], deletes, roots: [], count: 0, jumps: 0, ranges: ranges.length })
          for (const [from, length] of ranges)
            for (let clock = from; clock < from + length; clock++) set.add(clock)
        }
        for (let from = 0; from < 48; from++) {
          assert.equal(known.isDeleted(1, from, from + 1), set.has(from))
          assert.equal(known.isDeleted(1, from, from + 2), set.has(from) && set.has(from + 1))
        }
      },
    ),
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

/** How deep each struct of a document lies, climbing as Yjs has linked them; null for what hangs on nothing. */
const depthIn = (item: Y.Item): number | null => {
  let depth = 1
  for (let at: Y.Item | null = item; at !== null; depth++) {
    const parent: unknown = at.parent
    if (!(parent instanceof Y.AbstractType)) return null
    if (parent._item === null) return depth
    at = parent._item
  }
  return null
}

test('[P4] where each struct stands is what a real document says, from its updates and from its state', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { updates, doc } = history(seed, 150)
    const known = new Known()
    for (const update of updates) learn(known, update)
    const folded = new Known()
    assert.ok(folded.learnBase(placesOf(Y.encodeStateAsUpdate(doc)).places, known.encodeDeletes()))
    assert.deepEqual(folded.encodeVector(), known.encodeVector())
    assert.deepEqual(folded.encodeDeletes(), known.encodeDeletes())
    let compared = 0
    for (const [client, structs] of doc.store.clients) {
      for (const struct of structs) {
        if (!(struct instanceof Y.Item)) continue
        const depth = depthIn(struct)
        for (let clock = struct.id.clock; clock < struct.id.clock + struct.length; clock++) {
          compared++
          const place = known.place(client, clock)
          assert.equal(depthOf(place), depth, `SEED=${seed} ${client} ${clock}`)
          if (struct.content instanceof Y.ContentType) assert.equal(kindOf(place), kinds.type)
          assert.equal(depthOf(folded.place(client, clock)), depth)
        }
      }
    }
    assert.ok(compared > 100)
  }
})

const strict: Grammar = { ...anything, roots: rootNames(['t']), moreRoots: 0, depth: 3, value: 50 }
const problem = (update: readonly number[], known = new Known(), grammar = strict): string => {
  const verdict = inspect(Uint8Array.from(update), known, grammar)
  return verdict instanceof SyncError ? verdict.detail : verdict.type
}
/** One client's structs in root `t`, or as given, without deletions. */
const block = (client: number, clock: number, ...structs: number[][]): number[] => [
  1,
  structs.length,
  client,
  clock,
  ...structs.flat(),
  0,
]
const letterIn = (root: string) => [4, 1, root.length, ...Buffer.from(root), 1, 97]
const type = [7, 1, 1, 116, 2] // a text in root t
const typeIn = (client: number, clock: number) => [7, 0, client, clock, 2]

test('[W11] [P4] a root that is not one of the document is refused, whichever way it comes', () => {
  assert.equal(problem(block(1, 0, letterIn('t'))), 'new')
  assert.match(problem(block(1, 0, letterIn('u'))), /root/)
  assert.match(problem(block(1, 0, letterIn('tt'))), /root/)
  const some = { ...strict, moreRoots: 2 }
  assert.equal(problem(block(1, 0, letterIn('a'), letterIn('b'), letterIn('t')), new Known(), some), 'new')
  assert.match(problem(block(1, 0, letterIn('a'), letterIn('b'), letterIn('c')), new Known(), some), /root/)
  const known = new Known()
  for (const root of ['a', 'b']) {
    const verdict = inspect(Uint8Array.from(block(1, known.clock(1), letterIn(root))), known, some)
    assert.ok(!(verdict instanceof SyncError) && verdict.type === 'new')
    known.learn(verdict)
  }
  assert.match(problem(block(2, 0, letterIn('c')), known, some), /root/)
  assert.equal(problem(block(2, 0, letterIn('a')), known, some), 'new')
  assert.match(problem(block(1, 0, letterIn('x'.repeat(65))), new Known(), some), /root/)
})

test('[W15] [P4] a parent that is a letter, and neighbours in two parents, are refused', () => {
  assert.match(problem(block(1, 0, letterIn('t'), typeIn(1, 0))), /holds nothing/)
  // one letter in the root, one in a text that lies in it; then something between the two
  const two = [letterIn('t'), type, [4, 0, 1, 1, 1, 97]]
  assert.equal(problem(block(1, 0, ...two)), 'new')
  assert.match(problem(block(1, 0, ...two, [0xc4, 1, 0, 1, 2, 1, 97])), /two parents/)
})

test('[C9] [P4] types too deep in one another are refused', () => {
  assert.equal(problem(block(1, 0, type, typeIn(1, 0), typeIn(1, 1))), 'new')
  assert.match(problem(block(1, 0, type, typeIn(1, 0), typeIn(1, 1), typeIn(1, 2))), /deep/)
})

test('[W16] [P4] a key that would change what an object is, is refused wherever it stands', () => {
  const proto = [9, ...Buffer.from('__proto__')]
  const harmless = [9, ...Buffer.from('__brot0__')]
  const keyed = (key: number[]) => block(1, 0, [0x28, 1, 1, 116, ...key, 1, 126])
  const format = (key: number[]) => block(1, 0, [6, 1, 1, 116, ...key, 1, 49])
  const value = (key: number[]) => block(1, 0, [8, 1, 1, 116, 1, 118, 1, ...key, 126])
  for (const make of [keyed, format, value]) {
    assert.equal(problem(make(harmless)), 'new')
    assert.match(problem(make(proto)), /does not decode/)
  }
})

test('[P4] a value larger than an attribute may be is refused', () => {
  const value = (length: number) =>
    block(1, 0, [8, 1, 1, 116, 1, 119, length, ...Buffer.from('x'.repeat(length))])
  assert.equal(problem(value(40)), 'new')
  assert.match(problem(value(60)), /does not decode/)
})

test('[P4] what hangs on something collected is harmless wherever it says to be', () => {
  const known = new Known()
  assert.equal(learn(known, Uint8Array.from(block(1, 0, [0, 5]))), 'new') // five collected
  assert.equal(problem(block(2, 0, typeIn(1, 3), [4, 0, 2, 0, 1, 97]), known), 'new')
  assert.equal(learn(known, Uint8Array.from(block(2, 0, typeIn(1, 3)))), 'new')
  assert.equal(known.place(2, 0), gone)
})

test('[P5] more new client ids than a connection may bring are refused', () => {
  const { updates } = history(4, 60)
  const whole = Y.mergeUpdates(updates)
  assert.ok(inspect(whole, new Known(), anything, 2) instanceof SyncError)
  assert.ok(!(inspect(whole, new Known(), anything, 3) instanceof SyncError))
})

test('[N3] of an update with a hole, what lacks nothing is kept, and a real document can use it', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const chance = random(seed)
    const { updates, doc } = history(seed, 60)
    const lost = updates[chance(updates.length - 5)]
    const known = new Known()
    // a document that waits for the lost one says all it has, with a Skip where that was
    const holed = Y.mergeUpdates(updates.filter((update) => update !== lost))
    const verdict = inspect(holed, known)
    assert.ok(!(verdict instanceof SyncError))
    if (verdict.type !== 'gap') continue
    const part = verdict.part()
    if (part !== null) {
      learn(known, part)
      const copy = new Y.Doc()
      Y.applyUpdate(copy, part)
      assert.equal(copy.store.pendingStructs, null)
      assert.equal(copy.store.pendingDs, null)
      assert.deepEqual(Y.encodeStateVector(copy), known.encodeVector())
    }
    const rest = learn(known, Y.encodeStateAsUpdate(doc))
    assert.ok(rest === 'new' || rest === 'old')
    assert.deepEqual(known.encodeVector(), Y.encodeStateVector(doc))
  }
})

test('[N5] a state in pieces is the state, and no piece waits for a later one', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { doc } = history(seed, 200)
    const state = Y.encodeStateAsUpdate(doc)
    const pieces = split(state, 200)
    assert.ok(pieces.length > 2, `${pieces.length} pieces`)
    const copy = new Y.Doc()
    for (const piece of pieces) {
      assert.ok(piece.length < 500, `a piece of ${piece.length} bytes`)
      Y.applyUpdate(copy, piece)
      assert.equal(copy.store.pendingStructs, null, `SEED=${seed}`)
      for (const [client, clock] of readClocks(piece)) assert.equal(Y.getState(copy.store, client), clock)
    }
    assert.deepEqual(Y.encodeStateVector(copy), Y.encodeStateVector(doc))
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc))) // the deletions
    assert.deepEqual(copy.getText('text').toDelta(), doc.getText('text').toDelta())
    assert.equal(copy.getXmlFragment('default').toString(), doc.getXmlFragment('default').toString())
  }
  assert.deepEqual(split(Uint8Array.of(0, 0), 10), [Uint8Array.of(0, 0)])
})

test('[N5] [D11] a state is cut where its base says; cuts that are not of it give nothing', () => {
  const doc = new Y.Doc()
  const text = doc.getText('text')
  for (let piece = 0; piece < 40; piece++) text.insert(0, `${piece}`.repeat(10_000))
  const state = Y.encodeStateAsUpdate(doc)
  const { cuts } = placesOf(state)
  assert.deepEqual([...cutPieces(state, cuts)], split(state, pieceBytes))
  assert.ok(split(state, pieceBytes).length > 3)
  const small = Y.encodeStateAsUpdate(new Y.Doc())
  assert.deepEqual([...cutPieces(small, placesOf(small).cuts)], [small])
  for (const bad of [
    cuts.subarray(0, -1),
    Uint8Array.of(1, 1, 7, 0, 1, 0, 99),
    Uint8Array.of(1, 1, 7, 0, 1, 2, 1),
  ])
    assert.throws(() => [...cutPieces(small, bad)], /damaged/)
})

test('[P6] what is known of an update does not keep the update', () => {
  const doc = new Y.Doc()
  doc.getText('name').insert(0, 'long'.repeat(10_000))
  const known = new Known()
  assert.equal(learn(known, Buffer.from(Y.encodeStateAsUpdate(doc))), 'new') // of a Buffer, a slice is a view
  assert.deepEqual(
    known.roots.map(({ buffer }) => buffer.byteLength),
    [4],
  )
})

test('[O14] [P4] a state vector with more clients than any document has is refused unread', () => {
  assert.equal(readVector(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f, 1, 1)), null)
})

test('[O2] [P4] however the structs of an update wait for one another, each is read a few times at most', () => {
  const number = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...number(Math.floor(value / 128))]
  const letter = (client: number, clock: number) => [0x84, ...number(client), ...number(clock), 1, 97]
  const size = 5000
  const shapes: Record<string, number[]> = {
    'each block waits for the one after it': [
      ...number(size),
      ...Array.from({ length: size }, (_, index) => {
        const client = 10 + size - index
        return [1, ...number(client), 0, ...(index === size - 1 ? letterIn('t') : letter(client - 1, 0))]
      }).flat(),
      0,
    ],
    'two blocks take turns in waiting': [
      2,
      ...[20, 10].flatMap((client) => [
        ...number(size),
        client,
        0,
        ...Array.from({ length: size }, (_, index) =>
          client === 20 ? letter(10, index) : index === 0 ? letterIn('t') : letter(20, index - 1),
        ).flat(),
      ]),
      0,
    ],
    'many blocks wait for ever later structs of one': [
      ...number(size + 1),
      ...Array.from({ length: size }, (_, index) => [
        1,
        ...number(20 + size - index),
        0,
        ...letter(10, index),
      ]).flat(),
      ...number(size),
      10,
      0,
      ...Array.from({ length: size }, (_, index) => (index === 0 ? letterIn('t') : letter(20 + 1, 0))).flat(),
      0,
    ],
  }
  for (const [name, bytes] of Object.entries(shapes)) {
    let reads = 0
    class Counted extends Known {
      override clock(client: number): number {
        reads++
        return super.clock(client)
      }
    }
    const verdict = inspect(Uint8Array.from(bytes), new Counted())
    assert.ok(!(verdict instanceof SyncError), name)
    assert.ok(reads < 12 * size, `${name}: ${reads} looks for ${size} structs`)
  }
})

const number = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...number(Math.floor(value / 128))]
/** A letter behind the struct of another client. */
const behind = (client: number, clock: number) => [0x84, ...number(client), ...number(clock), 1, 97]

test('[O19] client ids that wait for one another are placed without moving those that wait', () => {
  const size = 3000
  const [late, text] = [5, 6]
  // the first block waits for the last one, the long text for the first, and all others each for a later letter of it
  const bytes = [
    [...number(size + 3), 1, ...number(2 ** 31), 0, ...behind(late, 0)],
    ...Array.from({ length: size }, (_, index) => [
      1,
      ...number(2 ** 31 - 1 - index),
      0,
      ...behind(text, size - index),
    ]),
    [
      1,
      text,
      0,
      0x84,
      ...number(2 ** 31),
      0,
      ...number(size + 1),
      ...Array.from({ length: size + 1 }, () => 97),
    ],
    [1, late, 0, ...letterIn('t'), 0],
  ].flat()
  let moved = 0
  class Counted extends Known {
    override clock(client: number): number {
      moved++
      return super.clock(client)
    }
  }
  const { splice } = Array.prototype
  Array.prototype.splice = function (this: unknown[], from: number, ...rest: [number]) {
    moved += this.length - from
    return splice.call(this, from, ...rest)
  }
  const known = new Counted()
  const verdict = inspect(Uint8Array.from(bytes), known)
  Array.prototype.splice = splice
  assert.ok(!(verdict instanceof SyncError) && verdict.type === 'new')
  assert.ok(moved < 10 * size, `${moved} moves for ${size} client ids`)
  known.learn(verdict)
  assert.equal(known.clients, size + 3)
})

test('[O19] client ids that wait for one another in a circle are a gap, and so is all that waits for them', () => {
  const circle = [4, 1, 40, 0, ...behind(30, 0), 1, 30, 0, ...behind(20, 0), 1, 20, 0, ...behind(30, 0)]
  const verdict = inspect(Uint8Array.from([...circle, 1, 10, 0, ...letterIn('t'), 0]), new Known())
  assert.ok(!(verdict instanceof SyncError) && verdict.type === 'gap')
  assert.deepEqual(verdict.part(), Uint8Array.from([1, 1, 10, 0, ...letterIn('t'), 0]))
})

/** A delete set of these blocks, and nothing else. */
const deleteSet = (
  blocks: readonly { client: number; ranges: readonly [from: number, length: number][] }[],
) =>
  Uint8Array.from([
    0,
    ...number(blocks.length),
    ...blocks.flatMap(({ client, ranges }) => [
      ...number(client),
      ...number(ranges.length),
      ...ranges.flatMap(([from, length]) => [...number(from), ...number(length)]),
    ]),
  ])

/** What is known where clients 1 to 4 wrote a thousand letters each. */
const letters = (): Known => {
  const known = new Known()
  const blocks = [4, 3, 2, 1].map((client) => [
    1,
    client,
    0,
    0x04,
    1,
    1,
    116,
    ...number(1000),
    ...Array.from({ length: 1000 }, () => 97),
  ])
  assert.equal(learn(known, Uint8Array.from([4, ...blocks.flat(), 0])), 'new')
  return known
}

test('[O19] a large delete set is judged in parts, and as at once', () => {
  const every = Array.from({ length: 500 }, (_, index): [number, number] => [2 * index, 1])
  const whole = deleteSet([4, 3, 2, 1].map((client) => ({ client, ranges: every })))
  const lacking = deleteSet([{ client: 4, ranges: [...every, [999, 5]] }])
  const known = letters()
  for (const bytes of [whole, lacking, whole.subarray(0, -1), Uint8Array.from([...whole, 0])]) {
    const atOnce = inspect(bytes, known)
    for (const part of [1, 7, 1000]) {
      const inspection = new Inspection(bytes, known, anything, undefined, null, null)
      let parts = 1
      while (!inspection.advance(part)) parts++
      assert.ok(parts > bytes.length / (part + 8) - 2, `${parts} parts of ${part}`)
      const verdict = inspection.verdict()
      assert.equal(verdict instanceof SyncError, atOnce instanceof SyncError)
      if (verdict instanceof SyncError || atOnce instanceof SyncError) continue
      assert.equal(verdict.type, atOnce.type)
      if (verdict.type === 'new' && atOnce.type === 'new') assert.deepEqual(verdict.deletes, atOnce.deletes)
    }
  }
})

test('[O19] deleted ranges are known whatever their order, also of clients that come again and again', () => {
  const chance = random(19)
  for (let round = 0; round < 200; round++) {
    const blocks = Array.from({ length: 1 + chance(8) }, () => ({
      client: 1 + chance(4),
      ranges: Array.from({ length: chance(30) }, (): [number, number] => [chance(980), 1 + chance(20)]),
    }))
    if (round % 2 === 0) blocks.sort((one, other) => other.client - one.client)
    const [atOnce, oneByOne] = [letters(), letters()]
    if (round % 3 === 0) for (const known of [atOnce, oneByOne]) learn(known, deleteSet(blocks.slice(1, 3)))
    for (const { client, ranges } of blocks)
      for (const range of ranges) learn(oneByOne, deleteSet([{ client, ranges: [range] }]))
    learn(atOnce, deleteSet(blocks))
    assert.deepEqual(atOnce.encodeDeletes(), oneByOne.encodeDeletes(), `round ${round}`)
  }
})
