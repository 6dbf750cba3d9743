import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relativeOf } from '@quire/editor/place'
import { Projection } from '@quire/editor/projection'
import { bodyRoot, titleRoot } from '@quire/editor/roots'
import { schema } from '@quire/editor/schema'
import * as Y from 'yjs'
import { placeOf } from '../src/place.ts'

/** A page that shows two paragraphs, "one" and "two", and something between them that it does not know. */
const page = (): Projection => {
  const doc = new Y.Doc()
  doc.clientID = 1
  const root = doc.getXmlFragment(bodyRoot)
  for (const [name, text] of [
    ['paragraph', 'one'],
    ['poem', 'unknown'],
    ['paragraph', 'two'],
  ] as const) {
    const block = new Y.XmlElement(name)
    root.insert(root.length, [block])
    block.insert(0, [new Y.XmlText(text)])
  }
  const projection = new Projection(root, schema())
  projection.read()
  return projection
}

test('every place in the text comes back as it was told', () => {
  const shared = page()
  for (const at of [1, 2, 4, 5, 6, 7, 10]) {
    const told: unknown = JSON.parse(JSON.stringify(relativeOf(at, shared)))
    assert.equal(placeOf(told, shared), at)
  }
})

test('[P9] a caret inside something that this page does not know is right before it', () => {
  const shared = page()
  const poem = shared.root.get(1)
  assert.ok(poem instanceof Y.XmlElement)
  const inside = Y.createRelativePositionFromTypeIndex(poem.get(0), 3)
  assert.equal(placeOf(JSON.parse(JSON.stringify(inside)), shared), 5)
})

test('[P4] an end of a selection that makes no sense has no place, and breaks nothing', () => {
  const id = { client: 1, clock: 2 }
  const junk: unknown[] = [
    null,
    undefined,
    7,
    'x',
    [],
    {},
    { type: 7 },
    { type: 'x', item: 'y', tname: 'z' },
    { item: {} },
    { item: { client: -1, clock: 0 } },
    { item: { client: 1, clock: -1 } },
    { item: { client: 1, clock: 2 ** 53 } },
    { item: { client: 1, clock: 1.5 } },
    { item: { client: 1, clock: 9_999 } },
    { item: { client: 9, clock: 0 } },
    { item: { client: '1', clock: '2' } },
    { item: { client: Number.NaN, clock: null } },
    { type: { client: 9, clock: 9 } },
    { tname: 'other' },
    { tname: titleRoot },
    { tname: '__proto__' },
    { tname: { toString: () => bodyRoot } },
  ]
  for (const end of junk) {
    const shared = page()
    const place = placeOf(end, shared)
    assert.ok(place === null || (place >= 0 && place <= 10), JSON.stringify(end))
    assert.deepEqual([...(shared.root.doc?.share.keys() ?? [])], [bodyRoot], 'it made no new root')
  }
  for (const [name, value] of [
    ['type', id],
    ['item', id],
    ['assoc', {}],
    ['assoc', 'x'],
  ] as const)
    assert.doesNotThrow(() => placeOf({ item: { client: 1, clock: 1 }, [name]: value }, page()))
})

test('every id that the document holds can be pointed at without breaking the page', () => {
  const shared = page()
  for (let clock = 0; clock < Y.getState(shared.root.doc?.store ?? new Y.Doc().store, 1); clock++)
    for (const assoc of [-1, 0, 1]) {
      assert.doesNotThrow(() => placeOf({ item: { client: 1, clock }, assoc }, shared))
      assert.doesNotThrow(() => placeOf({ type: { client: 1, clock }, assoc }, shared))
    }
})
