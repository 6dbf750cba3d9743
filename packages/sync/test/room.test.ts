import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { World } from './world.ts'

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
    [0, 0], // SyncStep1
    [0, 2], // the base, as it lies
    [0, 1], // the tail
  ])
  assert.deepEqual(ben.wire?.toPage[2]?.subarray(-world.disk.base.state.length), world.disk.base.state)
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

test('[P4] a client that answers our asking with gaps again and again is sent away', async () => {
  const world = await World.start()
  const eve = world.enter('eve', { page: false })
  await world.rest()
  const gap = Uint8Array.of(0, 1, 11, 1, 1, 1, 5, 4, 1, 1, 116, 1, 97, 0) // client 1 from clock 5
  for (let round = 0; round < 3; round++) {
    assert.equal(eve.wire?.closed, null)
    eve.wire?.toRoom.push(gap)
    world.deliver(eve, 'toRoom')
    world.clock.pass(2000)
  }
  assert.equal(eve.wire?.closed, 'bad-bytes')
  assert.equal(world.room.position, 0)
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
  wire.buffered = 1024 * 1024
  for (let index = 0; index < 50; index++) {
    ada.text.insert(0, 'word ')
    world.deliver(ada, 'toRoom')
    world.clock.endTurn()
  }
  assert.ok(wire.toPage.length <= 1, `${wire.toPage.length} frames queued for a reader that does not read`)
  wire.buffered = 0
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
  wire.buffered = 1024 * 1024
  for (let round = 0; round < 400; round++) world.room.receive(wire, Uint8Array.of(0, 0, 1, 0))
  assert.equal(wire.toPage.length, 0)
  wire.buffered = 0
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

test('a room whose log is damaged does not open, least of all as an empty one', async () => {
  const world = await World.start()
  world.disk.tail.push(Uint8Array.of(1, 1, 1))
  await assert.rejects(world.openRoom(), /position 1 is damaged/)
})

test('whoever is sent away hears why, and the others go on', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  const eve = world.enter('eve')
  await world.rest()
  for (const bytes of [[], [9], [0, 3], [0, 2, 5, 1], [0, 2, 1, 1, 1], [1, 5, 9, 9, 9, 9, 9]]) {
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
