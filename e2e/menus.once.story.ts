import { AxeBuilder } from '@axe-core/playwright'
import { begin, body, bubble, chosen, list } from './menus.ts'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

/** Complains of everything that axe finds, in both themes. */
const look = async (guest: Guest, what: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await guest.wear(colorScheme)
    const { violations } = await new AxeBuilder({ page: guest.page }).analyze()
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

test('one goes anywhere by typing a part of its name', async ({ pair }) => {
  const { ada } = pair
  await begin(ada, '# Beds', 'text', '## Water', 'more')
  await ada.page.keyboard.press('ControlOrMeta+k')
  const palette = ada.page.getByRole('dialog', { name: 'Go to or do' })
  await expect(palette.getByRole('combobox')).toBeFocused()
  await ada.page.keyboard.type('#be')
  await expect(chosen(ada)).toHaveText('Beds')
  await ada.page.keyboard.press('Enter')
  await expect(palette).toHaveCount(0)
  await expect(body(ada)).toBeFocused()
  await ada.page.keyboard.type(' and paths')
  await expect(body(ada).getByRole('heading', { level: 1 })).toHaveText('Beds and paths')

  await ada.page.keyboard.press('ControlOrMeta+k')
  await ada.page.keyboard.type('shortcuts')
  await ada.page.keyboard.press('Enter')
  const sheet = ada.page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet.getByText('Bold')).toBeVisible()
  await ada.page.keyboard.type('move block')
  await ada.page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await expect(body(ada)).toBeFocused()
})

test('a link to a block leads to it, and its name outlives what is written above', async ({
  pair,
  enter,
}) => {
  const { ada } = pair
  await begin(ada, '# Beds', ...Array.from({ length: 40 }, (_, i) => `line ${i}`), '## Water')
  await ada.page.keyboard.press('ControlOrMeta+Alt+Shift+o')
  const outline = ada.page.getByRole('navigation', { name: 'Outline' })
  const link = await outline.getByRole('link', { name: 'Water' }).getAttribute('href')
  expect(link).toMatch(/^#b=/)
  await ada.isSaved()
  const cleo = await enter('Cleo')
  await cleo.visit(new URL(link ?? '', ada.page.url()).href)
  await expect(body(cleo).getByRole('heading', { name: 'Water' })).toBeInViewport()
})

test('a phone has its menus at the bottom, as wide as it is', async ({ house, enter }) => {
  const ada = await enter('Ada', {
    viewport: { width: 390, height: 780 },
    hasTouch: true,
    isMobile: true,
  })
  await ada.start(house)
  await body(ada).tap()
  await ada.page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/hands-')),
  )
  await expect(async () => {
    await ada.page.getByRole('button', { name: 'Insert a block' }).tap()
    await expect(list(ada)).toBeVisible({ timeout: 1_000 })
  }).toPass()
  const box = await ada.page.locator('.suggesting').boundingBox()
  expect(box?.width).toBe(390)
  const option = await list(ada).getByRole('option').first().boundingBox()
  expect(option?.height).toBeGreaterThanOrEqual(44)
  await list(ada).getByRole('option', { name: 'Heading 1' }).tap()
  await expect(body(ada).locator('h1')).toHaveCount(1)
  await expect(body(ada)).toBeFocused()
})
