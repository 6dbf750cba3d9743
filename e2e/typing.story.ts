import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { marked } from 'marked'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

test('[P1] two people type at once in the same paragraph and read the same', async ({ pair }) => {
  const { ada, ben } = pair
  await ada.write('The middle. ')
  await expect.poll(() => ben.reads()).toBe('The middle. ')
  await ben.page.bringToFront()
  await ben.text.click()
  await ben.page.keyboard.press('ControlOrMeta+Home')
  await Promise.all([
    ada.page.keyboard.type('Ada writes at the end of it.', { delay: 15 }),
    ben.page.keyboard.type('Ben writes at the start. ', { delay: 15 }),
  ])
  const expected = 'Ben writes at the start. The middle. Ada writes at the end of it.'
  for (const guest of [ada, ben]) {
    await expect.poll(() => guest.reads()).toBe(expected)
    await guest.isSaved()
  }
})

test('the title, formatting, lists and blocks travel, and a reload brings all of it back', async ({
  pair,
}) => {
  const { ada, ben } = pair
  await ada.title.fill('Minutes of Monday')
  await ada.title.press('Enter')
  const { keyboard } = ada.page
  await keyboard.type('# Present')
  await keyboard.press('Enter')
  await keyboard.type('- Ada')
  await keyboard.press('Enter')
  await keyboard.type('Ben')
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.type('We met ')
  await keyboard.press('ControlOrMeta+b')
  await keyboard.type('early')
  await keyboard.press('ControlOrMeta+b')
  await keyboard.type('.')
  await keyboard.press('Enter')
  await keyboard.type('[ ] ')
  await keyboard.type('bring tea')
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.type('```')
  await keyboard.press('Enter')
  await keyboard.type('let x = 1')
  await ada.isSaved()

  await expect(ben.title).toHaveValue('Minutes of Monday')
  await expect(ben.page).toHaveTitle(/^Minutes of Monday/)
  await expect(ben.text.getByRole('heading', { name: 'Present', level: 1 })).toBeVisible()
  await expect(ben.text.locator('ul').first().getByRole('listitem')).toHaveText(['Ada', 'Ben'])
  await expect(ben.text.locator('strong')).toHaveText('early')
  await expect(ben.text.getByRole('checkbox')).not.toBeChecked()
  await expect(ben.text.locator('pre code')).toContainText('let x = 1')
  await ben.text.getByRole('checkbox').check()
  await expect(ada.text.getByRole('checkbox')).toBeChecked()
  await expect.poll(() => ben.structure()).toBe(await ada.structure())

  await ben.isSaved()
  const before = await ben.structure()
  await ben.page.reload()
  await expect(ben.title).toHaveValue('Minutes of Monday')
  await expect.poll(() => ben.structure()).toBe(before)

  await ada.page.getByRole('link', { name: 'All documents' }).click()
  await expect(ada.page.getByRole('link', { name: 'Minutes of Monday' })).toBeVisible()
})

test('undo takes back only what one wrote oneself', async ({ pair }) => {
  const { ada, ben } = pair
  await ada.write('Hers. ')
  await expect.poll(() => ben.reads()).toBe('Hers. ')
  await ben.write('His.')
  await expect.poll(() => ada.reads()).toBe('Hers. His.')
  await ada.undoAll()
  for (const guest of [ada, ben]) await expect.poll(() => guest.reads()).toBe('His.')
  while (await ada.tool('Redo').isEnabled()) await ada.page.keyboard.press('ControlOrMeta+Shift+z')
  for (const guest of [ada, ben]) await expect.poll(() => guest.reads()).toBe('Hers. His.')
  await ben.undoAll()
  for (const guest of [ada, ben]) await expect.poll(() => guest.reads()).toBe('Hers. ')
})

test("a pasted document, this project's own README, reaches the other browser intact", async ({ pair }) => {
  const { ada, ben } = pair
  const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  // as a person does it: copied from the page that shows it
  const shown = await ada.context.newPage()
  await shown.setContent(await marked.parse(readme))
  await shown.keyboard.press('ControlOrMeta+a')
  await shown.keyboard.press('ControlOrMeta+c')
  await shown.close()
  await ada.text.click()
  await ada.page.keyboard.press('ControlOrMeta+v')
  await expect(ada.text.getByRole('heading', { level: 1 })).toHaveText('Quire')
  await ada.isSaved()
  await expect.poll(() => ben.structure()).toBe(await ada.structure())
  const codes = [...readme.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, code = '']) => code.trimEnd())
  expect(codes.length).toBeGreaterThan(0)
  await expect(ben.text.locator('pre')).toHaveText(codes)
  const headings = [...readme.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = '']) =>
    heading.replaceAll('`', ''),
  )
  await expect(ben.text.locator('h2, h3')).toHaveText(headings)
})

test('five browsers in one document write at once and end alike', async ({ house, enter }) => {
  const names = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve']
  const guests: Guest[] = []
  for (const name of names) guests.push(await enter(name)) // one by one: Firefox fails to open several at once
  const [first, ...others] = guests
  if (first === undefined) throw new Error('nobody came')
  const address = await first.start(house)
  await Promise.all(others.map((guest) => guest.visit(address)))
  for (const guest of guests) {
    await guest.write(`${guest.name}:`)
    await guest.page.keyboard.press('Enter')
    for (const other of guests) await expect.poll(() => other.reads()).toContain(`${guest.name}:`)
  }
  // each finds their line while the others are already typing in theirs
  const typing: Promise<void>[] = []
  for (const guest of guests) {
    await guest.page.bringToFront()
    await guest.text.getByText(`${guest.name}:`).click()
    await guest.page.keyboard.press('End')
    typing.push(guest.page.keyboard.type(` this line belongs to ${guest.name}`, { delay: 40 }))
  }
  await Promise.all(typing)
  const lines = names.map((name) => `${name}: this line belongs to ${name}`)
  for (const guest of guests) {
    await expect.poll(async () => (await guest.reads()).trim().split('\n')).toEqual(lines)
    await expect(guest.page.locator('.caret')).toHaveCount(4)
    await guest.isSaved()
  }
})
