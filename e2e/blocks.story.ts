import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

/** The blocks of the page as the grammar names them. */
const outline = (guest: Guest): Promise<string> =>
  guest.text.evaluate((text) => {
    const { editor } = text as unknown as { editor: { state: { doc: { toString: () => string } } } }
    return editor.state.doc.toString()
  })

/** Does what a menu does. */
const run = (guest: Guest, name: string, ...args: unknown[]): Promise<void> =>
  guest.text.evaluate(
    (text, [command, given]) => {
      const { editor } = text as unknown as {
        editor: { commands: Record<string, (...all: unknown[]) => boolean>; view: { focus: () => void } }
      }
      editor.view.focus()
      editor.commands[command]?.(...given)
    },
    [name, args] as const,
  )

const alike = async (ada: Guest, ben: Guest): Promise<void> => {
  await ada.isSaved()
  await ben.isSaved()
  await expect.poll(() => outline(ben)).toBe(await outline(ada))
}

test('blocks are made by typing, written in, and seen by the other', async ({ pair }) => {
  const { ada, ben } = pair
  const { keyboard } = ada.page
  await ada.write(':::warning ')
  await keyboard.type('Mind the gap')
  await expect(ben.text.getByRole('note', { name: 'Warning' })).toHaveText('Mind the gap')
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.type(':::details ')
  await keyboard.type('More')
  await keyboard.press('Enter')
  await keyboard.type('hidden words')
  const folded = ben.text.getByText('hidden words')
  await expect(folded).toBeVisible()
  await ben.text.getByRole('button', { name: 'Open or close' }).click()
  await expect(folded).toBeHidden()
  await expect(ada.text.getByText('hidden words')).toBeVisible() // each opens and closes alone
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.type('```ts')
  await keyboard.press('Enter')
  await keyboard.type('const a = 1')
  for (const { text } of [ada, ben]) await expect(text.locator('pre .hljs-keyword')).toHaveText('const') // loaded when it is first seen
  await keyboard.press('ControlOrMeta+Enter')
  await keyboard.type('so $e^x$ and ')
  for (const { text } of [ada, ben]) await expect(text.locator('.math .katex')).toBeVisible()
  await run(ada, 'insertFootnote')
  await keyboard.type('as shown before')
  await expect(ben.text.locator('.notes')).toHaveText('as shown before')
  await keyboard.press('Enter')
  await keyboard.type('here.')
  await run(ada, 'insertMathBlock')
  await keyboard.type('\\frac{a}{b}')
  await keyboard.press('ControlOrMeta+Enter')
  await expect(ben.text.locator('.math[data-math=block] .katex')).toBeVisible()
  await run(ada, 'insertTable', { rows: 2, cols: 2, withHeaderRow: true })
  await keyboard.type('Name')
  await keyboard.press('Tab')
  await keyboard.type('Sum')
  await expect(ben.text.locator('th')).toHaveText(['Name', 'Sum'])
  await alike(ada, ben)
  await ben.page.reload()
  await expect(ben.text.getByText('hidden words')).toBeHidden() // and it stays closed for the one who closed it
  await expect.poll(() => outline(ben)).toBe(await outline(ada))
})

test('[P1] a column goes while somebody types in it: the table is whole, and both see the same', async ({
  pair,
}) => {
  const { ada, ben } = pair
  await ada.text.click()
  await run(ada, 'insertTable', { rows: 2, cols: 3, withHeaderRow: true })
  await ada.page.keyboard.type('first')
  await expect(ben.text.locator('th').first()).toHaveText('first')
  await ben.page.bringToFront()
  await ben.text.locator('td').first().click()
  await ben.page.keyboard.type('Ben is ')
  await expect(ada.text.locator('td').first()).toHaveText('Ben is ')
  await Promise.all([ben.page.keyboard.type('still writing', { delay: 20 }), run(ada, 'deleteColumn')])
  await alike(ada, ben)
  for (const { text } of [ada, ben]) {
    await expect(text.locator('tr')).toHaveCount(2)
    await expect(text.locator('th')).toHaveCount(2)
    await expect(text.locator('td')).toHaveCount(2)
  }
  await ada.page.bringToFront()
  await ada.text.locator('td').last().click()
  await ada.page.keyboard.type('goes on')
  await expect(ben.text.locator('td').last()).toContainText('goes on')
})

test('[P1] two people split the same paragraph at once, and no word is lost', async ({ pair }) => {
  const { ada, ben } = pair
  await ada.write('one two three')
  await expect.poll(() => ben.reads()).toBe('one two three')
  for (const [guest, steps] of [
    [ada, 3],
    [ben, 8],
  ] as const) {
    await guest.page.bringToFront()
    await guest.text.click()
    await guest.page.keyboard.press('Home')
    for (let i = 0; i < steps; i++) await guest.page.keyboard.press('ArrowRight')
  }
  await Promise.all([ada.page.keyboard.press('Enter'), ben.page.keyboard.press('Enter')])
  await alike(ada, ben)
  const words = (await ada.reads()).split(/\s+/).filter((word) => word !== '')
  for (const word of ['one', 'two', 'three']) expect(words).toContain(word)
})

test('undo of what somebody else has removed does nothing that is seen, and the next step works', async ({
  pair,
}) => {
  const { ada, ben } = pair
  await ada.write('before')
  await ada.page.keyboard.press('Enter')
  await run(ada, 'insertTable', { rows: 1, cols: 2, withHeaderRow: false })
  await ada.page.keyboard.type('in the cell')
  await expect(ben.text.locator('td').first()).toHaveText('in the cell')
  await ben.page.bringToFront()
  await ben.text.locator('td').last().click()
  await run(ben, 'deleteTable')
  await expect(ada.text.locator('table')).toHaveCount(0)
  await ada.page.bringToFront()
  await ada.undoAll()
  await alike(ada, ben)
  await expect.poll(() => ada.reads()).toMatch(/^\s*$/)
  await ada.write('after')
  await expect.poll(() => ben.reads()).toContain('after')
})
