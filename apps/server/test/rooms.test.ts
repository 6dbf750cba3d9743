import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openSqlite } from '@quire/storage/sqlite'
import type { Link } from '@quire/sync/link'
import { encodeUpdate } from '@quire/sync/message'
import type { Room } from '@quire/sync/room'
import { limits } from '@quire/sync/rules'
import { SharedFrames } from '@quire/sync/shared-frames'
import * as Y from 'yjs'
import { Commits } from '../src/commits.ts'
import { RoomMemoryError } from '../src/limits/room-budget.ts'
import { Rooms } from '../src/rooms.ts'
import { folder, LentClock, until, withLog } from './house.ts'

const words = (text: string): Uint8Array => {
  const doc = new Y.Doc()
  doc.getText('title').insert(0, text)
  return Y.encodeStateAsUpdate(doc)
}

/** Rooms over a real store whose disk waits when it is told to. */
const world = async (t: TestContext, home = folder(t)) => {
  const disk = await openSqlite(home)
  const gate = { loads: 0, fail: false, trips: false, load: Promise.resolve(), append: Promise.resolve() }
  const left: string[] = []
  const clock = new LentClock()
  const leaving = { wait: Promise.resolve(), call: (_room: Room): void => {} }
  const store = withLog((log) => ({
    load: async () => {
      gate.loads++
      await gate.load
      if (gate.fail) throw new Error('unreadable')
      return log.load()
    },
    append: (write) => {
      const stored = Promise.all([log.append(write), gate.append]).then(() => {})
      if (!gate.trips) return stored
      gate.trips = false
      throw new Error('the log tripped')
    },
  }))(disk)
  const rooms = new Rooms({
    store,
    clock,
    shared: new SharedFrames(),
    maxMemory: 4_000_000,
    schema: 1,
    rules: () => ({ roots: [], moreRoots: 64, owned: false, limits }),
    healing: () => false,
    witness: () => {},
    notice: () => {},
    damaged: () => {},
    commits: new Commits(clock, () => {}),
    leaving: async (name, room) => {
      left.push(name)
      leaving.call(room)
      await leaving.wait
    },
    letGo: () => {},
  })
  t.after(() => disk.close())
  const gone = () =>
    until('the room is let go', () => {
      clock.advance(100)
      return rooms.peek('a') === null
    })
  return { rooms, gate, left, leaving, gone, store, clock }
}

test('[O19] large writes to many rooms take one step of one room in a turn', async (t) => {
  const { rooms, clock } = await world(t)
  const { room: a } = await rooms.hold('a', '')
  const { room: b } = await rooms.hold('b', '')
  const soon: (() => void)[] = []
  t.mock.method(clock, 'soon', (call: () => void) => void soon.push(call))
  const frame = encodeUpdate(words('x'.repeat(200_000)))
  for (const room of [a, b]) {
    const link = idleLink()
    room.join(link, { identity: 'ada', name: 'Ada', verified: false, role: 'edit', page: null })
    room.receive(link, frame)
    assert.equal(room.durable, false)
  }
  assert.equal(soon.length, 1)
  while (a.position === 0 && b.position === 0) soon.shift()?.()
  assert.deepEqual([a.position, b.position], [1, 0])
  while (b.position === 0) soon.shift()?.()
})

/** A connection on which nothing is heard. */
const idleLink = (): Link => ({
  buffered: 0,
  mayTake: () => true,
  pause: () => () => {},
  send: () => {},
  close: () => {},
})

test('a room is read once for all who come while it opens', async (t) => {
  const { rooms, gate } = await world(t)
  const holds = await Promise.all(['a', 'a', 'a'].map((name) => rooms.hold(name, '')))
  assert.equal(gate.loads, 1)
  assert.equal(new Set(holds.map(({ room }) => room)).size, 1)
})

test('[D8] who waits for a room that cannot be read is told, and the next who comes has it read again', async (t) => {
  const { rooms, gate } = await world(t)
  gate.fail = true
  const both = await Promise.allSettled([rooms.hold('a', ''), rooms.hold('a', '')])
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  gate.fail = false
  assert.equal((await rooms.hold('a', '')).room.position, 0)
  assert.equal(gate.loads, 2)
})

test('a room goes when the last who held it lets go, and is read anew for the next', async (t) => {
  const { rooms, gate, left, gone } = await world(t)
  const [first, second] = [await rooms.hold('a', ''), await rooms.hold('a', '')]
  first.release()
  first.release()
  assert.ok(rooms.peek('a'))
  second.release()
  await gone()
  assert.deepEqual(left, ['a'])
  await rooms.hold('a', '')
  assert.equal(gate.loads, 2)
})

test('[D3] [F4] a room stays until what it took in is on disk', async (t) => {
  const { rooms, gate, left, gone } = await world(t)
  let heal = (): void => {}
  gate.append = new Promise((resolve) => (heal = resolve))
  const hold = await rooms.hold('a', '')
  const stored = hold.room.write(words('keep me'), 'ada')
  hold.release()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(left, [])
  assert.equal(rooms.peek('a'), hold.room)
  heal()
  await stored
  await gone()
})

test('[D9] who comes while a room is let go gets that same room, at whatever moment', async (t) => {
  const { rooms, gate, leaving, gone } = await world(t)
  let heal = (): void => {}
  gate.append = new Promise((resolve) => (heal = resolve))
  const first = await rooms.hold('a', '')
  const stored = first.room.write(words('x'), 'ada')
  first.release()
  const second = await rooms.hold('a', '') // while it waits for the disk
  assert.equal(second.room, first.room)
  heal()
  await stored
  let read = (): void => {}
  leaving.wait = new Promise((resolve) => (read = resolve))
  second.release()
  await new Promise((resolve) => setImmediate(resolve))
  const third = await rooms.hold('a', '') // while its title is read
  read()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(third.room, first.room)
  assert.equal(rooms.peek('a'), first.room)
  assert.equal(gate.loads, 1)
  third.release()
  await gone()
})

test('what is written while a room is let go is waited for', async (t) => {
  const { rooms, gate, leaving, gone } = await world(t)
  let heal = (): void => {}
  let late: Promise<void> | null = null
  leaving.call = (room) => {
    if (late !== null) return
    gate.append = new Promise((resolve) => (heal = resolve))
    late = room.write(words('late'), 'ada')
  }
  const hold = await rooms.hold('a', '')
  hold.release()
  await until('the write', () => late !== null)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(rooms.peek('a'), hold.room)
  heal()
  await gone()
})

test('[D9] of a thousand comings and goings no word is lost and no old state is read', async (t) => {
  const { rooms, gone } = await world(t)
  const doc = new Y.Doc()
  for (let round = 0; round < 1000; round++) {
    const hold = await rooms.hold('a', '')
    assert.equal(hold.room.position, round)
    const before = Y.encodeStateVector(doc)
    doc.getText('title').insert(round, 'x')
    const stored = hold.room.write(Y.encodeStateAsUpdate(doc, before), 'ada')
    hold.release()
    if (round % 3 === 0) await stored
    if (round % 7 === 0) await gone()
  }
})

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

test(`[D9] a disk that is slow while people leave and come back at any moment: no word is lost, no old state read (SEED=${seed})`, async (t) => {
  const { rooms, gate, gone } = await world(t)
  let state = seed
  const chance = (most: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % most
  }
  const turns = async (many: number): Promise<void> => {
    for (let turn = 0; turn < many; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  const doc = new Y.Doc()
  for (let round = 0; round < 100; round++) {
    const slow = Promise.withResolvers<void>()
    gate.append = slow.promise
    const hold = await rooms.hold('a', '')
    assert.equal(hold.room.position, round)
    const before = Y.encodeStateVector(doc)
    doc.getText('title').insert(round, 'x')
    const stored = hold.room.write(Y.encodeStateAsUpdate(doc, before), 'ada')
    hold.release()
    // the disk answers, and the next one comes, whichever is first
    const answered = turns(chance(12)).then(() => slow.resolve())
    await turns(chance(12))
    if (chance(5) === 0) {
      await Promise.all([answered, stored])
      await gone()
    }
    const next = await rooms.hold('a', '')
    const read = new Y.Doc()
    for (const update of next.room.content) Y.applyUpdate(read, update)
    assert.equal(read.getText('title').length, round + 1)
    next.release()
    await Promise.all([answered, stored])
  }
})

test('whoever was coming in while all were sent out is told so', async (t) => {
  const { rooms, gate } = await world(t)
  let read = (): void => {}
  gate.load = new Promise((resolve) => (read = resolve))
  const coming = rooms.hold('a', '')
  rooms.dismiss('a', 'not-found')
  read()
  assert.equal((await coming).dismissed, 'not-found')
  assert.equal((await rooms.hold('a', '')).dismissed, null)
})

test('work done in a room keeps it open exactly so long', async (t) => {
  const { rooms, gone } = await world(t)
  await assert.rejects(rooms.use('a', '', () => Promise.reject(new Error('no'))))
  await gone()
})

test('closing stores everything first and reads the titles that nobody noted', async (t) => {
  const { rooms, left } = await world(t)
  const hold = await rooms.hold('a', '')
  void hold.room.write(words('last words'), 'ada')
  assert.equal(await rooms.close(1000), true)
  assert.equal(hold.room.durable, true)
  assert.deepEqual(left, ['a'])
  assert.equal(rooms.peek('a'), null)
  hold.release()
})

test('[W18] a room that an exception left half changed is read anew, with all that its log took, when that is on disk', async (t) => {
  const { rooms, gate, left, gone } = await world(t)
  const ada = await rooms.hold('a', '')
  const before = words('kept ')
  await ada.room.write(before, 'ada')
  gate.trips = true
  await assert.rejects(ada.room.write(words('tripped'), 'ada'), /tripped/)
  assert.equal(ada.dismissed, 'fault')
  assert.equal(rooms.peek('a'), null)
  await assert.rejects(ada.room.write(before, 'ada'), /read anew/)
  const settled = rooms.settled()
  const [ben, eve] = await Promise.all([rooms.hold('a', ''), rooms.hold('a', '')])
  await settled
  assert.equal(gate.loads, 2)
  assert.notEqual(ben.room, ada.room)
  assert.equal(ben.room, eve.room)
  assert.equal(ben.room.position, 2)
  assert.ok(ben.room.durable)
  ada.release()
  assert.deepEqual(left, [])
  ben.release()
  eve.release()
  await gone()
})

test('who comes, writes and goes while a room is about to go has that seen to before it goes', async (t) => {
  const { rooms, left, leaving, gone } = await world(t)
  const wait = Promise.withResolvers<void>()
  leaving.wait = wait.promise
  const first = await rooms.hold('a', '')
  first.release()
  await until('it is about to go', () => left.length === 1)
  await rooms.use('a', '', (room) => room.write(words('late'), 'ada'))
  wait.resolve()
  await gone()
  assert.deepEqual(left, ['a', 'a'])
})

test('[D22] what no table takes of a room is taken out, and all that was written after it is stored', async (t) => {
  const home = folder(t)
  await (await openSqlite(home)).close()
  const poison = words('poison')
  const db = new DatabaseSync(join(home, 'quire.db'))
  db.exec(`CREATE TRIGGER refuse BEFORE INSERT ON journal WHEN NEW.bytes = x'${Buffer.from(poison).toString('hex')}'
    BEGIN SELECT RAISE(ABORT, 'not this one'); END`)
  db.close()
  const { rooms, gone } = await world(t, home)
  const hold = await rooms.hold('a', '')
  const after = words('after')
  const outcomes = await Promise.allSettled([
    hold.room.write(words('before'), 'ada'),
    hold.room.write(poison, 'ada'),
    hold.room.write(after, 'ben'),
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected'],
  )
  assert.equal(hold.dismissed, 'fault')
  await rooms.settled()
  hold.release()
  const anew = await rooms.hold('a', '')
  assert.equal(anew.room.position, 3)
  const doc = new Y.Doc()
  for (const update of anew.room.content) Y.applyUpdate(doc, update)
  assert.deepEqual(
    doc
      .getText('title')
      .toString()
      .match(/before|after|poison/g)
      ?.toSorted(),
    ['after', 'before'],
  )
  anew.release()
  await gone()
})

test('[O22] when the open rooms take all their memory no further large one opens; small ones do, and who is in stays in', async (t) => {
  const { rooms, gate, store, clock } = await world(t)
  const large = words('x'.repeat(1_900_000))
  for (const name of ['a', 'b', 'c']) {
    const log = store.log(name)
    await log.load()
    await log.append({ update: large, author: 'ada', owners: [], schema: 0 })
  }
  const [a, b] = [await rooms.hold('a', ''), await rooms.hold('b', '')]
  await assert.rejects(rooms.hold('c', ''), RoomMemoryError)
  assert.equal(rooms.peek('c'), null)
  const { loads } = gate
  const waiting = rooms.hold('c', '')
  const late = assert.rejects(waiting, RoomMemoryError)
  clock.advance(5000)
  await late
  assert.equal(gate.loads, loads, 'its size is remembered: it was not read again')
  const small = await rooms.hold('small', '')
  await small.room.write(words('a word'), 'ada')
  await a.room.write(words('y'.repeat(500_000)), 'ada')
  assert.equal((await rooms.hold('b', '')).room, b.room)
  const next = rooms.hold('c', '')
  a.release()
  await until('there is memory', () => {
    clock.advance(10)
    return rooms.peek('c') !== null
  })
  assert.ok((await next).room.memory > 1_900_000)
})
