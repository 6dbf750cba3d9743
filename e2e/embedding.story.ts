import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FrameLocator } from '@playwright/test'
import { House } from './house.ts'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

const secret = randomBytes(32).toString('base64url')
const room = 'A'.repeat(22)
const roles: Readonly<Record<string, string>> = { ada: 'edit', ben: 'edit', cem: 'view' }

interface Mint {
  mint: (secret: string, claims: object) => string
}

/** What docs/embedding.md says: the program that makes tokens, and the page that shows a document. */
const documented = async (): Promise<{ mint: Mint['mint']; html: string }> => {
  const page = await readFile(join(import.meta.dirname, '../docs/embedding.md'), 'utf8')
  const program = /```js\n(\/\/ mint\.mjs[\s\S]*?)\nconst rooms/.exec(page)?.[1] ?? ''
  const html = /```html\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const { mint } = (await import(`data:text/javascript,${encodeURIComponent(program)}`)) as Mint // as the page says
  return { mint, html }
}

/** An application on a port of its own: `/ada` is its page for Ada, with the document in it. */
const application = async (house: () => House) => {
  const { mint, html } = await documented()
  const server = createServer((request, response) => {
    const name = request.url?.slice(1) ?? ''
    if (roles[name] === undefined) return void response.writeHead(404).end()
    const token = mint(secret, { sub: name, name, rooms: { [room]: roles[name] } })
    response.writeHead(200, { 'content-type': 'text/html' })
    const here = html
      .replaceAll('https://docs.example.org', house().url)
      .replace('value="..."', `value="${token}"`)
    response.end(`<!doctype html><title>Application</title><link rel="icon" href="data:,">${here}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const textIn = (frame: FrameLocator) => frame.getByRole('main').getByRole('textbox')

test('a page of another origin shows a document to whom it sends, as what its token says, and no other page may', async ({
  enter,
}) => {
  // an application and its documents' server know each other's address
  const known: { house?: House } = {}
  const house = (): House => known.house ?? assert.fail('it is not open yet')
  const [app, stranger] = await Promise.all([application(house), application(house)])
  try {
    known.house = await House.open({
      QUIRE_ACCESS: 'jwt',
      QUIRE_JWT_ISSUER: 'https://app.example.org',
      QUIRE_JWT_SECRET: secret,
      QUIRE_FRAME_ANCESTORS: app.origin,
    })
    const visit = async (guest: Guest, { origin } = app): Promise<FrameLocator> => {
      await guest.page.goto(`${origin}/${guest.name}`)
      return guest.page.frameLocator('iframe')
    }
    const [ada, ben, cem] = [await enter('ada'), await enter('ben'), await enter('cem')]
    const [hers, his] = [await visit(ada), await visit(ben)]
    const slow = { timeout: 30_000 } // frames of three browsers load at once
    await expect(textIn(hers)).toBeEditable(slow)
    await expect(textIn(his)).toBeEditable(slow)
    await ada.page.bringToFront()
    await textIn(hers).click()
    await ada.page.keyboard.type('Framed.')
    await expect(textIn(his)).toHaveText('Framed.')
    await hers.getByRole('button', { name: 'Share', exact: true }).click()
    await expect(hers.getByText('The application that led you here decides')).toBeVisible()

    const theirs = await visit(cem)
    await expect(theirs.locator('#text')).toHaveText('Framed.', slow)
    await expect(theirs.locator('#text')).toHaveAttribute('contenteditable', 'false')

    cem.bear(/fram|ancestors/i)
    const answered = cem.page.waitForResponse(`${house().url}/d/${room}`)
    const refused = await visit(cem, stranger)
    await answered
    await cem.page.waitForLoadState('networkidle') // a page that was let in has asked for all that it shows by then
    await expect(refused.locator('#root')).toHaveCount(0)
  } finally {
    for (const { server } of [app, stranger]) {
      server.close()
      server.closeAllConnections()
    }
    await known.house?.close()
  }
})
