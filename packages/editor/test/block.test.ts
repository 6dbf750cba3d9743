import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { blockAt, blockName } from '../src/block.ts'
import { grammar, Sheet } from './sheet.ts'
import { chanceOf, write } from './writer.ts'

test('every block of 20 random documents is found again by its name, also after edits before it', () => {
  for (let seed = 0; seed < 20; seed++) {
    const sheet = new Sheet(new Y.Doc(), grammar, seed % 2 === 0 ? 1 : undefined)
    sheet.edit((tr) =>
      tr.replaceWith(0, tr.doc.content.size, grammar.nodeFromJSON(write(chanceOf(seed))).content),
    )
    const names: [number, string][] = []
    sheet.shown.descendants((node, at) => {
      if (!node.isBlock) return false
      const name = blockName(at, sheet.projection)
      assert.ok(name !== null, `SEED=${seed}`)
      names.push([at, name])
      return true
    })
    assert.equal(new Set(names.map(([, name]) => name)).size, names.length)
    sheet.edit((tr) => tr.insert(0, grammar.node('paragraph', null, grammar.text('before'))))
    for (const [at, name] of names) assert.equal(blockAt(name, sheet.projection), at + 8, `SEED=${seed}`)
  }
})

test('a name leads nowhere when its block is gone, and to what undo brought back', () => {
  const sheet = new Sheet()
  sheet.edit((tr) => tr.insert(0, grammar.node('heading', null, grammar.text('a'))))
  const name = blockName(0, sheet.projection) ?? ''
  const undo = new Y.UndoManager(sheet.body, { trackedOrigins: new Set([sheet]) })
  sheet.edit((tr) => tr.delete(0, 3))
  assert.equal(blockAt(name, sheet.projection), null)
  undo.undo()
  assert.equal(sheet.shown.toString(), 'doc(heading("a"), paragraph)')
  assert.equal(blockAt(name, sheet.projection), 0)
})

for (const name of ['', '-', '1-1', 'zzzzzzz-zzzzzzzzzz', '__proto__', '1-1-1', '../..', '0-0'])
  test(`an address that ends with “${name}” leads to no block`, () =>
    assert.equal(blockAt(name, new Sheet().projection), null))
