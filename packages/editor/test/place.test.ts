import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { absoluteOf, relativeOf } from '../src/place.ts'
import { bodyOf, element, grammar, Sheet } from './sheet.ts'
import type { Sketch } from './sheet.ts'
import { chanceOf, write } from './writer.ts'

const poem: Sketch = ['poem', {}, ['verse', {}, 'Shall I compare thee']]

test('every place in a line of 30 random documents comes back, and moves with what is written before it', () => {
  for (let seed = 0; seed < 30; seed++) {
    const chance = chanceOf(seed)
    const sheet = new Sheet(new Y.Doc(), grammar, seed % 2 === 0 ? 1 : undefined) // with and without remembered lists
    sheet.edit((tr) => tr.replaceWith(0, tr.doc.content.size, grammar.nodeFromJSON(write(chance)).content))
    sheet.body.insert(0, [element(poem), element(['paragraph', {}, 'a', ['badge', {}, 'b'], 'c'])])
    const places: [number, Y.RelativePosition][] = []
    sheet.shown.descendants((node, at) => {
      if (!node.isTextblock) return
      for (let i = 0; i <= node.content.size; i++)
        places.push([at + 1 + i, relativeOf(at + 1 + i, sheet.projection)])
    })
    for (const [at, relative] of places)
      assert.equal(absoluteOf(relative, sheet.projection), at, `SEED=${seed}`)
    sheet.body.insert(0, [element(['paragraph', {}, 'before'])])
    for (const [at, relative] of places)
      assert.equal(absoluteOf(relative, sheet.projection), at + 8, `SEED=${seed}`)
  }
})

test('places around and inside of what is shown closed are beside it', () => {
  const sheet = new Sheet(bodyOf(['paragraph', {}, 'a'], poem, 'loose text', ['paragraph', {}, 'b']))
  for (const at of [3, 4, 5, 6])
    assert.equal(absoluteOf(relativeOf(at, sheet.projection), sheet.projection), at)
  const loose = sheet.body.get(2)
  assert.ok(loose instanceof Y.XmlText)
  const inside = Y.createRelativePositionFromTypeIndex(loose, 5)
  assert.equal(absoluteOf(inside, sheet.projection), 4)
})

test('a place in what is gone is none', () => {
  const sheet = new Sheet(bodyOf(['paragraph', {}, 'a'], ['paragraph', {}, 'b']))
  const place = relativeOf(5, sheet.projection)
  sheet.edit((tr) => tr.delete(3, 6))
  assert.equal(absoluteOf(place, sheet.projection), null)
})
