import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Following } from '../src/follow/following.ts'
import type { Leader } from '../src/follow/following.ts'
import type { Outlook } from '../src/follow/outlook.ts'

/** One page: what it looks at, what it was made to look at, and its part of the presence that all share. */
class Page {
  readonly awareness = new Awareness(new Y.Doc())
  readonly looked: Outlook[] = []
  readonly carets: (readonly number[])[] = []
  readonly following: Following
  readonly leader: Leader
  at: Outlook = { at: 0, above: 0 }

  constructor(name: string) {
    this.awareness.setLocalStateField('user', { name })
    this.following = new Following(this.awareness, {
      outlook: () => this.at,
      look: (outlook) => void this.looked.push(outlook),
      lookAtCaret: (clients) => void this.carets.push(clients),
    })
    this.leader = { identity: name, name, hue: 0, clients: [this.awareness.clientID] }
  }

  scroll(at: number): void {
    this.at = { at, above: 0.5 }
    this.following.moved()
  }
}

/** Pages that hear of each other at once, on a lent clock. */
const together = (t: TestContext, ...names: string[]): Page[] => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 })
  const pages = names.map((name) => new Page(name))
  for (const page of pages) {
    const others = pages.filter((other) => other !== page)
    const tell = (): void => {
      const update = encodeAwarenessUpdate(page.awareness, [page.awareness.clientID])
      for (const other of others) applyAwarenessUpdate(other.awareness, update, page)
    }
    page.awareness.on('update', (_change: unknown, origin: unknown) => {
      if (origin === 'local') tell()
    })
    tell()
    page.following.meet(others.map(({ leader }) => leader))
  }
  t.after(() => {
    for (const { awareness, following } of pages) {
      following.close()
      awareness.destroy()
    }
  })
  return pages
}

test('a page tells what it looks at only while somebody follows it, at most four times a second', (t) => {
  const [ada, ben] = together(t, 'Ada', 'Ben') as [Page, Page]
  let told = 0
  ada.awareness.on('update', (_change: unknown, origin: unknown) => {
    if (origin === 'local') told++
  })
  for (let at = 1; at <= 10; at++) ada.scroll(at)
  t.mock.timers.tick(1000)
  assert.equal(told, 0)
  ben.following.follow(ada.leader)
  assert.deepEqual(ben.looked, [{ at: 10, above: 0.5 }])
  for (let time = 0; time < 2000; time += 100) t.mock.timers.tick(100)
  assert.equal(ben.looked.length, 4) // it makes sure that it got there
  for (let step = 1; step <= 100; step++) {
    ada.scroll(100 + step)
    t.mock.timers.tick(10)
  }
  t.mock.timers.tick(250)
  assert.ok(told <= 6, `${told} times`)
  assert.deepEqual(ben.looked.at(-1), { at: 200, above: 0.5 })
  ben.following.stop()
  const before = told
  ada.scroll(300)
  t.mock.timers.tick(1000)
  assert.equal(told, before)
})

test('a follower is shown the caret when only that moves, and is told when the leader has left', (t) => {
  const [ada, ben] = together(t, 'Ada', 'Ben') as [Page, Page]
  ben.following.follow(ada.leader)
  ada.awareness.setLocalStateField('cursor', { anchor: 1 })
  assert.deepEqual(ben.carets.at(-1), ada.leader.clients)
  ben.following.meet([])
  assert.deepEqual(ben.following.shown, { leader: null, asking: null, gone: ada.leader })
  assert.equal(ben.awareness.getLocalState()?.['follows'], null)
  t.mock.timers.tick(3000)
  assert.equal(ben.following.shown.gone, null)
})

test('two who follow each other stay where they are', (t) => {
  const [ada, ben] = together(t, 'Ada', 'Ben') as [Page, Page]
  ben.following.follow(ada.leader)
  ada.following.follow(ben.leader)
  const last = () => [ada.looked.at(-1), ben.looked.at(-1)]
  const before = last()
  ada.scroll(5)
  ben.scroll(7)
  t.mock.timers.tick(1000)
  assert.deepEqual(last(), before)
})

test('who is asked to look somewhere is moved only if they say so, and not for an old request', (t) => {
  const [ada, ben, cem] = together(t, 'Ada', 'Ben', 'Cem') as [Page, Page, Page]
  ada.at = { at: 42, above: 0 }
  ada.following.call()
  assert.deepEqual([ben.following.shown.asking?.name, ben.looked], ['Ada', []])
  ben.following.answer(true)
  assert.deepEqual([ben.following.shown.asking, ben.looked], [null, [{ at: 42, above: 0 }]])
  assert.equal(cem.following.shown.asking?.name, 'Ada')
  t.mock.timers.tick(20_000)
  assert.deepEqual([cem.following.shown.asking, cem.looked], [null, []])
  const late = new Following(cem.awareness, { outlook: () => null, look: () => {}, lookAtCaret: () => {} })
  t.after(() => late.close())
  ada.awareness.setLocalStateField('user', { name: 'Ada L.' })
  assert.equal(late.shown.asking, null)
})

test('whatever presence says of an outlook, nobody is moved by what is none', (t) => {
  const [ada, ben] = together(t, 'Ada', 'Ben') as [Page, Page]
  ben.following.follow(ada.leader)
  ben.looked.length = 0
  for (const view of [
    1,
    'x',
    [],
    {},
    { at: 1 },
    { at: 1, above: 2 },
    { at: 1, above: '0' },
    { above: Number.NaN },
  ])
    ada.awareness.setLocalStateField('view', view)
  assert.deepEqual(ben.looked, [])
})
