import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hand, line } from './hand.ts'

const typed: Record<string, [string, string]> = {
  'a callout': ['::: ', 'doc(callout(paragraph("x")))'],
  'a callout of a kind': [':::warning ', 'doc(callout(paragraph("x")))'],
  "a callout in GitHub's way": ['> [!TIP] ', 'doc(callout(paragraph("x")))'],
  details: [':::details ', 'doc(details(detailsSummary("x"), detailsContent(paragraph)))'],
  'a heading of level 5': ['##### ', 'doc(heading("x"))'],
  'a highlight': ['==a== ', 'doc(paragraph(highlight("a"), " x"))'],
  'a formula in the line': ['so $a_1$ ', 'doc(paragraph("so ", mathInline, " x"))'],
  'a note': ['so[^why] ', 'doc(paragraph("so", footnote("why"), " x"))'],
  'signs for what is typed in their place': [
    'so... a -> b -- c (c) 1 != 2 ',
    'doc(paragraph("so… a → b — c © 1 ≠ 2 x"))',
  ],
  'a divider, which begins as a dash': ['---', 'doc(horizontalRule, paragraph("x"))'],
  'fractions, and a day, which is none': [
    '1/2 cup, 3/4, on 1/2/2026 or 5/6/26, 1/7 ',
    'doc(paragraph("½ cup, ¾, on 1/2/2026 or 5/6/26, 1/7 x"))',
  ],
  'a short dash between numbers': ['1990--1995', 'doc(paragraph("1990–1995x"))'],
  'an arrow both ways': ['a <-> b', 'doc(paragraph("a ↔ bx"))'],
  'quotes and apostrophes': [
    `"It's 'so'," (she) said: "'90s ("sic")" `,
    'doc(paragraph("“It’s ‘so’,” (she) said: “‘90s (“sic”)” x"))',
  ],
  'no signs in an address': [
    "see https://a.example/it's--so...",
    'doc(paragraph("see https://a.example/it\'s--so...x"))',
  ],
  'no signs in what becomes code or a formula': [
    `\`"a"\` "b" \`c--"d"\` so $f'-->$ `,
    'doc(paragraph(code("\\"a\\""), " “b” ", code("c--\\"d\\""), " so ", mathInline, " x"))',
  ],
  'no signs in code': ['```\na -> b...', 'doc(codeBlock("a -> b...x"))'],
  'two prices, which are no formula': ['$5 and $6 ', 'doc(paragraph("$5 and $6 x"))'],
}
for (const [name, [keys, expected]] of Object.entries(typed))
  test(`typed: ${name}`, () => assert.equal(new Hand().type(`${keys}x`).reads, expected))

test('typed: a formula of its own line is selected, so that it can be written at once', () => {
  const hand = new Hand().type('$$ ')
  assert.equal(hand.reads, 'doc(mathBlock, paragraph)')
  assert.equal(hand.editor.state.selection.toJSON().type, 'node')
})

test('one Backspace takes back what typing has made, and leaves what was typed', () => {
  const hand = new Hand().type('so $a$')
  assert.equal(hand.reads, 'doc(paragraph("so ", mathInline))')
  assert.ok(hand.editor.commands.undoInputRule())
  assert.equal(hand.reads, 'doc(paragraph("so $a$"))')
})

test('one Backspace takes a sign back', () => {
  const hand = new Hand().type('a ->')
  assert.equal(hand.reads, 'doc(paragraph("a →"))')
  assert.ok(hand.press('Backspace'))
  assert.equal(hand.reads, 'doc(paragraph("a ->"))')
})

const quoted: Record<string, string> = {
  de: '„Sie sagt ‚so‘ und geht’s“ – x',
  fr: '«\u202fSie sagt “so” und geht’s\u202f» — x',
  'de-CH': '«Sie sagt ‹so› und geht’s» – x',
  sv: '”Sie sagt ’so’ und geht’s” – x',
  ja: "\"Sie sagt 'so' und geht's\" — x",
  'xx-nonsense': '“Sie sagt ‘so’ und geht’s” — x',
}
for (const [language, expected] of Object.entries(quoted))
  test(`typed: quotes and dashes as ${language} writes them`, () => {
    const hand = new Hand()
    hand.editor.storage.typography.language = () => language
    hand.type(`"Sie sagt 'so' und geht's" -- x`)
    assert.equal(hand.editor.state.doc.textContent, expected)
  })

test('one Backspace makes a quote straight again, and it stays straight', () => {
  const hand = new Hand().type('"')
  assert.equal(hand.reads, 'doc(paragraph("“"))')
  assert.ok(hand.press('Backspace'))
  assert.equal(hand.type('a').editor.state.doc.textContent, '"a')
})

test('whoever turns it off types what stands on the keys', () => {
  const hand = new Hand()
  hand.editor.storage.typography.isOn = () => false
  assert.equal(hand.type('"so" -- 1/2 -> (c)').editor.state.doc.textContent, '"so" -- 1/2 -> (c)')
})

test('a link in which somebody types keeps what is typed', () => {
  const link = { type: 'link', attrs: { href: 'https://quire.example/' } }
  const hand = new Hand(
    [{ type: 'paragraph', content: [{ type: 'text', text: 'abcd', marks: [link] }] }],
    'ab',
  )
  assert.equal(hand.type('--"').editor.state.doc.textContent, 'ab--"cd')
})

test('Tab and Shift-Tab move a paragraph in and out, at most eight steps, and Backspace moves it out', () => {
  const hand = new Hand([line('a')])
  for (let i = 0; i < 10; i++) assert.ok(hand.press('Tab'))
  assert.equal(hand.editor.getAttributes('paragraph')['indent'], 8)
  assert.ok(hand.press('Shift-Tab'))
  assert.ok(hand.press('Backspace'))
  assert.equal(hand.editor.getAttributes('paragraph')['indent'], 6)
  for (let i = 0; i < 6; i++) hand.press('Shift-Tab')
  assert.equal(hand.editor.getAttributes('paragraph')['indent'], null)
  assert.ok(!hand.press('Shift-Tab'), 'there is nothing to move out of: the key is the page’s')
})

test('Tab in a list makes a list within, and moves nothing else', () => {
  const hand = new Hand().type('- a')
  hand.press('Enter')
  hand.type('b')
  hand.press('Tab')
  assert.equal(hand.reads, 'doc(bulletList(listItem(paragraph("a"), bulletList(listItem(paragraph("b"))))))')
})

test('in a table Tab goes from cell to cell, and makes a row behind the last', () => {
  const hand = new Hand()
  hand.editor.commands.insertTable({ rows: 1, cols: 2, withHeaderRow: false })
  hand.type('a')
  hand.press('Tab')
  hand.type('b')
  hand.press('Tab')
  hand.type('c')
  hand.press('Shift-Tab')
  hand.type('B')
  const [first, second] = ['tableRow(tableCell(paragraph("a")), tableCell(paragraph("B")))', 'paragraph("c")']
  assert.equal(
    hand.reads,
    `doc(table(${first}, tableRow(tableCell(${second}), tableCell(paragraph))), paragraph)`,
  )
})

test('rows and columns are added, moved by keys, and deleted', () => {
  const hand = new Hand()
  hand.editor.commands.insertTable({ rows: 2, cols: 2, withHeaderRow: false })
  const texts = (): string[][] =>
    hand.editor.state.doc.child(0).children.map((row) => row.children.map((cell) => cell.textContent))
  for (const text of ['a', 'b', 'c', 'd']) {
    hand.type(text)
    if (text !== 'd') hand.press('Tab')
  }
  assert.deepEqual(texts(), [
    ['a', 'b'],
    ['c', 'd'],
  ])
  assert.ok(hand.press('Mod-Alt-ArrowUp'))
  assert.ok(hand.press('Mod-Alt-ArrowLeft'))
  assert.deepEqual(texts(), [
    ['d', 'c'],
    ['b', 'a'],
  ])
  hand.type('!')
  assert.deepEqual(texts()[0], ['d!', 'c'], 'the caret has moved along')
  assert.ok(!hand.editor.commands.moveRow(-1), 'there is nothing above')
  hand.editor.commands.addColumnAfter()
  hand.editor.commands.deleteRow()
  assert.deepEqual(texts(), [['b', '', 'a']])
  hand.editor.commands.deleteTable()
  assert.equal(hand.reads, 'doc(paragraph)')
})

test('cells are merged and split, and a table with merged ones does not move its rows into them', () => {
  const hand = new Hand()
  hand.editor.commands.insertTable({ rows: 2, cols: 2, withHeaderRow: false })
  hand.editor.commands.setCellSelection({ anchorCell: 2, headCell: 6 })
  assert.ok(hand.editor.commands.mergeCells())
  assert.equal(hand.editor.state.doc.child(0).child(0).childCount, 1)
  assert.ok(!hand.editor.commands.moveRow(1))
  assert.ok(hand.editor.commands.splitCell())
  assert.ok(hand.editor.commands.setCellAttribute('background', 'teal'))
  assert.equal(hand.editor.state.doc.child(0).child(0).childCount, 2)
})

test('a table grows to 200 columns and no further', () => {
  const hand = new Hand()
  hand.editor.commands.insertTable({ rows: 1, cols: 500, withHeaderRow: false })
  assert.equal(hand.editor.state.doc.child(0).child(0).childCount, 200)
  assert.ok(!hand.editor.commands.addColumnAfter())
})

test('details: blocks go in, Enter leads from the summary into them and out at the end, Backspace undoes it', () => {
  const hand = new Hand([line('a')])
  hand.editor.commands.setDetails()
  hand.type('more')
  assert.equal(hand.reads, 'doc(details(detailsSummary("more"), detailsContent(paragraph("a"))))')
  hand.press('Enter')
  hand.type('b')
  assert.equal(hand.reads, 'doc(details(detailsSummary("more"), detailsContent(paragraph("ba"))))')
  const out = new Hand([line('a')], 'a')
  out.editor.commands.setDetails()
  out.press('Enter')
  out.editor.commands.setTextSelection(out.editor.state.selection.to + 1)
  out.press('Enter')
  out.press('Enter')
  out.type('after')
  assert.equal(out.reads, 'doc(details(detailsSummary, detailsContent(paragraph("a"))), paragraph("after"))')
  const back = new Hand([line('a')])
  back.editor.commands.setDetails()
  back.press('Backspace')
  assert.equal(back.reads, 'doc(paragraph("a"))')
})

test('columns: blocks go into the first, the number changes without a loss, and one column is none', () => {
  const hand = new Hand([line('a')])
  hand.editor.commands.setColumns(3)
  assert.equal(
    hand.reads,
    'doc(columns(column(paragraph("a")), column(paragraph), column(paragraph)), paragraph)',
  )
  hand.editor.commands.insertContentAt(8, { type: 'text', text: 'b' })
  hand.editor.commands.setColumns(2)
  assert.equal(hand.reads, 'doc(columns(column(paragraph("a")), column(paragraph("b"))), paragraph)')
  hand.editor.commands.setColumns(1)
  assert.equal(hand.reads, 'doc(paragraph("a"), paragraph("b"), paragraph)')
})

test('a callout changes its kind in place', () => {
  const hand = new Hand([line('a')])
  hand.editor.commands.setCallout('tip')
  hand.editor.commands.setCallout('caution')
  assert.equal(hand.reads, 'doc(callout(paragraph("a")))')
  assert.equal(hand.editor.getAttributes('callout')['kind'], 'caution')
  hand.editor.commands.unsetCallout()
  assert.equal(hand.reads, 'doc(paragraph("a"))')
})

test('what stands alone takes the place of an empty paragraph, else the one behind, and leaves room to go on', () => {
  const hand = new Hand([line('a'), line('')], 'a')
  hand.editor.commands.insertPageBreak()
  assert.equal(hand.reads, 'doc(paragraph("a"), pageBreak, paragraph)')
  hand.editor.commands.insertToc()
  assert.equal(hand.reads, 'doc(paragraph("a"), pageBreak, toc, paragraph)')
  assert.ok(hand.editor.commands.insertEmbed('https://www.youtube.com/watch?v=abcdefghijk'))
  assert.equal(hand.reads, 'doc(paragraph("a"), pageBreak, toc, embed, paragraph)')
  assert.ok(!hand.editor.commands.insertEmbed('https://evil.example/'))
  assert.ok(!hand.editor.commands.insertEmbed('javascript:alert(1)'))
})

test('marks: colours of the palette come and go, and what is lowered is not raised', () => {
  const hand = new Hand([line('ab')])
  hand.editor.commands.selectAll()
  hand.editor.commands.setTextColor('teal')
  hand.editor.commands.setHighlight('pink')
  assert.deepEqual(hand.editor.getAttributes('textColor')['color'], 'teal')
  hand.editor.commands.toggleSubscript()
  hand.editor.commands.toggleSuperscript()
  assert.equal(hand.reads, 'doc(paragraph(textColor(highlight(superscript("ab")))))')
  hand.editor.commands.setTextColor(null)
  hand.editor.commands.setHighlight(null)
  assert.equal(hand.reads, 'doc(paragraph(superscript("ab")))')
})

test('alignment and direction are set on each selected block and taken off again', () => {
  const hand = new Hand([line('a'), { type: 'heading', content: [{ type: 'text', text: 'b' }] }])
  hand.editor.commands.selectAll()
  hand.editor.commands.setTextAlign('center')
  hand.editor.commands.setDirection('rtl')
  for (const { attrs } of hand.editor.state.doc.children)
    assert.deepEqual([attrs['textAlign'], attrs['dir']], ['center', 'rtl'])
  hand.editor.commands.setTextAlign(null)
  assert.equal(hand.editor.state.doc.child(0).attrs['textAlign'], null)
})
