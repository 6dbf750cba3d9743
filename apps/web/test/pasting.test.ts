import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schema } from '@quire/editor/schema'
import { Fragment } from '@tiptap/pm/model'
import type { Node } from '@tiptap/pm/model'
import { boundOf, boundOfText, carriesPictures, sizeOf, withoutData } from '../src/pasting/bounds.ts'
import { looksLikeMarkdown } from '../src/pasting/looks.ts'
import { takePictures } from '../src/pasting/pictures.ts'
import { piecesOf } from '../src/pasting/pieces.ts'
import { renameStyles } from '../src/paste.ts'

const bounds: Record<string, [string, string]> = {
  'a page as people write it': ['<h1>a</h1><p>b<br>c</p>'.repeat(100), 'fits'],
  'a book': ['<h1>a</h1><p>b<br>c</p>'.repeat(1_000), 'long'],
  '10 MB of text': [`<p>${'a'.repeat(10_000_000)}</p>`, 'too large'],
  '50,000 small elements': ['<i>a</i>'.repeat(50_000), 'too large'],
  '100,000 nested elements': ['<div>'.repeat(100_000), 'too deep'],
  '1,000 nested elements, closed again': ['<b>'.repeat(1_000) + '</b>'.repeat(1_000), 'too deep'],
  '30,000 elements that end by themselves': ['<li>a<br><p>b'.repeat(10_000), 'long'],
  'what is no tag at all': ['1 < 2 <3 <> </> <'.repeat(5_000), 'fits'],
}
for (const [name, [html, expected]] of Object.entries(bounds))
  test(`pasted: ${name} ${expected === 'fits' ? 'may be read' : expected === 'long' ? 'comes in pieces' : `is ${expected}`}`, () =>
    assert.equal(boundOf(html), expected))

test('pictures that text carries within itself count for nothing', () => {
  const html = `<p>a</p><img src="data:image/png;base64,${'A'.repeat(5_000_000)}"><p>b</p>`
  assert.equal(withoutData(html), '<p>a</p><img src=""><p>b</p>')
  assert.equal(boundOf(withoutData(html)), 'fits')
})

test('text of 10 MB is refused, and its size is told', () => {
  assert.equal(boundOfText('a'.repeat(10_000_000), false), 'too large')
  assert.equal(boundOfText('a\n'.repeat(50_000), false), 'too large')
  assert.equal(boundOfText('a\n'.repeat(50_000), true), 'fits')
  assert.equal(boundOfText('a\n'.repeat(5_000), false), 'long')
  assert.equal(boundOfText('a\n'.repeat(50), false), 'fits')
  assert.equal(sizeOf('a'.repeat(10_400_000)), '10.4 MB')
  assert.equal(sizeOf('a'.repeat(1_001)), '2 kB')
})

test('tags that never end are read once, not once from each of their letters', () => {
  for (const part of ['<a "', '<a <a', '<a \'"', '<style ', '<style><style'])
    assert.equal(typeof renameStyles(part.repeat(40_000)), 'string', part) // the test runner's time limit is the check
})

const isMarkdown = [
  '# A heading',
  'some\n\n## more',
  '- a\n- b',
  '1. a\n2. b',
  '- [ ] a task',
  '```ts\nlet a\n```',
  '| a | b |\n| --- | --- |\n| c | d |',
  'see [this](https://quire.example)',
  'it is **important** to',
  'call `run()` first',
  '> said so',
  '$$\nx\n$$',
]
const isNone = [
  'An ordinary sentence.',
  '- a dash at the beginning, as in a dialogue',
  '#hashtag and #another',
  '2 * 3 * 4 and a_b_c',
  '1. Mai, am Abend',
  'a | b',
  'price: $5 - $6',
  'https://quire.example/a_b',
  'def f(a): # a comment\n  return [a](a)',
]
for (const text of isMarkdown)
  test(`${JSON.stringify(text)} was written as Markdown`, () => assert.ok(looksLikeMarkdown(text)))
for (const text of isNone)
  test(`${JSON.stringify(text)} was not written as Markdown`, () => assert.ok(!looksLikeMarkdown(text)))

test('pictures that HTML carries within itself are taken out as files, and what is none is left out', () => {
  const html = `<p>a</p><img alt="x" src="data:image/png;base64,aGVsbG8="><img src="data:image/svg+xml;base64,AA=="><img src='data:image/jpeg;base64,!'>`
  assert.ok(carriesPictures(html))
  const { html: rest, files } = takePictures(html)
  const [[token, file] = ['', null]] = files
  assert.equal(files.size, 1)
  assert.deepEqual([file?.type, file?.size, file?.name], ['image/png', 5, 'image-1.png'])
  assert.ok(rest.startsWith(`<p>a</p><img alt="x" src="" data-upload="${token}"`), rest)
  assert.ok(!carriesPictures('<img src="https://quire.example/a.png"><p>data:image/png;base64,</p>'))
})

const grammar = schema()

test('long lists and tables are cut between their children, and what comes of all pieces is what was cut', () => {
  const item = (text: string) => ({
    type: 'listItem',
    content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
  })
  const cell = (text: string, attrs = {}) => ({
    type: 'tableCell',
    attrs,
    content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
  })
  const doc = grammar.nodeFromJSON({
    type: 'doc',
    content: [
      { type: 'paragraph', content: [{ type: 'text', text: 'a'.repeat(30) }] },
      { type: 'bulletList', content: Array.from({ length: 50 }, (_, i) => item(`item ${i}`)) },
      { type: 'paragraph' },
      {
        type: 'table',
        content: Array.from({ length: 40 }, (_, i) => ({ type: 'tableRow', content: [cell(`${i}`)] })),
      },
      {
        type: 'table',
        content: Array.from({ length: 40 }, (_, i) => ({
          type: 'tableRow',
          content: [cell(`${i}`, { rowspan: i === 0 ? 2 : 1 })],
        })),
      },
    ],
  })
  for (const size of [1, 20, 60, 100_000]) {
    const blocks: Node[] = []
    let pieces = 0
    for (const { kind, nodes } of piecesOf(doc.children, () => size)) {
      pieces++
      if (kind === 'blocks') blocks.push(...nodes)
      else {
        const last = blocks.pop()
        if (last !== undefined) blocks.push(last.copy(last.content.append(Fragment.fromArray([...nodes]))))
      }
    }
    assert.ok(doc.eq(doc.copy(Fragment.fromArray(blocks))), `in pieces of ${size}`)
    if (size === 60) assert.ok(pieces > 10)
    if (size === 100_000) assert.equal(pieces, 1)
  }
})
