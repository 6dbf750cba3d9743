import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyRoot, titleRoot } from '@quire/editor/roots'
import * as Y from 'yjs'
import { clashesOf, covers, textOf } from '../src/unsent.ts'

const all = (): number => 0

/** A document of paragraphs, written by client 1. */
const page = (...paragraphs: string[]): Y.Doc => {
  const doc = new Y.Doc()
  doc.clientID = 1
  doc.getXmlFragment(bodyRoot).insert(
    0,
    paragraphs.map((text) => {
      const block = new Y.XmlElement('paragraph')
      block.insert(0, [new Y.XmlText(text)])
      return block
    }),
  )
  return doc
}
const textAt = (doc: Y.Doc, index: number): Y.XmlText => {
  const block = doc.getXmlFragment(bodyRoot).get(index)
  const text = block instanceof Y.XmlElement ? block.get(0) : null
  assert.ok(text instanceof Y.XmlText)
  return text
}

test('the text reads in the order of the document, the title first, a paragraph each', () => {
  const doc = page('One.', '', 'Two.')
  doc.getText(titleRoot).insert(0, 'Minutes')
  assert.equal(textOf(doc, all), 'Minutes\n\nOne.\n\nTwo.')
})

test('of what others wrote nothing shows but an ellipsis where it stood', () => {
  const doc = page('theirs', 'all theirs')
  doc.clientID = 2
  textAt(doc, 0).insert(6, ', after it')
  textAt(doc, 0).insert(0, 'before it, ')
  assert.equal(
    textOf(doc, (client) => (client === 2 ? 0 : Infinity)),
    'before it, … , after it',
  )
})

test('what was acknowledged before is left out, to the letter', () => {
  const doc = page('acknowledged')
  const clock = Y.getState(doc.store, 1)
  textAt(doc, 0).insert(12, ' and the rest 🙂')
  assert.equal(
    textOf(doc, () => clock),
    'and the rest 🙂',
  )
})

test('lists, quotes, code and line breaks read as lines; what is deleted does not', () => {
  const doc = page('gone')
  const text = (content: string): Y.XmlText => new Y.XmlText(content)
  const block = (name: string, ...children: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement => {
    const made = new Y.XmlElement(name)
    made.insert(0, children)
    return made
  }
  const body = doc.getXmlFragment(bodyRoot)
  body.insert(1, [
    block(
      'bulletList',
      block('listItem', block('paragraph', text('tea'))),
      block('listItem', block('paragraph', text('milk'))),
    ),
    block('paragraph', text('first'), block('hardBreak'), text('second')),
    block('codeBlock', text('let x = 1\nlet y = 2')),
    block('horizontalRule'),
  ])
  body.delete(0)
  assert.equal(textOf(doc, all), 'tea\n\nmilk\n\nfirst\nsecond\n\nlet x = 1\nlet y = 2')
})

test('[C9] blocks within blocks without end are read as far as anybody would nest them', () => {
  const doc = new Y.Doc()
  let inner = new Y.XmlElement('blockquote')
  doc.getXmlFragment(bodyRoot).insert(0, [inner])
  for (let depth = 0; depth < 500; depth++) {
    const next = new Y.XmlElement('blockquote')
    inner.insert(0, [next])
    inner = next
  }
  assert.equal(textOf(doc, all), '')
})

test('a document covers a copy when it holds at least what each client wrote in that', () => {
  const doc = page('abc')
  const clock = Y.getState(doc.store, 1)
  assert.equal(covers(doc, new Map([[1, clock]])), true)
  assert.equal(covers(doc, new Map([[1, clock + 1]])), false)
  assert.equal(covers(doc, new Map([[9, 1]])), false)
  assert.equal(covers(doc, new Map()), true)
})

test('[W19] a copy clashes with another where both have text at one clock that differs', () => {
  const typed = (text: string, client: number): Y.Doc => {
    const doc = new Y.Doc()
    doc.clientID = client
    doc.getText('title').insert(0, text)
    return doc
  }
  const from = new Map([[1, 2]])
  const one = typed('tea 🎉', 1)
  assert.deepEqual(clashesOf(one, typed('tea 🎉 and more', 1), from), new Map())
  assert.deepEqual(clashesOf(one, typed('te', 1), from), new Map(), 'it has less')
  assert.deepEqual(clashesOf(one, typed('teb 🎉', 1), from), from)
  assert.deepEqual(clashesOf(one, typed('xxa 🎉', 1), from), new Map(), 'that does not count')
  assert.deepEqual(clashesOf(one, typed('other', 2), from), new Map())
  const emptied = typed('some', 1)
  emptied.getText('title').delete(0, 4)
  assert.deepEqual(clashesOf(one, emptied, from), new Map())
})
