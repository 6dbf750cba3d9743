import { begin, body, bubble, chosen, lines, list } from './menus.ts'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

test('"/" opens a list that is read from the text, and what was typed for it leaves no trace', async ({
  pair,
}) => {
  const { ada, ben } = pair
  await begin(ada, 'first', '')
  const { keyboard } = ada.page
  await keyboard.type('/')
  await expect(list(ada)).toBeVisible()
  await expect(body(ada)).toHaveRole('combobox')
  await expect(body(ada)).toBeFocused()
  await expect(chosen(ada)).toContainText('Text')
  await keyboard.type('head')
  await expect(list(ada).getByRole('option').first()).toContainText('Heading 1')
  await keyboard.press('ArrowDown')
  await expect(chosen(ada)).toContainText('Heading 2')
  await expect(body(ada)).toHaveAttribute(
    'aria-activedescendant',
    (await chosen(ada).getAttribute('id')) ?? '',
  )
  await keyboard.press('Enter')
  await keyboard.type('Title')
  await expect(body(ada)).toHaveRole('textbox')
  await expect.poll(() => lines(ben)).toEqual(['p first', 'h2 Title'])
  // what has no match, and what was dismissed, stays as it was typed
  await keyboard.press('Enter')
  await keyboard.type('and/or /zzz')
  await expect(list(ada)).toHaveCount(0)
  await keyboard.type(' /')
  await expect(list(ada)).toBeVisible()
  await keyboard.press('Escape')
  await expect(list(ada)).toHaveCount(0)
  await expect.poll(() => lines(ben)).toEqual(['p first', 'h2 Title', 'p and/or /zzz /'])
})

test('the list stays right while somebody else writes in the same line', async ({ pair }) => {
  const { ada, ben } = pair
  await begin(ada, 'shared')
  await expect.poll(() => lines(ben)).toEqual(['p shared'])
  await ada.page.keyboard.type(' /quo')
  await expect(list(ada)).toBeVisible()
  await ben.page.bringToFront()
  await body(ben).click()
  await ben.page.keyboard.press('ControlOrMeta+Home')
  await ben.page.keyboard.type('Ben: ')
  await expect.poll(() => lines(ada)).toEqual(['p Ben: shared /quo'])
  await expect(list(ada)).toBeVisible()
  await ada.page.bringToFront()
  await ada.page.keyboard.press('Enter')
  for (const guest of [ada, ben]) {
    await expect(body(guest).locator('blockquote')).toContainText('Ben: shared')
    await expect(body(guest)).not.toContainText('/quo')
  }
})

test('formatting comes to what one selects oneself, and the focus goes back to the text', async ({
  pair,
}) => {
  const { ada, ben } = pair
  await begin(ada, 'some words')
  await expect.poll(() => lines(ben)).toEqual(['p some words'])
  await ada.page.keyboard.press('Shift+Home')
  await expect(bubble(ada)).toBeVisible()
  await expect(bubble(ben)).toHaveCount(0)
  await ada.page.keyboard.press('Alt+F10')
  await expect(bubble(ada).getByRole('button', { name: /Block type/ })).toBeFocused()
  await ada.page.keyboard.press('ArrowRight')
  await expect(bubble(ada).getByRole('button', { name: 'Bold' })).toBeFocused()
  await ada.page.keyboard.press('Enter')
  await expect(body(ben).locator('strong')).toHaveText('some words')
  // a part of what is selected: neither on nor off
  await ada.page.keyboard.press('End')
  await ada.page.keyboard.press('ControlOrMeta+b')
  await ada.page.keyboard.type(' plain')
  await ada.page.keyboard.press('Shift+Home')
  await expect(bubble(ada).getByRole('button', { name: 'Bold' })).toHaveAttribute('aria-pressed', 'mixed')
  await bubble(ada).getByRole('button', { name: 'Color' }).click()
  await ada.page.getByRole('menuitemradio', { name: 'Green' }).first().click()
  await expect(body(ben).locator('[data-color="green"]').first()).toBeVisible()
  await expect(body(ada)).toBeFocused()
  await ada.page.keyboard.press('Escape')
  await expect(bubble(ada)).toHaveCount(0)
})

test('blocks are moved by keys and by hand, and told where they are', async ({ pair }) => {
  const { ada, ben } = pair
  await begin(ada, 'one', 'two', 'three')
  await ada.page.keyboard.press('Alt+Shift+ArrowUp')
  await expect.poll(() => lines(ben)).toEqual(['p one', 'p three', 'p two'])
  await expect(ada.page.getByText('Moved to 2 of 3')).toBeAttached()
  await ada.tool('Undo').click()
  await expect.poll(() => lines(ben)).toEqual(['p one', 'p two', 'p three'])

  await body(ada).getByText('three').hover()
  const grip = ada.page.getByRole('button', { name: 'Block menu, drag to move' })
  await expect.poll(async () => (await grip.boundingBox())?.y).toBeGreaterThan((await at(ada, 'two')).y)
  const from = await grip.boundingBox()
  const to = await at(ada, 'one')
  if (from === null) throw new Error('no handle')
  await ada.page.mouse.move(from.x + 8, from.y + 8)
  await ada.page.mouse.down()
  await ada.page.mouse.move(from.x + 8, from.y - 20, { steps: 4 })
  await ada.page.mouse.move(to.x + 20, to.y + 2, { steps: 4 })
  await ada.page.mouse.up()
  await expect.poll(() => lines(ben)).toEqual(['p three', 'p one', 'p two'])

  // Esc takes the whole block, arrows walk, Enter goes in
  await body(ada).getByText('one').click()
  await ada.page.keyboard.press('Escape')
  await expect(body(ada).locator('.ProseMirror-selectednode')).toHaveText('one')
  await ada.page.keyboard.press('ArrowDown')
  await expect(body(ada).locator('.ProseMirror-selectednode')).toHaveText('two')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type('!')
  await expect.poll(() => lines(ben)).toEqual(['p three', 'p one', 'p two!'])
})

/** Where a line is in the window. */
const at = async (guest: Guest, text: string): Promise<{ x: number; y: number }> => {
  const box = await body(guest).getByText(text, { exact: true }).boundingBox()
  if (box === null) throw new Error(`${text} is not to be seen`)
  return box
}

test('a menu means the same block whatever others do, and goes when the block goes', async ({ pair }) => {
  const { ada, ben } = pair
  await begin(ada, 'one', 'two')
  await expect.poll(() => lines(ben)).toEqual(['p one', 'p two'])
  const menu = ada.page.getByRole('menu').first()
  // a menu goes when its window does, as menus do: whoever is not in front only types
  await ben.page.bringToFront()
  await body(ben).click()
  await ben.page.keyboard.press('ControlOrMeta+Home')
  await ada.page.bringToFront()
  await ada.page.keyboard.press('Alt+Enter')
  await expect(menu).toBeVisible()
  await ben.page.keyboard.type('zero')
  await ben.page.keyboard.press('Enter')
  await expect.poll(() => lines(ada)).toEqual(['p zero', 'p one', 'p two'])
  await menu.getByRole('menuitem', { name: 'Duplicate' }).click()
  await expect.poll(() => lines(ben)).toEqual(['p zero', 'p one', 'p two', 'p two'])
  await expect(body(ada)).toBeFocused()

  await ben.page.bringToFront()
  await body(ben).getByText('two').last().click()
  await ben.page.keyboard.press('Escape')
  await expect(body(ben).locator('.ProseMirror-selectednode')).toHaveText('two')
  await ada.page.bringToFront()
  await ada.page.keyboard.press('Alt+Enter')
  await expect(menu).toBeVisible()
  await ben.page.keyboard.press('Delete')
  await expect.poll(() => lines(ada)).toEqual(['p zero', 'p one', 'p two'])
  await expect(menu).toHaveCount(0)
})

test('what somebody types in a block stays when another one moves it past its neighbour', async ({
  pair,
}) => {
  const { ada, ben } = pair
  await begin(ada, 'one', 'two')
  await expect.poll(() => lines(ben)).toEqual(['p one', 'p two'])
  await ben.page.bringToFront()
  await body(ben).getByText('one').click()
  await ben.page.keyboard.press('End')
  await ben.page.keyboard.type(' by Ben')
  await expect.poll(() => lines(ada)).toEqual(['p one by Ben', 'p two'])
  await ada.page.bringToFront()
  await ada.page.keyboard.press('Alt+Shift+ArrowUp')
  await expect.poll(() => lines(ben)).toEqual(['p two', 'p one by Ben'])
  await ben.page.bringToFront()
  await ben.page.keyboard.type(', on')
  for (const guest of [ada, ben]) await expect.poll(() => lines(guest)).toEqual(['p two', 'p one by Ben, on'])
})

test('rows and columns have handles, and a menu by keyboard', async ({ pair }) => {
  const { ada, ben } = pair
  await begin(ada, 'numbers', '')
  const { keyboard } = ada.page
  await keyboard.type('/table')
  await expect(chosen(ada)).toContainText('Table')
  await keyboard.press('Enter')
  for (const cell of ['A', 'B', 'C', '1', '2', '3', '4', '5']) {
    await keyboard.type(cell)
    await keyboard.press('Tab')
  }
  await keyboard.type('6')
  const rows = async (): Promise<string[]> =>
    body(ben)
      .locator('tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent).join('|')))
  await expect.poll(rows).toEqual(['A|B|C', '1|2|3', '4|5|6'])
  await keyboard.press('Alt+Enter')
  await ada.page.getByRole('menuitem', { name: 'Insert row above' }).click()
  await expect.poll(rows).toEqual(['A|B|C', '1|2|3', '||', '4|5|6'])

  // somebody else takes a column away: the menu is still that of the same one
  await ben.page.bringToFront()
  await body(ben).getByText('1', { exact: true }).click()
  await ben.page.keyboard.press('Alt+Enter')
  await ben.page.getByRole('menuitem', { name: 'Insert column left' }).click()
  await expect.poll(rows).toEqual(['|A|B|C', '|1|2|3', '|||', '|4|5|6'])
  await ada.page.bringToFront()
  await body(ada).getByText('2', { exact: true }).click()
  await ada.page.getByRole('button', { name: /^Column menu/ }).click()
  await expect(ada.page.getByRole('menu')).toBeVisible()
  await ben.page.keyboard.press('ControlOrMeta+z')
  await expect.poll(rows).toEqual(['A|B|C', '1|2|3', '||', '4|5|6'])
  await ada.page.getByRole('menuitem', { name: 'Move column right' }).click()
  await expect.poll(rows).toEqual(['A|C|B', '1|3|2', '||', '4|6|5'])
})

test('a table has the size that is chosen from a grid by keys, or typed', async ({ pair }) => {
  const { ada, ben } = pair
  const { keyboard } = ada.page
  await begin(ada, 'first', '')
  await ada.tool('Insert table').click()
  const grid = ada.page.getByRole('grid', { name: 'Size of the table' })
  await expect(grid.getByRole('gridcell', { name: '3 by 3' })).toBeFocused()
  await keyboard.press('ArrowRight')
  await keyboard.press('ArrowUp')
  await expect(grid.getByRole('gridcell', { name: '4 by 2' })).toBeFocused()
  await keyboard.press('Enter')
  await expect(grid).toHaveCount(0)
  await expect(body(ben).locator('th')).toHaveCount(4)
  await expect(body(ben).locator('td')).toHaveCount(4)
  await keyboard.type('here')
  await expect(body(ben).locator('th').first()).toHaveText('here')
  await keyboard.press('ControlOrMeta+z')
  await keyboard.press('ControlOrMeta+z')
  await expect(body(ben).locator('table')).toHaveCount(0)

  for (const [typed, heads, cells] of [
    ['/table 2x6', 2, 10],
    ['/table', 3, 6],
  ] as const) {
    await keyboard.type(typed)
    await expect(chosen(ada)).toContainText('Table')
    await keyboard.press('Enter')
    await expect(body(ben).locator('th')).toHaveCount(heads)
    await expect(body(ben).locator('td')).toHaveCount(cells)
    await expect(body(ben)).not.toContainText('/table')
    await keyboard.press('ControlOrMeta+z')
    await expect(body(ben).locator('table')).toHaveCount(0)
  }
})

test('the text has a language that all share, and quotes of it for whoever wants them', async ({ pair }) => {
  const { ada, ben } = pair
  const writing = async (guest: Guest, name: string | RegExp): Promise<void> => {
    await guest.page.bringToFront()
    await guest.page.getByRole('button', { name: 'Menu', exact: true }).click()
    await guest.page.getByRole('menuitem', { name: 'Writing' }).press('Enter')
    await guest.page.getByRole('menu').getByText(name, { exact: true }).click()
    await expect(guest.page.getByRole('menu')).toHaveCount(0)
  }
  await begin(ada, 'a')
  await writing(ada, 'Deutsch')
  for (const guest of [ada, ben]) await expect(body(guest)).toHaveAttribute('lang', 'de')
  await ada.write('b "so"')
  await expect.poll(() => lines(ben)).toEqual(['p ab „so“'])
  await ada.page.keyboard.press('Backspace')
  await expect.poll(() => lines(ben)).toEqual(['p ab „so"'])
  await writing(ben, 'Smart punctuation')
  await writing(ben, 'Check spelling')
  await expect(body(ben)).toHaveAttribute('spellcheck', 'false')
  await expect(body(ada)).toHaveAttribute('spellcheck', 'true')
  await ben.write(' "no"')
  await expect.poll(() => lines(ada)).toEqual(['p ab „so" "no"'])
  await ben.page.reload()
  await expect(body(ben)).toHaveAttribute('lang', 'de')
  await expect(body(ben)).toHaveAttribute('spellcheck', 'false')
  await writing(ada, 'As in this browser')
  await expect(body(ben)).not.toHaveAttribute('lang')
})
