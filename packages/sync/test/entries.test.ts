import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { Entries } from '../src/entries.ts'

/** A copy of a document under another client id, and what a change of it makes. */
const change = (of: Uint8Array, client: number, work: (doc: Y.Doc) => void): Uint8Array => {
  const doc = new Y.Doc()
  if (of.length > 0) Y.applyUpdate(doc, of)
  doc.clientID = client
  const before = Y.encodeStateVector(doc)
  doc.transact(() => work(doc))
  return Y.encodeStateAsUpdate(doc, before)
}
const nothing = new Uint8Array()
const owners = new Map([
  [1, 'ada'],
  [2, 'ben'],
])
const ownerOf = (client: number): string => owners.get(client) ?? ''

/** Ada's comment with a text in it, and a mark of hers that everybody may change. */
const written = change(nothing, 1, (doc) => {
  const comment = new Y.Map<unknown>()
  comment.set('text', new Y.Text('Well.'))
  doc.getMap('messages').set('m1', comment)
  doc.getMap('resolved').set('t1', false)
})
const entries = (): Entries => {
  const all = new Entries(['resolved'])
  all.learn(written, ownerOf)
  return all
}

test('a key belongs to whoever made it, however deep the change lies', () => {
  const changes: Record<string, (doc: Y.Doc) => void> = {
    rewritten: (doc) => doc.getMap('messages').set('m1', 1),
    deleted: (doc) => doc.getMap('messages').delete('m1'),
    'typed into': (doc) =>
      ((doc.getMap('messages').get('m1') as Y.Map<Y.Text>).get('text') as Y.Text).insert(2, 'x'),
    'cut from': (doc) =>
      ((doc.getMap('messages').get('m1') as Y.Map<Y.Text>).get('text') as Y.Text).delete(1, 2),
  }
  for (const [what, work] of Object.entries(changes)) {
    const update = change(written, 2, work)
    assert.equal(entries().touches(update, 'ben'), true, what)
    assert.equal(entries().touches(update, 'ada'), false, what)
  }
  const blind = change(nothing, 2, (doc) => doc.getMap('messages').set('m1', 'mine'))
  assert.equal(entries().touches(blind, 'ben'), true)
})

test('new keys, shared roots, and what is deleted already are no offence', () => {
  const all = entries()
  const fine = [
    change(written, 2, (doc) => doc.getMap('messages').set('m2', 'An answer.')),
    change(written, 2, (doc) => doc.getMap('resolved').set('t1', true)),
    change(written, 2, (doc) => doc.getMap('resolved').delete('t1')),
  ]
  for (const update of fine) assert.equal(all.touches(update, 'ben'), false)
  const deleted = change(written, 1, (doc) => doc.getMap('messages').delete('m1'))
  assert.equal(all.touches(deleted, 'ben'), true)
  all.learn(deleted, ownerOf)
  assert.equal(all.touches(deleted, 'ben'), false, 'whoever answers with all that they have')
})

test('what a folded log tells is what the updates told, and who signs in keeps what is theirs', () => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, written)
  Y.applyUpdate(
    doc,
    change(written, 1, (copy) => copy.getMap('messages').set('m1', 'Rewritten.')),
  )
  const folded = new Entries(['resolved'])
  folded.learn(Y.encodeStateAsUpdate(doc), ownerOf)
  const update = change(Y.encodeStateAsUpdate(doc), 2, (copy) => copy.getMap('messages').delete('m1'))
  assert.equal(folded.touches(update, 'ben'), true)
  folded.adopt('ada', 'ben')
  assert.equal(folded.touches(update, 'ben'), false)
})

test('structs that refer to one another in a circle are in nothing, and looking for that ends', () => {
  const circle = Uint8Array.of(2, 1, 2, 0, 0x84, 1, 0, 1, 0x62, 1, 1, 0, 0x84, 2, 0, 1, 0x61, 0)
  assert.equal(Y.decodeUpdate(circle).structs.length, 2)
  const all = entries()
  all.touches(circle, 'ben')
  all.learn(circle, ownerOf)
})
