import type { WebSocketRoute } from '@playwright/test'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

/** The wire between a page and its server, and what happens to it. */
interface Wire {
  /** The next change that leaves is damaged on its way. */
  damage: boolean
  /** Nothing gets through, and every connection is lost. */
  cut: boolean
}

/** Lays a wire that a story can do something to. It must be laid before the page connects. */
const wireOf = async (guest: Guest): Promise<{ wire: Wire; cut: () => Promise<void> }> => {
  const wire: Wire = { damage: false, cut: false }
  const live = new Set<WebSocketRoute>()
  await guest.page.routeWebSocket(/\/sync\//, (page) => {
    if (wire.cut) return void page.close()
    live.add(page)
    const server = page.connectToServer()
    page.onMessage((message) => {
      if (wire.damage && Buffer.isBuffer(message) && message[0] === 0 && message[1] === 2) {
        wire.damage = false
        message[message.length - 1] = 0xff // the end of the delete set: no honest page says this
      }
      server.send(message)
    })
  })
  return {
    wire,
    cut: async () => {
      wire.cut = true
      await Promise.all([...live].map((page) => page.close()))
    },
  }
}

const sheetOf = (guest: Guest, name: RegExp | string = 'Some text was not accepted') =>
  guest.page.getByRole('dialog', { name })

// while the sheet is open everything behind it is inert, and has no roles
const chipOf = (guest: Guest) => guest.page.locator('.chip')
const textOf = (guest: Guest) => guest.page.locator('#text')

test('[L9] [P4] a change that the server refuses is shown with its reason, kept, and can be put back', async ({
  pair,
}) => {
  const { ada, ben, address } = pair
  ada.bear(/WebSocket|closed/)
  const { wire } = await wireOf(ada)
  await ada.visit(address)
  await ada.write('Saved before. ')
  await ada.isSaved()

  wire.damage = true
  await ada.page.keyboard.insertText('This was refused.')
  const sheet = sheetOf(ada)
  await expect(sheet).toBeVisible()
  await expect(sheet).toContainText('It was damaged on the way.')
  await expect(sheet.getByRole('region', { name: 'Your text' })).toHaveText('This was refused.')
  await expect(chipOf(ada)).toHaveText('Some text was not accepted')
  await expect(textOf(ada)).toHaveText('Saved before. ')
  const { violations } = await new AxeBuilder({ page: ada.page }).analyze()
  expect(violations.map(({ id }) => id)).toEqual([])

  // Esc is Later: the text stays on the shelf, and the document goes on
  await ada.page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
  await ada.write('Later edits.')
  await expect.poll(() => ben.reads()).toBe('Saved before. Later edits.')

  // a reload finds it again, and it goes back in as one step
  await ada.page.reload()
  await ada.status.click()
  await ada.page.getByRole('button', { name: 'Show recovered text' }).click()
  await sheet.getByRole('button', { name: 'Put it back in' }).click()
  await expect(sheet).toBeHidden()
  await expect.poll(() => ben.reads()).toBe('Saved before. Later edits.\nThis was refused.')
  await ada.isSaved()
  await ada.tool('Undo').click()
  await expect.poll(() => ben.reads()).toBe('Saved before. Later edits.')
  await ada.tool('Redo').click()
  await expect.poll(() => ben.reads()).toBe('Saved before. Later edits.\nThis was refused.')
  await ada.isSaved()
})

test('[L9] recovered text becomes a document of its own, or is discarded by asking twice', async ({
  pair,
}) => {
  const { ada, address } = pair
  ada.bear(/WebSocket|closed/)
  const { wire } = await wireOf(ada)
  await ada.visit(address)
  await ada.title.fill('Minutes')
  await ada.write('Before. ')
  await ada.isSaved()
  wire.damage = true
  await ada.page.keyboard.insertText('Refused.')
  const sheet = sheetOf(ada)
  await sheet.getByRole('button', { name: 'Save as new document' }).click()
  await expect(ada.page).not.toHaveURL(address)
  await expect(ada.title).toHaveValue('Minutes (recovered)')
  await expect.poll(() => ada.reads()).toBe('Before. Refused.')
  await ada.isSaved()

  await ada.page.goto(address)
  await expect(ada.text).toBeEditable()
  await ada.isSaved()
  wire.damage = true
  await ada.write('Again.')
  await expect(sheet).toBeVisible()
  await sheet.getByRole('button', { name: 'Discard' }).click()
  await expect(sheet).toBeVisible()
  await sheet.getByRole('button', { name: 'Discard for good?' }).click()
  await expect(sheet).toBeHidden()
  await ada.isSaved()
})

test('[D15] [A12] a document that was deleted and restored while a page was away: the two never merge', async ({
  pair,
}) => {
  const { ada, ben, address } = pair
  ada.bear(/WebSocket|closed/)
  ben.bear(/WebSocket|Permission denied|closed|404/)
  const { wire, cut } = await wireOf(ada)
  await ada.visit(address)
  await ada.write('Everybody has this. ')
  await ada.isSaved()
  await cut()
  await expect(ada.status).toHaveAccessibleName(/Reconnecting|Offline/)
  await ada.write('Only Ada has this.')
  const id = address.split('/').at(-1) ?? ''
  const statuses = await ada.page.evaluate(async (path) => {
    const gone = await fetch(path, { method: 'DELETE' })
    const back = await fetch(`${path}/restore`, { method: 'POST' })
    return [gone.status, back.status]
  }, `/api/documents/${id}`)
  expect(statuses).toEqual([204, 200])
  wire.cut = false
  await ada.status.click()
  await ada.page.getByRole('button', { name: 'Try now' }).click()
  const sheet = sheetOf(ada, 'Older copy of this document')
  await expect(sheet).toContainText('The document was restored or replaced.')
  await expect(sheet.getByRole('region', { name: 'Your text' })).toHaveText('Only Ada has this.')
  await expect(textOf(ada)).toHaveText('Everybody has this. ')
  await sheet.getByRole('button', { name: 'Later' }).click()
  await expect(ada.status).toHaveAccessibleName('Status: Older copy here')
  await ben.page.reload()
  await expect.poll(() => ben.reads()).toBe('Everybody has this. ')

  // and when the document is gone for good, what was recovered from it can still be had
  ben.bear(/WebSocket|Permission denied|closed|404|establish/)
  ada.bear(/WebSocket|Permission denied|closed|404|establish/)
  await ada.page.evaluate((path) => fetch(path, { method: 'DELETE' }), `/api/documents/${id}`)
  await ada.page.goto(address)
  await expect(ada.page.getByText('Nothing here, or not shared with you.')).toBeVisible()
  await ada.page.getByRole('button', { name: 'Show recovered text' }).click()
  await expect(sheet.getByRole('region', { name: 'Your text' })).toHaveText('Only Ada has this.')
})
