import type { Locator } from '@playwright/test'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

const bar = (guest: Guest): Locator => guest.page.getByRole('search', { name: 'Find and replace' })
const field = (guest: Guest): Locator => bar(guest).getByLabel('Find in document')

/** Types in place of what is in a field. */
const enter = async (into: Locator, text: string): Promise<void> => {
  await into.press('ControlOrMeta+a')
  await into.pressSequentially(text)
}

/** Opens find when it is there: it is loaded after the text. */
const open = async (guest: Guest, keys = 'ControlOrMeta+f'): Promise<void> => {
  await guest.page.bringToFront()
  await guest.page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/hands-')),
  )
  await expect(async () => {
    await guest.page.keyboard.press(keys)
    await expect(field(guest)).toBeFocused({ timeout: 1_000 })
  }).toPass()
}

test('what is found is counted and shown one after the other, and nothing is changed by it', async ({
  pair,
}) => {
  const { ada, ben } = pair
  await ada.write('The cat sat. Cats are cat-like.')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type('No dog, a cat.')
  await ada.isSaved()
  const before = await ada.structure()
  await ada.page.keyboard.press('ControlOrMeta+Home')
  await open(ada)
  await enter(field(ada), 'cat')
  await expect(bar(ada).getByText('1 of 4')).toBeVisible()
  await expect(ada.text.locator('.found')).toHaveCount(4)
  await expect(ben.text.locator('.found')).toHaveCount(0)
  await field(ada).press('Enter')
  await expect(bar(ada).getByText('2 of 4')).toBeVisible()
  await expect(ada.text.locator('.found.now')).toHaveText('Cat')
  await field(ada).press('Shift+Enter')
  await field(ada).press('Shift+Enter')
  await expect(bar(ada).getByText('4 of 4')).toBeVisible()
  await field(ada).press('Alt+w')
  await expect(ada.text.locator('.found')).toHaveCount(3)
  await field(ada).press('Alt+c')
  await enter(field(ada), 'Cat')
  await expect(bar(ada).getByText('No matches')).toBeVisible()
  await field(ada).press('Alt+w')
  await expect(bar(ada).getByText('1 of 1')).toBeVisible()

  // what somebody else writes meanwhile is found too
  await ben.write(' Cat!')
  await expect(bar(ada).getByText('1 of 2')).toBeVisible()
  await ben.undoAll()
  await expect(bar(ada).getByText('1 of 1')).toBeVisible()
  await ada.page.bringToFront()
  await field(ada).press('Escape')
  await expect(bar(ada)).toHaveCount(0)
  await expect(ada.text).toBeFocused()
  await expect(ada.text.locator('.found')).toHaveCount(0)
  expect(await ada.structure()).toBe(before)
})

test('everything is replaced at once, in its formatting, and comes back with one undo', async ({ pair }) => {
  const { ada, ben } = pair
  await ada.write('a cat, **a cat** and no dog')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type('- one more cat')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type('a bird')
  await expect(ben.text).toContainText('a bird')
  await ben.text.getByText('a bird').click()
  await open(ada)
  await enter(field(ada), 'cat')
  await expect(bar(ada).getByText(/of 3/)).toBeVisible()
  await bar(ada).getByRole('button', { name: 'Replace…' }).click()
  await enter(bar(ada).getByLabel('Replace with'), 'horse')
  await bar(ada).getByRole('button', { name: 'Replace all' }).click()
  await expect.poll(() => ben.text.innerText()).toContain('a horse, a horse and no dog')
  await expect(ben.text.locator('strong')).toHaveText('a horse')
  await expect(ben.text.locator('li').first()).toHaveText('one more horse')
  // whoever stands in a line that did not change keeps writing in it
  await ben.page.bringToFront()
  await ben.page.keyboard.press('End')
  await ben.page.keyboard.type('!')
  await expect(ada.text.locator('li').last()).toHaveText('a bird!')
  await ada.page.bringToFront()
  await field(ada).press('Escape')
  await ada.page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => ben.text.innerText()).toContain('a cat, a cat and no dog')
  await expect(ben.text.locator('li')).toHaveText(['one more cat', 'a bird!'])
})

test('an expression is searched apart: one that takes for ever is stopped and told, and the page goes on', async ({
  pair,
}) => {
  const { ada } = pair
  await ada.write(`b2 and c33 and ${'x'.repeat(60)}`)
  await open(ada)
  await field(ada).press('Alt+r')
  await enter(field(ada), String.raw`([a-z])\d+`)
  await expect(bar(ada).getByText(/of 2/)).toBeVisible()
  await enter(field(ada), '(x+x+)+y')
  await expect(bar(ada).getByText('This expression takes too long.')).toBeVisible()
  await enter(field(ada), '(')
  await expect(bar(ada).getByText('This is no regular expression.')).toBeVisible()
  await enter(field(ada), 'c3+')
  await expect(bar(ada).getByText('1 of 1')).toBeVisible()
})

test('what is folded away is found, and opens for the one who goes to it', async ({ pair }) => {
  const { ada, ben } = pair
  await ada.write('the fox')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type(':::details More')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type('a hidden fox')
  for (const { text } of [ada, ben]) {
    await text.getByRole('button', { name: 'Open or close' }).click()
    await expect(text.getByText('a hidden fox')).toBeHidden()
  }
  await open(ada)
  await enter(field(ada), 'fox')
  await expect(bar(ada).getByText('1 of 2')).toBeVisible()
  await expect(ada.text.getByText('a hidden fox')).toBeHidden()
  await field(ada).press('Enter')
  await expect(bar(ada).getByText('2 of 2')).toBeVisible()
  await expect(ada.text.getByText('a hidden fox')).toBeVisible()
  await field(ada).press('Escape')
  await expect(ada.text.getByText('a hidden fox')).toBeVisible()
  await expect(ben.text.getByText('a hidden fox')).toBeHidden()
})
