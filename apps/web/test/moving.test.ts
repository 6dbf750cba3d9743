import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schema } from '@quire/editor/schema'
import type { Node } from '@tiptap/pm/model'
import { EditorState, NodeSelection, TextSelection } from '@tiptap/pm/state'
import { blockOf, doubled, mayDrop, movedBy, movedTo, neighbourOf, without } from '../src/hands/moving.ts'
import type { Block } from '../src/hands/moving.ts'

const grammar = schema()
const p = (text: string): Node => grammar.node('paragraph', null, text === '' ? [] : grammar.text(text))
const item = (...content: Node[]): Node => grammar.node('listItem', null, content)
const list = (...items: Node[]): Node => grammar.node('bulletList', null, items)
const callout = (...content: Node[]): Node => grammar.node('callout', { kind: 'note' }, content)

/** A document with the caret at the end of the line that reads so. */
const at = (text: string, ...blocks: Node[]): EditorState => {
  const doc = grammar.node('doc', null, blocks)
  doc.check()
  const state = EditorState.create({ doc })
  return state.apply(state.tr.setSelection(TextSelection.create(doc, placeOf(doc, text) + text.length)))
}
const placeOf = (doc: Node, text: string): number => {
  let found = -1
  doc.descendants((node, place) => {
    if (node.isTextblock && node.textContent === text) found = place + 1
  })
  assert.notEqual(found, -1, `no line reads ${text}`)
  return found
}
const block = (state: EditorState): Block => {
  const found = blockOf(state)
  assert.ok(found)
  return found
}
const shape = (node: Node): string =>
  node.isTextblock ? node.textContent : `${node.type.name}(${node.children.map(shape).join(' ')})`
const after = (state: EditorState, moved: { readonly tr: EditorState['tr'] } | null): string => {
  assert.ok(moved)
  moved.tr.doc.check()
  return shape(state.apply(moved.tr).doc)
}

test('the block of the caret is the innermost that has a handle', () => {
  assert.equal(block(at('a', p('a'))).node.type.name, 'paragraph')
  assert.equal(block(at('b', list(item(p('a'), list(item(p('b'))))))).node.textContent, 'b')
  assert.equal(block(at('a', callout(p('a'), p('b')))).node.type.name, 'paragraph')
  const table = grammar.node('table', null, [
    grammar.node('tableRow', null, [grammar.node('tableCell', null, [p('cell')])]),
  ])
  assert.equal(block(at('cell', table)).node.type.name, 'table')
})

test('a block moves past its neighbour and keeps its caret; at the end it stays', () => {
  const state = at('b', p('a'), p('b'), p('c'))
  const up = movedBy(state, -1)
  assert.equal(after(state, up), 'doc(b a c)')
  assert.deepEqual([up?.nth, up?.of], [1, 3])
  const caret = up?.tr.selection.$head
  assert.equal(caret?.parent.textContent, 'b')
  assert.equal(caret?.parentOffset, 1)
  assert.equal(after(state, movedBy(state, 1)), 'doc(a c b)')
  const first = at('a', p('a'), p('b'))
  assert.equal(movedBy(first, -1), null)
})

test('an item of a list moves among its items, with what is nested in it', () => {
  const state = at('b', list(item(p('a')), item(p('b'), list(item(p('c'))))))
  assert.equal(
    after(state, movedBy(state, -1)),
    'doc(bulletList(listItem(b bulletList(listItem(c))) listItem(a)))',
  )
})

test('several selected blocks move together and stay selected', () => {
  const blocks = [p('a'), p('b'), p('c'), p('d')]
  const state = at('b', ...blocks)
  const from = placeOf(state.doc, 'b')
  const both = state.apply(
    state.tr.setSelection(TextSelection.create(state.doc, from, placeOf(state.doc, 'c') + 1)),
  )
  const down = movedBy(both, 1)
  assert.equal(after(both, down), 'doc(a d b c)')
  const selection = down?.tr.selection
  assert.equal(down?.tr.doc.textBetween(selection?.from ?? 0, selection?.to ?? 0, '|'), 'b|c')
})

test('a selected block moves and stays selected', () => {
  const state = at('b', p('a'), p('b'))
  const chosen = state.apply(state.tr.setSelection(NodeSelection.create(state.doc, block(state).at)))
  const up = movedBy(chosen, -1)
  assert.equal(after(chosen, up), 'doc(b a)')
  assert.ok(up?.tr.selection instanceof NodeSelection)
  assert.equal(up.tr.selection.node.textContent, 'b')
})

test('what is dropped becomes what can stand there: an item brings its list, a block becomes an item', () => {
  const state = at('a', list(item(p('a')), item(p('b'))), p('c'))
  const end = state.doc.content.size
  assert.equal(
    after(state, movedTo(state, block(state), end)),
    'doc(bulletList(listItem(b)) c bulletList(listItem(a)))',
  )
  const below = at('c', list(item(p('a'))), p('c'))
  assert.equal(after(below, movedTo(below, block(below), 1)), 'doc(bulletList(listItem(c) listItem(a)))')
})

test('the last item takes its list along', () => {
  const state = at('a', list(item(p('a'))), p('c'))
  assert.equal(
    after(state, movedTo(state, block(state), state.doc.content.size)),
    'doc(c bulletList(listItem(a)))',
  )
  assert.equal(after(state, { tr: without(state, block(state)) }), 'doc(c)')
})

test('a block is not dropped into itself or where its kind cannot stand', () => {
  const state = at('a', callout(p('a')), p('b'))
  const [box] = [{ at: 0, node: state.doc.child(0) }]
  assert.equal(mayDrop(state.doc, box, 1), false)
  const summary = grammar.node('details', null, [
    grammar.node('detailsSummary', null, []),
    grammar.node('detailsContent', null, [p('in')]),
  ])
  const other = at('b', summary, p('b'))
  assert.equal(mayDrop(other.doc, block(other), 1), false)
})

test('what must hold something keeps an empty paragraph when its last block goes', () => {
  const state = at('a', callout(p('a')), p('b'))
  assert.equal(after(state, { tr: without(state, block(state)) }), 'doc(callout() b)')
  const alone = at('a', p('a'))
  assert.equal(after(alone, { tr: without(alone, block(alone)) }), 'doc()')
})

test('a copy stands below and has the caret', () => {
  const state = at('a', p('a'), p('b'))
  const tr = doubled(state, block(state))
  assert.equal(after(state, { tr }), 'doc(a a b)')
  assert.equal(tr.selection.from, 4)
})

test('arrows walk over blocks in the order of the page', () => {
  const state = at('a', p('a'), list(item(p('b')), item(p('c'))), p('d'))
  const walked: string[] = []
  for (let next: Block | null = block(state); next !== null; next = neighbourOf(state.doc, next, 1))
    walked.push(next.node.textContent)
  assert.deepEqual(walked, ['a', 'bc', 'd'])
})
