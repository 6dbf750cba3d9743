import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { emptyBase } from '../src/log.ts'
import type { Base, Run } from '../src/log.ts'
import { merge } from '../src/merge.ts'
import { placesOf } from '../src/places.ts'
import { Tail } from '../src/tail.ts'
import { World } from './world.ts'

/** Somebody types so many characters, each an update. */
const typing = (count: number): Uint8Array[] => {
  const doc = new Y.Doc()
  doc.clientID = 7
  const said: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => said.push(update))
  for (let index = 0; index < count; index++) doc.getText('text').insert(index, String(index % 10))
  return said
}
const read = (updates: readonly Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}
const text = (updates: readonly Uint8Array[]): string => read(updates).getText('text').toJSON()
/** The base that the first so many updates make. */
const baseOf = (said: readonly Uint8Array[], position: number): Base => {
  const doc = read(said.slice(0, position))
  const [vector, state] = [Y.encodeStateVector(doc), Y.encodeStateAsUpdate(doc)]
  return { position, state, vector, deletes: Y.encodeStateAsUpdate(doc, vector), ...placesOf(state) }
}
const runOf = (said: readonly Uint8Array[], first: number, last: number): Run => ({
  first,
  last,
  update: merge(said.slice(first - 1, last)),
})
const filled = (said: readonly Uint8Array[], count = said.length): Tail => {
  const tail = new Tail(emptyBase)
  for (const [index, update] of said.slice(0, count).entries()) tail.push(index + 1, update)
  return tail
}

test('a tail that became a run is not long any more, and says what it said', () => {
  const said = typing(700)
  const tail = filled(said, 600)
  assert.ok(tail.long)
  tail.fold(runOf(said, 1, 500))
  assert.deepEqual([tail.long, tail.longAtRest, tail.base.position], [false, true, 0])
  tail.fold(runOf(said, 501, 600))
  assert.equal(tail.longAtRest, false)
  for (const [index, update] of said.slice(600).entries()) tail.push(601 + index, update)
  assert.equal(text(tail.after(0)), text(said))
  assert.equal(text([baseOf(said, 500).state, ...tail.after(500)]), text(said))
  tail.fold(baseOf(said, 650))
  assert.deepEqual([tail.base.position, text(tail.after(0))], [650, text(said)])
})

test('a run takes the place of the runs and updates that it was merged from, and of nothing else', () => {
  const said = typing(36)
  const tail = filled(said)
  tail.fold(runOf(said, 1, 10))
  tail.fold(runOf(said, 11, 20))
  const before = tail.size
  tail.fold(runOf(said, 11, 30)) // the second run, and ten updates
  assert.ok(tail.size < before)
  assert.equal(tail.after(0)[1], tail.after(10)[0])
  assert.equal(text(tail.after(0)), text(said))
})

test('a run that begins or ends within a piece changes nothing but how long the tail is', () => {
  const said = typing(600)
  for (const run of [runOf(said, 101, 550), runOf(said, 1, 550), runOf(said, 101, 600)]) {
    const tail = filled(said)
    tail.after(0) // somebody comes in: what is there becomes one piece
    const { size } = tail
    tail.fold(run)
    assert.deepEqual([tail.size, tail.long, text(tail.after(0))], [size, false, text(said)])
  }
})

test('a join sends few frames, and what is large is not merged again for the sake of what is small', () => {
  const said = typing(4000)
  const base = baseOf(said, 1000)
  const tail = new Tail(base, 3900)
  const runs = [runOf(said, 1001, 3000), runOf(said, 3001, 3800), runOf(said, 3801, 3900)]
  for (const { last, update } of runs) tail.push(last, update)
  assert.equal(tail.longAtRest, false) // it came with the log, folded
  for (const [index, update] of said.slice(3900).entries()) tail.push(3901 + index, update)
  assert.equal(tail.longAtRest, true)
  const pieces = tail.after(0)
  assert.ok(pieces.length <= 17)
  assert.deepEqual(pieces.slice(0, 3), [base.state, runs[0]?.update, runs[1]?.update])
  assert.equal(text(pieces), text(said))
})

test('a room folds its tail into runs while the base stays, and opens from both', async () => {
  const world = await World.start()
  const { disk } = world
  const ada = world.enter('ada')
  await world.settle()
  ada.text.insert(0, 'All happy families are alike. ')
  await world.rest()
  await disk.compact()
  disk.keepsBase = true
  for (let index = 0; index < 1200; index++) {
    ada.text.insert(index, 'x')
    if (index % 600 !== 599) continue
    await world.rest()
    world.clock.pass(30_000)
    await world.rest()
  }
  assert.deepEqual([disk.base.position, disk.runs.length, disk.tail.length], [1, 2, 0])
  ada.text.insert(0, 'y')
  await world.rest()
  const ben = world.enter('ben')
  await world.rest()
  assert.equal(ben.page, ada.page)
  await world.powerCut()
  const eve = world.enter('eve')
  await world.rest()
  assert.equal(eve.page, ada.page)
  assert.equal(disk.runs.length, 2)
  world.clock.pass(60_000)
  await world.rest()
  assert.equal(disk.runs.length, 2) // and what is folded is not folded again
})
