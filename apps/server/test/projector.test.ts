import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { SetAsideReason } from '@quire/storage/set-aside'
import type { Clock } from '@quire/sync/clock'
import * as Y from 'yjs'
import { quadratic } from '../../../packages/sync/test/quadratic.ts'
import { Projector } from '../src/projector.ts'
import type { Source } from '../src/projector.ts'
import { time } from '../src/time.ts'
import { LentClock } from './house.ts'

const stubborn = new URL('./stubborn.ts', import.meta.url)

/** A projector that is closed after the test, and why it has set documents aside. */
const opened = (t: TestContext, clock: Clock, entry?: URL) => {
  const reasons: SetAsideReason[] = []
  const setAside = (reason: SetAsideReason): void => void reasons.push(reason)
  const projector = new Projector({ clock, setAside, ...(entry !== undefined && { entry }) })
  t.after(() => projector.close())
  return { projector, reasons }
}

const written = (title: string): Uint8Array => {
  const doc = new Y.Doc()
  doc.getText('title').insert(0, title)
  return Y.encodeStateAsUpdate(doc)
}

/** A document of these updates, each of a document of its own. */
let documents = 0
const source = (...updates: Uint8Array[]): Source => {
  const position = updates.length
  return { id: `document ${++documents}`, owner: 'ada', position, content: () => ({ position, updates }) }
}

test('a title is read from the updates that make up the document', async (t) => {
  const { projector } = opened(t, time)
  assert.equal((await projector.title(source())).title, '')
  const { title, position } = await projector.title(source(written('The plan')))
  assert.deepEqual([title, position], ['The plan', 1])
})

test('a new title is an update that changes what differs, and nothing when nothing does', async (t) => {
  const { projector } = opened(t, time)
  const doc = new Y.Doc()
  doc.getText('title').insert(0, 'The plan')
  doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')])
  const before = Y.encodeStateAsUpdate(doc)
  const { update, title } = await projector.retitle(source(before), 'The better plan')
  assert.equal(title, 'The better plan')
  Y.applyUpdate(doc, update ?? assert.fail('no update'))
  assert.equal(doc.getText('title').toJSON(), 'The better plan')
  assert.equal(doc.store.pendingStructs, null)
  assert.equal((await projector.retitle(source(before), 'The plan')).update, null)
})

test('[D10] bytes that are no document cost their own question only', async (t) => {
  const { projector, reasons } = opened(t, time)
  await assert.rejects(projector.title(source(Uint8Array.of(9, 9, 9))))
  assert.equal((await projector.title(source(written('next')))).title, 'next')
  assert.deepEqual(reasons, ['unreadable'])
})

test('[O31] no title waits for a document that nobody can build, not even its own', async (t) => {
  const clock = new LentClock() // no time passes
  const { projector } = opened(t, clock)
  const hostile = source(written('The trap'), quadratic('default', 10_000))
  const building = assert.rejects(projector.words(hostile), /closed/)
  assert.equal((await projector.title(source(written('The plan')))).title, 'The plan')
  assert.equal((await projector.title(hostile)).title, 'The trap')
  assert.equal((await projector.retitle(hostile, 'Renamed')).title, 'Renamed')
  await projector.close()
  await building
})

test('[O31] a title that nobody can build costs no other title anything', async (t) => {
  const { projector } = opened(t, new LentClock())
  const hostile = assert.rejects(projector.title(source(quadratic('title', 10_000))), /closed/)
  assert.equal((await projector.title(source(written('The plan')))).title, 'The plan')
  assert.equal(
    (await projector.retitle(source(written('The plan')), 'The better plan')).title,
    'The better plan',
  )
  await projector.close()
  await hostile
})

test('[O20] a build that takes longer than ten seconds costs the thread and sets the document aside', async (t) => {
  const clock = new LentClock()
  const { projector, reasons } = opened(t, clock)
  const hostile = source(quadratic('default', 10_000))
  const slow = assert.rejects(projector.words(hostile), /longer than 10 s/)
  const next = projector.words(source(written('next')))
  clock.advance(10_000) // a thread that runs is ended all the same
  await slow
  assert.equal((await next).title, 'next')
  await assert.rejects(projector.words(hostile), /could not be worked out/)
  assert.deepEqual(reasons, ['time'])
  clock.advance(60_000)
  const again = assert.rejects(projector.words(hostile), /longer than 10 s/)
  clock.advance(10_000)
  await again
  assert.deepEqual(reasons, ['time', 'time'])
})

test('[O31] the documents of one owner do not hold up those of another', async (t) => {
  const clock = new LentClock()
  const { projector } = opened(t, clock, stubborn)
  const first = assert.rejects(projector.words(source(written('slow'))), /longer than 10 s/)
  const his = projector.words({ ...source(written('next')), owner: 'bob' })
  const hers = Array.from({ length: 20 }, () =>
    projector.words(source(written('slow'))).catch(() => 'too slow'),
  )
  clock.advance(10_000)
  await first
  assert.equal((await his).title, '1 updates')
  assert.equal(projector.waiting, hers.length - 1)
})

test('[O31] whoever asks about the same document at the same position shares one answer', async (t) => {
  const { projector } = opened(t, time)
  let reads = 0
  const shared: Source = {
    ...source(written('The plan')),
    content: () => {
      reads++
      return { position: 1, updates: [written('The plan')] }
    },
  }
  const titles = await Promise.all(Array.from({ length: 50 }, () => projector.title(shared)))
  assert.ok(titles.every(({ title }) => title === 'The plan'))
  assert.equal(reads, 1)
})

test('a document that is not there any more when its turn comes is not read', async (t) => {
  const { projector, reasons } = opened(t, time)
  const gone = { ...source(), content: () => null }
  await assert.rejects(projector.title(gone), /nobody waits/)
  await assert.rejects(projector.title(gone), /nobody waits/)
  assert.deepEqual(reasons, [])
})

test('a thread that ends is replaced', async (t) => {
  const { projector } = opened(t, new LentClock(), stubborn)
  const ends = assert.rejects(projector.title(source(written('ends'))), /ended/)
  const next = projector.title(source(written('next')))
  await ends
  assert.equal((await next).title, '1 updates')
})

test('a projector that is closed answers no more, and leaves nobody waiting', async (t) => {
  const { projector } = opened(t, new LentClock(), stubborn)
  const waiting = projector.title(source(written('slow')))
  const behind = projector.title(source())
  const both = Promise.all([assert.rejects(waiting, /closed/), assert.rejects(behind, /closed/)])
  await projector.close()
  await both
  await assert.rejects(projector.title(source()), /closed/)
})
