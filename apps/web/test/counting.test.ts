import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schema } from '@quire/editor/schema'
import type { Node } from '@tiptap/pm/model'
import { countBetween, countIn, countOf } from '../src/hands/counting.ts'
import { currentOf, headingsOf } from '../src/hands/headings.ts'

const grammar = schema()
const line = (text: string): Node => grammar.node('paragraph', null, text === '' ? [] : grammar.text(text))
const heading = (level: number, text: string): Node =>
  grammar.node('heading', { level }, text === '' ? [] : grammar.text(text))

test('words are what a reader would count: apostrophes and hyphens bind, signs do not', () => {
  assert.equal(countOf("It's a well-known fact - isn’t it?").words, 6)
  assert.equal(countOf('').words, 0)
  assert.equal(countOf(' … — !').words, 0)
  assert.equal(countOf('3.5 m and 10 %').words, 4)
})

test('signs of scripts without spaces count each as a word', () => {
  assert.equal(countOf('你好 world').words, 3)
})

test('what a reader sees as one character counts as one', () => {
  assert.deepEqual(countOf('é 👩‍👩‍👧'), { words: 1, characters: 3, signs: 2 })
  assert.deepEqual(countOf('ab c'), { words: 2, characters: 4, signs: 3 })
})

test('a document counts the sum of its lines, a selection what is in it', () => {
  const list = grammar.node('bulletList', null, [grammar.node('listItem', null, [line('two three')])])
  const doc = grammar.node('doc', null, [line('one'), list])
  assert.equal(countIn(doc).words, 3)
  assert.equal(countBetween(doc, 1, 3).characters, 2)
  assert.equal(countBetween(doc, 0, doc.content.size).words, 3)
})

test('headings are listed in order, wherever they stand; the one being read is the last that began', () => {
  const doc = grammar.node('doc', null, [
    heading(1, 'Beds'),
    line('text'),
    grammar.node('callout', { kind: 'note' }, [heading(3, 'Inside')]),
    heading(2, ''),
    heading(2, 'Water'),
  ])
  const headings = headingsOf(doc)
  assert.deepEqual(
    headings.map(({ text, level }) => `${level} ${text}`),
    ['1 Beds', '3 Inside', '2 Water'],
  )
  for (const { at } of headings) assert.equal(doc.nodeAt(at)?.type.name, 'heading')
  assert.equal(currentOf(headings, 0), 0)
  assert.equal(currentOf(headings, 8), 0)
  assert.equal(currentOf(headings, doc.content.size), 2)
  assert.equal(currentOf([], 5), -1)
})
