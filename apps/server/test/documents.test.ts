import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { openSqlite } from '@quire/storage/sqlite'
import * as Y from 'yjs'
import { Browser, folder, house, LentClock, Raw, until, withLog } from './house.ts'
import type { Listed } from './house.ts'
import { Someone } from './person.ts'

const titles = async (browser: Browser): Promise<string[]> =>
  (await browser.json<{ documents: Listed[] }>('GET', '/api/documents')).documents.map(({ title }) => title)

test('documents are made, listed to who made them, and read by whoever has the address', async (t) => {
  const home = await house(t)
  const [ada, ben] = [new Browser(home), new Browser(home)]
  assert.deepEqual(await titles(ada), [])
  const plan = await ada.json<Listed>('POST', '/api/documents', { title: ' The plan ' }, 201)
  assert.match(plan.id, /^[\w-]{22}$/)
  assert.equal(plan.title, 'The plan')
  assert.equal(plan.role, 'own')
  assert.ok(plan.epoch.length > 10)
  await ada.json('POST', '/api/documents', undefined, 201)
  assert.deepEqual(new Set(await titles(ada)), new Set(['', 'The plan']))
  assert.deepEqual(await titles(ben), [])
  const { title, role, epoch } = await ben.json<Listed>('GET', `/api/documents/${plan.id}`)
  assert.deepEqual({ title, role, epoch }, { title: 'The plan', role: 'edit', epoch: plan.epoch })
})

test('the title given at the making is the text that everyone then edits', async (t) => {
  const home = await house(t)
  const { id } = await new Browser(home).json<Listed>('POST', '/api/documents', { title: 'Minutes' }, 201)
  const ben = await new Someone(t, home, id).synced()
  assert.equal(ben.text, 'Minutes')
})

test('a title that somebody types is listed at once, while the room is open and after', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const ben = await new Someone(t, home, id).synced()
  ben.type('Half a ti')
  await until('the first words', async () => (await titles(ada))[0] === 'Half a ti')
  ben.type('tle')
  await until('the rest', async () => (await titles(ada))[0] === 'Half a title')
  assert.equal((await ada.json<Listed>('GET', `/api/documents/${id}`)).title, 'Half a title')
  ben.type('!')
  await until('the last', () => ben.provider.ws?.bufferedAmount === 0)
  ben.provider.disconnect()
  await until('the note', async () => (await home.store.documents.read(id))?.title === 'Half a title!')
})

test('a new title from the API reaches those who have the document open, and keeps what they type', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: 'Draft' }, 201)
  const ben = await new Someone(t, home, id).synced()
  const renamed = await ada.json<Listed>('PATCH', `/api/documents/${id}`, { title: 'Draft of the report' })
  assert.equal(renamed.title, 'Draft of the report')
  await ben.sees('Draft of the report')
  ben.type(', by Ben')
  await until('both', async () => (await titles(ada))[0] === 'Draft of the report, by Ben')
})

test('of many who rename at once one title remains, whole', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: 'start' }, 201)
  const wanted = ['alpha', 'beta', 'gamma', 'delta']
  await Promise.all(wanted.map((title) => ada.json('PATCH', `/api/documents/${id}`, { title })))
  const [title = ''] = await titles(ada)
  assert.ok(wanted.includes(title), title)
  assert.equal((await new Someone(t, home, id).synced()).text, title)
})

test('a title that was on disk but not yet noted when the process ended is listed soon after the restart', async (t) => {
  const data = folder(t)
  const first = await house(t, { data })
  const ada = new Browser(first)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  // what a process leaves that was killed: the log has the words, the note does not
  const log = first.store.log(id)
  await log.load()
  const doc = new Y.Doc()
  doc.getText('title').insert(0, 'Typed before the end')
  await log.append({ update: Y.encodeStateAsUpdate(doc), author: 'guest', owners: [], schema: 0 })
  await first.close()

  const second = new Browser(await house(t, { data }))
  second.cookie = ada.cookie
  await until('the title', async () => (await titles(second))[0] === 'Typed before the end')
})

test('[A12] the trash: only the owner, everyone inside is sent out, and the owner can take it back', async (t) => {
  const home = await house(t)
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: 'Doomed' }, 201)
  const inside = await new Raw(`${home.sync}/${id}`).open()
  const beside = await new Raw(`${home.sync}/${id}/comments`).open()

  const refusal = await ben.json<{ error: string }>('DELETE', `/api/documents/${id}`, undefined, 403)
  assert.equal(refusal.error, 'forbidden')
  assert.equal((await ada.ask('DELETE', `/api/documents/${id}`)).status, 204)
  assert.deepEqual(await inside.closed, { code: 4404, reason: 'not-found' })
  assert.deepEqual(await beside.closed, { code: 4404, reason: 'not-found' })
  assert.deepEqual(await titles(ada), [])
  assert.equal((await ben.ask('GET', `/api/documents/${id}`)).status, 404)
  assert.equal((await ada.ask('GET', `/api/documents/${id}`)).status, 404)
  assert.equal((await ada.ask('PATCH', `/api/documents/${id}`, { title: 'x' })).status, 404)
  assert.equal((await ada.ask('DELETE', `/api/documents/${id}`)).status, 404)
  assert.deepEqual(await new Raw(`${home.sync}/${id}`).closed, { code: 4404, reason: 'not-found' })
  assert.equal(await new Raw(`${home.sync}/${id}`).status(), 403)

  assert.equal((await ben.ask('POST', `/api/documents/${id}/restore`)).status, 404)
  assert.equal((await ada.json<Listed>('POST', `/api/documents/${id}/restore`)).title, 'Doomed')
  assert.deepEqual(await titles(ada), ['Doomed'])
  assert.equal((await new Someone(t, home, id).synced()).text, 'Doomed')
  const twice = await ada.json<{ error: string }>('POST', `/api/documents/${id}/restore`, undefined, 409)
  assert.equal(twice.error, 'conflict')
})

test('under open access any room name is a document that everyone edits', async (t) => {
  const home = await house(t, { flags: ['--access', 'open'] })
  const ada = new Browser(home)
  const found = await ada.json<Listed>('GET', '/api/documents/team%2Fnotes')
  assert.deepEqual(found, { id: 'team/notes', title: '', created: 0, edited: 0, role: 'edit', epoch: '' })
  const made = await ada.json<Listed>('POST', '/api/documents', { title: 'Mine' }, 201)
  assert.equal((await new Browser(home).json<Listed>('GET', `/api/documents/${made.id}`)).title, 'Mine')
  for (const name of ['a%2F..%2Fb', 'a%20b', 'a%00', '%F0%9F', 'x'.repeat(257)])
    assert.equal((await ada.ask('GET', `/api/documents/${name}`)).status, 404, name)
})

test('what is not there, and what was never one, is answered alike', async (t) => {
  const ada = new Browser(await house(t))
  const nothing = { error: 'not-found', message: 'Nothing here, or not shared with you.' }
  for (const id of ['A'.repeat(22), 'constructor', 'a%2Fb', '%00', '%zz'])
    assert.deepEqual(await ada.json('GET', `/api/documents/${id}`, undefined, 404), nothing, id)
})

test('bad requests are answered by name, with a sentence', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const path = `/api/documents/${id}`
  const error = async (method: string, at: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await ada.ask(method, at, body, headers)
    const { error: name, message } = (await answer.json()) as { error: string; message: string }
    assert.match(message, /^[A-Za-z].+\.$/)
    return [answer.status, name]
  }
  assert.deepEqual(await error('PATCH', path, {}), [400, 'bad-request'])
  assert.deepEqual(await error('PATCH', path, { title: 7 }), [400, 'bad-request'])
  assert.deepEqual(await error('PATCH', path, { title: 'x'.repeat(201) }), [400, 'bad-request'])
  assert.deepEqual(await error('PATCH', path, '{"title":'), [400, 'bad-request'])
  assert.deepEqual(await error('PATCH', path, 'title=x', { 'content-type': 'text/plain' }), [415, 'not-json'])
  assert.deepEqual(await error('POST', '/api/documents', 'x'.repeat(70_000)), [413, 'too-large'])
  assert.deepEqual(await error('GET', '/api/nothing', undefined), [404, 'not-found'])
  assert.deepEqual(await error('PUT', path, {}), [404, 'not-found'])
})

test('on a real connection a body may come in pieces, be missing, or be too large', async (t) => {
  const { url } = await house(t)
  const post = (
    body: string[] | null,
    headers: Record<string, string> = {},
  ): Promise<[number | undefined, string]> =>
    new Promise((resolve, reject) => {
      const asking = request(`${url}/api/documents`, { method: 'POST', headers }, (answer) => {
        let text = ''
        answer.on('data', (bytes: Buffer) => (text += bytes.toString()))
        answer.on('end', () => resolve([answer.statusCode, text]))
      })
      asking.on('error', reject)
      for (const part of body ?? []) asking.write(part)
      asking.end()
    })
  const json = { 'content-type': 'application/json' }
  const [status, text] = await post(['{"title":', '"In pieces"}'], json)
  assert.equal(status, 201)
  assert.match(text, /"title":"In pieces"/)
  assert.equal((await post(null))[0], 201)
  assert.equal((await post(null, { 'transfer-encoding': 'chunked' }))[0], 201)
  assert.equal((await post(['x'.repeat(40_000), 'x'.repeat(40_000)], json))[0], 413)
  assert.equal((await post(['{}'], { 'content-type': 'text/plain' }))[0], 415)
})

test('[A1] [A24] a page of another site can change nothing', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const status = async (headers: Record<string, string>) =>
    (await ada.ask('POST', '/api/documents', {}, headers)).status
  assert.equal(await status({ origin: 'https://evil.example' }), 403)
  assert.equal(await status({ origin: 'null' }), 403)
  assert.equal(await status({ host: 'evil.example' }), 403)
  assert.equal(await status({ origin: 'http://localhost:5173' }), 201)
  const quiet = await home.server.fetch(
    new Request(`${home.url}/api/documents`, {
      method: 'POST',
      headers: { host: new URL(home.url).host, 'sec-fetch-site': 'cross-site' },
    }),
  )
  assert.equal(quiet.status, 403)
  assert.equal(quiet.headers.get('set-cookie'), null)
})

test('[O27] the first list after a restart opens no document, and what is behind is caught up with soon', async (t) => {
  const data = folder(t)
  const ada = { cookie: '' }
  const ids: string[] = []
  {
    const home = await house(t, { data })
    const browser = new Browser(home)
    for (let count = 0; count < 12; count++)
      ids.push((await browser.json<Listed>('POST', '/api/documents', { title: `Plan ${count}` }, 201)).id)
    for (const id of ids) await until('indexed', async () => (await home.store.search.indexed(id)) === 1)
    ada.cookie = browser.cookie
    await home.close()
  }
  // one that the last process stored and did not note
  const [behind = ''] = ids
  const store = await openSqlite(data)
  const log = store.log(behind)
  const { base, tail } = await log.load()
  const doc = new Y.Doc()
  for (const update of [base.state, ...tail]) Y.applyUpdate(doc, update)
  const before = Y.encodeStateVector(doc)
  doc.getText('title').insert(0, 'New: ')
  await log.append({ update: Y.encodeStateAsUpdate(doc, before), author: 'ada', owners: [], schema: 1 })
  await store.close()

  const clock = new LentClock()
  const opened: string[] = []
  const home = await house(t, {
    data,
    clock,
    between: withLog((inner, room) => ({
      load: () => {
        opened.push(room)
        return inner.load()
      },
    })),
  })
  const browser = new Browser(home)
  browser.cookie = ada.cookie
  assert.equal((await titles(browser)).length, 12)
  assert.deepEqual(opened, [])
  clock.advance(1000)
  await until('the new title', async () => (await titles(browser)).includes('New: Plan 0'))
  assert.deepEqual(opened, [behind])
})
