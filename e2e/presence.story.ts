import { expect, test } from './story.ts'

test('carets and names appear where people are, and go when their tab is closed', async ({ pair }) => {
  const { ada, ben } = pair
  await ada.write('One line.')
  await ben.text.click()
  await expect(ada.caretOf(ben)).toBeVisible()
  await expect(ada.page.getByRole('button', { name: 'Go to Ben' })).toBeVisible()
  await expect(ben.caretOf(ada)).toBeVisible()
  await expect(ben.page.getByRole('button', { name: 'Go to Ada' })).toBeVisible()
  await ben.page.close()
  await expect(ada.caretOf(ben)).toHaveCount(0)
  await expect(ada.page.getByRole('button', { name: 'Go to Ben' })).toHaveCount(0)
})

test('a selection is painted for the others, and a name changed here changes there', async ({ pair }) => {
  const { ada, ben } = pair
  await ada.write('Look at this.')
  await ben.page.bringToFront()
  await ben.text.click()
  await ben.page.keyboard.press('ControlOrMeta+a')
  await expect(ada.page.locator('.selected')).toHaveText('Look at this.')
  await ben.page.getByRole('button', { name: /people here/ }).click()
  const name = ben.page.getByRole('textbox', { name: 'Your name' })
  await name.fill('Benedikt')
  await name.press('Enter')
  await expect(ada.caretOf('Benedikt')).toBeVisible()
  await ben.page.reload()
  await ben.page.getByRole('button', { name: /people here/ }).click()
  await expect(ben.page.getByRole('textbox', { name: 'Your name' })).toHaveValue('Benedikt')
})
