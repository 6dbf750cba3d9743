import { expect, test } from './story.ts'

const lost = /WebSocket|Failed to load resource|NetworkError|connection|net::ERR/i

test.use({ alone: true })

test('[P2] [P3] the server is killed in mid-typing: what was shown as saved is there, and everybody goes on', async ({
  house,
  enter,
  pair,
}) => {
  const { ada, ben, address } = pair
  for (const guest of [ada, ben]) guest.bear(lost)
  await ada.write('Saved before. ')
  await ada.isSaved()
  // from here on every word that the page ever shows as saved is noted, in the page, as it is shown
  await ada.page.evaluate(() => {
    const status = document.querySelector('.chip')
    const text = document.querySelector('.ProseMirror')
    const notes = { saved: '' }
    Object.assign(globalThis, { notes })
    const note = () => {
      if (status?.getAttribute('aria-label') === 'Status: Saved')
        notes.saved = text?.firstElementChild?.textContent ?? ''
    }
    if (status !== null) new MutationObserver(note).observe(status, { attributes: true })
    note()
  })
  const typing = ada.page.keyboard.type('These words are typed while the server dies. '.repeat(2), {
    delay: 20,
  })
  await expect.poll(() => ben.reads()).toContain('These words')
  await house.stop('SIGKILL')
  await typing
  const saved = await ada.page.evaluate(
    () => (globalThis as unknown as { notes: { saved: string } }).notes.saved,
  )
  expect(saved).toContain('Saved before.')
  await expect(ada.status).toHaveAccessibleName(/Reconnecting|Offline/)
  await expect(ada.text).toBeEditable()

  await house.start()
  const cleo = await enter('Cleo') // has never seen the document: reads what the server kept
  await cleo.visit(address)
  await expect.poll(() => cleo.reads()).toContain(saved)

  // Firefox itself waits before it asks a server again that did not answer
  for (const guest of [ada, ben]) await guest.isSaved(60_000)
  const whole = await ada.reads()
  expect(whole).toContain('while the server dies. '.trimEnd())
  await ben.write('And on.')
  for (const guest of [ada, ben, cleo]) await expect.poll(() => guest.reads()).toBe(`${whole}And on.`)
  await ben.isSaved()
})

test('a planned restart is hardly noticed, and what was typed meanwhile arrives', async ({ house, pair }) => {
  const { ada, ben } = pair
  for (const guest of [ada, ben]) guest.bear(lost)
  await ada.write('Before. ')
  await ada.isSaved()
  expect(await house.stop('SIGTERM')).toBe(0)
  await ben.write('While it was away. ')
  await expect(ben.status).toHaveAccessibleName(/Reconnecting|Offline|Not saved/)
  await house.start()
  await ben.isSaved(60_000)
  for (const guest of [ada, ben]) await expect.poll(() => guest.reads()).toBe('Before. While it was away. ')
})

test('a document that is not there says so, and one that is deleted while open lets its text be taken', async ({
  house,
  enter,
}) => {
  const [ada, ben] = [await enter('Ada'), await enter('Ben')]
  ada.bear(/404|Permission denied|WebSocket is closed before|can.t establish a connection/)
  const answer = await ada.page.goto(`${house.url}/d/AAAAAAAAAAAAAAAAAAAAAA`)
  expect(answer?.status()).toBe(404)
  await expect(ada.page.getByText('Nothing here, or not shared with you.')).toBeVisible()
  const address = await ada.start(house)
  await ada.write('Take me with you.')
  await ben.visit(address)
  await expect.poll(() => ben.reads()).toBe('Take me with you.')
  await ada.page.goto(house.url)
  await ada.page.getByRole('button', { name: /^More for/ }).click()
  await ada.page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(ada.page.getByText('No documents yet. Start one and share its link.')).toBeVisible()
  await expect(ben.page.getByRole('alert')).toContainText('This document was deleted')
  await expect(ben.text).not.toBeEditable()
  await expect.poll(() => ben.reads()).toBe('Take me with you.')
  await ada.page.getByRole('button', { name: 'Undo' }).click()
  await expect(ada.page.getByRole('link', { name: /Untitled/ })).toBeVisible()
})
