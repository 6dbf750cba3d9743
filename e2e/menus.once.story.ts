import { AxeBuilder } from '@axe-core/playwright'
import { begin, body, bubble, list } from './menus.ts'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

/** Complains of everything that axe finds, in both themes. */
const look = async ({ page }: Guest, what: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`)),
      `${what}, ${colorScheme}`,
    ).toEqual([])
  }
}

test('what opens within the text passes axe in both themes', async ({ house, enter }) => {
  test.setTimeout(240_000)
  const ada = await enter('Ada', { viewport: { width: 1280, height: 820 } })
  await ada.start(house)
  const { page } = ada
  await begin(ada, '# Beds', 'some words', '')
  await page.keyboard.type('/')
  await expect(list(ada)).toBeVisible()
  await look(ada, 'the list of blocks')
  await page.keyboard.type('table')
  await page.keyboard.press('Enter')
  for (const name of ['Bed', 'Plant', 'Water']) {
    await page.keyboard.type(name)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Alt+Enter')
  await expect(page.getByRole('menu')).toBeVisible()
  await look(ada, "a table's menu")
  await page.keyboard.press('Escape')
  await expect(body(ada)).toBeFocused()
  await body(ada).getByText('some words').click()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+End')
  await expect(bubble(ada)).toBeVisible()
  await bubble(ada).getByRole('button', { name: 'Color' }).click()
  await expect(page.getByRole('menuitemradio').first()).toBeVisible()
  await look(ada, 'formatting at a selection, with its colours')
  await page.keyboard.press('Escape')
  await expect(body(ada)).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Alt+Enter')
  await expect(page.getByRole('menu')).toBeVisible()
  await look(ada, "a block's menu")
})

test('what opens over the text passes axe in both themes', async ({ house, enter }) => {
  test.setTimeout(240_000)
  const ada = await enter('Ada', { viewport: { width: 1280, height: 820 } })
  await ada.start(house)
  const { page } = ada
  await begin(ada, '# Beds', 'some words')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await look(ada, 'the palette')
  await page.keyboard.press('Escape')
  await expect(body(ada)).toBeFocused()
  await page.keyboard.press('ControlOrMeta+/')
  await expect(page.getByRole('dialog')).toBeVisible()
  await look(ada, 'the shortcuts')
  await page.keyboard.press('Escape')
  await expect(body(ada)).toBeFocused()
  await page.keyboard.press('ControlOrMeta+Shift+c')
  await page.getByLabel('Goal in words').pressSequentially('100')
  await look(ada, 'the count')
  await page.keyboard.press('Escape')
  await expect(body(ada)).toBeFocused()
  await page.keyboard.press('Shift+Home')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByLabel('Address')).toBeVisible()
  await look(ada, 'a link')
  await page.keyboard.press('Escape')
  await expect(body(ada)).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type(' /emoji')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Search emoji')).toBeVisible()
  await look(ada, 'the emoji')
  await page.keyboard.press('Escape')
  await expect(body(ada)).toBeFocused()
  await page.keyboard.press('ControlOrMeta+Alt+Shift+o')
  await expect(page.getByRole('navigation', { name: 'Outline' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+f')
  await page.getByLabel('Find in document').pressSequentially('some')
  await expect(page.getByText('1 of 1')).toBeVisible()
  await look(ada, 'find, and the outline')
})
