import assert from 'node:assert/strict'
import test from 'node:test'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { SyncError } from '../src/error.ts'
import { clientMemory } from '../src/known.ts'
import { decodeSide, encodePresence, encodeRest, encodeUpdate } from '../src/message.ts'
import { limits } from '../src/rules.ts'
import { Wire, World } from './world.ts'

/** An awareness entry that says where somebody's caret is. */
const entryOf = (client: number, clock: number): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, client)
  encoding.writeVarUint(encoder, clock)
  encoding.writeVarString(encoder, JSON.stringify({ at: clock }))
  return encoding.toUint8Array(encoder)
}

/** Bugs that the room lived with. */
const faultsOf = ({ witnessed }: World): string[] =>
  witnessed.flatMap((event) => (event instanceof Error ? [event.message] : []))

/** A change at which any reader throws, as a reader with a bug would. */
const unreadable = (): Uint8Array =>
  new Proxy(Uint8Array.of(0, 2, 2, 0, 0), {
    get: (bytes, property) => {
      if (property === 'subarray') throw new Error('cannot be read')
      const value: unknown = Reflect.get(bytes, property, bytes)
      return typeof value === 'function' ? value.bind(bytes) : value
    },
  })

test('[P1] two people who type at once end with the same page', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  ada.text.insert(0, 'ada was here. ')
  ben.text.insert(0, 'ben was here. ')
  await world.rest()
  assert.equal(ada.page, ben.page)
  assert.equal(ada.page.length, 28)
})

test('[P2] what a person was told is saved survives a power cut', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.settle()
  ada.text.insert(0, 'keep me')
  await world.settle() // the network is quiet; the disk has not synced
  assert.equal(ada.saved, false)
  world.disk.sync()
  await world.settle()
  assert.equal(ada.saved, true)
  await world.powerCut()
  const ben = world.enter('ben')
  await world.settle()
  assert.equal(ben.page, 'keep me')
})

test('[P3] "saved" goes at the first key and waits for the disk', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  assert.equal(ada.saved, true)
  ada.text.insert(0, 'x')
  assert.equal(ada.saved, false)
  await world.settle()
  assert.equal(ada.saved, false)
  await world.rest()
  assert.equal(ada.saved, true)
})

test('[P3] what was typed while away is not saved before it has travelled', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  ada.cut()
  ada.text.insert(0, 'offline')
  assert.equal(ada.saved, false)
  ada.connect()
  await world.settle()
  assert.equal(ada.saved, false)
  await world.rest()
  assert.equal(ada.saved, true)
  assert.equal(world.disk.document().getText('text').toString(), 'offline')
})

test('[P3] text that is queued for somebody who left is not called saved to them when they return', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  ada.text.insert(0, 'queued')
  await world.settle() // relayed, not on disk
  ada.cut()
  ada.connect() // the room's vector claims it, so the answer to it carries nothing
  await world.settle()
  assert.equal(ada.saved, false)
  await world.rest()
  assert.equal(ada.saved, true)
})

test('[P3] a server that does not speak of saving is never said to have saved', async () => {
  const world = await World.start()
  const stranger = world.enter('ada', { page: false })
  stranger.text.insert(0, 'x')
  await world.rest()
  assert.equal(stranger.client.facts.hello, null)
  assert.equal(stranger.saved, false)
})

test('relay does not wait for the disk', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  ada.text.insert(0, 'at once')
  await world.settle()
  assert.equal(ben.page, 'at once')
  assert.equal(world.disk.document().getText('text').toString(), '')
})

test('an author does not get its own update back', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  ada.text.insert(0, 'x')
  world.deliver(ada, 'toRoom')
  world.clock.endTurn()
  assert.deepEqual(ada.wire?.toPage, [])
})

test('a stored document is given as its bytes: the base, then the tail, closed by SyncStep2', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'base ')
  await world.rest()
  await world.disk.compact()
  await world.powerCut()
  ada.connect()
  ada.text.insert(5, 'tail')
  await world.rest()
  const ben = world.enter('ben')
  world.deliver(ben, 'toRoom')
  const kinds = ben.wire?.toPage.map((frame) => [frame[0], frame[1]])
  assert.deepEqual(kinds, [
    [2, 3], // hello
    [2, 7], // people
    [0, 0], // SyncStep1
    [0, 2], // the base, as it lies
    [0, 1], // the tail
  ])
  assert.deepEqual(ben.wire?.toPage[3]?.subarray(-world.disk.base.state.length), world.disk.base.state)
  await world.settle()
  assert.equal(ben.page, 'base tail')
})

test('whoever comes back gets only the difference, deletions included', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  ada.text.insert(0, 'a long beginning that both of them know. '.repeat(100))
  await world.rest()
  await world.disk.compact()
  ben.cut()
  ada.text.insert(0, 'new ')
  ada.text.delete(10, 5)
  await world.rest()
  const expected = ada.page
  ben.connect()
  world.deliver(ben, 'toRoom')
  const sent = (ben.wire?.toPage ?? []).reduce((bytes, frame) => bytes + frame.length, 0)
  assert.ok(sent < 200, `${sent} bytes for a small difference`)
  await world.settle()
  assert.equal(ben.page, expected)
})

test('whoever lacks a part of the base gets it from the log, then hears everything', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  ada.text.insert(0, 'one ')
  await world.rest()
  ben.cut()
  ada.text.insert(4, 'two ')
  await world.rest()
  await world.disk.compact()
  await world.powerCut() // the room now has a base that ben has half of
  ada.connect()
  await world.rest()
  ben.connect()
  world.deliver(ben, 'toRoom')
  ada.text.insert(8, 'three') // while the difference is being made
  await world.rest()
  assert.equal(ben.page, 'one two three')
  assert.equal(ben.synced, true)
})

test('an update that adds nothing is neither stored nor relayed, and is acknowledged', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  ada.text.insert(0, 'once')
  ada.text.delete(0, 1)
  await world.rest()
  const { position } = world.room
  ben.cut()
  ben.connect() // sends its whole delete set again
  await world.settle()
  assert.equal(world.room.position, position)
  assert.equal(ben.saved, true)
})

test('the log names the author of each update', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  ada.text.insert(0, 'x')
  await world.rest()
  assert.deepEqual(world.disk.authors, ['ada'])
})

test('a lost frame is noticed at the next one, asked for and healed; nothing after it is acknowledged before', async () => {
  const world = await World.start()
  const ada = world.enter('ada', { page: true })
  const ben = world.enter('ben')
  await world.rest()
  ada.text.insert(0, 'lost')
  ada.wire?.toRoom.shift()
  ada.text.insert(4, ' and found')
  world.deliver(ada, 'toRoom')
  assert.equal(world.room.position, 0)
  await world.rest()
  assert.equal(ben.page, 'lost and found')
  assert.equal(world.disk.document().getText('text').toString(), 'lost and found')
})

test('text that builds on what a crash lost is asked for, not kept with a hole', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  ada.text.insert(0, 'lost')
  await world.settle() // relayed to ben, never on disk
  await world.powerCut()
  ben.connect()
  ben.text.insert(2, 'B') // right after the connection opened, before anything was exchanged
  await world.rest()
  assert.equal(world.disk.document().getText('text').toString(), 'loBst')
  assert.equal(ben.saved, true)
})

test('[P4] [W20] a client that answers our asking with gaps again and again is told so once, and stays', async () => {
  const world = await World.start()
  const eve = world.enter('eve', { page: false })
  await world.rest()
  const gap = Uint8Array.of(0, 1, 11, 1, 1, 1, 5, 4, 1, 1, 116, 1, 97, 0) // client 1 from clock 5
  for (let round = 0; round < 5; round++) {
    world.deliver(eve, 'toPage')
    eve.wire?.toRoom.push(gap)
    world.deliver(eve, 'toRoom')
    world.clock.pass(60_000)
  }
  await world.settle()
  assert.equal(eve.wire?.closed, null)
  assert.deepEqual(eve.denied, ['Something that you wrote could not be stored.'])
  assert.deepEqual(objections(world), ['unstored'])
  assert.equal(world.room.position, 0)
})

test('[W20] [P3] a gap that is answered with nothing stays a gap: nothing from it on is called saved', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  ada.text.insert(0, 'lost ')
  await world.settle() // ben has it, the disk has not
  await world.powerCut()
  world.healing = false
  ben.hollow = 3
  ben.connect()
  await world.rest()
  ben.text.insert(5, 'and built upon')
  await world.rest()
  assert.equal(ben.hollow, 1, 'it was asked, and answered with nothing')
  assert.equal(ben.saved, false)
  ben.doc.getMap('map').set('more', 1) // continues the gap
  await world.rest()
  assert.equal(ben.saved, false)
  ada.connect() // brings what was missing
  await world.rest()
  assert.equal(ben.saved, false, 'what it wrote is not there yet')
  world.clock.pass(2000)
  await world.rest()
  world.clock.pass(4000)
  await world.rest()
  assert.equal(ben.hollow, 0)
  assert.equal(ben.saved, true)
  assert.equal(world.disk.document().getText('text').toString(), 'lost and built upon')
})

test('[W20] what three answers do not bring is refused, and the page keeps its text', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  ada.text.insert(0, 'lost ')
  await world.settle()
  await world.powerCut()
  world.healing = false
  ben.hollow = 9
  ben.connect()
  await world.rest()
  const sent = ben.client.facts
  ben.text.insert(5, 'and built upon')
  for (const wait of [0, 2000, 4000]) {
    assert.equal(ben.client.facts.refused, sent.refused)
    world.clock.pass(wait)
    await world.rest()
  }
  assert.equal(ben.client.facts.refused, 'unstored')
  assert.equal(ben.wire?.closed, null)
  assert.deepEqual(objections(world), ['unstored'])
  assert.equal(ben.saved, false)
})

test('[W20] a hole in what others wrote is asked for at growing intervals, and all else is saved', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  ada.text.insert(0, 'seen ')
  ben.doc.getMap('map').set('mine', 1)
  await world.settle()
  await world.powerCut()
  const seat = new Wire() // ada is back, and has not said yet what she has
  const page = { client: ada.doc.clientID, schema: 1 }
  world.room.join(seat, { identity: 'ada', name: 'ada', verified: true, role: 'edit', page })
  ben.connect()
  const asked: number[] = []
  let waited = 0
  for (let at = 0; at <= 130; at++) {
    const before = ben.asked
    await world.rest()
    if (ben.asked > before) asked.push(at - waited)
    if (ben.asked > before) waited = at
    assert.equal(ben.saved, true)
    world.clock.pass(1000)
  }
  assert.deepEqual(asked, [0, 2, 4, 8, 16, 32, 60])
  assert.equal(world.disk.document().getMap('map').get('mine'), 1)
  assert.equal(ben.client.facts.refused, null)
})

for (const when of ['before', 'after'] as const)
  test(`[W18] [P2] after an exception ${when} the log took a write the room is read anew, and a retry is saved only when it is stored`, async () => {
    const world = await World.start()
    const ada = world.enter('ada')
    const ben = world.enter('ben')
    ada.text.insert(0, 'kept. ')
    await world.rest()
    const { room } = world
    world.disk.trips = when
    ada.text.insert(6, 'tripped')
    await world.settle()
    assert.deepEqual(faultsOf(world), ['the log tripped'])
    assert.notEqual(world.room, room, 'it was opened anew')
    assert.deepEqual([ada.wire, ben.wire], [null, null], 'everybody was sent away')
    assert.equal(ada.saved, false)
    ada.connect()
    ben.connect()
    await world.settle()
    const stored = (): string => world.disk.document().getText('text').toString()
    if (when === 'before') assert.equal(ada.saved, false)
    assert.equal(ada.saved, stored() === 'kept. tripped')
    await world.rest()
    assert.equal(ada.saved, true)
    assert.equal(stored(), 'kept. tripped')
    assert.equal(ben.page, 'kept. tripped')
  })

test('[W18] an exception before anything was taken in costs only the connection that brought it', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  const { room } = world
  ben.wire?.toRoom.push(unreadable())
  world.deliver(ben, 'toRoom')
  assert.deepEqual(faultsOf(world), ['cannot be read'])
  assert.equal(ben.wire?.closed, 'fault')
  ada.text.insert(0, 'goes on')
  await world.rest()
  assert.equal(world.room, room)
  assert.equal(ada.saved, true)
})

test('[D22] what no store takes is told to its author and gone for everybody; what others wrote next to it is stored', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  const eve = world.enter('eve', { page: false })
  ada.text.insert(0, 'kept. ')
  await world.rest()
  world.disk.poisoned = true
  ada.text.insert(6, 'poison')
  await world.settle()
  ben.text.insert(12, ' and what was built upon it')
  await world.settle()
  eve.doc.getMap('map').set('also', 'kept')
  await world.rest()
  assert.equal(ada.client.facts.refused, 'unstored')
  assert.equal(ada.saved, false)
  assert.deepEqual(objections(world), ['unstored'])
  assert.deepEqual([ben.wire, eve.wire], [null, null], 'everybody was sent away')
  assert.equal(ada.page, 'kept. poison and what was built upon it', 'she still has it')
  ada.startAnew()
  ben.connect()
  eve.connect()
  await world.rest()
  for (const { page, doc, client } of [ada, ben, eve]) {
    assert.equal(page, 'kept.  and what was built upon it')
    assert.equal(doc.getMap('map').get('also'), 'kept')
    assert.equal(doc.store.pendingStructs, null)
    assert.equal(client.facts.refused, null)
  }
  assert.deepEqual([ada.saved, ben.saved], [true, true])
  assert.deepEqual(eve.denied, [])
  assert.equal(world.disk.document().getText('text').toString(), ben.page)
  assert.deepEqual(world.disk.authors, ['ada', 'ada', 'ben', 'eve'])
})

test('[D22] an author who was away when it was found that no store takes it is told at their return', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const eve = world.enter('eve', { page: false })
  await world.rest()
  for (const person of [ada, eve]) {
    eve.connect()
    await world.rest()
    world.disk.poisoned = true
    person.doc.getMap('map').set(person.name, 'poison')
    await world.settle()
    person.cut()
    await world.rest()
  }
  await world.powerCut()
  ada.connect()
  eve.connect()
  await world.rest()
  assert.equal(ada.client.facts.refused, 'unstored')
  assert.deepEqual(eve.denied, ['Something that you wrote could not be stored.'])
  assert.equal(eve.doc.getMap('map').size, 0)
  assert.deepEqual(world.disk.document().getMap('map').toJSON(), {})
})

test('[D22] a process that ends between finding an update that no store takes and writing its places writes them at the next start', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  world.disk.poisoned = true
  ada.text.insert(0, 'poison')
  await world.settle()
  world.healing = true
  await world.powerCut(1)
  assert.equal(world.disk.rows.length, 0)
  ben.connect()
  ben.text.insert(6, '!')
  await world.rest()
  assert.equal(ben.page, '!')
  assert.equal(ben.saved, true)
  assert.equal(world.disk.document().getText('text').toString(), '!')
})

test('[D22] a room that cannot even store the places of an update takes no writes until it is let go', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  ada.text.insert(0, 'kept')
  await world.rest()
  world.disk.poisoned = true
  ada.text.delete(0, 4)
  await world.rest()
  assert.equal(world.room.damaged, true)
  ben.connect()
  await world.rest()
  assert.equal(ben.client.facts.hello?.role, 'view')
  ben.cut(true)
  await world.letGo()
  assert.equal(world.room.damaged, false)
})

test('[P5] a viewer reads on, is told once, and changes nothing', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const eve = world.enter('eve', { page: false, role: 'view' })
  await world.rest()
  eve.text.insert(0, 'mine')
  eve.text.insert(0, 'mine')
  await world.rest()
  assert.equal(world.room.position, 0)
  assert.deepEqual(eve.denied, ['You may not edit this.'])
  ada.text.insert(0, 'hers')
  await world.rest()
  assert.match(eve.page, /hers/)
  assert.equal(eve.wire?.closed, null)
})

test('[P6] a slow reader gets nothing queued, and one difference when it has caught up', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const slow = world.enter('ben')
  await world.rest()
  const { wire } = slow
  assert.ok(wire)
  wire.stalled = 1024 * 1024
  for (let index = 0; index < 50; index++) {
    ada.text.insert(0, 'word ')
    world.deliver(ada, 'toRoom')
    world.clock.endTurn()
  }
  assert.ok(wire.toPage.length <= 1, `${wire.toPage.length} frames queued for a reader that does not read`)
  wire.stalled = 0
  world.room.drained(wire)
  await world.rest()
  assert.equal(slow.page, ada.page)
  assert.equal(slow.page.length, 250)
})

test('[P6] who asks for the document again and again without reading is answered once', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'x'.repeat(10_000))
  await world.rest()
  const eve = world.enter('eve', { page: false })
  const { wire } = eve
  assert.ok(wire)
  wire.toRoom.length = 0
  wire.toPage.length = 0
  wire.stalled = 1024 * 1024
  for (let round = 0; round < 400; round++) world.room.receive(wire, Uint8Array.of(0, 0, 1, 0))
  assert.equal(wire.toPage.length, 0)
  wire.stalled = 0
  world.room.drained(wire)
  assert.equal(wire.toPage.filter((frame) => frame.length > 10_000).length, 1)
  await world.rest()
  assert.equal(eve.page, ada.page)
})

test('[P7] when the disk is late the pages are told so, and told when it has caught up', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  ada.text.insert(0, 'x')
  await world.settle()
  assert.equal(ada.client.facts.store, 'fine')
  world.clock.pass(2000)
  await world.settle()
  assert.equal(ada.client.facts.store, 'late')
  const ben = world.enter('ben')
  await world.settle()
  assert.equal(ben.page, 'x')
  assert.equal(ben.client.facts.store, 'late')
  await world.rest()
  assert.equal(ada.client.facts.store, 'fine')
  assert.equal(ada.saved, true)
})

test('a long tail is folded into a new base once the room is quiet, and nobody notices', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.settle()
  for (let index = 0; index < 600; index++) ada.text.insert(index, 'x')
  await world.rest()
  assert.equal(world.disk.tail.length, 600)
  world.clock.pass(30_000)
  await world.rest()
  assert.equal(world.disk.tail.length, 0)
  const ben = world.enter('ben')
  await world.rest()
  assert.equal(ben.page, ada.page)
})

test('the room folds its tail by itself when there is no quiet', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.settle()
  for (let index = 0; index < 2000; index++) {
    ada.text.insert(index, 'x')
    if (index % 100 === 99) await world.rest()
  }
  await world.rest()
  assert.ok(world.disk.base.position > 0)
})

test('what was pasted is folded as soon as it is quiet for two seconds', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  ada.text.insert(0, 'x'.repeat(70_000))
  await world.rest()
  world.clock.pass(1999)
  await world.rest()
  assert.equal(world.disk.base.position, 0)
  world.clock.pass(1)
  await world.rest()
  assert.equal(world.disk.base.position, 1)
})

test('a fold that fails costs nothing, is reported, and is tried again later', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.settle()
  const { disk } = world
  const compact = disk.compact.bind(disk)
  let attempts = 0
  disk.compact = () => (++attempts === 1 ? Promise.reject(new Error('no memory')) : compact())
  for (let index = 0; index < 1500; index++) {
    ada.text.insert(index, 'x')
    if (index === 600) {
      await world.rest()
      world.clock.pass(30_000)
      await world.rest()
      assert.equal(attempts, 1)
      assert.deepEqual(world.witnessed, [new Error('no memory')])
      assert.equal(disk.tail.length, 601)
    }
  }
  await world.rest()
  world.clock.pass(30_000)
  await world.rest()
  assert.equal(attempts, 2)
  assert.equal(disk.tail.length, 0)
  assert.equal(disk.document().getText('text').length, 1500)
})

test("the server's own write reaches everyone and is on disk when it is done", async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  const doc = new Y.Doc()
  doc.getText('text').insert(0, 'renamed')
  const written = world.room.write(Y.encodeStateAsUpdate(doc), 'server')
  await world.rest()
  await written
  assert.equal(ada.page, 'renamed')
  await assert.rejects(world.room.write(Uint8Array.of(9), 'server'))
})

test('[D11] a log with a damaged row opens as what it was before that, to be read only', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'good')
  await world.rest()
  world.disk.tail.push(Uint8Array.of(1, 1, 1), Uint8Array.of(0, 0))
  const stored = [...world.disk.tail]
  await world.powerCut()
  assert.equal(world.room.damaged, true)
  const ben = world.enter('ben')
  await world.rest()
  assert.equal(ben.page, 'good')
  assert.equal(ben.client.facts.hello?.role, 'view')
  assert.equal(ben.client.facts.store, 'damaged')
  ben.text.insert(0, 'more')
  await world.rest()
  assert.equal(ben.client.facts.refused, 'role')
  await world.room.rest()
  assert.deepEqual(world.disk.tail, stored, 'nothing that was stored is touched')
})

test('[D11] a base that is damaged does not open, least of all as an empty document', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'good')
  await world.rest()
  await world.disk.compact()
  const { base } = world.disk
  for (const part of ['vector', 'deletes', 'places'] as const) {
    world.disk.base = { ...base, [part]: Uint8Array.of(1, 1, 1) }
    await assert.rejects(world.openRoom(), /is damaged/, part)
  }
})

test('whoever is sent away hears why, and the others go on', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const eve = world.enter('eve')
  await world.rest()
  for (const bytes of [[], [0], [0, 2, 5, 1], [0, 2, 1, 1, 1], [1, 5, 9, 9, 9, 9, 9]]) {
    eve.connect()
    eve.wire?.toRoom.splice(0, 10, Uint8Array.from(bytes))
    world.deliver(eve, 'toRoom')
    assert.equal(eve.wire?.closed, 'bad-bytes', String(bytes))
    eve.cut()
  }
  ada.text.insert(0, 'unmoved')
  await world.rest()
  assert.equal(ada.saved, true)
  world.room.dismiss('restarting')
  assert.equal(ada.wire?.closed, 'restarting')
})

test('[P2] before it goes the server tells the pages when to come back', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const stock = world.enter('ben', { page: false })
  await world.rest()
  world.room.farewell(3000)
  await world.settle()
  assert.equal(ada.client.facts.leaving, 3000)
  assert.equal(stock.client.facts.leaving, null)
})

/** The reasons for which writes were not taken, so far. */
const objections = (world: World) =>
  world.witnessed.flatMap((event) => (event instanceof SyncError ? (event.objection ?? event.refusal) : []))

test('[P5] nobody writes under a client id that somebody else was first seen with', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const eve = world.enter('eve')
  await world.rest()
  const forged = new Y.Doc()
  forged.clientID = ada.doc.clientID // shown when she came in, not yet written under
  forged.getText('text').insert(0, 'ada never said this')
  eve.wire?.toRoom.push(encodeUpdate(Y.encodeStateAsUpdate(forged)))
  await world.rest()
  assert.equal(eve.client.facts.refused, 'identity')
  assert.deepEqual(objections(world), ['identity'])
  ada.cut()
  ada.text.insert(0, 'her own words')
  ada.connect()
  await world.rest()
  assert.equal(ada.saved, true)
  assert.equal(world.disk.document().getText('text').toString(), 'her own words')
})

test('[P5] whose an id is, is remembered when the room is opened again, written under or only shown', async () => {
  for (const writes of [true, false]) {
    const world = await World.start()
    const ada = world.enter('ada')
    if (writes) ada.text.insert(0, 'mine')
    await world.rest()
    ada.cut(true)
    await world.room.rest()
    await world.powerCut()
    world.healing = false
    const eve = world.enter('eve')
    await world.rest()
    eve.doc.clientID = ada.doc.clientID
    eve.text.insert(0, 'x')
    await world.rest()
    assert.equal(eve.client.facts.refused, 'identity')
  }
})

test('[P5] a page whose id belongs to somebody else is told so before it writes', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'x')
  await world.rest()
  const wire = new Wire()
  const page = { client: ada.doc.clientID, schema: 1 }
  world.room.join(wire, { identity: 'eve', name: 'eve', verified: true, role: 'edit', page })
  const sides = wire.toPage.map(decodeSide)
  assert.ok(
    sides.some((side) => side?.type === 'refused' && side.objection === 'identity' && side.count === 0),
  )
})

test('where ids have no owners, one application may write under the ids of another', async () => {
  const world = await World.start()
  world.rules = { ...world.rules, owned: false }
  await world.openRoom()
  const ada = world.enter('ada')
  ada.text.insert(0, 'a')
  await world.rest()
  ada.cut(true)
  const ben = world.enter('ben')
  await world.rest()
  ben.doc.clientID = ada.doc.clientID
  ben.text.insert(1, 'b')
  await world.rest()
  assert.equal(ben.saved, true)
  assert.deepEqual(world.witnessed, [])
})

test('[L9] [P2] after a write was not taken, what the page writes is ignored and never called saved', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben', { role: 'view' })
  ada.text.insert(0, 'text')
  await world.rest()
  ben.text.insert(0, 'mine ')
  ben.text.insert(0, 'too ')
  await world.rest()
  assert.equal(ben.client.facts.refused, 'role')
  assert.equal(ben.saved, false)
  assert.equal(ben.wire?.closed, null, 'it may read on')
  ada.text.insert(4, '!')
  await world.rest()
  assert.match(ben.page, /text!$/)
  assert.equal(world.disk.document().getText('text').toString(), 'text!')
})

test('[L9] [P4] a page that sends a damaged update is told which one before it is sent away', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'fine')
  await world.rest()
  const wire = ada.wire
  assert.ok(wire)
  world.room.receive(wire, encodeUpdate(Uint8Array.of(1, 1, 1)))
  const refused = wire.toPage.map(decodeSide).find((side) => side?.type === 'refused')
  assert.deepEqual(refused, { type: 'refused', count: 3, objection: 'damaged' })
  assert.equal(wire.closed, 'bad-bytes')
})

test('[W17] a viewer who sends back what everybody knows is no offender', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'abc')
  ada.text.delete(0, 1)
  await world.rest()
  for (const page of [true, false]) {
    const viewer = world.enter('ben', { role: 'comment', page })
    await world.rest()
    viewer.cut()
    viewer.connect() // its answer carries the whole delete set
    await world.rest()
    assert.equal(viewer.client.facts.refused, null)
    assert.deepEqual(viewer.denied, [])
  }
  assert.deepEqual(world.witnessed, [])
})

test('[O8] a document that has reached its limit is read on, and grows no more', async () => {
  const world = await World.start()
  world.rules = { ...world.rules, limits: { ...limits, document: 2000 } }
  await world.openRoom()
  const ada = world.enter('ada')
  const stock = world.enter('ben', { page: false })
  await world.rest()
  ada.text.insert(0, 'x'.repeat(1900))
  await world.rest()
  assert.equal(ada.saved, true)
  stock.text.insert(0, 'y'.repeat(200))
  await world.rest()
  assert.deepEqual(stock.denied, ['The document is full.'])
  assert.equal(stock.wire?.closed, null)
  ada.text.delete(0, 1000) // room is made by taking away
  await world.rest()
  assert.equal(ada.saved, true)
  ada.text.insert(0, 'z'.repeat(200))
  await world.rest()
  assert.equal(ada.client.facts.refused, 'full')
})

test('[O19] an empty room takes any number of authors whose memory fits, and then no more client ids', async () => {
  const world = await World.start()
  const memory = 500 * clientMemory
  world.rules = { ...world.rules, limits: { ...limits, memory } }
  await world.openRoom()
  const ada = world.enter('ada')
  const many = world.enter('ben')
  await world.rest()
  Y.applyUpdate(many.doc, letters(600))
  await world.rest()
  assert.equal(many.client.facts.refused, 'full')
  assert.equal(world.room.position, 0)
  Y.applyUpdate(ada.doc, letters(450))
  await world.rest()
  assert.equal(ada.saved, true)
  const late = world.enter('eve')
  await world.rest()
  late.text.insert(0, 'x'.repeat(100))
  await world.rest()
  assert.equal(late.saved, true)
  Y.applyUpdate(late.doc, letters(500))
  await world.rest()
  assert.equal(late.client.facts.refused, 'full')
})

test('[O20] what takes Yjs too long is refused, also as the part of an answer that has a gap', async () => {
  const world = await World.start()
  world.rules = { ...world.rules, limits: { ...limits, newClients: 10_000 } }
  await world.openRoom()
  const ada = world.enter('ada')
  await world.rest()
  ada.text.insert(0, 'x')
  await world.rest()
  // 5,000 authors who wrote at one place without knowing of one another, the lowest client id first
  const insertions = letters(5000, 1)
  const gap = Uint8Array.of(1, 7, 5, 132, 7, 4, 1, 97)
  const head = encoding.createEncoder()
  encoding.writeVarUint(head, 5001)
  const answer = Buffer.concat([
    encoding.toUint8Array(head),
    insertions.subarray(2, -1),
    gap,
    Uint8Array.of(0),
  ])
  for (const frame of [encodeUpdate(insertions), encodeRest(answer)]) {
    const eve = world.enter('eve')
    await world.rest()
    assert.ok(eve.wire)
    world.room.receive(eve.wire, frame)
    await world.rest()
    assert.equal(world.room.position, 1)
    assert.equal(eve.client.facts.refused, 'damaged')
    const refusal = world.witnessed.at(-1)
    assert.match(refusal instanceof SyncError ? refusal.detail : '', /concurrent insertions/)
  }
})

test('[O19] a large write is judged in several turns, in which others write and its own connection waits', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  const { wire } = ada
  assert.ok(wire)
  ada.doc.transact(() => {
    for (let left = 3000; left > 0; left--) ada.text.insert(0, `${left} `.repeat(60))
  })
  ada.text.insert(0, 'and then ')
  const frames = wire.toRoom.splice(0)
  assert.ok((frames[0]?.length ?? 0) > 500_000)
  for (const frame of frames) world.room.receive(wire, frame)
  assert.equal(world.room.position, 0)
  assert.equal(world.room.durable, false, 'it does not go meanwhile')
  assert.equal(wire.pauses, 1)
  ben.text.insert(0, 'ben ')
  for (const frame of ben.wire?.toRoom.splice(0) ?? []) if (ben.wire) world.room.receive(ben.wire, frame)
  assert.equal(world.room.position, 1)
  await world.rest()
  assert.equal(world.room.position, 3)
  assert.equal(wire.pauses, 0)
  assert.equal(ada.saved, true)
  assert.ok(ben.text.toString() === ada.text.toString())
  assert.ok(world.disk.document().getText('text').toString() === ada.text.toString())
})

test('[O19] a large write that two bring at once is taken once, and one that ends in a gap in part', async () => {
  const world = await World.start()
  world.rules = { ...world.rules, owned: false }
  await world.openRoom()
  const pages = ['ada', 'ben'].map((name) => world.enter(name))
  await world.rest()
  const source = new Y.Doc()
  source.transact(() => {
    for (let left = 3000; left > 0; left--) source.getText('text').insert(0, `${left} `.repeat(60))
  })
  const whole = Y.encodeStateAsUpdate(source)
  const before = Y.encodeStateVector(source)
  source.getText('text').insert(5, 'lost')
  const after = Y.encodeStateVector(source)
  source.getText('text').insert(9, 'late')
  for (const { wire } of pages) if (wire) world.room.receive(wire, encodeUpdate(whole))
  await world.rest()
  assert.equal(world.room.position, 1)
  const [ada, ben] = pages
  assert.ok(ada?.wire && ben?.wire)
  const holed = Y.mergeUpdates([whole, Y.encodeStateAsUpdate(source, after)])
  world.room.receive(ada.wire, encodeRest(holed))
  await world.rest()
  assert.equal(world.room.position, 1, 'it holds nothing that can be taken')
  world.room.receive(ben.wire, encodeRest(Y.encodeStateAsUpdate(source, before)))
  await world.rest()
  assert.ok(world.disk.document().getText('text').toString() === source.getText('text').toString())
  assert.deepEqual(world.witnessed, [])
})

/** A letter each of so many authors, from the highest client id to the lowest, or with the step 1 the reverse. */
const letters = (authors: number, step = -1): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, authors)
  for (let index = 1; index <= authors; index++) {
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, step === 1 ? 10_000 + index : 10_001 + authors - index)
    encoding.writeUint8Array(encoder, Uint8Array.of(0, 4, 1, 4, 116, 101, 120, 116, 1, 97))
  }
  encoding.writeVarUint(encoder, 0)
  return encoding.toUint8Array(encoder)
}

test('[L1] [P9] when a newer page writes, older ones hear of it and their later visits only read', async () => {
  const world = await World.start()
  const old = world.enter('ada')
  old.text.insert(0, 'old ')
  await world.rest()
  const newer = world.enter('ben', { schema: 2 })
  await world.rest()
  assert.equal(old.client.facts.hello?.schema, 0, 'looking changes nothing')
  newer.text.insert(0, 'new ')
  await world.rest()
  assert.equal(old.client.facts.hello?.schema, 2)
  old.text.insert(0, 'in flight ') // it was typed before the page could know
  await world.rest()
  assert.equal(old.saved, true)
  old.cut()
  old.connect()
  await world.rest()
  old.text.insert(0, 'too late ')
  await world.rest()
  assert.equal(old.client.facts.refused, 'schema')
  await world.powerCut()
  const third = world.enter('cleo')
  await world.rest()
  assert.equal(third.client.facts.hello?.schema, 2, 'it is remembered')
  const boaster = world.enter('dan', { schema: 1_000_000 })
  boaster.text.insert(0, 'x')
  await world.rest()
  assert.equal(third.client.facts.hello?.schema, 2, 'nobody is newer than the server')
})

test('[D2] [P1] text that a crash took is brought back by whoever saw it, once, under the name of its author', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  ada.text.insert(0, 'saved')
  await world.rest()
  ada.text.insert(5, ' and seen')
  await world.settle() // relayed, not on disk
  assert.equal(ben.page, 'saved and seen')
  await world.powerCut()
  ben.connect()
  await world.rest()
  assert.equal(world.disk.document().getText('text').toString(), 'saved and seen')
  assert.equal(world.disk.authors.at(-1), 'ada')
  assert.equal(ben.client.facts.refused, null)
  assert.ok(world.noticed.includes('healed'))
  ada.connect()
  ada.text.insert(0, 'again ')
  await world.rest()
  assert.equal(ada.page, 'again saved and seen')
  assert.equal(ben.page, ada.page)
})

test('[D2] [P5] while the author is here nobody else brings their text, and afterwards nobody may', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  ada.text.insert(0, 'saved')
  await world.rest()
  ada.text.insert(5, ' and seen')
  ben.text.insert(0, 'I saw: ')
  await world.settle()
  await world.powerCut()
  const seat = new Wire() // ada is back, but has said nothing yet
  const page = { client: ada.doc.clientID, schema: 1 }
  world.room.join(seat, { identity: 'ada', name: 'ada', verified: true, role: 'edit', page })
  ben.connect()
  await world.rest()
  assert.doesNotMatch(world.disk.document().getText('text').toString(), /seen/)
  world.room.leave(seat, true)
  ada.connect()
  await world.rest()
  world.clock.pass(5000)
  await world.rest()
  assert.equal(ben.saved, true)
  assert.equal(world.disk.document().getText('text').toString(), 'I saw: saved and seen')

  ada.text.insert(0, 'lost ')
  await world.settle()
  await world.powerCut()
  world.healing = false
  ben.connect()
  await world.rest()
  assert.equal(ben.client.facts.refused, 'identity')
})

test('[P7] while too much waits for the disk the pages are asked to write no more, until it has caught up', async () => {
  const world = await World.start()
  world.rules = { ...world.rules, limits: { ...limits, backlog: 1000 } }
  await world.openRoom()
  const ada = world.enter('ada')
  await world.rest()
  ada.text.insert(0, 'x'.repeat(2000))
  await world.settle()
  assert.equal(ada.client.facts.store, 'read-only')
  ada.text.insert(0, 'in flight')
  await world.settle()
  assert.equal(ada.client.facts.refused, null, 'what was typed before is not lost')
  world.disk.sync()
  await world.settle()
  world.clock.pass(1000)
  await world.settle()
  assert.equal(ada.client.facts.store, 'fine')
  assert.equal(ada.saved, true)
})

test('[O1] [O3] whoever asks again and again is answered once in two seconds, with all it then lacks', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'x'.repeat(10_000))
  await world.rest()
  const eve = world.enter('eve', { page: false })
  await world.rest()
  const { wire } = eve
  assert.ok(wire)
  for (let round = 0; round < 50; round++) world.room.receive(wire, Uint8Array.of(0, 0, 1, 0))
  assert.equal(wire.toPage.filter((frame) => frame[0] === 0 && frame[1] === 1).length, 0)
  world.clock.pass(2000)
  const answers = wire.toPage.filter((frame) => frame[0] === 0 && frame[1] === 1)
  assert.equal(answers.length, 1)
  assert.ok((answers[0]?.length ?? 0) > 10_000)
  assert.ok(world.noticed.includes('merged-question'))
})

test('[O3] [P4] thousands of updates with gaps are asked for once in two seconds, and kept nowhere', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'here')
  await world.rest()
  const eve = world.enter('eve', { page: false })
  await world.rest()
  const { wire } = eve
  assert.ok(wire)
  wire.toPage.length = 0
  const { position } = world.room
  for (let index = 0; index < 4000; index++)
    world.room.receive(wire, Uint8Array.of(0, 2, 8, 1, 1, 200, 1, 1 + (index % 100), 0, 1, 0))
  assert.equal(world.room.position, position)
  assert.equal(wire.toPage.filter((frame) => frame[0] === 0 && frame[1] === 0).length, 1)
  for (let round = 0; round < 100; round++) {
    world.room.receive(wire, Uint8Array.of(0, 1, 8, 1, 1, 200, 1, 50, 0, 1, 0))
    world.room.receive(wire, Uint8Array.of(0, 2, 8, 1, 1, 200, 1, 50, 0, 1, 0))
    world.clock.pass(1000)
  }
  const asked = wire.toPage.filter((frame) => frame[0] === 0 && frame[1] === 0).length
  assert.ok(asked <= 8, `it was asked ${asked} times in 100 s`)
  assert.equal(world.room.position, position)
  assert.equal(wire.closed, null)
})

test('[N5] [P6] a large document goes out piece by piece, as it is read, and closes when all has come', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  for (let index = 0; index < 1600; index++) ada.text.insert(0, `${index} `.padEnd(1024, 'x'))
  await world.rest()
  await world.disk.compact()
  await world.powerCut()
  ada.connect()
  await world.rest()
  const slow = world.enter('ben')
  const { wire } = slow
  assert.ok(wire)
  wire.measured = true
  world.deliver(slow, 'toRoom')
  await new Promise((resolve) => void setImmediate(resolve))
  let pieces = 0
  for (; !slow.synced; pieces++) {
    assert.ok(pieces < 2000, 'it never ends')
    assert.ok(wire.buffered <= 600 * 1024, `${wire.buffered} bytes wait for a slow reader`)
    world.deliver(slow, 'toPage')
    if (pieces === 5) ada.text.insert(0, 'meanwhile ')
    await world.settleBut(slow)
    world.room.drained(wire)
    await new Promise((resolve) => void setImmediate(resolve))
  }
  assert.ok(pieces > 3)
  await world.rest()
  assert.equal(slow.page, ada.page)
})

test('[O29] readers of a large document are given the same bytes, and none lacks anything when its base is replaced', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  ada.text.insert(0, 'x'.repeat(1_500_000))
  await world.rest()
  await world.disk.compact()
  await world.powerCut()
  ada.connect()
  await world.rest()
  const readers = ['ben', 'cem', 'dan'].map((name) => world.enter(name))
  for (const reader of readers) {
    if (reader.wire !== null) reader.wire.measured = true
    world.deliver(reader, 'toRoom')
  }
  const [given = [], ...others] = readers.map(
    ({ wire }) => wire?.toPage.filter(({ length }) => length > 100_000) ?? [],
  )
  assert.ok(given.length > 0)
  for (const other of others) assert.ok(other.every((frame, index) => frame === given[index]))
  ada.text.delete(700_000, 300_000)
  ada.text.insert(0, 'y'.repeat(400_000))
  const { position } = world.disk.base
  await world.settleBut(readers[0] ?? ada)
  world.disk.sync()
  world.clock.pass(3000) // what was written is folded
  await world.settleBut(readers[0] ?? ada)
  assert.ok(world.disk.base.position > position)
  for (const reader of readers)
    for (let round = 0; !reader.synced; round++) {
      assert.ok(round < 100, 'it never ends')
      world.deliver(reader, 'toPage')
      if (reader.wire !== null) world.room.drained(reader.wire)
      await new Promise((resolve) => void setImmediate(resolve))
    }
  await world.rest()
  for (const reader of readers) assert.equal(reader.page, ada.page)
})

test('[P5] pages are told who is behind each client id, whatever presence claims', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben', { role: 'view' })
  await world.rest()
  const who = ada.client.facts.people
  assert.deepEqual(who.get(ben.doc.clientID), {
    client: ben.doc.clientID,
    identity: 'ben',
    name: 'ben',
    role: 'view',
    verified: true,
  })
  assert.equal(ben.client.facts.people.get(ada.doc.clientID)?.name, 'ada', 'also who was there before')
  world.room.rename('ben', 'Benedict')
  await world.rest()
  assert.equal(ada.client.facts.people.get(ben.doc.clientID)?.name, 'Benedict')
})

test('[W9] a message of a kind that is not known is passed over and counted', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  const { wire } = ada
  assert.ok(wire)
  for (const bytes of [
    [100, 1, 2],
    [0, 7, 1, 0],
    [2, 9],
  ])
    world.room.receive(wire, Uint8Array.from(bytes))
  assert.equal(wire.closed, null)
  assert.deepEqual(world.noticed, ['unknown-message', 'unknown-message', 'unknown-message'])
  ada.text.insert(0, 'x')
  await world.rest()
  assert.equal(ada.saved, true)
})

test('an empty room takes a whole document of many authors from whoever brings it', async () => {
  const world = await World.start()
  const imported = new Y.Doc()
  for (let client = 1; client <= 200; client++) {
    const author = new Y.Doc()
    author.clientID = client
    Y.applyUpdate(author, Y.encodeStateAsUpdate(imported))
    author.getText('text').insert(0, 'x')
    Y.applyUpdate(imported, Y.encodeStateAsUpdate(author))
  }
  const ada = world.enter('ada')
  Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(imported))
  await world.rest()
  assert.equal(ada.saved, true)
  assert.equal(world.disk.document().getText('text').length, 200)
  // but once there is something, not any more
  const eve = world.enter('eve')
  await world.rest()
  const flood = new Y.Doc()
  for (let client = 1001; client <= 1100; client++) {
    flood.clientID = client
    flood.getText('text').insert(0, 'x')
  }
  Y.applyUpdate(eve.doc, Y.encodeStateAsUpdate(flood))
  await world.rest()
  assert.equal(eve.client.facts.refused, 'damaged')
})

test('five in a room hear of every change at the end of its turn', async () => {
  const world = await World.start()
  const people = ['ada', 'ben', 'cyd', 'dan', 'eve'].map((name) => world.enter(name))
  await world.rest()
  for (const letter of ['a', 'b', 'c']) {
    people[0]?.text.insert(0, letter)
    await world.settle() // no time passes
    assert.deepEqual(new Set(people.map(({ page }) => page)).size, 1)
  }
})

test('a busy room of many gathers what comes within eight milliseconds into one write to each', async () => {
  const world = await World.start()
  const people = Array.from({ length: 100 }, (_, index) => world.enter(`reader ${index}`, { page: false }))
  world.clock.pass(1000)
  await world.rest()
  const [ada, ben] = people
  let writes = 0
  const send = ben?.wire?.send.bind(ben.wire)
  if (ben?.wire) ben.wire.send = (messages) => (writes++, send?.(messages))
  world.clock.pass(1000)
  ada?.text.insert(0, 'a')
  await world.settle()
  assert.deepEqual([writes, ben?.page], [1, 'a'], 'what comes after a silence goes at once')
  for (const letter of ['b', 'c', 'd']) {
    ada?.text.insert(0, letter)
    world.clock.pass(2)
    await world.settle()
  }
  assert.equal(ben?.page, 'a')
  world.clock.pass(2)
  await world.settle()
  assert.deepEqual([writes, ben?.page], [2, 'dcba'])
  const flood = async (wait: number): Promise<void> => {
    for (let letter = 0; letter < 20; letter++) ada?.text.insert(0, 'x')
    await world.settle()
    world.clock.pass(wait)
    await world.settle()
  }
  await flood(10) // the first comes like what is typed
  assert.equal(writes, 3)
  await flood(10)
  assert.equal(writes, 3, 'what follows a flood is gathered longer')
  world.clock.pass(15)
  await world.settle()
  assert.deepEqual([writes, ben?.page.length], [4, 44])
  world.clock.pass(100)
  ada?.text.insert(0, 'e')
  await world.settle()
  assert.deepEqual([writes, ben?.page.length], [5, 45], 'and what comes after a silence goes at once')
})

test('a caret that moves with a change travels with it; one that moves alone waits 40 ms for company', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const ben = world.enter('ben')
  await world.rest()
  world.clock.pass(1000)
  await world.rest()
  const shown: string[] = []
  const send = ben.wire?.send.bind(ben.wire)
  if (ben.wire)
    ben.wire.send = (messages) => {
      shown.push(messages.map(([kind]) => (kind === 1 ? 'caret' : 'change')).join(' and '))
      send?.(messages)
    }
  const move = (clock: number): void =>
    world.room.receive(ada.wire ?? new Wire(), encodePresence([entryOf(ada.doc.clientID, clock)]))
  move(2)
  await world.settle()
  assert.deepEqual(shown, [])
  world.clock.pass(40)
  await world.settle()
  assert.deepEqual(shown, ['caret'])
  world.clock.pass(50)
  move(3)
  ada.text.insert(0, 'x')
  await world.settle()
  assert.deepEqual(shown, ['caret', 'change and caret'])
  world.clock.pass(30)
  move(4) // while the wait that came to nothing is still running
  await world.settle()
  world.clock.pass(40)
  await world.settle()
  assert.deepEqual(shown, ['caret', 'change and caret', 'caret'])
})
