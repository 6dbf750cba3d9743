import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { retitle, titleOf } from '@quire/editor/title'
import { schemaVersion } from '@quire/editor/version'
import { encodeSide } from '@quire/sync/message'
import { limits } from '@quire/sync/rules'
import { OpenDocument } from '../src/document.ts'
import { barOf, delays, saying } from '../src/saying.ts'
import type { Standing } from '../src/saying.ts'
import { waitBefore } from '../src/socket.ts'
import { greetingOf, Host } from './host.ts'

/** Opens a host and pages on it that are closed when the test ends. */
const world = async (t: TestContext) => {
  const host = await Host.open()
  const opened: OpenDocument[] = []
  t.after(async () => {
    for (const page of opened) page.close()
    await host.close()
  })
  const enter = (name: string, room = 'room'): OpenDocument => {
    const page = new OpenDocument(host.address, room, { id: name, name, color: 0 })
    opened.push(page)
    return page
  }
  return { host, enter }
}

/** Resolves when a condition on the page's standing holds. */
const until = async (page: OpenDocument, holds: (standing: Standing) => boolean): Promise<void> => {
  if (holds(page.standing)) return
  await new Promise<void>((resolve) => {
    const stop = page.subscribe(() => {
      if (!holds(page.standing)) return
      stop()
      resolve()
    })
  })
}
const untilSaved = (page: OpenDocument) =>
  until(page, ({ facts, synced, unsavedSince }) => facts.saved && synced && unsavedSince === null)

/** Resolves when a condition on who is present holds. */
const untilPresent = async (page: OpenDocument, holds: (clients: number[]) => boolean): Promise<void> => {
  const here = (): boolean => holds([...page.awareness.getStates().keys()])
  if (here()) return
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!here()) return
      page.awareness.off('change', look)
      resolve()
    }
    page.awareness.on('change', look)
  })
}

test('a page announces itself, with its room as it is called', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada', 'team/plan of June')
  await until(ada, ({ synced }) => synced)
  const [knock] = host.knocks
  assert.equal(knock?.pathname, '/sync/team/plan%20of%20June')
  const { tab = '', ...said } = Object.fromEntries(knock?.searchParams ?? [])
  assert.match(tab, /^[0-9-]{5,40}$/)
  assert.deepEqual(said, {
    quire: '1',
    client: String(ada.doc.clientID),
    schema: String(schemaVersion),
    epoch: '',
  })
})

test('[P3] a change is unsaved from the moment it is made until the disk has it', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  const ben = enter('ben')
  await Promise.all([untilSaved(ada), untilSaved(ben)])
  host.stallDisk()
  retitle(ada.doc, 'Plan')
  assert.equal(ada.standing.facts.saved, false)
  assert.equal(ada.standing.unsaved, 1)
  assert.notEqual(ada.standing.unsavedSince, null)
  await new Promise<void>((resolve) => ben.doc.once('update', () => resolve()))
  assert.equal(titleOf(ben.doc), 'Plan', 'the others have it')
  assert.equal(ada.standing.facts.saved, false, 'and still it is not saved')
  assert.equal(ben.standing.unsavedSince, null, 'what others change is not yours to save')
  host.sync()
  await untilSaved(ada)
  assert.equal(ada.standing.unsaved, 0)
})

test('[P3] what is changed without a connection is unsaved until it has been brought and stored', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  ada.rest()
  await until(ada, ({ facts }) => facts.connection === 'down')
  retitle(ada.doc, 'Written offline')
  assert.equal(ada.standing.unsaved, 1)
  host.stallDisk()
  ada.retry()
  await until(ada, ({ facts }) => facts.hello !== null)
  assert.notEqual(ada.standing.unsavedSince, null)
  host.sync()
  await untilSaved(ada)
  const ben = enter('ben')
  await untilSaved(ben)
  assert.equal(titleOf(ben.doc), 'Written offline')
})

test('a page with something unsaved does not rest', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  host.stallDisk()
  retitle(ada.doc, 'x')
  ada.rest()
  assert.equal(ada.standing.facts.connection, 'up')
  host.sync()
})

test('a lost connection comes back by itself, with the epoch it learned', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  host.cut()
  await until(ada, ({ facts, retryAt }) => facts.connection === 'down' && retryAt !== null)
  assert.notEqual(ada.standing.downSince, null)
  await untilSaved(ada)
  assert.equal(ada.standing.downSince, null)
  assert.equal(host.knocks.length, 2)
  assert.equal(host.knocks[1]?.searchParams.get('epoch'), 'first')
})

test('[N6] where no WebSocket gets through nobody can type, and the page says that it is offline', async (t) => {
  const { host, enter } = await world(t)
  host.portal = true
  const ada = enter('ada')
  await until(ada, ({ retryAt }) => retryAt !== null)
  assert.equal(barOf(ada.standing), 'arriving')
  const later = (ada.standing.downSince ?? 0) + delays.offline
  assert.deepEqual(saying(ada.standing, later, true).saying, { state: 'offline' })
})

test('[N10] a portal that answers the upgrade with a web page is tried again until it lets through; nothing is lost', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  host.portal = true
  host.cut()
  retitle(ada.doc, 'Written behind a portal')
  for (let tries = 1; tries <= 3; tries++) {
    await until(ada, ({ retryAt }) => host.portals === tries && retryAt !== null)
    ada.retry()
  }
  assert.equal(ada.standing.ended, null)
  assert.equal(ada.standing.unsaved, 1)
  host.portal = false
  await untilSaved(ada)
  const ben = enter('ben')
  await untilSaved(ben)
  assert.equal(titleOf(ben.doc), 'Written behind a portal')
})

test('retry comes back at once, and only once', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  ada.rest()
  await until(ada, ({ facts }) => facts.connection === 'down')
  ada.retry()
  ada.retry()
  await untilSaved(ada)
  ada.retry()
  assert.equal(host.knocks.length, 2)
})

test('a page that was told of a restart comes back within the time it was told', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  host.say(encodeSide({ type: 'leaving', within: 50 }))
  await until(ada, ({ facts }) => facts.leaving === 50)
  host.cut(1012)
  await until(ada, ({ retryAt }) => retryAt !== null)
  assert.ok((ada.standing.retryAt ?? Infinity) - Date.now() <= 50)
  assert.equal(ada.standing.closed, 'restarting')
  await untilSaved(ada)
})

test('each wait may be anything from nothing to 0.2 s, doubling up to 30 s', () => {
  assert.equal(waitBefore(0, 0), 0)
  assert.equal(waitBefore(0, 1), 200)
  assert.equal(waitBefore(3, 1), 1_600)
  assert.equal(waitBefore(3, 0.5), 800)
  assert.equal(waitBefore(8, 1), 30_000)
  assert.equal(waitBefore(1_000_000, 1), 30_000)
})

for (const [code, ending] of [
  [4404, 'not-found'],
  [4410, 'other-epoch'],
  [4400, 'bad-bytes'],
  [4499, 'unknown'],
] as const)
  test(`close code ${code} ends the document: there is no further attempt`, async (t) => {
    const { host, enter } = await world(t)
    host.closing = code
    const ada = enter('ada')
    await until(ada, ({ ended }) => ended !== null)
    assert.equal(ada.standing.ended, ending)
    assert.equal(ada.standing.retryAt, null)
    ada.retry()
    assert.equal(host.knocks.length, 1)
  })

test('a passing close code is tried again, ever more rarely', async (t) => {
  const { host, enter } = await world(t)
  host.closing = 1013
  const ada = enter('ada')
  await until(ada, ({ closed }) => closed === 'too-slow')
  await until(ada, () => host.knocks.length >= 3)
  assert.equal(ada.standing.ended, null)
  host.closing = null
  await untilSaved(ada)
})

test('[L1] [P9] a page that is older than the document reads on, live, and writes nothing', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  assert.equal(barOf(ada.standing), null)
  host.say(greetingOf({ schema: schemaVersion + 1 }))
  await until(ada, ({ behind }) => behind)
  const ben = enter('ben')
  await untilSaved(ben)
  assert.equal(barOf(ada.standing), 'schema')
  assert.equal(ada.standing.ended, null)
  retitle(ben.doc, 'Still heard')
  await new Promise<void>((resolve) => ada.doc.once('update', () => resolve()))
  assert.equal(titleOf(ada.doc), 'Still heard')
  ada.rest()
  await until(ada, ({ facts }) => facts.connection === 'down')
  assert.equal(barOf(ada.standing), 'schema', 'what it was told outlives the connection')
})

test('[L1] what a page has not saved when it learns that it is older ends this copy at once', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  host.stallDisk()
  retitle(ada.doc, 'Not saved')
  host.say(greetingOf({ schema: schemaVersion + 1 }))
  await until(ada, ({ ended }) => ended !== null)
  assert.equal(ada.standing.ended, 'schema')
  assert.equal(ada.unsent.size, 1)
  host.sync()
})

test('a server that speaks a newer side channel ends the page', async (t) => {
  const { host, enter } = await world(t)
  host.greeting = greetingOf({ version: 2 })
  const ada = enter('ada')
  await until(ada, ({ ended }) => ended !== null)
  assert.equal(ada.standing.ended, 'page-too-old')
  assert.equal(ada.standing.synced, false)
})

test('[D6] a store that is full makes the page read-only, and one that is fine again lets it write', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  const ben = enter('ben')
  await Promise.all([untilSaved(ada), untilSaved(ben)])
  host.pile(limits.backlog + 1)
  retitle(ben.doc, 'More')
  await until(ada, ({ facts }) => facts.store === 'read-only')
  assert.equal(barOf(ada.standing), 'store')
  host.pile(0)
  await until(ada, ({ facts }) => facts.store === 'fine')
  assert.equal(barOf(ada.standing), null)
})

test('a page that may only view does not write, also while it is not connected', async (t) => {
  const { host, enter } = await world(t)
  host.role = 'view'
  const ada = enter('ada')
  await until(ada, ({ synced, role }) => synced && role !== null)
  assert.equal(barOf(ada.standing), 'role')
  host.cut()
  await until(ada, ({ facts }) => facts.connection === 'down')
  assert.equal(barOf(ada.standing), 'role')
})

test('a server that was sent too much is left alone for 30 s, whatever the window says', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  host.cut(1008)
  await until(ada, ({ closed, retryAt }) => closed === 'too-much' && retryAt !== null)
  assert.ok((ada.standing.retryAt ?? 0) - Date.now() > 29_000)
  ada.retry()
  assert.equal(host.knocks.length, 1)
  assert.equal(ada.standing.ended, null)
})

test('[P3] the clocks up to which the server has stored follow each acknowledgement', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  assert.deepEqual(ada.unsent, new Map())
  host.stallDisk()
  retitle(ada.doc, 'abc')
  assert.deepEqual(ada.unsent, new Map([[ada.doc.clientID, 0]]))
  host.sync()
  await untilSaved(ada)
  assert.deepEqual(ada.unsent, new Map())
  host.stallDisk()
  retitle(ada.doc, 'abcd')
  assert.deepEqual(ada.unsent, new Map([[ada.doc.clientID, 3]]))
  host.sync()
})

test('a server with an older side channel ends the page too, under another name', async (t) => {
  const { host, enter } = await world(t)
  host.greeting = greetingOf({ version: 0 })
  const ada = enter('ada')
  await until(ada, ({ ended }) => ended !== null)
  assert.equal(ada.standing.ended, 'server-too-old')
})

test('a server that acknowledges nothing is served, and never called saved', async (t) => {
  const { host, enter } = await world(t)
  host.stock = true
  const ada = enter('ada')
  await until(ada, ({ synced }) => synced)
  retitle(ada.doc, 'Plan')
  assert.equal(ada.standing.facts.saved, false)
  assert.equal(ada.standing.savedAt, null)
})

test('people see each other again right after a loss of the connection', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  const ben = enter('ben')
  await untilPresent(ada, (clients) => clients.includes(ben.doc.clientID))
  await untilPresent(ben, (clients) => clients.includes(ada.doc.clientID))
  const began = Date.now()
  host.cut()
  await Promise.all([
    untilPresent(ada, (clients) => !clients.includes(ben.doc.clientID)),
    untilPresent(ben, (clients) => !clients.includes(ada.doc.clientID)),
  ])
  await Promise.all([
    untilPresent(ada, (clients) => clients.includes(ben.doc.clientID)),
    untilPresent(ben, (clients) => clients.includes(ada.doc.clientID)),
  ])
  assert.ok(Date.now() - began < 10_000, 'long before the next renewal, which comes after 15 s')
})

test('a page speaks only for itself', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter('ada')
  await untilSaved(ada)
  const heard = host.listen()
  const ben = enter('ben')
  await untilPresent(ada, (clients) => clients.includes(ben.doc.clientID))
  ben.attend('idle')
  ada.attend('away')
  await untilPresent(ben, () => ben.awareness.getStates().get(ada.doc.clientID)?.['at'] === 'away')
  for (const { page, about } of heard)
    assert.deepEqual(about, [page], 'each presence frame is about the page that sent it')
  assert.ok(heard.some(({ page }) => page === ada.doc.clientID))
})

test('the name and colour that others see follow what a person chooses', async (t) => {
  const { enter } = await world(t)
  const ada = enter('ada')
  const ben = enter('ben')
  ada.introduce({ id: 'ada', name: 'Ada Lovelace', color: 9 })
  await untilPresent(
    ben,
    () => ben.awareness.getStates().get(ada.doc.clientID)?.['user']?.name === 'Ada Lovelace',
  )
  assert.deepEqual(ben.awareness.getStates().get(ada.doc.clientID)?.['user'], {
    id: 'ada',
    name: 'Ada Lovelace',
    color: '#8455df',
  })
})
