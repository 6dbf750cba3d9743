import type { Page } from '@playwright/test'
import { codeEditor, excel, googleDocs, hostile, notion, sheets, word } from './clipboard.ts'
import { expect, test } from './story.ts'

/** Pastes as a program left it on the clipboard, at the caret. */
const paste = async (page: Page, parts: Readonly<Record<string, string>>): Promise<void> => {
  await page.locator('.text').evaluate((text, all) => {
    // Firefox empties what a program puts into an event, so the event is given what it would carry
    const clipboardData = {
      types: Object.keys(all),
      files: [],
      items: [],
      getData: (type: string): string => all[type] ?? '',
    }
    const event = new Event('paste', { bubbles: true, cancelable: true })
    Object.defineProperty(event, 'clipboardData', { value: clipboardData })
    text.dispatchEvent(event)
  }, parts)
}

/** The blocks of the page as the grammar names them. */
const outline = (page: Page): Promise<string> =>
  page.locator('.text').evaluate((text) => {
    const { editor } = text as unknown as { editor: { state: { doc: { toString: () => string } } } }
    return editor.state.doc.toString()
  })

const item = (...inner: string[]): string => `listItem(${inner.join(', ')})`
const fixtures: Record<string, [Record<string, string>, string]> = {
  'Google Docs': [
    { 'text/html': googleDocs },
    `doc(heading("Plan"), paragraph(bold("Bold"), italic(" slanted"), superscript("2")), bulletList(${item('paragraph("one")', `bulletList(${item('paragraph("inner")')})`)}, ${item('paragraph("two")')}), taskList(taskItem(paragraph("done")), taskItem(paragraph("open"))), table(tableRow(tableCell(paragraph("a")), tableCell(paragraph("b"))))`,
  ],
  Word: [
    { 'text/html': word },
    `doc(heading("Report"), paragraph("Some ", bold("bold"), " text."), bulletList(${item('paragraph("first")', `bulletList(${item('paragraph("within")')})`)}, ${item('paragraph("second")')}), paragraph("Between."), orderedList(${item('paragraph("third")')}, ${item('paragraph("fourth")')})`,
  ],
  Notion: [
    { 'text/html': notion },
    'doc(heading("Notes"), taskList(taskItem(paragraph("sent"))), taskList(taskItem(paragraph("call")), taskItem(paragraph("write"))), callout(paragraph("Remember this.")), details(detailsSummary("More"), detailsContent(paragraph("Hidden."))), codeBlock("print(1)")',
  ],
  'Google Sheets': [
    { 'text/html': sheets, 'text/plain': 'Name\tSum\nTea\t12' },
    'doc(table(tableRow(tableCell(paragraph(bold("Name"))), tableCell(paragraph(bold("Sum")))), tableRow(tableCell(paragraph("Tea")), tableCell(paragraph("12"))))',
  ],
  Excel: [
    { 'text/html': excel },
    'doc(table(tableRow(tableCell(paragraph("Q1")), tableCell(paragraph("7"))))',
  ],
  'a code editor': [{ 'text/html': codeEditor }, String.raw`doc(codeBlock("const a = 1\n\n  run(a)")`],
  'a text editor, as Markdown': [
    { 'text/plain': '## Plan\n\n- [x] **tea**\n- [ ] milk\n\n$$\nx^2\n$$' },
    'doc(heading("Plan"), taskList(taskItem(paragraph(bold("tea"))), taskItem(paragraph("milk"))), mathBlock',
  ],
}
test('what is copied from other programs keeps its structure, loses its styles, and reaches the other', async ({
  pair,
}) => {
  const { ada, ben } = pair
  for (const [from, [parts, expected]] of Object.entries(fixtures))
    await test.step(from, async () => {
      await ada.text.click()
      await paste(ada.page, parts)
      await expect.poll(() => outline(ada.page)).toContain(expected)
      await ada.isSaved()
      await expect.poll(() => outline(ben.page)).toBe(await outline(ada.page))
      await expect(
        ada.text.locator('font, [class*=Mso], [data-pasted-style], [role=presentation]'),
      ).toHaveCount(0)
      await ada.undoAll()
      await expect.poll(() => outline(ben.page)).toBe('doc(paragraph)')
    })
})

test('[C1] nothing that is pasted runs, is fetched, or looks as it likes', async ({ pair }) => {
  const { ada, ben } = pair
  const asked: string[] = []
  ada.page.on('request', (request) => asked.push(request.url()))
  await ada.text.click()
  await paste(ada.page, { 'text/html': hostile })
  await expect(ada.text.getByRole('heading')).toHaveText('Title')
  await ada.isSaved()
  await expect(ben.text.getByRole('heading')).toHaveText('Title')
  for (const { page, text } of [ada, ben]) {
    expect(await page.evaluate(() => Reflect.get(window, 'pasted'))).toBeUndefined()
    await expect(text.locator('script, svg, iframe, object, form, input, template, [onclick]')).toHaveCount(0)
    for (const href of await text.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href'))))
      expect(href).toBeNull()
  }
  expect(asked.filter((url) => /evil|\/x$/.test(url))).toEqual([])
})

test('[C9] too much is refused with a sentence, what is nested without end comes as its text, and nobody waits', async ({
  pair,
}) => {
  const { ada } = pair
  await ada.write('kept')
  const cases: [Record<string, string>, RegExp | null, string][] = [
    [{ 'text/html': `<p>${'a'.repeat(10_000_000)}</p>` }, /Too much to paste at once \(10\.0 MB\)/, 'kept'],
    [{ 'text/plain': 'a'.repeat(10_000_000) }, /Too much to paste at once/, 'kept'],
    [
      { 'text/html': '<div>'.repeat(100_000) + 'deep', 'text/plain': ' deep' },
      /nested too deeply/,
      'kept deep',
    ],
  ]
  for (const [parts, said, left] of cases) {
    await paste(ada.page, parts)
    if (said !== null) await expect(ada.page.getByText(said).first()).toBeAttached()
    await expect.poll(() => ada.reads()).toBe(left)
  }
})

test('pasted with Shift, Markdown stays as it is', async ({ pair }) => {
  const { ada } = pair
  await ada.text.click()
  await ada.page.keyboard.down('Shift')
  await ada.text.evaluate((text) => {
    const keys = { key: 'V', code: 'KeyV', keyCode: 86, shiftKey: true, ctrlKey: true, bubbles: true }
    text.dispatchEvent(new KeyboardEvent('keydown', keys))
  })
  await paste(ada.page, { 'text/plain': '# not a heading' })
  await ada.page.keyboard.up('Shift')
  await expect.poll(() => outline(ada.page)).toBe('doc(paragraph("# not a heading"))')
})

test('[C9] what is long comes in pieces while the page lives: Esc takes all of it back, and it is one step of undo', async ({
  pair,
}) => {
  const { ada, ben } = pair
  const { keyboard } = ada.page
  await ada.write('before')
  await keyboard.press('Enter')
  await keyboard.type('after')
  await keyboard.press('Home')
  const line = (i: number): string => `<p>Line ${i} with <b>bold</b> in it</p>`
  const html = `${Array.from({ length: 4_000 }, (_, i) => line(i)).join('')}<table>${'<tr><td>a</td><td>b</td></tr>'.repeat(300)}</table>`
  await paste(ada.page, { 'text/html': html, 'text/plain': 'x' })
  await expect(ada.page.getByText('Pasting…')).toBeVisible()
  await expect(ben.text).toContainText('Line 1 with bold')
  await keyboard.press('Escape')
  await expect(ada.page.getByText('Nothing was pasted.', { exact: true })).toBeVisible()
  await expect(ada.page.getByText('Pasting…')).toHaveCount(0)
  for (const guest of [ada, ben]) await expect.poll(() => guest.reads()).toBe('before\nafter')

  await ada.page.bringToFront()
  await paste(ada.page, { 'text/html': html, 'text/plain': 'x' })
  await expect(ada.page.getByText('Pasting…')).toBeVisible()
  await expect(ada.page.getByText('Pasting…')).toHaveCount(0, { timeout: 60_000 })
  const size = (of: Page): Promise<string> =>
    of.locator('.text').evaluate((text) => {
      const { editor } = text as unknown as {
        editor: { state: { doc: { childCount: number; textContent: string } } }
      }
      const { childCount, textContent } = editor.state.doc
      return `${childCount} ${textContent.length} ${textContent.slice(0, 20)} ${textContent.slice(-5)}`
    })
  const letters =
    'beforeafter'.length +
    Array.from({ length: 4_000 }, (_, i) => `Line ${i} with bold in it`).join('').length +
    600
  for (const { page } of [ada, ben])
    await expect
      .poll(() => size(page), { timeout: 30_000 })
      .toBe(`4003 ${letters} beforeLine 0 with bo after`)
  await expect(ben.text.locator('tr')).toHaveCount(300)
  await keyboard.press('ControlOrMeta+z')
  for (const guest of [ada, ben]) await expect.poll(() => guest.reads()).toBe('before\nafter')
  await keyboard.type('goes on ')
  await expect.poll(() => ben.reads()).toBe('before\ngoes on after')
})

test('pictures that pasted HTML carries within itself are sent like files', async ({ pair }) => {
  const { ada, ben } = pair
  await ada.write('one')
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC'
  await paste(ada.page, {
    'text/html': `<p>two</p><p><img alt="A square" src="data:image/png;base64,${png}"></p><p>three</p><img src="data:image/svg+xml;base64,AAAA">`,
    'text/plain': 'x',
  })
  const picture = ben.text.locator('img[src^="/api/"]')
  await expect(picture).toHaveCount(1)
  await expect(picture).toHaveAttribute('alt', 'A square')
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(10)
  await expect(ada.text.locator('img[src^="/api/"]')).toHaveCount(1)
  await expect(ben.text).toContainText('three')
  await expect(ben.text.locator('img[src^="data:"]')).toHaveCount(0)
})
