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
const cell = (type: string, value: string, attrs = {}): JSONContent => ({
  type,
  attrs,
  content: [paragraph(value)],
})
const doc = (...content: JSONContent[]): JSONContent => ({ type: 'doc', content })

test('the grammar holds exactly the promised blocks and marks', () => {
  const nodes = 'blockquote bulletList callout codeBlock column columns details detailsContent detailsSummary'
  const others =
    'doc embed file footnote hardBreak heading horizontalRule image listItem mathBlock mathInline'
  const last =
    'mention orderedList pageBreak paragraph table tableCell tableHeader tableRow taskItem taskList'
  assert.deepEqual(Object.keys(grammar.nodes).toSorted(), [
    ...[nodes, others, last].flatMap((names) => names.split(' ')),
    ...'text toc unknownBlock unknownInline video'.split(' '),
  ])
  assert.deepEqual(
    Object.keys(grammar.marks).toSorted(),
    'bold code highlight italic link strike subscript superscript textColor underline unknownMark'.split(' '),
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
  table: {
    type: 'table',
    content: [
      { type: 'tableRow', content: [cell('tableHeader', 'a'), cell('tableHeader', 'b')] },
      {
        type: 'tableRow',
        content: [
          cell('tableCell', 'c', {
            colspan: 2,
            rowspan: 1,
            colwidth: [80, 120],
            align: 'right',
            background: 'teal',
          }),
        ],
      },
    ],
  },
  picture: {
    type: 'image',
    attrs: { file: 'abcdefghijklmnopqrst-_', alt: 'a cat', width: 50, align: 'left', natural: '640x480' },
    content: [text('A cat.', 'bold')],
  },
  'picture that is on its way': { type: 'image', attrs: { upload: 'a1-b2' } },
  file: {
    type: 'file',
    attrs: { file: 'abcdefghijklmnopqrst-_', name: 'plan.pdf', size: 12345, mime: 'application/pdf' },
  },
  film: { type: 'video', attrs: { src: 'https://quire.example/a.mp4', title: 'A film', width: 60 } },
  callout: { type: 'callout', attrs: { kind: 'warning' }, content: [paragraph('a')] },
  details: {
    type: 'details',
    content: [
      { type: 'detailsSummary', content: [text('a')] },
      { type: 'detailsContent', content: [paragraph('b')] },
    ],
  },
  columns: {
    type: 'columns',
    content: [
      { type: 'column', content: [paragraph('a')] },
      { type: 'column', content: [paragraph('b')] },
    ],
  },
  formula: { type: 'mathBlock', attrs: { latex: '\\frac{a}{b}' } },
  'line with a formula, a mention and a note': {
    type: 'paragraph',
    content: [
      text('a'),
      { type: 'mathInline', attrs: { latex: 'x' } },
      { type: 'mention', attrs: { kind: 'person', id: 'u1', label: 'Ada' } },
      { type: 'footnote', content: [text('see '), text('there', 'italic')] },
    ],
  },
  'page break': { type: 'pageBreak' },
  'table of contents': { type: 'toc' },
  embed: { type: 'embed', attrs: { href: 'https://vimeo.com/1' } },
  'centred heading, moved in, right to left': {
    type: 'heading',
    attrs: { level: 4, textAlign: 'center', indent: 3, dir: 'rtl' },
    content: [text('a')],
  },
  'hard break': { type: 'paragraph', content: [text('a'), { type: 'hardBreak' }, text('b')] },
}
for (const [name, block] of Object.entries(examples))
  test(`a ${name} reaches another page as it was written`, () => same(doc(block)))

for (const mark of 'bold italic underline strike code subscript superscript textColor highlight'.split(' '))
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
