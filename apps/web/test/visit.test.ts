import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { bodyRoot } from '@quire/editor/roots'
import { retitle, titleOf } from '@quire/editor/title'
import { schemaVersion } from '@quire/editor/version'
import { limits } from '@quire/sync/rules'
import * as Y from 'yjs'
import type { OpenDocument } from '../src/document.ts'
import { EarlySocket } from '../src/early.ts'
import { writeNew } from '../src/newdocument.ts'
import { Shelf } from '../src/shelf.ts'
import { Visit } from '../src/visit.ts'
import type { Shown } from '../src/visit.ts'
import { Drawer } from './drawer.ts'
import { greetingOf, Host } from './host.ts'

/** A host, and visits to it that end with the test. All of them share one browser's storage. */
const world = async (t: TestContext) => {
  const host = await Host.open()
  const drawer = new Drawer()
  const visits: Visit[] = []
  t.after(async () => {
    for (const visit of visits) visit.close()
    await host.close()
  })
  const come = (name: string, early: EarlySocket | null = null): Visit => {
    const author = { id: name, name, color: 0 }
    const shelf = new Shelf(drawer)
    const attend = () => () => {}
    const visit = new Visit({ server: host.address, room: 'room', author, shelf, attend, early })
    visits.push(visit)
    return visit
  }
  return { host, drawer, come }
}

/** Resolves when something holds of what a visit shows, or of the copy that it shows. */
const until = (visit: Visit, holds: (shown: Shown) => boolean): Promise<void> =>
  new Promise((resolve) => {
    let watched: OpenDocument | null = null
    let stop = (): void => {}
    const look = (): void => {
      const { open } = visit.shown
      if (open !== watched) {
        stop()
        watched = open
        stop = open.subscribe(look)
      }
      if (!holds(visit.shown)) return
      stop()
      forget()
      resolve()
    }
    const forget = visit.subscribe(look)
    look()
  })
const untilSaved = (visit: Visit): Promise<void> =>
  until(visit, ({ open: { standing } }) => standing.facts.saved && standing.synced)
const untilAfresh = (visit: Visit, before: OpenDocument): Promise<void> =>
  until(visit, ({ open }) => open !== before && open.standing.facts.saved)

const write = (open: OpenDocument, text: string): void => {
  const block = new Y.XmlElement('paragraph')
  block.insert(0, [new Y.XmlText(text)])
  open.doc.getXmlFragment(bodyRoot).push([block])
}
const bodyOf = (open: OpenDocument): string => open.doc.getXmlFragment(bodyRoot).toString()

test('[L9] [P4] a write that is refused is kept, the document loads afresh, and later edits sync', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  const ben = come('ben')
  await Promise.all([untilSaved(ada), untilSaved(ben)])
  const before = ada.shown.open
  retitle(before.doc, 'Minutes')
  write(before, 'Saved before.')
  await untilSaved(ada)
  host.damaging = true
  write(before, 'Refused.')
  await until(ada, ({ recovered }) => recovered.length > 0)
  host.damaging = false
  assert.equal(before.standing.ended, 'damaged')
  await untilAfresh(ada, before)
  const { open, recovered, urgent, closed } = ada.shown
  const [entry] = recovered
  assert.equal(entry?.text, 'Refused.')
  assert.equal(entry?.title, 'Minutes')
  assert.equal(entry?.reason, 'damaged')
  assert.equal(urgent, entry?.id)
  assert.equal(closed, null)
  assert.notEqual(open.doc.clientID, before.doc.clientID)
  assert.equal(bodyOf(open), '<paragraph>Saved before.</paragraph>')
  write(open, 'And on.')
  await untilSaved(ada)
  while (!bodyOf(ben.shown.open).includes('And on.'))
    await new Promise<void>((resolve) => ben.shown.open.doc.once('update', () => resolve()))
  assert.doesNotMatch(bodyOf(ben.shown.open), /Refused/)
})

test('[D22] what no store takes is kept in the page that wrote it, and gone from the document for everybody', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  const ben = come('ben')
  await Promise.all([untilSaved(ada), untilSaved(ben)])
  const before = ada.shown.open
  write(before, 'Kept.')
  await untilSaved(ada)
  host.poisoned = true
  write(before, 'Poison.')
  await until(ada, ({ recovered }) => recovered.length > 0)
  await untilAfresh(ada, before)
  const [entry] = ada.shown.recovered
  assert.equal(entry?.text, 'Poison.')
  assert.equal(entry?.reason, 'unstored')
  assert.equal(ada.shown.urgent, entry?.id)
  assert.equal(ada.shown.closed, null)
  await untilSaved(ben)
  for (const { shown } of [ada, ben]) assert.equal(bodyOf(shown.open), '<paragraph>Kept.</paragraph>')
})

test('[L9] what was recovered is found again after a reload, whole', async (t) => {
  const { host, come, drawer } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  host.damaging = true
  write(ada.shown.open, 'Refused.')
  await until(ada, ({ recovered }) => recovered.length > 0)
  assert.equal(drawer.length, 1, 'it was on the shelf before anybody was told')
  host.damaging = false
  ada.close()
  const [entry] = come('ada').shown.recovered
  assert.equal(entry?.text, 'Refused.')
  assert.equal(entry?.kept, 'whole')
  const doc = new Y.Doc()
  Y.applyUpdate(doc, entry?.state ?? new Uint8Array())
  assert.match(doc.getXmlFragment(bodyRoot).toString(), /Refused\./)
})

test('[L9] a role that was lowered while somebody wrote costs no text: it is recovered, and the page reads', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  const before = ada.shown.open
  before.rest()
  await until(ada, ({ open }) => open.standing.facts.connection === 'down')
  host.role = 'view'
  write(before, 'Written while away.')
  before.retry()
  await untilAfresh(ada, before)
  assert.equal(ada.shown.recovered[0]?.text, 'Written while away.')
  assert.equal(ada.shown.recovered[0]?.reason, 'role')
  assert.equal(ada.shown.open.standing.role, 'view')
})

test('[O8] a document that is full opens to be read after the first refusal', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  const before = ada.shown.open
  host.largest = 4
  write(before, 'Too much.')
  await untilAfresh(ada, before)
  assert.equal(ada.shown.recovered[0]?.reason, 'full')
  assert.equal(ada.shown.closed, 'full')
})

test('[L9] a second refusal within 10 s opens the document to be read, and both texts are kept', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  host.damaging = true
  const first = ada.shown.open
  write(first, 'One.')
  await untilAfresh(ada, first)
  assert.equal(ada.shown.closed, null)
  const second = ada.shown.open
  write(second, 'Two.')
  await untilAfresh(ada, second)
  assert.equal(ada.shown.closed, 'damaged')
  assert.deepEqual(ada.shown.recovered.map(({ text }) => text).toSorted(), ['One.', 'Two.'])
})

test('[L1] what is unsaved when a newer page has written is kept only if the server turns out not to have it', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  const before = ada.shown.open
  host.stallDisk()
  write(before, 'Sent, and not yet stored.')
  host.say(greetingOf({ schema: schemaVersion + 1 }))
  await until(ada, ({ open }) => open.standing.ended === 'schema')
  host.sync()
  await untilAfresh(ada, before)
  assert.deepEqual(ada.shown.recovered, [], 'the server has it')
  assert.match(bodyOf(ada.shown.open), /Sent/)
})

test('[D15] [A12] another epoch with the same text and nothing unsaved: the document loads afresh without a word', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  const before = ada.shown.open
  write(before, 'Everybody has this.')
  await untilSaved(ada)
  const told: number[] = []
  ada.subscribe(() => told.push(ada.shown.recovered.length))
  await host.replace('second', Y.encodeStateAsUpdate(before.doc))
  await untilAfresh(ada, before)
  assert.deepEqual(new Set(told), new Set([0]), 'nothing was offered, not even for a moment')
  assert.match(bodyOf(ada.shown.open), /Everybody has this/)
})

test('[D15] text that was written before a restore never merges into it: it is offered, once, and shown at once', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  const before = ada.shown.open
  write(before, 'In the backup.')
  await untilSaved(ada)
  const backup = Y.encodeStateAsUpdate(before.doc)
  before.rest()
  await until(ada, ({ open }) => open.standing.facts.connection === 'down')
  write(before, 'Written while away.')
  await host.replace('second', backup)
  before.retry()
  await untilAfresh(ada, before)
  const { open, recovered, urgent } = ada.shown
  assert.equal(bodyOf(open), '<paragraph>In the backup.</paragraph>')
  assert.equal(recovered[0]?.text, 'Written while away.')
  assert.equal(recovered[0]?.reason, 'other-epoch')
  assert.equal(urgent, recovered[0]?.id)
})

test('[D15] what was saved and then lost by a restore is offered too, without a sheet that nobody asked for', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  const before = ada.shown.open
  write(before, 'Newer than the backup.')
  await untilSaved(ada)
  await host.replace('second')
  await untilAfresh(ada, before)
  assert.equal(bodyOf(ada.shown.open), '')
  assert.equal(ada.shown.recovered[0]?.text, 'Newer than the backup.')
  assert.equal(ada.shown.urgent, null)
})

test('[L9] an id that belongs to somebody else costs nothing: the page takes another, before anybody notices', async (t) => {
  const { host, come } = await world(t)
  host.identity = 'ada'
  const ada = come('ada')
  await untilSaved(ada)
  const before = ada.shown.open
  write(before, 'Saved as one guest.')
  await untilSaved(ada)
  host.identity = 'another guest' // the cookie was lost
  host.cut()
  await untilAfresh(ada, before)
  assert.deepEqual(ada.shown.recovered, [])
  write(ada.shown.open, 'And on as another.')
  await untilSaved(ada)
})

/** The first connections of two tabs that have one client id, as copies of one process have. */
const twins = async (t: TestContext) => {
  const { host, come } = await world(t)
  host.identity = 'ada'
  let names = 1
  const tab = (): Visit => {
    // an id is one random number, the name of a tab is several
    const random = t.mock.method(crypto, 'getRandomValues', (array: Uint32Array<ArrayBuffer>) =>
      array.length === 1 ? array.fill(77) : array.fill(names++),
    )
    const visit = come('ada', new EarlySocket(host.address, 'room'))
    random.mock.restore()
    return visit
  }
  return { host, tab }
}

test('[W19] a second tab under one client id takes another before anybody notices, and both write', async (t) => {
  const { tab } = await twins(t)
  const first = tab()
  await untilSaved(first)
  write(first.shown.open, 'From the first.')
  await untilSaved(first)
  const second = tab()
  const before = second.shown.open
  assert.equal(before.doc.clientID, first.shown.open.doc.clientID)
  await untilAfresh(second, before)
  assert.notEqual(second.shown.open.doc.clientID, first.shown.open.doc.clientID)
  write(second.shown.open, 'From the second.')
  await Promise.all([untilSaved(first), untilSaved(second)])
  assert.deepEqual([first.shown.recovered, second.shown.recovered], [[], []])
  assert.match(bodyOf(second.shown.open), /From the first.*From the second/)
  assert.equal(first.shown.open.standing.ended, null)
})

for (const [isLive, theirs] of [
  [true, 'Written in the other tab.'],
  [false, 'Written in the next tab.'], // as many letters: no clock tells them apart
  [false, 'Written in the other tab, and more of it.'], // the rest of it arrives under the same id
] as const)
  test(`[W19] text under an id that another tab ${isLive ? 'has' : 'had'} (${theirs.length}) is kept whole and offered`, async (t) => {
    const { host, tab } = await twins(t)
    const away = tab()
    await untilSaved(away)
    const before = away.shown.open
    before.rest()
    await until(away, ({ open }) => open.standing.facts.connection === 'down')
    const untilSeats = async (count: number): Promise<void> => {
      while (host.seats !== count) await new Promise((resolve) => void setImmediate(resolve))
    }
    await untilSeats(0)
    const other = tab()
    await untilSaved(other)
    write(other.shown.open, theirs)
    await untilSaved(other)
    if (!isLive) other.close()
    await untilSeats(isLive ? 1 : 0)
    write(before, 'Written in the meantime.')
    before.retry()
    await untilAfresh(away, before)
    const { open, recovered, urgent } = away.shown
    assert.equal(bodyOf(open), `<paragraph>${theirs}</paragraph>`)
    assert.equal(recovered.length, 1)
    assert.equal(recovered[0]?.reason, 'identity')
    assert.match(recovered[0].text, /^Written in the meantime\./)
    assert.equal(urgent, recovered[0]?.id)
    write(open, 'And on.')
    await untilSaved(away)
  })

test('a document that is deleted while a fresh copy is awaited ends like any other, and the text stays', async (t) => {
  const { host, come } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  const before = ada.shown.open
  host.damaging = true
  write(before, 'Refused.')
  await until(ada, ({ open }) => open.standing.ended !== null)
  host.closing = 4404
  await until(ada, ({ open }) => open.standing.ended === 'not-found')
  assert.equal(ada.shown.renewing, false)
  assert.equal(ada.shown.recovered[0]?.text, 'Refused.')
})

test('text that was put back is forgotten by the shelf only when it is saved', async (t) => {
  const { host, come, drawer } = await world(t)
  const ada = come('ada')
  await untilSaved(ada)
  host.damaging = true
  const before = ada.shown.open
  write(before, 'Refused.')
  await until(ada, ({ recovered }) => recovered.length > 0)
  host.damaging = false
  await untilAfresh(ada, before)
  host.stallDisk()
  const id = ada.shown.recovered[0]?.id ?? ''
  write(ada.shown.open, 'Refused.')
  ada.returned(id)
  assert.deepEqual(ada.shown.recovered, [])
  assert.equal(drawer.length, 1, 'the disk does not have it yet')
  host.sync()
  await untilSaved(ada)
  assert.equal(drawer.length, 0)
})

test('an older copy becomes a new document: everything in it, and saved', async (t) => {
  const { host, come } = await world(t)
  const old = new Y.Doc()
  retitle(old, 'Minutes')
  const block = new Y.XmlElement('heading')
  block.setAttribute('level', '2')
  block.insert(0, [new Y.XmlText('Present')])
  old.getXmlFragment(bodyRoot).insert(0, [block])
  const entry = {
    id: 'x',
    document: 'room',
    title: 'Minutes',
    at: 0,
    reason: 'other-epoch',
    text: 'Present',
    state: Y.encodeStateAsUpdate(old),
    kept: 'whole',
  } as const
  const author = { id: 'ada', name: 'Ada', color: 0 }
  assert.equal(await writeNew(host.address, 'room', author, entry), true)
  const ada = come('ada')
  await untilSaved(ada)
  assert.equal(titleOf(ada.shown.open.doc), 'Minutes (recovered)')
  assert.equal(bodyOf(ada.shown.open), '<heading level="2">Present</heading>')
})

test('a new document that the server does not take is no loss: false, and the entry stays as it was', async (t) => {
  const { host } = await world(t)
  host.largest = limits.document
  host.closing = 4404
  const entry = {
    id: 'x',
    document: 'room',
    title: '',
    at: 0,
    reason: 'damaged',
    text: 'One.\n\nTwo,\nthree.',
    state: null,
    kept: 'text',
  } as const
  const author = { id: 'ada', name: 'Ada', color: 0 }
  assert.equal(await writeNew(host.address, 'room', author, entry), false)
  host.closing = null
  assert.equal(await writeNew(host.address, 'room', author, entry), true, 'and a second attempt may do')
})
