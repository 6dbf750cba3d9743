import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { Projector } from '../src/projector.ts'
import { time } from '../src/time.ts'
import { LentClock } from './house.ts'

const stubborn = new URL('./stubborn.ts', import.meta.url)

const written = (title: string): Uint8Array => {
  const doc = new Y.Doc()
  doc.getText('title').insert(0, title)
  return Y.encodeStateAsUpdate(doc)
}

test('a title is read from the updates that make up the document', async (t) => {
  const projector = new Projector(time)
  t.after(() => projector.close())
  assert.equal(await projector.title([]), '')
  assert.equal(await projector.title([written('The plan')]), 'The plan')
})

test('a new title is an update that changes what differs, and nothing when nothing does', async (t) => {
  const projector = new Projector(time)
  t.after(() => projector.close())
  const before = written('The plan')
  const update = await projector.retitle([before], 'The better plan')
  const doc = new Y.Doc()
  Y.applyUpdate(doc, before)
  Y.applyUpdate(doc, update ?? assert.fail('no update'))
  assert.equal(doc.getText('title').toString(), 'The better plan')
  assert.equal(await projector.retitle([before], 'The plan'), null)
})

test('[D10] bytes that are no document cost their own question only', async (t) => {
  const projector = new Projector(time)
  t.after(() => projector.close())
  await assert.rejects(projector.title([Uint8Array.of(9, 9, 9)]))
  assert.equal(await projector.title([written('next')]), 'next')
})

test('a document that takes longer than ten seconds costs the thread; who waits behind it is answered', async (t) => {
  const clock = new LentClock()
  const projector = new Projector(clock, stubborn)
  t.after(() => projector.close())
  const slow = projector.title([written('slow')])
  const next = projector.title([Uint8Array.of(1), Uint8Array.of(2)])
  clock.advance(10_000)
  await assert.rejects(slow, /longer than ten seconds/)
  assert.equal(await next, '2 updates')
})

test('a thread that ends is replaced', async (t) => {
  const projector = new Projector(new LentClock(), stubborn)
  t.after(() => projector.close())
  await assert.rejects(projector.title([written('ends')]), /this thread ends/)
  assert.equal(await projector.title([Uint8Array.of(1)]), '1 updates')
})

test('a projector that is closed answers no more, and leaves nobody waiting', async () => {
  const projector = new Projector(new LentClock(), stubborn)
  const waiting = projector.title([written('slow')])
  const behind = projector.title([])
  const both = Promise.all([assert.rejects(waiting, /closed/), assert.rejects(behind, /closed/)])
  await projector.close()
  await both
  await assert.rejects(projector.title([]), /closed/)
})
