import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { ClientIdUses } from '../src/client-id-uses.ts'
import { SyncError } from '../src/error.ts'
import { inspect } from '../src/inspect.ts'
import { Known } from '../src/known.ts'
import { emptyBase } from '../src/log.ts'
import { merge } from '../src/merge.ts'
import { TailContent } from '../src/tail-content.ts'
import { Tail } from '../src/tail.ts'
import { Wire, World } from './world.ts'
import type { Person } from './world.ts'

/** What a room has, made of these updates in their order. */
const roomOf = (updates: readonly Uint8Array[]) => {
  const known = new Known()
  const tail = new Tail(emptyBase)
  const content = new TailContent(tail, known)
  let position = 0
  const push = (update: Uint8Array): void => {
    const verdict = inspect(update, known)
    assert.ok(!(verdict instanceof SyncError) && verdict.type === 'new')
    known.learn(verdict)
    tail.push(++position, update)
  }
  for (const update of updates) push(update)
  return { tail, content, push, agrees: (update: Uint8Array) => content.agrees(update, () => true) }
}

const docOf = (client: number, ...updates: readonly Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  doc.clientID = client
  return doc
}

/** The updates of a document that is edited so, one for each edit. */
const record = (doc: Y.Doc, ...edits: ((doc: Y.Doc) => void)[]): Uint8Array[] => {
  const updates: Uint8Array[] = []
  const listen = (update: Uint8Array): void => void updates.push(update)
  doc.on('update', listen)
  for (const edit of edits) edit(doc)
  doc.off('update', listen)
  return updates
}

const type =
  (at: number, text: string) =>
  (doc: Y.Doc): void =>
    doc.getText('text').insert(at, text)

test('[W19] what one replica says in other pieces, and what either has deleted, is no difference', () => {
  const doc = docOf(1)
  const updates = record(
    doc,
    type(0, 'hello'),
    type(5, ' world 🎉 and more'),
    (own) => own.getText('text').format(2, 9, { bold: true }),
    (own) => own.getText('text').insertEmbed(3, { width: 1, height: 2 }),
    (own) => own.getMap('map').set('key', { a: 1, b: [1.5, 'x', null, true, 2n ** 40n] }),
    (own) => own.getMap('map').set('bytes', new Uint8Array([1, 2, 3])),
    (own) => own.getArray('list').insert(0, ['a', { b: 1 }, 3]),
    (own) => own.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')]),
    (own) => own.getArray('list').delete(1, 1),
    (own) => own.getText('text').delete(1, 2),
  )
  const whole = Y.encodeStateAsUpdate(doc)
  const uncollected = new Y.Doc({ gc: false })
  for (const update of updates) Y.applyUpdate(uncollected, update)
  const tails = [updates, [merge(updates)], [whole], [Y.encodeStateAsUpdate(uncollected)]]
  for (const tail of tails)
    for (const said of [...updates, ...tails.flat()]) assert.ok(roomOf(tail).agrees(said))
})

test('[W19] both halves of a pair of surrogates that was cut are no difference', () => {
  const first = docOf(1)
  const [typed = new Uint8Array()] = record(first, type(0, 'a🎉b'))
  const cut = docOf(2, typed)
  cut.getText('text').insert(2, '-') // Yjs replaces both halves
  const whole = Y.encodeStateAsUpdate(cut)
  assert.ok(roomOf([typed]).agrees(whole))
  assert.ok(roomOf([whole]).agrees(typed))
})

test('[W19] values whose keys or numbers are written in another way are no difference', () => {
  const doc = docOf(1)
  const updates = record(doc, (own) => own.getMap('map').set('k', { a: 1, b: 2 }))
  const other = docOf(1)
  const reordered = record(other, (own) => own.getMap('map').set('k', { b: 2, a: 1 }))
  assert.notDeepEqual(updates, reordered)
  assert.ok(roomOf(updates).agrees(reordered[0] ?? new Uint8Array()))
})

test('[W19] another content, place or kind at a known clock is a difference, wherever it lies', () => {
  const before = record(docOf(1), type(0, 'shared '))
  const paragraph = (name: string) => (doc: Y.Doc) =>
    doc.getXmlFragment('default').insert(0, [new Y.XmlElement(name)])
  const edits: ((doc: Y.Doc) => void)[] = [
    type(7, 'one'),
    type(7, 'two'),
    type(3, 'one'),
    (doc) => doc.getText('text').insertEmbed(7, { a: 1 }),
    (doc) => doc.getText('text').insertEmbed(7, { a: 2 }),
    (doc) => doc.getText('text').format(0, 7, { bold: true }),
    (doc) => doc.getText('text').format(0, 7, { italic: true }),
    (doc) => doc.getMap('map').set('a', 1),
    (doc) => doc.getMap('map').set('b', 1),
    (doc) => doc.getMap('map').set('a', 2),
    (doc) => doc.getMap('map').set('a', new Uint8Array([1])),
    (doc) => doc.getMap('map').set('a', new Uint8Array([2])),
    (doc) => doc.getMap('map').set('a', [{ deep: 'x' }]),
    (doc) => doc.getMap('map').set('a', [{ deep: 'y' }]),
    (doc) => doc.getMap('map').set('a', { deep: undefined }),
    (doc) => doc.getMap('map').set('a', {}),
    (doc) => doc.getArray('list').insert(0, [1, 2, 3]),
    (doc) => doc.getArray('list').insert(0, [1, 2, 4]),
    paragraph('paragraph'),
    paragraph('heading'),
    (doc) => doc.getXmlFragment('default').insert(0, [new Y.XmlText('x')]),
  ]
  const updates = edits.map((edit) => merge(record(docOf(1, ...before), edit)))
  for (const [index, stored] of updates.entries())
    for (const [other, said] of updates.entries()) {
      const { agrees } = roomOf([...before, stored])
      assert.equal(agrees(said), index === other, `${String(edits[index])} against ${String(edits[other])}`)
    }
})

test('[W19] a difference is found deep in a long tail, in a long text and in a long list, merged or not', () => {
  const doc = docOf(1)
  const long = 'ü漢🎉x'.repeat(1500)
  const before = record(
    doc,
    type(0, long),
    (own) =>
      own.getArray('list').insert(
        0,
        Array.from({ length: 1500 }, (_, index) => ({ index })),
      ),
    ...Array.from({ length: 100 }, (_, index) => type(index, 'abc'[index % 3] ?? '')),
  )
  const vectors = [5, 777, 7_501, 8_100, 9_050].map((clock) => {
    return { clock, vector: Y.encodeStateVector(new Map([[1, clock]])) }
  })
  for (const tail of [before, [merge(before)], [Y.encodeStateAsUpdate(doc)]]) {
    const { agrees, push } = roomOf(tail)
    for (const { clock, vector } of vectors) {
      const rest = Y.diffUpdate(merge(before), vector)
      assert.ok(agrees(rest), `from clock ${clock}`)
      assert.equal(agrees(changed(rest)), false, `from clock ${clock}, the last letter changed`)
    }
    const more = record(docOf(1, merge(before)), type(0, 'z'))
    push(more[0] ?? new Uint8Array())
    assert.ok(agrees(more[0] ?? new Uint8Array()), 'what came since the first look is looked at too')
    assert.equal(agrees(changed(more[0] ?? new Uint8Array())), false)
  }
})

/** The same update with another last letter in its last string. */
const changed = (update: Uint8Array): Uint8Array => {
  const { structs } = Y.decodeUpdate(update)
  assert.ok(structs.length > 0)
  const copy = new Uint8Array(update)
  // the delete set is empty: the last byte of the structs is the last letter
  const at = copy.length - 2
  copy[at] = copy[at] === 97 ? 98 : 97
  return copy
}

/** Two pages of one person under one client id, of which each has what the other has. */
const twins = async (page: boolean): Promise<{ world: World; ada: Person; twin: Person }> => {
  const world = await World.start()
  const ada = world.enter('ada', { page })
  ada.text.insert(0, 'before ')
  await world.rest()
  const twin = world.enter('ada', { page, client: ada.doc.clientID })
  await world.rest()
  twin.doc.clientID = ada.doc.clientID // Yjs had found out; a copied process has not
  return { world, ada, twin }
}

test('[W19] a second text at known clocks is not acknowledged: a page is told, and everybody else agrees', async () => {
  const { world, ada, twin } = await twins(true)
  ada.text.insert(7, 'hello')
  twin.text.insert(7, 'goodbye')
  while (world.deliver(ada, 'toRoom'));
  while (world.deliver(twin, 'toRoom'));
  world.disk.sync()
  await world.settleBut(twin)
  while (world.deliver(twin, 'toPage'));
  assert.equal(twin.client.facts.refused, 'identity')
  assert.equal(twin.saved, false)
  assert.equal(ada.client.facts.refused, null)
  await world.rest()
  assert.equal(ada.saved, true)
  assert.equal(world.disk.document().getText('text').toString(), 'before hello')
})

test('[W19] a stock client that says something else at known clocks is sent away with 4400', async () => {
  const { world, ada, twin } = await twins(false)
  ada.text.insert(7, 'hello')
  twin.text.insert(7, 'go')
  const { wire } = twin
  while (world.deliver(ada, 'toRoom'));
  while (world.deliver(twin, 'toRoom'));
  assert.equal(wire?.closed, 'bad-bytes')
  assert.equal(ada.wire?.closed, null)
})

test('[W19] the same tab that comes back and says again what it said is not told anything', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  ada.text.insert(0, 'one 🎉 two')
  ada.text.insert(4, 'x')
  while (world.deliver(ada, 'toRoom'));
  ada.text.delete(2, 4)
  const { doc } = ada
  ada.cut()
  ada.connect()
  ada.hear(Uint8Array.of(0, 0, 1, 0)) // it is asked for everything
  await world.rest()
  assert.equal(ada.client.facts.refused, null)
  assert.equal(ada.saved, true)
  assert.equal(world.disk.document().getText('text').toString(), doc.getText('text').toString())
})

test('[W19] an id is shared while another connection uses it, and for ten minutes after the last of those left', () => {
  const uses = new ClientIdUses()
  const [ada, twin] = [new Wire(), new Wire()]
  uses.use(ada, null, 1, 0, 0)
  assert.equal(uses.isShared(1, ada, 0), false, 'nobody else was here')
  assert.equal(uses.isShared(1, twin, 0), true)
  uses.use(twin, null, 1, 5, 1000)
  assert.equal(uses.isShared(1, ada, 1000), true)
  assert.equal(uses.sharedFrom(1, ada, null, 1000), 0)
  uses.leave(ada, 2000)
  assert.equal(uses.isShared(1, twin, 2000 + 600_000), true)
  assert.equal(uses.isShared(1, twin, 2001 + 600_000), false)
  uses.leave(twin, 700_000)
  assert.equal(uses.isShared(1, ada, 1_300_000), true)
  assert.equal(uses.isShared(1, ada, 1_300_001), false)
})

const refused = ({ client }: Person) => client.facts.refused

test('[W19] a second live tab with one client id is told so before it writes, and the first goes on', async () => {
  const world = await World.start()
  const ada = world.enter('ada', { tab: 'first' })
  ada.text.insert(0, 'before ')
  await world.rest()
  const twin = world.enter('ada', { tab: 'second', client: ada.doc.clientID })
  await world.rest()
  assert.equal(refused(twin), 'identity')
  ada.text.insert(7, 'and after')
  await world.rest()
  assert.equal(refused(ada), null)
  assert.equal(ada.saved, true)
  assert.equal(world.disk.document().getText('text').toString(), 'before and after')
})

test('[W19] the same tab comes back while its last connection still looks alive: it is told nothing', async () => {
  const world = await World.start()
  const ada = world.enter('ada', { tab: 'first' })
  ada.text.insert(0, 'before ')
  await world.rest()
  const { wire } = ada
  ada.text.insert(7, 'on its way ')
  if (wire !== null) world.room.receive(wire, wire.toRoom.shift() ?? new Uint8Array()) // and no answer comes back
  ada.wire = null // the network is gone, and nobody has told the room
  ada.client.closed()
  ada.text.insert(7, 'and while away ')
  ada.connect()
  await world.rest()
  assert.equal(refused(ada), null)
  assert.equal(ada.saved, true)
  assert.equal(world.disk.document().getText('text').toString(), ada.page)
  assert.equal(wire?.closed, null)
})

test('[W19] pages that tell no name of their copy are two in turn or one that comes back: their text decides', async () => {
  const world = await World.start()
  const ada = world.enter('ada')
  await world.rest()
  const again = world.enter('ada', { client: ada.doc.clientID })
  await world.rest()
  assert.deepEqual([refused(ada), refused(again)], [null, null])
})

/** Somebody's two copies: one wrote while the other was away, which then says what it wrote in the meantime. */
const apart = async (page: boolean, tabs: readonly [string?, string?]) => {
  const world = await World.start()
  const [first, second] = tabs
  const ada = world.enter('ada', { page, ...(first === undefined ? {} : { tab: first }) })
  ada.text.insert(0, 'before ')
  await world.rest()
  const { clientID } = ada.doc
  const twin = world.enter('ada', {
    page,
    client: clientID,
    ...(second === undefined ? {} : { tab: second }),
  })
  twin.cut()
  Y.applyUpdate(twin.doc, Y.encodeStateAsUpdate(ada.doc), twin)
  twin.doc.clientID = clientID
  twin.text.insert(7, 'goodbye') // as many letters, so that no state vector tells them apart
  return { world, ada, twin }
}

for (const [name, page, tabs] of [
  ['an older page', true, []],
  ['another tab', true, ['first', 'second']],
] as const)
  test(`[W19] ${name} that wrote while it was away is told when that is not what the room has`, async () => {
    const { world, ada, twin } = await apart(page, tabs)
    ada.text.insert(7, 'hello, ')
    await world.rest()
    ada.cut(true)
    twin.connect()
    await world.rest()
    assert.equal(refused(twin), 'identity')
    assert.equal(twin.saved, false)
    assert.equal(world.disk.document().getText('text').toString(), 'before hello, ')
  })

test('[W19] a stock client that wrote while it was away is sent away when that is not what the room has', async () => {
  const { world, ada, twin } = await apart(false, [])
  ada.text.insert(7, 'hello, ')
  await world.rest()
  ada.cut(true)
  twin.connect()
  const { wire } = twin
  await world.rest()
  assert.equal(wire?.closed, 'bad-bytes')
  assert.equal(world.disk.document().getText('text').toString(), 'before hello, ')
})

test('[W19] a tab that comes back sends only what is new; one that may be another sends its last text again', async () => {
  for (const tab of ['first', undefined]) {
    const world = await World.start()
    const ada = world.enter('ada', tab === undefined ? {} : { tab })
    ada.text.insert(0, 'a text of some length')
    await world.rest()
    ada.cut()
    ada.connect()
    const sent: number[] = []
    const receive = world.room.receive.bind(world.room)
    world.room.receive = (link, frame) => {
      if (frame[0] === 0 && frame[1] === 1) sent.push(frame.length)
      receive(link, frame)
    }
    await world.rest()
    assert.equal(refused(ada), null)
    assert.equal(sent.length, 1)
    assert.equal((sent[0] ?? 0) > 20, tab === undefined)
  }
})
