import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openSqlite } from '@quire/storage/sqlite'
import type { Document } from '@quire/storage/store'
import { limits } from '@quire/sync/rules'
import { SharedFrames } from '@quire/sync/shared-frames'
import * as Y from 'yjs'
import { quadratic } from '../../../packages/sync/test/quadratic.ts'
import { createLog } from '../src/log.ts'
import { Projector } from '../src/projector.ts'
import { Commits } from '../src/commits.ts'
import { Rooms } from '../src/rooms.ts'
import { NotNow, Titles } from '../src/titles.ts'
import { time } from '../src/time.ts'
import { folder, LentClock, until } from './house.ts'

const id = 'A'.repeat(22)

const words = (text: string): Uint8Array => {
  const doc = new Y.Doc()
  doc.getText('title').insert(0, text)
  return Y.encodeStateAsUpdate(doc)
}

/** Titles over a real store; with a stubborn projector, on the lent clock as all else. */
const world = async (t: TestContext, entry?: URL) => {
  const store = await openSqlite(folder(t))
  const clock = new LentClock()
  const log: string[] = []
  const rooms: Rooms = new Rooms({
    store,
    clock,
    shared: new SharedFrames(),
    maxMemory: Number.POSITIVE_INFINITY,
    schema: 1,
    rules: () => ({ roots: [], moreRoots: 64, owned: false, limits }),
    healing: () => false,
    witness: () => {},
    notice: () => {},
    damaged: () => {},
    commits: new Commits(clock, () => {}),
    leaving: (name, room) => titles.left(name, room),
    letGo: () => {},
  })
  const reasons: string[] = []
  const setAside = (reason: string): void => void reasons.push(reason)
  const projector = new Projector(
    entry === undefined ? { clock: time, setAside } : { clock, setAside, entry },
  )
  const titles: Titles = new Titles({
    documents: store.documents,
    search: store.search,
    rooms,
    projector,
    clock,
    log: createLog('debug', { write: (line) => void log.push(line) }),
  })
  t.after(async () => {
    const passing = setInterval(() => clock.advance(100), 5) // what is left waits on that clock
    await projector.close()
    await rooms.close(0)
    await store.close()
    clearInterval(passing)
  })
  const document = await store.documents.create(id, 'ada', '')
  return { store, rooms, titles, clock, log, document, reasons }
}

const stubborn = new URL('./stubborn.ts', import.meta.url)
const reading = new URL('../src/reading.ts', import.meta.url)

/** Lets time pass until the fact holds. */
const wait = (clock: LentClock, what: string, holds: () => boolean) =>
  until(what, () => {
    clock.advance(1000)
    return holds()
  })

test('[D10] [F15] [O20] a title that cannot be read costs no edit, holds no room and is left alone for a while', async (t) => {
  const { store, rooms, titles, clock, document, log } = await world(t, stubborn)
  const complaints = () => log.filter((line) => line.includes('the title could not be read')).length
  await rooms.use(id, '', (room) => room.write(words('slow'), 'ada'))
  await wait(clock, 'let go', () => rooms.peek(id) === null && complaints() === 1)
  assert.equal((await store.log(id).load()).tail.length, 1)
  for (let visit = 0; visit < 3; visit++) {
    await rooms.use(id, '', async () => {})
    await until('let go', () => rooms.peek(id) === null) // at once
  }
  assert.equal(complaints(), 1)
  assert.equal((await titles.current(document)).title, '')
  clock.advance(60_000)
  await rooms.use(id, '', async () => {})
  await wait(clock, 'let go', () => rooms.peek(id) === null && complaints() === 2)
  assert.ok(log.every((line) => !line.includes(id) && !line.includes('slow')))
})

test('[O31] who asks for a title while its thread is held gets the stored one after 200 ms', async (t) => {
  const { rooms, titles, clock, document } = await world(t, stubborn)
  const hold = await rooms.hold(id, '')
  const written = hold.room.write(words('slow'), 'ada')
  const asked = Promise.all(Array.from({ length: 500 }, () => titles.current(document)))
  let answered = false
  void asked.then(() => (answered = true))
  clock.advance(199)
  await new Promise(setImmediate)
  assert.equal(answered, false)
  clock.advance(1)
  assert.ok((await asked).every(({ title }) => title === ''))
  await written
  hold.release()
})

test('[O31] [O20] a rename waits for no document that nobody can build, and is listed at once', async (t) => {
  const { store, titles, clock, document, reasons } = await world(t, reading)
  const other = await store.documents.create('B'.repeat(22), 'bob', '')
  const log = store.log(other.id) // as it was written before there were limits
  await log.load()
  await log.append({ update: words('The trap'), author: 'bob', owners: [], schema: 1 })
  await log.append({ update: quadratic('default', 10_000), author: 'bob', owners: [], schema: 1 })
  const building = titles.index(other)
  await until('the trap is read', async () => (await store.documents.read(other.id))?.position === 2)
  assert.equal((await store.documents.read(other.id))?.title, 'The trap')
  let renamed: Document | null = null
  void titles.rename(document, 'The plan', 'ada').then((answer) => (renamed = answer))
  await until('the new title', () => {
    clock.advance(10) // it waits 200 ms for the index, and no longer
    return renamed !== null
  })
  assert.equal((await store.documents.read(id))?.title, 'The plan')
  assert.deepEqual(reasons, []) // the trap was being built all the while
  await wait(clock, 'the trap is given up', () => reasons.length === 1)
  await building
  await until('what waited is indexed', async () => (await store.search.indexed(id)) === 1)
})

test('a title that cannot be changed now is answered so, and the old one stands', async (t) => {
  const { store, titles, clock, document, rooms } = await world(t, stubborn)
  let answer: unknown = null
  titles.rename(document, 'slow', 'ada').catch((error: unknown) => (answer = error))
  await wait(clock, 'an answer', () => answer !== null)
  assert.ok(answer instanceof NotNow)
  await wait(clock, 'let go', () => rooms.peek(id) === null)
  assert.equal((await store.documents.read(id))?.position, 0)
})

test('a title that is on screen but not on disk is told, and noted only when it is stored', async (t) => {
  const { store, rooms, titles, clock, document } = await world(t)
  const hold = await rooms.hold(id, '')
  const settled = hold.room.settled.bind(hold.room)
  let heal = (): void => {}
  const disk = new Promise<void>((resolve) => (heal = resolve))
  let waits = 0
  hold.room.settled = () => {
    waits++
    return disk.then(settled)
  }
  void hold.room.write(words('on screen'), 'ada')
  const told = titles.current(document)
  await until('the title is read', () => waits === 1)
  clock.advance(200)
  assert.equal((await told).title, 'on screen')
  assert.equal((await store.documents.read(id))?.title, '')
  heal()
  await until('the note', async () => (await store.documents.read(id))?.title === 'on screen')
  hold.release()
})
