import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openSqlite } from '@quire/storage/sqlite'
import { limits } from '@quire/sync/rules'
import * as Y from 'yjs'
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
    schema: 1,
    rules: () => ({ roots: [], moreRoots: 64, owned: false, limits }),
    healing: () => false,
    witness: () => {},
    notice: () => {},
    damaged: () => {},
    commits: new Commits(clock, () => {}),
    leaving: (name, room) => titles.note(name, room),
    letGo: () => {},
  })
  const projector = entry === undefined ? new Projector(time) : new Projector(clock, entry)
  const titles: Titles = new Titles({
    documents: store.documents,
    search: store.search,
    rooms,
    projector,
    clock,
    log: createLog('debug', { write: (line) => void log.push(line) }),
  })
  t.after(async () => {
    await projector.close()
    await rooms.close(0)
    await store.close()
  })
  const document = await store.documents.create(id, 'ada', '')
  return { store, rooms, titles, clock, log, document }
}

const stubborn = new URL('./stubborn.ts', import.meta.url)

/** Lets time pass until the fact holds. */
const wait = (clock: LentClock, what: string, holds: () => boolean) =>
  until(what, () => {
    clock.advance(1000)
    return holds()
  })

test('[D10] [F15] a title that cannot be read costs no edit, holds no room and is not tried for ever', async (t) => {
  const { store, rooms, titles, clock, document, log } = await world(t, stubborn)
  const complaints = () => log.filter((line) => line.includes('the title could not be read')).length
  await rooms.use(id, '', (room) => room.write(words('slow'), 'ada'))
  await wait(clock, 'let go', () => rooms.peek(id) === null)
  assert.equal(complaints(), 1)
  assert.equal((await store.log(id).load()).tail.length, 1)
  for (let visit = 0; visit < 3; visit++) {
    await rooms.use(id, '', async () => {})
    await wait(clock, 'let go', () => rooms.peek(id) === null)
  }
  assert.equal(complaints(), 2)
  assert.equal((await titles.current(document)).title, '')
  assert.ok(log.every((line) => !line.includes(id) && !line.includes('slow')))
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
  hold.room.settled = () => disk.then(settled)
  void hold.room.write(words('on screen'), 'ada')
  let told: string | null = null
  void titles.current(document).then((current) => (told = current.title))
  await wait(clock, 'the title', () => told !== null)
  assert.equal(told, 'on screen')
  assert.equal((await store.documents.read(id))?.title, '')
  heal()
  assert.equal((await titles.current(document)).title, 'on screen')
  assert.equal((await store.documents.read(id))?.title, 'on screen')
  hold.release()
})
