import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { bodyRoot } from '@quire/editor/roots'
import { decodeSide, encodeUpdate } from '@quire/sync/message'
import * as Y from 'yjs'
import { Browser, folder, house, LentClock, Raw, until } from './house.ts'
import type { House, Listed, Options } from './house.ts'
import { Writer } from './writer.ts'

interface Named {
  id: string
}

/** A document of ada's, shared with ben by name as `role`, and closed to everyone else. */
const shared = async (t: TestContext, role: string | null, options: Options = {}) => {
  const home = await house(t, options)
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: '' }, 201)
  await ada.json('PATCH', `/api/documents/${id}/access`, { general: 'none' })
  const me = await ben.json<Named>('GET', '/api/me')
  if (role !== null) await ada.json('POST', `/api/documents/${id}/grants`, { identity: me.id, role }, 201)
  return { home, ada, ben, id, path: `/api/documents/${id}`, who: me.id, room: `${home.sync}/${id}` }
}

/** The role that a page was told last. */
const roleOf = (page: Writer): string | undefined =>
  page.sides.findLast((side) => side.type === 'hello')?.role

const positionOf = async ({ store }: House, room: string): Promise<number> => {
  const { base, runs, tail } = await store.log(room).load()
  return (runs.at(-1)?.last ?? base.position) + tail.length
}

/** What a new document that says "x" in one of its roots is made of. */
const saying = (change: (doc: Y.Doc) => void): Uint8Array => {
  const doc = new Y.Doc()
  change(doc)
  return encodeUpdate(Y.encodeStateAsUpdate(doc))
}

test('[P5] [A2] a viewer receives and changes nothing, whatever kind of message they send', async (t) => {
  const { home, ada, ben, id, room } = await shared(t, 'view')
  const before = await positionOf(home, id)
  const author = new Writer(room, { headers: ada.headers })
  await until('synced', () => author.synced)
  const viewer = await new Raw(room, { headers: ben.headers }).open()
  const update = saying((doc) => doc.getText('title').insert(0, 'x'))
  const rest = Uint8Array.from(update)
  rest[1] = 1 // the same as SyncStep2
  const wholes = [update, rest].map((frame) => [...frame])
  const kinds = [
    [0, 3, 1, 0], // a kind of sync that there is not
    [2, 0, 1, 0x61], // auth
    [2, 3, 1, 0x61], // our own side channel, from the wrong side
    [4, 1, 0],
    [7],
  ]
  await viewer.say([0, 0, 1, 0], ...wholes, ...kinds)
  assert.equal(viewer.socket.readyState, viewer.socket.OPEN)
  const denied = viewer.heard.filter((frame) => frame[0] === 2 && frame[1] === 0)
  assert.equal(denied.length, 1, 'told once')
  assert.equal(await positionOf(home, id), before)
  author.write('live')
  await until('the viewer hears it', () =>
    viewer.heard.some((frame) => frame[0] === 0 && Buffer.from(frame).includes('live')),
  )
})

test('[A3] a viewer shows themselves and nobody else', async (t) => {
  const { ada, ben, id, home } = await shared(t, 'view')
  const enter = (client: number, { headers }: Browser): Raw =>
    new Raw(`${home.sync}/${id}?quire=1&client=${client}&schema=1&epoch=`, { headers })
  const [one, other] = [enter(1, ada), enter(2, ben)]
  await Promise.all([one.open(), other.open()])
  const state = (client: number, name: string): number[] => {
    const json = JSON.stringify({ user: { name } })
    const entry = [1, client, 1, json.length, ...Buffer.from(json)]
    return [1, entry.length, ...entry]
  }
  await other.say(state(1, 'forged'), state(2, 'ben himself'))
  await until('ben is seen', () => one.heard.some((frame) => Buffer.from(frame).includes('ben himself')))
  assert.ok(!one.heard.some((frame) => Buffer.from(frame).includes('forged')))
  assert.equal(other.socket.readyState, other.socket.OPEN)
})

test('[P5] [A9] a commenter writes in the comments, and nowhere else', async (t) => {
  const { home, ben, id, room } = await shared(t, 'comment')
  const before = await positionOf(home, id)
  const attempts: ((doc: Y.Doc) => void)[] = [
    (doc) => doc.getText('title').insert(0, 'inserted'),
    (doc) => doc.getText('title').insert(0, 'marked', { bold: true }),
    (doc) => doc.getXmlFragment(bodyRoot).insert(0, [new Y.XmlElement('paragraph')]),
    (doc) => doc.getMap('another root').set('key', 1),
    (doc) => doc.getMap(bodyRoot).set('sub', new Y.Doc()),
    (doc) => {
      doc.getText('title').insert(0, 'mixed')
      doc.getMap('messages').set('key', 'with a comment')
    },
  ]
  for (const attempt of attempts) {
    // as a page, which may come back at once
    const raw = await new Raw(`${room}?quire=1&client=7&schema=1&epoch=`, { headers: ben.headers }).open()
    raw.socket.send(saying(attempt))
    await until('refused', () => raw.heard.some((frame) => decodeSide(frame)?.type === 'refused'))
    raw.socket.terminate()
  }
  const stock = await new Raw(room, { headers: ben.headers }).open()
  await stock.say([...saying((doc) => doc.getText('title').insert(0, 'by a stock client'))])
  assert.equal(await positionOf(home, id), before)
  const comment = await new Raw(`${room}/comments`, { headers: ben.headers }).open()
  await comment.say([...saying((doc) => doc.getMap('messages').set('m1', 'A good point.'))])
  assert.equal(comment.heard.filter((frame) => frame[0] === 2).length, 0)
  await until('stored', async () => (await positionOf(home, `${id}/comments`)) === 1)
})

test('[P5] a viewer may read the comments and not write any', async (t) => {
  const { home, ben, id, room } = await shared(t, 'view')
  const raw = await new Raw(`${room}/comments`, { headers: ben.headers }).open()
  await raw.say([...saying((doc) => doc.getMap('messages').set('m1', 'no'))])
  assert.equal(raw.heard.filter((frame) => frame[0] === 2 && frame[1] === 0).length, 1)
  assert.equal(await positionOf(home, `${id}/comments`), 0)
})

test('[A7] whoever access is taken from while connected is out within two seconds, and stays out', async (t) => {
  const { ada, ben, path, who, room } = await shared(t, 'edit')
  const page = new Writer(room, { headers: ben.headers })
  const beside = new Writer(`${room}/comments`, { headers: ben.headers })
  await until('synced', () => page.synced && beside.synced)
  const start = performance.now()
  assert.equal((await ada.ask('DELETE', `${path}/grants/${who}`)).status, 204)
  assert.deepEqual(await page.closed, { code: 4403, reason: 'not-shared' })
  assert.deepEqual(await beside.closed, { code: 4403, reason: 'not-shared' })
  assert.ok(performance.now() - start < 2000)
  assert.deepEqual(await new Raw(room, { headers: ben.headers }).closed, { code: 4404, reason: 'not-found' })
  assert.equal((await ben.ask('GET', path)).status, 404)
  await ada.json('POST', `${path}/grants`, { identity: who, role: 'view' }, 201)
  const back = new Writer(room, { headers: ben.headers })
  await until('back at once', () => back.synced)
  assert.equal(roleOf(back), 'view')
})

test('[A8] [P5] an editor who becomes a viewer stays connected, is told, and what they then send is not taken', async (t) => {
  const { home, ada, ben, path, who, id, room } = await shared(t, 'edit')
  const page = new Writer(room, { headers: ben.headers })
  const author = new Writer(room, { headers: ada.headers })
  await until('synced', () => page.synced && author.synced)
  page.write('before')
  await until('saved', () => page.settled)
  const position = await positionOf(home, id)
  await ada.json('POST', `${path}/grants`, { identity: who, role: 'view' }, 201)
  await until('told', () => roleOf(page) === 'view')
  for (let word = 0; word < 50; word++) page.write(`late${word}`)
  await until('refused', () =>
    page.sides.some((side) => side.type === 'refused' && side.objection === 'role'),
  )
  assert.equal(page.sides.filter(({ type }) => type === 'refused').length, 1)
  assert.equal(page.socket.readyState, page.socket.OPEN)
  author.write('after')
  await until('still live', () => page.words.includes('after'))
  assert.equal(await positionOf(home, id), position + 1)
  assert.deepEqual(
    author.words,
    ['before', 'after'].toSorted((a, b) => author.words.indexOf(a) - author.words.indexOf(b)),
  )
  const seen = author.sides.flatMap((side) => (side.type === 'people' ? side.people : []))
  assert.equal(seen.findLast(({ client }) => client === page.doc.clientID)?.role, 'view')
})

test('[P5] a viewer who becomes an editor writes on the same connection, what they kept to themselves included', async (t) => {
  const { ada, ben, path, who, room, home, id } = await shared(t, 'view')
  const page = new Writer(room, { headers: ben.headers })
  await until('synced', () => page.synced)
  page.loses = true // a page that may not write does not send
  page.write('kept')
  page.loses = false
  await ada.json('POST', `${path}/grants`, { identity: who, role: 'edit' }, 201)
  await until('told', () => roleOf(page) === 'edit')
  page.write('sent')
  await until('saved', () => page.settled)
  const doc = new Y.Doc()
  const { tail } = await home.store.log(id).load()
  for (const update of tail) Y.applyUpdate(doc, update)
  const text = doc.getText('title').toString()
  assert.ok(text.includes('kept') && text.includes('sent'), text)
})

test('[A11] what a revoked editor wrote offline is not taken from another connection', async (t) => {
  const { ada, ben, path, who, room } = await shared(t, 'edit')
  const editor = new Writer(room, { headers: ben.headers })
  await until('synced', () => editor.synced)
  editor.write('first')
  await until('saved', () => editor.settled)
  await ada.ask('DELETE', `${path}/grants/${who}`)
  await editor.closed
  editor.write('offline')
  const other = new Writer(room, { headers: ada.headers })
  await until('synced', () => other.synced)
  other.socket.send(encodeUpdate(Y.encodeStateAsUpdate(editor.doc)))
  await until('refused', () =>
    other.sides.some((side) => side.type === 'refused' && side.objection === 'identity'),
  )
})

test('[A13] a socket speaks for the room that it was opened for, and no other', async (t) => {
  const { home, ada, ben, id, room } = await shared(t, 'edit')
  const { id: secret } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const raw = await new Raw(room, { headers: ben.headers }).open()
  // a name of another room in front, as other servers' protocols have it
  const update = [...saying((doc) => doc.getText('title').insert(0, 'x'))]
  await raw.say([secret.length, ...Buffer.from(secret), ...update])
  assert.equal(await positionOf(home, secret), 0)
  assert.equal(await positionOf(home, id), 0)
})

test('[A20] [A22] what everyone may do is lowered step by step under ten strangers, and those with a grant stay', async (t) => {
  const home = await house(t)
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const { id: who } = await ben.json<Named>('GET', '/api/me')
  await ada.json('POST', `/api/documents/${id}/grants`, { identity: who, role: 'edit' }, 201)
  const room = `${home.sync}/${id}`
  const strangers = Array.from({ length: 10 }, () => new Writer(room))
  const friend = new Writer(room, { headers: ben.headers })
  await until('synced', () => [...strangers, friend].every(({ synced }) => synced))
  const [first] = strangers
  assert.ok(first)
  first.write('anyone')
  await until('saved', () => first.settled)
  // a stock client comes back under the client id that it had
  const again = new Writer(room, { doc: first.doc })
  await until('synced', () => again.synced)
  again.write('again')
  await until('saved', () => again.settled)

  await ada.json('PATCH', `/api/documents/${id}/access`, { general: 'view' })
  await until('read-only', () => strangers.every((page) => roleOf(page) === 'view'), 2000)
  await ada.json('PATCH', `/api/documents/${id}/access`, { general: 'none' })
  for (const { closed } of strangers) assert.deepEqual(await closed, { code: 4403, reason: 'not-shared' })
  friend.write('still here')
  await until('saved', () => friend.settled)
  assert.equal(friend.sides.filter(({ type }) => type === 'hello').length, 1)
})

test('[P5] a change that the server was not told of is found within a minute', async (t) => {
  const clock = new LentClock()
  const { home, ben, who, id, room } = await shared(t, 'edit', { clock })
  const page = new Writer(room, { headers: ben.headers })
  await until('synced', () => page.synced)
  await home.store.sharing.ungrant(id, who)
  let over = false
  void page.closed.then(() => (over = true))
  await until('found', () => {
    // slowly, so that pings are answered: a connection that is not heard of for half a minute ends
    if (!over && clock.now() < 61_000) clock.advance(250)
    return over
  })
  assert.ok(clock.now() > 55_000)
  assert.deepEqual(await page.closed, { code: 4403, reason: 'not-shared' })
})

test('what an operator says of new documents holds for new documents only', async (t) => {
  const home = await house(t, { flags: ['--default-access', 'view'] })
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  assert.equal((await ben.json<Listed>('GET', `/api/documents/${id}`)).role, 'view')
  // one from before there was such a setting
  await home.store.documents.create('B'.repeat(22), 'someone', 'Old')
  assert.equal((await ben.json<Listed>('GET', `/api/documents/${'B'.repeat(22)}`)).role, 'edit')
})

test('[A10] a comment is its author’s: no commenter or editor rewrites or deletes another’s, the owner of the document does', async (t) => {
  const data = folder(t)
  const { home, ada, ben, path, id } = await shared(t, 'comment', { data })
  const eve = new Browser(home)
  const { id: third } = await eve.json<Named>('GET', '/api/me')
  await ada.json('POST', `${path}/grants`, { identity: third, role: 'edit' }, 201)
  const enter = (browser: Browser, at = home): Writer =>
    new Writer(`${at.sync}/${id}/comments`, { headers: { cookie: browser.cookie, origin: at.url } })
  /** Changes a copy of the comments and sends what that makes. */
  const change = (page: Writer, work: (doc: Y.Doc) => void): void => {
    const before = Y.encodeStateVector(page.doc)
    page.doc.transact(() => work(page.doc))
    page.socket.send(encodeUpdate(Y.encodeStateAsUpdate(page.doc, before)))
  }
  const messages = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('messages')
  const refused = ({ sides }: Writer) =>
    sides.some((side) => side.type === 'refused' && side.objection === 'role')
  const author = enter(ben)
  await until('synced', () => author.synced)
  change(author, (doc) => {
    messages(doc).set('m1', 'A good point.')
    messages(doc).set('m2', new Y.Map([['text', new Y.Text('Another.')]]))
    doc.getMap('resolved').set('t1', false)
  })
  const attempts: ((doc: Y.Doc) => void)[] = [
    (doc) => messages(doc).delete('m1'),
    (doc) => messages(doc).set('m1', 'A bad point.'),
    (doc) => (messages(doc).get('m2') as Y.Map<Y.Text>).get('text')?.insert(0, 'Not '),
    (doc) => (messages(doc).get('m2') as Y.Map<Y.Text>).get('text')?.delete(0, 3),
    (doc) => (messages(doc).get('m2') as Y.Map<unknown>).set('more', 1),
    (doc) => {
      messages(doc).set('mine', 'of my own')
      messages(doc).delete('m2')
    },
  ]
  const tries = async (at: House): Promise<void> => {
    for (const attempt of attempts) {
      const thief = enter(eve, at)
      await until('synced', () => thief.synced && messages(thief.doc).has('m1'))
      change(thief, attempt)
      await until('refused', () => refused(thief))
      thief.socket.terminate()
      await thief.closed
    }
    // an entry that competes for the same key, made as if there were none
    const blind = await new Raw(`${at.sync}/${id}/comments?quire=1&client=7&schema=1&epoch=`, {
      headers: { cookie: eve.cookie, origin: at.url },
    }).open()
    blind.socket.send(saying((doc) => messages(doc).set('m1', 'Mine now.')))
    await until('refused', () => blind.heard.some((frame) => decodeSide(frame)?.type === 'refused'))
    blind.socket.terminate()
  }
  await tries(home)
  const editor = enter(eve)
  await until('synced', () => editor.synced)
  change(editor, (doc) => messages(doc).set('m3', 'An answer.'))
  change(editor, (doc) => doc.getMap('resolved').set('t1', true))
  change(author, (doc) => messages(doc).set('m1', 'A very good point.'))
  await until(
    'all three',
    () => messages(author.doc).has('m3') && author.doc.getMap('resolved').get('t1') === true,
  )
  assert.equal(messages(author.doc).get('m1'), 'A very good point.')
  assert.ok(!refused(editor) && !refused(author))
  assert.equal(messages(author.doc).has('mine'), false)

  // whose what is, is known after the log was folded and read again
  await home.close()
  const next = await house(t, { data })
  const log = next.store.log(`${id}/comments`)
  await log.load()
  await log.compact()
  await tries(next)
  const owner = enter(ada, next)
  await until('synced', () => owner.synced && messages(owner.doc).has('m3'))
  change(owner, (doc) => messages(doc).delete('m3'))
  const reader = enter(ben, next)
  await until(
    'gone',
    () => reader.synced && messages(reader.doc).has('m1') && !messages(reader.doc).has('m3'),
  )
  assert.ok(!refused(owner))
})
