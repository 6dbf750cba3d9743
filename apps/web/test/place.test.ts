import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyRoot, titleRoot } from '@quire/editor/roots'
import { schema } from '@quire/editor/schema'
import {
  absolutePositionToRelativePosition,
  initProseMirrorDoc,
  prosemirrorJSONToYXmlFragment,
} from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { placeOf } from '../src/place.ts'
import type { Binding } from '../src/place.ts'

/** A page that shows two paragraphs, "one" and "two". */
const page = (): Binding => {
  const doc = new Y.Doc()
  doc.clientID = 1
  const type = doc.getXmlFragment(bodyRoot)
  const content = ['one', 'two'].map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] }))
  prosemirrorJSONToYXmlFragment(schema(), { type: 'doc', content }, type)
  return { doc, type, binding: { mapping: initProseMirrorDoc(type, schema()).mapping } }
}

test('every place in the text comes back as it was told', () => {
  const shared = page()
  const mapping = shared.binding?.mapping ?? new Map()
  for (const at of [1, 2, 4, 6, 9]) {
    const told: unknown = JSON.parse(
      JSON.stringify(absolutePositionToRelativePosition(at, shared.type, mapping)),
    )
    assert.equal(placeOf(told, shared), at)
  }
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
    assert.deepEqual([...shared.doc.share.keys()], [bodyRoot], 'it made no new root')
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
  for (let clock = 0; clock < Y.getState(shared.doc.store, 1); clock++)
    for (const assoc of [-1, 0, 1]) {
      assert.doesNotThrow(() => placeOf({ item: { client: 1, clock }, assoc }, shared))
      assert.doesNotThrow(() => placeOf({ type: { client: 1, clock }, assoc }, shared))
    }
})
