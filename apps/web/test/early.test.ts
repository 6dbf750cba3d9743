import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { retitle, titleOf } from '@quire/editor/title'
import { writeKind } from '@quire/sync/message'
import { OpenDocument } from '../src/document.ts'
import { EarlySocket } from '../src/early.ts'
import type { Standing } from '../src/saying.ts'
import { Host } from './host.ts'

/** A host with a document that somebody has written in, and a way to open it. */
const world = async (t: TestContext) => {
  const host = await Host.open()
  const opened: OpenDocument[] = []
  t.after(async () => {
    for (const page of opened) page.close()
    await host.close()
  })
  const enter = (early: EarlySocket | null = null): OpenDocument => {
    const page = new OpenDocument(host.address, 'room', { id: 'ada', name: 'ada', color: 0 }, early)
    opened.push(page)
    return page
  }
  const ben = enter()
  await until(ben, ({ synced }) => synced)
  retitle(ben.doc, 'Minutes')
  await until(ben, ({ facts }) => facts.saved)
  return { host, enter, ben }
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

/** Resolves when the condition holds; looks whenever the page hears of a change of its title. */
const titled = async (page: OpenDocument, title: string): Promise<void> => {
  while (titleOf(page.doc) !== title)
    await new Promise<void>((resolve) => {
      page.doc.once('update', () => resolve())
    })
}

/** Every socket that is made from now on. */
const made = (t: TestContext): WebSocket[] => {
  const sockets: WebSocket[] = []
  const Real = globalThis.WebSocket
  t.after(() => void (globalThis.WebSocket = Real))
  globalThis.WebSocket = class extends Real {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      sockets.push(this)
    }
  }
  return sockets
}

/** Resolves when the next change, or all of the document, has arrived. */
const answered = (socket: WebSocket): Promise<void> =>
  new Promise((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer && writeKind(new Uint8Array(data)) !== null) resolve()
    })
  })

test('a connection from before the document gives it what came in the meantime, once and in order', async (t) => {
  const { host, enter, ben } = await world(t)
  const sockets = made(t)
  const early = new EarlySocket(host.address, 'room')
  const [socket] = sockets
  assert.ok(socket !== undefined)
  await answered(socket)
  retitle(ben.doc, 'Minutes of Monday')
  await answered(socket)
  const ada = enter(early)
  await until(ada, ({ synced }) => synced)
  await titled(ada, 'Minutes of Monday')
  assert.equal(ada.doc.clientID, early.client)
  assert.equal(sockets.length, 1) // no other connection was made
  assert.equal(host.knocks.at(-1)?.searchParams.get('client'), String(early.client))
  assert.equal(host.knocks.at(-1)?.searchParams.get('tab'), early.tab, 'it is the same tab')

  retitle(ada.doc, 'Minutes of Tuesday')
  assert.equal(ada.standing.facts.saved, false)
  await until(ada, ({ facts }) => facts.saved)
  await titled(ben, 'Minutes of Tuesday')
})

test('a connection that has not opened yet is as good', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter(new EarlySocket(host.address, 'room'))
  await until(ada, ({ synced }) => synced)
  assert.equal(titleOf(ada.doc), 'Minutes')
  assert.equal(host.knocks.length, 2)
})

test('a connection that was closed in the meantime is replaced by a new one', async (t) => {
  const { host, enter } = await world(t)
  const sockets = made(t)
  host.closing = 1012
  const early = new EarlySocket(host.address, 'room')
  await new Promise((resolve) => sockets[0]?.addEventListener('close', resolve))
  host.closing = null
  const ada = enter(early)
  await until(ada, ({ synced }) => synced)
  assert.equal(titleOf(ada.doc), 'Minutes')
})

test('after a loss the page comes back by a connection of its own', async (t) => {
  const { host, enter } = await world(t)
  const ada = enter(new EarlySocket(host.address, 'room'))
  await until(ada, ({ synced }) => synced)
  host.cut()
  await until(ada, ({ facts }) => facts.connection === 'down')
  await until(ada, ({ facts, synced }) => facts.connection === 'up' && synced)
  assert.equal(titleOf(ada.doc), 'Minutes')
})
