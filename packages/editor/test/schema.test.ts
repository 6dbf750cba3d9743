import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JSONContent } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { prosemirrorJSONToYXmlFragment, yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { bodyRoot } from '../src/roots.ts'
import { schema } from '../src/schema.ts'
import { chanceOf, write } from './writer.ts'

const grammar = schema()
const read = (json: unknown): Node => {
  const node = grammar.nodeFromJSON(json)
  node.check()
  return node
}

/** The document after it was written by one page, sent over the wire, and read by another. */
const travelled = (json: JSONContent): Node => {
  const ada = new Y.Doc()
  ada.clientID = 1
  prosemirrorJSONToYXmlFragment(grammar, read(json).toJSON(), ada.getXmlFragment(bodyRoot))
  const ben = new Y.Doc()
  ben.clientID = 2
  Y.applyUpdate(ben, Y.encodeStateAsUpdate(ada))
  return read(yXmlFragmentToProsemirrorJSON(ben.getXmlFragment(bodyRoot)))
}

const same = (json: JSONContent): void => assert.deepEqual(travelled(json).toJSON(), read(json).toJSON())

const text = (value: string, ...marks: string[]): JSONContent => ({
  type: 'text',
  text: value,
  marks: marks.map((type) => ({ type })),
})
const paragraph = (value: string): JSONContent => ({ type: 'paragraph', content: [text(value)] })
const doc = (...content: JSONContent[]): JSONContent => ({ type: 'doc', content })

test('the grammar holds exactly the promised blocks and marks', () => {
  const nodes = 'blockquote bulletList codeBlock doc hardBreak heading horizontalRule listItem orderedList'
  assert.deepEqual(Object.keys(grammar.nodes).toSorted(), [
    ...nodes.split(' '),
    ...'paragraph taskItem taskList text unknownBlock unknownInline'.split(' '),
  ])
  assert.deepEqual(
    Object.keys(grammar.marks).toSorted(),
    'bold code italic link strike underline unknownMark'.split(' '),
  )
})

const examples: Record<string, JSONContent> = {
  paragraph: paragraph('a'),
  'empty paragraph': { type: 'paragraph' },
  'heading 1': { type: 'heading', attrs: { level: 1 }, content: [text('a')] },
  'heading 2': { type: 'heading', attrs: { level: 2 }, content: [text('a')] },
  'heading 3': { type: 'heading', attrs: { level: 3 }, content: [text('a', 'italic')] },
  'bullet list': {
    type: 'bulletList',
    content: [
      { type: 'listItem', content: [paragraph('a')] },
      {
        type: 'listItem',
        content: [
          paragraph('b'),
          { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph('c')] }] },
        ],
      },
    ],
  },
  'ordered list': {
    type: 'orderedList',
    attrs: { start: 3 },
    content: [{ type: 'listItem', content: [paragraph('a')] }],
  },
  'task list': {
    type: 'taskList',
    content: [
      { type: 'taskItem', attrs: { checked: true }, content: [paragraph('done')] },
      { type: 'taskItem', attrs: { checked: false }, content: [paragraph('open')] },
    ],
  },
  quote: { type: 'blockquote', content: [paragraph('a'), { type: 'horizontalRule' }] },
  'code block': { type: 'codeBlock', attrs: { language: 'ts' }, content: [text('let a\n  b\n')] },
  divider: { type: 'horizontalRule' },
  'hard break': { type: 'paragraph', content: [text('a'), { type: 'hardBreak' }, text('b')] },
}
for (const [name, block] of Object.entries(examples))
  test(`a ${name} reaches another page as it was written`, () => same(doc(block)))

for (const mark of ['bold', 'italic', 'underline', 'strike', 'code'])
  test(`the mark ${mark} reaches another page on exactly its characters`, () =>
    same(doc({ type: 'paragraph', content: [text('a'), text('b', mark), text('c')] })))

test('marks that overlap reach another page', () =>
  same(
    doc({
      type: 'paragraph',
      content: [text('a', 'bold'), text('b', 'bold', 'italic'), text('c', 'italic', 'strike', 'underline')],
    }),
  ))

test('a link reaches another page with its address', () => {
  const link = { type: 'link', attrs: { href: 'https://quire.example/?a=1&b=2#c' } }
  same(doc({ type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [link] }] }))
})

test('reading a document out does not change it', () => {
  const y = new Y.Doc()
  prosemirrorJSONToYXmlFragment(grammar, doc(...Object.values(examples)), y.getXmlFragment(bodyRoot))
  const before = Y.encodeStateAsUpdate(y)
  yXmlFragmentToProsemirrorJSON(y.getXmlFragment(bodyRoot))
  assert.deepEqual(Y.encodeStateAsUpdate(y), before)
})

const seeds =
  process.env['SEED'] === undefined ? Array.from({ length: 150 }, (_, i) => i) : [Number(process.env['SEED'])]
for (const seed of seeds)
  test(`[P1] a random document reaches another page as it was written (SEED=${seed})`, () =>
    same(write(chanceOf(seed))))
