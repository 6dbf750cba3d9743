import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { schemaVersion } from '../packages/editor/src/version.ts'
import type { House } from './house.ts'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

const web = join(import.meta.dirname, '../apps/web')

/** Pages of other versions: one whose grammar knows more, and one that announces the schema before this one. */
const versions = {
  newer: { SKEWED_GRAMMAR: 'newer', SKEWED_SCHEMA: String(schemaVersion) },
  older: { SKEWED_GRAMMAR: 'present', SKEWED_SCHEMA: String(schemaVersion - 1) },
}
let built = ''

test.beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'quire-pages-'))
  for (const [name, version] of Object.entries(versions))
    await promisify(execFile)(
      join(web, 'node_modules/.bin/vite'),
      ['build', '--config', join(web, 'test/skewed.config.ts'), '--outDir', join(built, name)],
      { env: { ...process.env, ...version } },
    )
})

test.afterAll(() => rm(built, { recursive: true, force: true }))

/** From now on their browser gets the program of another version. */
const give = async (guest: Guest, version: keyof typeof versions): Promise<void> => {
  const folder = join(built, version, 'assets')
  const files = await readdir(folder)
  const entry = files.find((file) => /^index-.*\.js$/.test(file)) ?? ''
  await guest.context.route('**/assets/*', async (route) => {
    const asked = basename(new URL(route.request().url()).pathname)
    if (files.includes(asked)) await route.fulfill({ path: join(folder, asked) })
    else if (/^index-.*\.js$/.test(asked))
      await route.fulfill({ contentType: 'text/javascript', body: `import './${entry}'` })
    else await route.continue()
  })
}

/** Somebody who only looks at what is stored, without any editor. */
const watcher = (house: House, address: string) => {
  const doc = new Y.Doc()
  const room = address.split('/').at(-1) ?? ''
  const provider = new WebsocketProvider(house.syncUrl, room, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket, // what Node programs give it
    disableBc: true,
  })
  const synced = new Promise<void>((resolve) => provider.once('sync', () => resolve()))
  return {
    body: async (): Promise<string> => {
      await synced
      return doc.getXmlFragment('default').toString()
    },
    bytes: async (): Promise<string> => {
      await synced
      return Buffer.from(Y.encodeStateAsUpdate(doc)).toString('hex')
    },
    writers: (): number => doc.store.clients.size,
    leave: () => provider.destroy(),
  }
}

/** Ada, with the later page, writes something of everything that it alone knows. */
const writeNewer = async (ada: Guest): Promise<void> => {
  const { keyboard } = ada.page
  await ada.write('A ==marked== line with a (stamp) in it.')
  await keyboard.press('ControlOrMeta+Alt+q')
  await keyboard.press('Enter')
  await keyboard.type('poem: Shall I compare thee')
  await keyboard.press('ControlOrMeta+End')
  await expect(ada.text.locator('.poem')).toHaveText('Shall I compare thee')
  await expect(ada.text.locator('mark')).toHaveText('marked')
  await expect(ada.text.locator('.stamp')).toHaveCount(1)
  await ada.isSaved()
}

const closedBlock = 'This page does not know this block'

test('[L1] [P9] a page of the version before shows what it does not know, says that it is too old, and sends nothing', async ({
  house,
  enter,
}) => {
  const [ada, ben] = [await enter('Ada'), await enter('Ben')]
  await give(ada, 'newer')
  await give(ben, 'older')
  const address = await ada.start(house)
  await writeNewer(ada)
  const stored = watcher(house, address)
  try {
    const before = await stored.bytes()
    await ben.page.goto(address)
    await expect(ben.text.getByRole('note', { name: closedBlock })).toContainText('Shall I compare thee')
    await expect(ben.status).toHaveAccessibleName('Status: Update needed')
    await expect(ben.text).toHaveAttribute('aria-readonly', 'true')
    await ben.text.click()
    await ben.page.keyboard.type('nothing of this')
    await ben.page.reload()
    await expect(ben.text.getByRole('note', { name: closedBlock })).toContainText('Shall I compare thee')
    expect(await stored.bytes()).toBe(before)
    await ada.text.locator('.poem').click()
    await ada.page.keyboard.press('End')
    await ada.page.keyboard.type(' to a day')
    await expect(ben.text.getByRole('note', { name: closedBlock })).toContainText(
      'Shall I compare thee to a day',
    )
    const body = await stored.body()
    // what ada wrote after it has come: so would have, before it, anything of ben's
    expect(stored.writers()).toBe(1)
    expect(body).toContain('<poem meter="iamb">Shall I compare thee to a day</poem>')
    expect(body).toContain('<glow hue="3">marked</glow>')
  } finally {
    stored.leave()
  }
})

test('[L11] [P9] who edits around unknown things and in unknown marks loses nothing of them', async ({
  house,
  enter,
}) => {
  const [ada, ben] = [await enter('Ada'), await enter('Ben')]
  await give(ada, 'newer')
  const address = await ada.start(house)
  await writeNewer(ada)
  const stored = watcher(house, address)
  const body = (): Promise<string> => stored.body()
  try {
    const before = await stored.bytes()
    await ben.visit(address)
    const closed = ben.text.getByRole('note', { name: closedBlock })
    await expect(closed).toContainText('Shall I compare thee')
    await ben.isSaved()
    expect(await stored.bytes()).toBe(before)

    // ben writes in the middle of the marked word while ada goes on inside the poem
    await ada.page.bringToFront()
    await ada.text.locator('.poem').click()
    await ada.page.keyboard.press('End')
    await ben.page.bringToFront()
    await ben.text
      .locator('p')
      .first()
      .click({ position: { x: 9, y: 9 } })
    const { keyboard } = ben.page
    await keyboard.press('ControlOrMeta+Home')
    for (let i = 0; i < 5; i++) await keyboard.press('ArrowRight')
    await Promise.all([
      keyboard.type('MIDDLE', { delay: 20 }),
      ada.page.keyboard.type(' to a summer’s day', { delay: 20 }),
    ])
    await expect(ada.text.locator('mark')).toHaveText('marMIDDLEked')
    await expect(closed).toContainText('Shall I compare thee to a summer’s day')

    // he makes it bold and not bold, splits it and joins it, and takes all of that back and does it again
    await keyboard.press('Shift+Home')
    for (let i = 0; i < 2; i++) await keyboard.press('ControlOrMeta+b')
    await keyboard.press('ArrowRight')
    await keyboard.press('Enter')
    await expect.poll(() => ada.reads()).toMatch(/^A marMIDDLE\nked line/)
    await keyboard.press('Backspace')
    await ben.undoAll()
    while (await ben.tool('Redo').isEnabled()) await ben.tool('Redo').click()
    await expect(ada.text.locator('mark')).toHaveText('marMIDDLEked')
    await expect(ada.text.locator('p').first()).toHaveAttribute('align', 'right')
    await expect(ada.text.locator('.stamp')).toHaveCount(1)
    await expect.poll(body).toContain('<poem meter="iamb">Shall I compare thee to a summer’s day</poem>')

    // selected, a letter does not take its place; copied or cut, and pasted, it is whole
    const whole = 'Shall I compare thee to a summer’s day'
    const poems = ada.text.locator('.poem')
    const select = async (): Promise<void> => {
      await closed.first().click()
      await expect(closed.first()).toHaveClass(/selectednode/)
    }
    await select()
    await keyboard.press('x')
    await keyboard.press('ControlOrMeta+c')
    await ben.text
      .locator('p')
      .first()
      .click({ position: { x: 9, y: 9 } })
    await keyboard.press('End')
    await keyboard.press('Enter')
    await keyboard.press('ControlOrMeta+v')
    await expect(poems).toHaveText([whole, whole])
    await select()
    await keyboard.press('ControlOrMeta+x')
    await expect(poems).toHaveText([whole])
    await keyboard.press('ControlOrMeta+v')
    await expect(poems).toHaveText([whole, whole])

    // one key beside it only selects it; the next one removes it, and it comes back whole
    await ben.text
      .locator('p')
      .first()
      .click({ position: { x: 9, y: 9 } })
    await expect(ben.text.locator('.ProseMirror-selectednode')).toHaveCount(0)
    await keyboard.press('End')
    await keyboard.press('Delete')
    await expect(closed.first()).toHaveClass(/selectednode/)
    await expect(poems).toHaveCount(2)
    await keyboard.press('Delete')
    await expect(poems).toHaveCount(1)
    await keyboard.press('ControlOrMeta+z')
    await expect(poems).toHaveText([whole, whole])
    await ben.isSaved()
    await expect
      .poll(
        async () =>
          (await body()).split('<poem meter="iamb">Shall I compare thee to a summer’s day</poem>').length,
      )
      .toBe(3)
  } finally {
    stored.leave()
  }
})
