import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { Browser, folder, house, until } from './house.ts'
import type { House, Listed } from './house.ts'
import { Writer } from './writer.ts'

interface Template {
  id: string
  title: string
  starter: boolean
  description?: string
}
const list = async (browser: Browser): Promise<Template[]> =>
  (await browser.json<{ templates: Template[] }>('GET', '/api/templates')).templates
const make = (browser: Browser, body: object): Promise<Listed> =>
  browser.json<Listed>('POST', '/api/documents', body, 201)
const open = async (home: House, browser: Browser, id: string): Promise<Writer> => {
  const page = new Writer(`${home.sync}/${id}`, { headers: browser.headers })
  await until('synced', () => page.synced)
  return page
}
const words = ({ doc }: Writer): string => doc.getXmlFragment('default').toString()

for (const workers of ['1', '2'])
  test(`a document begins with what every server has, once, with two who open it and after a restart (workers: ${workers})`, async (t) => {
    const [data, flags] = [folder(t), ['--workers', workers]]
    const home = await house(t, { data, flags })
    const ada = new Browser(home)
    const starters = (await list(ada)).filter(({ starter }) => starter)
    assert.deepEqual(
      starters.map(({ id }) => id),
      ['meeting-notes', 'project-plan', 'weekly-journal'],
    )
    for (const { id: template, title } of starters) {
      const made = await make(ada, { template })
      assert.equal(made.title, title)
      const [one, two] = [await open(home, ada, made.id), await open(home, ada, made.id)]
      assert.equal(words(one), words(two))
      assert.ok(words(one).includes('<heading level="2">'), words(one))
      if (template !== 'meeting-notes') continue
      assert.equal(words(two).match(/Agenda/g)?.length, 1)
      assert.equal(words(two).match(/<taskitem/gi)?.length, 1)
    }
    const { id, title } = await make(ada, { template: 'project-plan', title: 'Moon' })
    assert.equal(title, 'Moon')
    const before = words(await open(home, ada, id))
    await home.close()
    assert.equal(words(await open(await house(t, { data, flags }), ada, id)), before)
  })

test('[sy8] what begins with a template has its content once, and an old local copy adds nothing', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const from = await make(ada, { title: 'Recipe' })
  await ada.json('PATCH', `/api/documents/${from.id}`, { template: true })
  const made = await make(ada, { template: from.id })
  assert.equal(made.title, 'Recipe')
  const page = await open(home, ada, made.id)
  const old = Y.encodeStateAsUpdate(page.doc)
  page.socket.close()
  const again = await open(home, ada, made.id)
  Y.applyUpdate(again.doc, old)
  assert.equal(again.doc.getText('title').toString(), 'Recipe')
  // the template does not follow what is made of it, nor the other way round
  again.write('!')
  await until('saved', () => again.settled)
  assert.equal((await ada.json<Listed>('GET', `/api/documents/${from.id}`)).title, 'Recipe')
})

test('[A18] a template is listed and used by those who may see and copy it, and made by its owner only', async (t) => {
  const home = await house(t)
  const [ada, ben, eve] = [new Browser(home), new Browser(home), new Browser(home)]
  const { id } = await make(ada, { title: 'Offer' })
  const mark = (browser: Browser, template: boolean) =>
    browser.ask('PATCH', `/api/documents/${id}`, { template })
  const ids = async (browser: Browser): Promise<string[]> => (await list(browser)).map((one) => one.id)
  assert.equal((await ben.ask('POST', '/api/documents', { template: id })).status, 404, 'not marked')
  assert.equal((await mark(ben, true)).status, 403)
  assert.equal((await mark(ada, true)).status, 200)
  assert.ok((await ids(ada)).includes(id))
  assert.ok(!(await ids(ben)).includes(id), 'he does not know of it')
  const link = await ada.json<{ token: string }>('POST', `/api/documents/${id}/links`, { role: 'view' }, 201)
  await ben.json('POST', '/api/links/exchange', { token: link.token })
  assert.ok((await ids(ben)).includes(id))
  assert.equal((await make(ben, { template: id })).title, 'Offer')
  await ada.json('PATCH', `/api/documents/${id}/access`, { general: 'none', copying: false })
  assert.ok(!(await ids(ben)).includes(id))
  assert.equal((await ben.ask('POST', '/api/documents', { template: id })).status, 403)
  assert.equal((await eve.ask('POST', '/api/documents', { template: id })).status, 404)
  const rows = await ada.json<{ documents: { template: boolean }[] }>('GET', '/api/documents')
  assert.deepEqual(
    rows.documents.map(({ template }) => template),
    [true],
  )
  await mark(ada, false)
  assert.ok(!(await ids(ada)).includes(id))
  assert.equal((await ada.ask('POST', '/api/documents', { template: id })).status, 404)
})
