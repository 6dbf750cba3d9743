import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyRoot } from '@quire/editor/roots'
import { encodeUpdate } from '@quire/sync/message'
import { StoreBusyError } from '@quire/storage/busy'
import * as Y from 'yjs'
import { maxInSum, maxPerPerson } from '../src/limits/search-slots.ts'
import { Browser, changed, folder, house, metric, until } from './house.ts'
import type { House, Listed } from './house.ts'
import { Program } from './program.ts'
import { make, syncOf } from './place.ts'
import { Writer } from './writer.ts'

interface Part {
  text: string
  found: boolean
}
interface Result {
  id: string
  title: Part[]
  snippet: Part[]
}

const search = async (browser: Browser, query: string): Promise<Result[]> =>
  (await browser.json<{ results: Result[] }>('GET', `/api/search?q=${encodeURIComponent(query)}`)).results
const plain = (parts: readonly Part[] = []): string => parts.map(({ text }) => text).join('')

/** A document of this browser's with a title and some paragraphs, which nobody has open any more. */
const write = async (home: House, browser: Browser, title: string, lines: string[]): Promise<string> => {
  const { id } = await browser.json<Listed>('POST', '/api/documents', { title }, 201)
  const page = new Writer(`${home.sync}/${id}`, { headers: browser.headers })
  await until('synced', () => page.synced)
  add(page, lines)
  await until('stored', async () => (await home.store.log(id).load()).tail.length > (title === '' ? 0 : 1))
  page.socket.close()
  await page.closed
  await until('indexed', async () => (await home.store.search.indexed(id)) === (title === '' ? 1 : 2))
  return id
}

const add = (page: Writer, lines: string[]): void => {
  const before = Y.encodeStateVector(page.doc)
  const paragraphs = lines.map((line) => {
    const paragraph = new Y.XmlElement('paragraph')
    const text = new Y.XmlText()
    text.insert(0, line)
    paragraph.insert(0, [text])
    return paragraph
  })
  page.doc.getXmlFragment(bodyRoot).insert(0, paragraphs)
  page.socket.send(encodeUpdate(Y.encodeStateAsUpdate(page.doc, before)))
}

test('documents are found by words of their title and text, titles first, with what stands around them', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  await ada.ask('GET', '/api/me')
  const notes = await write(home, ada, 'Notes', [
    'Nothing much.',
    'The Zürich office opens in May, they say.',
  ])
  const office = await write(home, ada, 'Offices', ['Rent, light and paper.'])
  const found = await search(ada, 'offi')
  assert.deepEqual(
    found.map(({ id }) => id),
    [office, notes],
  )
  assert.equal(plain(found[1]?.snippet), 'Nothing much.\nThe Zürich office opens in May, they say.')
  assert.deepEqual(
    found[1]?.snippet.filter(({ found: hit }) => hit).map(({ text }) => text),
    ['office'],
  )
  for (const query of ['zurich', 'ZÜRICH office', 'may opens'])
    assert.equal((await search(ada, query)).length, 1, query)
  // nothing that people type is an operator
  for (const query of ['', '"', 'office NOT may*', 'title:office', '(', '🙂', 'a OR b AND'])
    assert.ok(Array.isArray(await search(ada, query)), query)
  assert.equal((await ada.ask('GET', `/api/search?q=${'x'.repeat(257)}`)).status, 400)
})

test('[A18] [P5] what somebody may not see they do not find, whatever they could see once', async (t) => {
  const home = await house(t)
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const [, { id: who }] = await Promise.all([
    ada.json<{ id: string }>('GET', '/api/me'),
    ben.json<{ id: string }>('GET', '/api/me'),
  ])
  const id = await write(home, ada, 'Budget', ['The secret figure is seventeen.'])
  const path = `/api/documents/${id}`
  assert.equal((await search(ada, 'seventeen')).length, 1)
  assert.equal((await search(ben, 'seventeen')).length, 0, 'an address that he does not know')
  await ada.json('POST', `${path}/grants`, { identity: who, role: 'view' }, 201)
  assert.equal((await search(ben, 'seventeen')).length, 1)
  await ben.ask('PUT', `${path}/star`)
  await ada.ask('DELETE', `${path}/grants/${who}`)
  assert.equal((await search(ben, 'seventeen')).length, 1, 'anyone with the address, and he has starred it')
  await ada.json('PATCH', `${path}/access`, { general: 'none' })
  assert.equal((await search(ben, 'seventeen')).length, 0)
  for (const part of ['', '/files', '/access', '/copy'])
    assert.equal((await ben.ask(part === '/copy' ? 'POST' : 'GET', `${path}${part}`)).status, 404, part)
  assert.equal((await search(ada, 'seventeen')).length, 1)
  await ada.ask('DELETE', path)
  assert.equal((await search(ada, 'seventeen')).length, 0, 'it is in the trash')
  await ada.ask('POST', `${path}/restore`)
  await until('found again', async () => (await search(ada, 'seventeen')).length === 1)
})

test('what is typed is found while the document is open, from a worker too', async (t) => {
  const program = new Program(t, ['--data-dir', folder(t), '--workers', '2'])
  const [url, sync] = [await program.url(), await syncOf(program)]
  const cookie = (await fetch(`${url}/api/me`)).headers.get('set-cookie')?.split(';')[0] ?? ''
  const { id } = await make(program, { cookie, origin: url })
  const page = new Writer(`${sync}/${id}`, { headers: { cookie, origin: url } })
  await until('synced', () => page.synced)
  add(page, ['A word that nobody else would use: sesquipedalian.'])
  await until('found', async () => {
    const answer = await fetch(`${url}/api/search?q=sesqui`, { headers: { cookie } })
    return ((await answer.json()) as { results: Result[] }).results[0]?.id === id
  })
})

test('[O18] one person has few searches at a time, all together have a bound, and who waits for neither is not held', async (t) => {
  const waiting: (() => void)[] = []
  const home = await house(t, {
    between: (store) =>
      changed(store, {
        search: changed(store.search, {
          find: () => new Promise((resolve) => waiting.push(() => resolve([]))),
        }),
      }),
  })
  const ask = (browser: Browser) => browser.ask('GET', '/api/search?q=plan')
  const crowd: Promise<Response>[] = []
  const ada = new Browser(home)
  await ada.ask('GET', '/api/me')
  for (let count = 0; count < maxPerPerson; count++) crowd.push(ask(ada))
  await until('her searches run', () => waiting.length === maxPerPerson)
  const more = await ask(ada)
  assert.deepEqual([more.status, ((await more.json()) as { error: string }).error], [429, 'too-many'])
  while (crowd.length < maxInSum) crowd.push(ask(new Browser(home)))
  await until('all places are taken', () => waiting.length === maxInSum)
  const late = await ask(new Browser(home))
  assert.deepEqual([late.status, ((await late.json()) as { error: string }).error], [503, 'not-now'])
  assert.equal(await metric(home, 'quire_turned_away_total{reason="searches"}'), 2)
  assert.equal((await ada.ask('POST', '/api/documents', {})).status, 201)
  for (const answer of waiting.splice(0)) answer()
  for (const answer of await Promise.all(crowd)) assert.equal(answer.status, 200)
  const again = ask(ada)
  await until('it runs', () => waiting.length === 1)
  waiting[0]?.()
  assert.equal((await again).status, 200)
})

test('[O18] a search that the store gives up is answered with 503, and is no fault of the server', async (t) => {
  const home = await house(t, {
    between: (store) =>
      changed(store, {
        search: changed(store.search, { find: () => Promise.reject(new StoreBusyError('too long')) }),
      }),
  })
  const answer = await new Browser(home).ask('GET', '/api/search?q=plan')
  assert.deepEqual([answer.status, ((await answer.json()) as { error: string }).error], [503, 'not-now'])
  assert.ok(home.log.every(({ msg }) => msg !== 'a request failed'))
})
