import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { extractRoot } from '../src/update/extract-root.ts'
import { docOps, edit, random } from './edits.ts'
import { quadratic } from './quadratic.ts'

const read = (updates: readonly Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  assert.equal(doc.store.pendingStructs, null)
  assert.equal(doc.store.pendingDs, null)
  return doc
}

test('[O31] one root is read out of the updates of a document, and what is written into it fits the whole', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const chance = random(seed)
    const docs = [1, 2, 3].map((client) => {
      const doc = new Y.Doc()
      doc.clientID = 1000 * client + seed
      return doc
    })
    const log: Uint8Array[] = []
    for (let turn = 0; turn < 120; turn++) {
      const doc = docs[chance(docs.length)] ?? assert.fail()
      const before = Y.encodeStateVector(doc)
      edit(doc, docOps[chance(docOps.length)] ?? 'type', chance)
      log.push(Y.encodeStateAsUpdate(doc, before))
      for (const other of docs)
        if (chance(3) === 0) Y.applyUpdate(other, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(other)))
      // as a base is made of what came first
      if (turn === 60) log.splice(0, log.length, Y.encodeStateAsUpdate(read(log)))
    }
    const whole = read(log)
    const { updates, structs } = extractRoot(log, 'text')
    const part = read(updates)
    assert.deepEqual(part.getText('text').toDelta(), whole.getText('text').toDelta(), `seed ${seed}`)
    assert.deepEqual(Y.encodeStateVector(part), Y.encodeStateVector(whole))
    assert.ok(structs > 0)
    assert.equal(part.getXmlFragment('default').length, 0)

    const before = Y.encodeStateVector(part)
    const at = part.getText('text').length >> 1
    part.getText('text').delete(0, at)
    part.getText('text').insert(0, 'renamed')
    Y.applyUpdate(whole, Y.encodeStateAsUpdate(part, before))
    assert.equal(whole.store.pendingStructs, null)
    assert.deepEqual(whole.getText('text').toDelta(), part.getText('text').toDelta(), `seed ${seed}`)
  }
})

test('[O31] what Yjs cannot build in another root costs its bytes only', () => {
  const title = new Y.Doc()
  title.getText('title').insert(0, 'The trap')
  const { updates, structs } = extractRoot(
    [Y.encodeStateAsUpdate(title), quadratic('default', 10_000)],
    'title',
  )
  assert.equal(structs, 1)
  assert.equal(read(updates).getText('title').toJSON(), 'The trap')
  assert.equal(extractRoot([quadratic('title', 10_000)], 'title').structs, 20_001)
})

test('structs that wait for one another in a ring are in no root, and bytes that are no update throw', () => {
  // two clients whose letters each stand after the other's
  const ring = Uint8Array.of(2, 1, 2, 0, 0x84, 1, 0, 1, 97, 1, 1, 0, 0x84, 2, 0, 1, 97, 0)
  assert.equal(extractRoot([ring], 'title').structs, 0)
  const [update = ring] = extractRoot([ring], 'title').updates
  assert.equal(Y.decodeUpdate(update).structs.length, 2)
  assert.throws(() => extractRoot([Uint8Array.of(9, 9, 9)], 'title'), /does not decode/)
})
