import { expect, test } from './story.ts'

test('after undo the caret is where it was before the step, and one goes on writing there', async ({
  pair,
}) => {
  const { ada, ben } = pair
  await ada.write('first second')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type('third')
  await expect.poll(() => ben.reads()).toBe('first second\nthird')
  await ada.text
    .locator('p')
    .first()
    .click({ position: { x: 2, y: 9 } })
  await ada.page.keyboard.press('Home')
  await ada.page.keyboard.type('zeroth ')
  await expect.poll(() => ben.reads()).toBe('zeroth first second\nthird')
  await ada.text.locator('p').last().click()
  await ada.tool('Undo').click()
  await expect.poll(() => ben.reads()).toBe('first second\nthird')
  await ada.page.keyboard.type('0th ')
  await expect.poll(() => ben.reads()).toBe('0th first second\nthird')
})

test('the caret keeps its place while others write before it and make another block of its line', async ({
  pair,
}) => {
  const { ada, ben } = pair
  await ada.write('one two')
  await expect.poll(() => ben.reads()).toBe('one two')
  await ben.page.bringToFront()
  await ben.text.locator('p').click()
  await ben.page.keyboard.press('Home')
  for (let i = 0; i < 3; i++) await ben.page.keyboard.press('ArrowRight')
  await expect(ada.caretOf(ben)).toBeVisible()
  await ada.page.bringToFront()
  await ada.text.locator('p').click()
  await ada.page.keyboard.press('Home')
  await ada.page.keyboard.type('zero ')
  await ada.page.keyboard.press('ControlOrMeta+Alt+2')
  await expect(ben.text.locator('h2')).toHaveText('zero one two')
  await ada.page.keyboard.press('ControlOrMeta+Shift+b')
  await expect(ben.text.locator('blockquote h2')).toHaveText('zero one two')
  await ben.page.bringToFront()
  await ben.page.keyboard.type('!') // without a click: his caret is where it was
  await expect.poll(() => ada.reads()).toBe('zero one! two')
})

test('what two people delete at once from one list leaves no damage', async ({ pair }) => {
  const { ada, ben } = pair
  await ada.write('- a')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type('b')
  await expect(ben.text.getByRole('listitem')).toHaveText(['a', 'b'])
  await ben.page.bringToFront()
  await ben.text.getByRole('listitem').last().click()
  await ada.page.bringToFront()
  await ada.text.getByRole('listitem').first().click()
  await Promise.all([
    ada.page.keyboard.press('ControlOrMeta+a').then(() => ada.page.keyboard.press('Backspace')),
    ben.page.keyboard.type(' and more'),
  ])
  await ada.isSaved()
  await ben.isSaved()
  await expect.poll(() => ben.structure()).toBe(await ada.structure())
})
