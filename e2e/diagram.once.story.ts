import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { House } from './house.ts'
import { expect, Guest, test } from './story.ts'

/** Keeps the contract of the plug-in, draws what it is told as text, and tries what it must not be able to do. */
const plugin = `
const tried = {}
for (const [name, attempt] of Object.entries({ page: () => parent.document.title, store: () => localStorage.length, cookie: () => document.cookie }))
  try { attempt(); tried[name] = 'reached' } catch { tried[name] = 'refused' }
globalThis.mermaid = {
  initialize() {},
  async render(id, source) {
    if (source.includes('wrong')) throw new Error('line 1 is wrong')
    if (source.includes('for ever')) return new Promise(() => {})
    tried.net = await fetch('/api/me').then(() => 'reached', () => 'refused')
    return { svg: '<svg xmlns="http://www.w3.org/2000/svg" id="' + id + '" width="300" height="120"><text y="40">' + source + '</text><text y="80">' + Object.values(tried).join() + '</text></svg>' }
  },
}`

test('[C20] with the plug-in a diagram is drawn under its source, in a frame that reaches nothing', async ({
  browser,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'quire-plugins-'))
  await writeFile(join(folder, 'mermaid.js'), plugin)
  const house = await House.open({ QUIRE_PLUGINS: folder })
  const context = await browser.newContext()
  try {
    const ada = new Guest('Ada', await context.newPage())
    ada.bear(/Content.Security.Policy|connect-src|\/api\/me/) // the browser tells what the plug-in tried
    await ada.start(house)
    await ada.write('```mermaid')
    await ada.page.keyboard.press('Enter')
    await ada.page.keyboard.type('A to B')
    const drawn = ada.page.frameLocator('.diagram-frame').locator('svg text')
    await expect(drawn).toHaveText(['A to B', 'refused,refused,refused,refused'])
    await expect
      .poll(() => ada.page.locator('.diagram-frame').evaluate((frame) => frame.clientHeight))
      .toBe(120)
    await ada.page.keyboard.type(' wrong')
    await expect(ada.text.getByText('This cannot be drawn: line 1 is wrong')).toBeVisible()
    for (let i = 0; i < ' wrong'.length; i++) await ada.page.keyboard.press('Backspace')
    await expect(ada.text.getByText('This cannot be drawn')).toBeHidden()
    await ada.page.keyboard.type(' for ever')
    await expect(ada.text.getByText('This diagram takes too long to draw.')).toBeVisible()
    await expect(ada.page.locator('.diagram-frame')).toHaveCount(0)
    await ada.page.keyboard.press('Backspace')
    await expect(drawn.first()).toHaveText('A to B for eve')
    expect(ada.complaints).toEqual([])
  } finally {
    await context.close()
    await house.close()
    await rm(folder, { recursive: true })
  }
})

test('without it the source stands as any other code', async ({ pair }) => {
  const { ada } = pair
  await ada.write('```mermaid')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type('A to B')
  await expect(ada.text.locator('pre')).toContainText('A to B')
  await expect(ada.page.locator('.diagram')).toHaveCount(0)
})
