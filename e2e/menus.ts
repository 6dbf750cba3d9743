import type { Locator } from '@playwright/test'
import { expect } from './story.ts'
import type { Guest } from './story.ts'

/** The text, whatever role it has now. */
export const body = (guest: Guest): Locator => guest.page.locator('#text')
/** A list that opens while one types. */
export const list = (guest: Guest): Locator => guest.page.getByRole('listbox')
/** Formatting at a selection. */
export const bubble = (guest: Guest): Locator =>
  guest.page.getByRole('toolbar', { name: 'Formatting of the selection' })
/** What is chosen in the list. */
export const chosen = (guest: Guest): Locator => list(guest).getByRole('option', { selected: true })

/** The lines as they read, each with the name of its element. */
export const lines = async (guest: Guest): Promise<string[]> =>
  body(guest).evaluate((text) =>
    [...text.querySelectorAll('p, h1, h2, h3, pre')].map((line) => `${line.localName} ${line.textContent}`),
  )

/** Writes lines at the end, and waits until the menus are there: they are loaded after the text. */
export const begin = async (guest: Guest, ...texts: string[]): Promise<void> => {
  await guest.page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/hands-')),
  )
  await guest.page.bringToFront()
  await body(guest).click()
  for (const [i, text] of texts.entries()) {
    if (i > 0) await guest.page.keyboard.press('Enter')
    await guest.page.keyboard.type(text)
  }
  // the handle shows that the menus listen
  await expect(async () => {
    await guest.page.mouse.move(1, 1)
    await body(guest).hover()
    await expect(guest.page.getByRole('button', { name: 'Add a block below' })).toBeVisible({ timeout: 500 })
  }).toPass()
}
