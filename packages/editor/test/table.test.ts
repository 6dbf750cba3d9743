import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TextSelection } from '@tiptap/pm/state'
import * as Y from 'yjs'
import { absoluteOf, relativeOf } from '../src/place.ts'
import { bodyOf, grammar, Sheet, stored } from './sheet.ts'
import type { Sketch } from './sheet.ts'

const cell = (text: string, attributes = {}): Sketch => ['tableCell', attributes, ['paragraph', {}, text]]
const row = (...cells: Sketch[]): Sketch => ['tableRow', {}, ...cells]
const tableOf = (...rows: Sketch[]): Sketch => ['table', {}, ...rows]

const meet = (...sheets: Sheet[]): void => {
  for (const from of sheets) for (const to of sheets) Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc))
}

const pair = (...sketches: Sketch[]): { ada: Sheet; ben: Sheet } => {
  const ada = new Sheet(bodyOf(...sketches))
  const ben = new Sheet()
  meet(ada, ben)
  return { ada, ben }
}

test('[P1] a column that goes while somebody types in it leaves a whole table and the rest of their words', () => {
  const { ada, ben } = pair(tableOf(row(cell('a'), cell('b')), row(cell('c'), cell('d'))))
  ada.edit((tr) => {
    const [first, second] = [ada.find('a') - 2, ada.find('c') - 2]
    return tr.delete(second, second + 5).delete(first, first + 5)
  })
  ben.edit((tr) => tr.insertText('!', ben.find('a') + 1).insertText('!', ben.find('d') + 2))
  meet(ada, ben)
  for (const { shown } of [ada, ben]) {
    assert.equal(
      shown.toString(),
      'doc(table(tableRow(tableCell(paragraph("b"))), tableRow(tableCell(paragraph("d!")))))',
    )
    shown.check()
  }
})

test('[P1] one adds a row while another adds a column: every word is there and nobody fails', () => {
  const { ada, ben } = pair(tableOf(row(cell('a'), cell('b'))))
  const fresh = grammar.nodeFromJSON({ type: 'tableCell', content: [{ type: 'paragraph' }] })
  ada.edit((tr) => tr.insert(ada.find('b') + 3, fresh))
  ben.edit((tr) => tr.insert(ben.shown.content.size - 1, grammar.node('tableRow', null, [fresh, fresh])))
  meet(ada, ben)
  const [table] = ada.shown.children
  assert.deepEqual(
    table?.children.map(({ childCount }) => childCount),
    [3, 2],
  )
  assert.ok(ada.shown.eq(ben.shown))
})

test('[P1] two take the last paragraphs of a cell, each another: the cell is empty, and can be written in', () => {
  const { ada, ben } = pair(
    tableOf(row(['tableCell', {}, ['paragraph', {}, 'a'], ['paragraph', {}, 'b']], cell('c'))),
    ['blockquote', {}, ['paragraph', {}, 'd'], ['paragraph', {}, 'e']],
  )
  for (const [sheet, texts] of [
    [ada, 'ad'],
    [ben, 'be'],
  ] as const)
    for (const text of texts) sheet.edit((tr) => tr.delete(sheet.find(text) - 1, sheet.find(text) + 2))
  meet(ada, ben)
  const before = stored(ada.doc)
  const read = new Sheet(ada.doc)
  for (const { shown } of [ada, ben, read]) {
    assert.equal(
      shown.toString(),
      'doc(table(tableRow(tableCell(paragraph), tableCell(paragraph("c")))), blockquote(paragraph))',
    )
    shown.check()
  }
  assert.equal(stored(ada.doc), before, 'showing it writes nothing')
  const caret = absoluteOf(relativeOf(4, ada.projection), ada.projection)
  assert.equal(TextSelection.near(ada.shown.resolve(caret ?? 0)).from, 4, 'the caret stays in it')
  ada.edit((tr) => tr.insertText('new', 4))
  ben.edit((tr) => tr.insertText('!', ben.find('c') + 1))
  meet(ada, ben)
  for (const { shown } of [ada, ben])
    assert.match(shown.toString(), /tableCell\(paragraph\("new"\)\), tableCell\(paragraph\("c!"\)\)/)
})

test('[P1] a column that moves keeps what is typed in it, also where the browser makes its cells anew', () => {
  const { ada, ben } = pair(
    tableOf(row(cell('a'), cell('b'), cell('c')), row(cell('d'), cell('e'), cell('f'))),
  )
  ada.edit((tr) => {
    const anew = grammar.nodeFromJSON({
      type: 'table',
      content: tr.doc.child(0).children.map((row) => {
        const [first, second, third] = (row.toJSON() as { content: object[] }).content
        return { type: 'tableRow', content: [second, third, first] }
      }),
    })
    return tr.replaceWith(0, tr.doc.content.size, anew)
  })
  ben.edit((tr) => tr.insertText('!', ben.find('b') + 1).insertText('!', ben.find('f') + 2))
  meet(ada, ben)
  for (const { shown } of [ada, ben])
    assert.deepEqual(
      shown.child(0).children.map((row) => row.children.map(({ textContent }) => textContent)),
      [
        ['b!', 'c', 'a'],
        ['e', 'f!', 'd'],
      ],
    )
})

test('[P1] a row that moves keeps what is typed in the rows that stay', () => {
  const { ada, ben } = pair(tableOf(row(cell('a')), row(cell('b')), row(cell('c'))))
  ada.edit((tr) => {
    const { content } = tr.doc.child(0)
    const [a, b, c] = content.content
    return tr.replaceWith(
      1,
      1 + content.size,
      [b, c, a].filter((each) => each !== undefined),
    )
  })
  ben.edit((tr) => tr.insertText('!', ben.find('b') + 1).insertText('!', ben.find('c') + 2))
  meet(ada, ben)
  assert.equal(ada.shown.textContent, 'b!c!a')
  assert.ok(ada.shown.eq(ben.shown))
})

const closed: Record<string, Sketch> = {
  'a table of 201 columns': tableOf(row(...Array.from({ length: 201 }, () => cell('')))),
  'cells that span 200 columns each': tableOf(row(cell('', { colspan: 200 }), cell('', { colspan: 200 }))),
  'rows that pile up by their spans': tableOf(
    ...Array.from({ length: 30 }, () => row(...Array.from({ length: 10 }, () => cell('', { rowspan: 200 })))),
  ),
}
for (const [name, sketch] of Object.entries(closed))
  test(`[C9] ${name} is shown closed and stays`, () => {
    const doc = bodyOf(['paragraph', {}, 'a'], sketch)
    const before = stored(doc)
    assert.equal(new Sheet(doc).shown.toString(), 'doc(paragraph("a"), unknownBlock)')
    assert.equal(stored(doc), before)
  })

test('[C9] spans without end fall back to one', () => {
  const { shown } = new Sheet(
    bodyOf(tableOf(row(cell('a', { colspan: 1e9, rowspan: 1e9, colwidth: [1e9] })))),
  )
  const { colspan, rowspan, colwidth } = shown.child(0).child(0).child(0).attrs
  assert.deepEqual({ colspan, rowspan, colwidth }, { colspan: 1, rowspan: 1, colwidth: null })
})
