import type { Page } from '@playwright/test'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

const paragraphs = (count: number): string =>
  Array.from({ length: count }, (_, index) => `<p>Paragraph ${index + 1} of a long text.</p>`).join('')

/** Copies so many from a page of another kind. */
const fill = async (guest: Guest, count: number): Promise<void> => {
  const { page } = guest
  await page.bringToFront()
  await page.evaluate((html) => {
    const source = document.createElement('div')
    source.id = 'source'
    source.contentEditable = 'true'
    source.innerHTML = html
    document.body.append(source)
    source.focus()
  }, paragraphs(count))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('ControlOrMeta+c')
  await page.evaluate(() => document.querySelector('#source')?.remove())
  await guest.text.click()
  await page.keyboard.press('ControlOrMeta+v')
  await expect(guest.text).toContainText(`Paragraph ${count} of`)
}

/** The paragraph at the top of the screen. */
const top = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const edge = document.querySelector('.chrome')?.getBoundingClientRect().bottom ?? 0
    const seen = [...document.querySelectorAll('.text p')].find(
      (each) => each.getBoundingClientRect().bottom > edge + 2,
    )
    return seen?.textContent ?? ''
  })

const scrollTo = (page: Page, paragraph: number): Promise<void> =>
  page.evaluate((index) => {
    const edge = document.querySelector('.chrome')?.getBoundingClientRect().bottom ?? 0
    const block = document.querySelectorAll('.text p')[index - 1]
    window.scrollBy({ top: (block?.getBoundingClientRect().top ?? 0) - edge, behavior: 'instant' })
  }, paragraph)

test('one follows another across widths until a hand of their own says otherwise', async ({ pair }) => {
  const { ada, ben } = pair
  await fill(ada, 120)
  await expect(ben.text).toContainText('Paragraph 120 of')
  await ben.page.setViewportSize({ width: 700, height: 500 })
  await ben.page.bringToFront()
  await ben.page.getByRole('button', { name: 'Go to Ada' }).click()
  await ben.page.getByRole('button', { name: 'Follow Ada' }).click()
  await expect(ben.page.getByText('Following Ada. Esc to stop.').first()).toBeVisible()
  await ada.page.bringToFront()
  await scrollTo(ada.page, 60)
  await expect.poll(() => top(ben.page)).toBe('Paragraph 60 of a long text.')
  await scrollTo(ada.page, 20)
  await expect.poll(() => top(ben.page)).toBe('Paragraph 20 of a long text.')
  await ben.page.bringToFront()
  await ben.page.keyboard.press('Escape')
  await expect(ben.page.locator('.follow-pill')).toHaveCount(0)
  await ada.page.bringToFront()
  await scrollTo(ada.page, 80)
  await expect.poll(() => top(ada.page)).toBe('Paragraph 80 of a long text.')
  expect(await top(ben.page)).toBe('Paragraph 20 of a long text.')

  // everybody may be asked, and nobody is moved
  await ada.page.getByRole('button', { name: /people here/ }).click()
  await ada.page.getByRole('button', { name: 'Bring everyone to me' }).click()
  const asked = ben.page.locator('.follow-pill', { hasText: 'Ada asks you to look here.' })
  await expect(asked).toBeVisible()
  expect(await top(ben.page)).toBe('Paragraph 20 of a long text.')
  await asked.getByRole('button', { name: 'Go' }).click()
  await expect.poll(() => top(ben.page)).not.toBe('Paragraph 20 of a long text.')
  expect(await top(ben.page)).toBe(await top(ada.page)) // the click on a button may have moved hers
  await expect(asked).toHaveCount(0)
})

test('what others write above does not move what one reads', async ({ pair }) => {
  const { ada, ben } = pair
  await fill(ada, 80)
  await expect(ben.text).toContainText('Paragraph 80 of')
  await ben.page.bringToFront()
  await scrollTo(ben.page, 50)
  const place = (): Promise<number> =>
    ben.page
      .getByText('Paragraph 50 of a long text.')
      .evaluate((block) => Math.round(block.getBoundingClientRect().top))
  const before = await place()
  await ada.page.bringToFront()
  await ada.text.click({ position: { x: 5, y: 5 } })
  await ada.page.keyboard.press('ControlOrMeta+Home')
  for (let line = 1; line <= 8; line++) {
    await ada.page.keyboard.type(`New line ${line}`)
    await ada.page.keyboard.press('Enter')
  }
  await expect(ben.text).toContainText('New line 8')
  expect(Math.abs((await place()) - before)).toBeLessThanOrEqual(2)
})
