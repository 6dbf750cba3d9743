import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { Projection } from '../src/projection.ts'
import { bodyRoot } from '../src/roots.ts'
import { bodyOf, element, grammar, Sheet, stored } from './sheet.ts'
import type { Sketch } from './sheet.ts'
import { chanceOf, write } from './writer.ts'

const outline = (doc: Y.Doc): string => new Sheet(doc).shown.toString()
const poem: Sketch = ['poem', { meter: 'iamb' }, ['verse', {}, 'Shall I compare thee'], ['verse', {}, 'to a']]

test('[L1] [P9] an unknown block is shown closed, with its text', () => {
  const { shown } = new Sheet(bodyOf(['paragraph', {}, 'a'], poem, ['paragraph', {}, 'b']))
  assert.equal(shown.toString(), 'doc(paragraph("a"), unknownBlock, paragraph("b"))')
  assert.deepEqual(
    { ...shown.child(1).attrs, of: null },
    { of: null, name: 'poem', text: 'Shall I compare thee\nto a' },
  )
  shown.check()
})

test('[L1] [P9] an unknown thing in a line is shown closed, in its place', () => {
  const line: Sketch = ['paragraph', {}, 'before ', ['badge', { id: 'ada' }, 'Ada'], ' after']
  assert.equal(outline(bodyOf(line)), 'doc(paragraph("before ", unknownInline, " after"))')
  const embed: Sketch = ['paragraph', {}, [{ insert: 'a' }, { insert: { image: 'x' } }, { insert: 'b' }]]
  assert.equal(outline(bodyOf(embed)), 'doc(paragraph("a", unknownInline, "b"))')
})

test('[L1] [P9] text keeps its unknown marks beside the known ones', () => {
  const line: Sketch = ['paragraph', {}, [{ insert: 'a', attributes: { glow: { color: 'red' }, bold: {} } }]]
  const [bold, unknown] = new Sheet(bodyOf(line)).shown
    .child(0)
    .child(0)
    .marks.toSorted((a, b) => a.type.name.localeCompare(b.type.name))
  assert.equal(bold?.type.name, 'bold')
  assert.deepEqual({ ...unknown?.attrs }, { key: 'glow', value: { color: 'red' } })
})

const odd: Record<string, [Sketch | string, string]> = {
  'text directly in the body': ['loose', 'unknownBlock'],
  'text directly in a quote': [['blockquote', {}, 'loose'], 'blockquote(unknownBlock)'],
  'a list without items': [['bulletList', {}], 'unknownBlock'],
  'an empty list': [['bulletList', {}], 'unknownBlock'],
  'a list item outside of a list': [['listItem', {}, ['paragraph', {}, 'a']], 'unknownBlock'],
  'a list item in a quote': [
    ['blockquote', {}, ['listItem', {}, ['paragraph', {}, 'a']], ['paragraph', {}, 'b']],
    'blockquote(unknownBlock, paragraph("b"))',
  ],
  'an unknown item in a list': [
    ['bulletList', {}, ['listItem', {}, ['paragraph', {}, 'a']], ['checkItem', {}, 'b']],
    'unknownBlock',
  ],
  'an unknown block in an item': [
    ['bulletList', {}, ['listItem', {}, ['paragraph', {}, 'a'], ['poem', {}]]],
    'bulletList(listItem(paragraph("a"), unknownBlock))',
  ],
  'a block in a line': [['paragraph', {}, 'a', ['paragraph', {}, 'b']], 'paragraph("a", unknownInline)'],
  'a line break between blocks': [['hardBreak', {}], 'unknownBlock'],
  'something in a divider': [['horizontalRule', {}, 'a'], 'unknownBlock'],
  'an element in code': [['codeBlock', {}, 'a', ['badge', {}]], 'unknownBlock'],
  'marks in code': [['codeBlock', {}, [{ insert: 'a', attributes: { bold: {} } }]], 'codeBlock("a")'],
  'a document in a document': [['doc', {}, ['paragraph', {}, 'a']], 'unknownBlock'],
  'a name that every object has': [['constructor', {}], 'unknownBlock'],
  'our own name for it': [['unknownBlock', { of: '1-1' }], 'unknownBlock'],
}
for (const [name, [sketch, expected]] of Object.entries(odd))
  test(`[L1] [P9] ${name} is shown closed where that is possible, and stays`, () => {
    const doc = bodyOf(['paragraph', {}, 'first'], sketch)
    const before = stored(doc)
    const { shown } = new Sheet(doc)
    assert.equal(shown.toString(), `doc(paragraph("first"), ${expected})`)
    shown.check()
    assert.equal(stored(doc), before)
  })

test('[P9] what is no element at all has its closed place', () => {
  const doc = bodyOf(['paragraph', {}, 'a'])
  const odds = [7, { a: 1 }, new Uint8Array(2), new Y.XmlHook('x'), new Y.Map(), new Y.Array()]
  // @ts-expect-error Yjs's types forbid what its wire allows
  doc.getXmlFragment(bodyRoot).insert(1, odds)
  assert.match(outline(doc), /^doc\(paragraph\("a"\)(, unknownBlock){5,6}\)$/)
})

const plain = { textAlign: null, indent: null, dir: null, unknown: null }
const wrong: Record<string, [Sketch, Record<string, unknown>]> = {
  'an object as level': [['heading', { level: {} }, 'a'], { ...plain, level: 1 }],
  'a level that there is not': [['heading', { level: 7 }, 'a'], { ...plain, level: 1 }],
  'NaN as level': [['heading', { level: Number.NaN }, 'a'], { ...plain, level: 1 }],
  'a level in words': [['heading', { level: '2' }, 'a'], { ...plain, level: 1 }],
  'a megabyte as language': [
    ['codeBlock', { language: 'x'.repeat(1e6) }, 'a'],
    { language: null, unknown: null },
  ],
  'a class name beside the language': [
    ['codeBlock', { language: 'ts banner' }, 'a'],
    { language: null, unknown: null },
  ],
}
for (const [name, [sketch, expected]] of Object.entries(wrong))
  test(`[C7] ${name} falls back on the page and stays in the document`, () => {
    const doc = bodyOf(sketch)
    const before = stored(doc)
    const sheet = new Sheet(doc)
    assert.deepEqual({ ...sheet.shown.child(0).attrs }, expected)
    assert.equal(stored(doc), before)
    const [key = ''] = Object.keys(sketch[1])
    sheet.edit((transform) => transform.insert(2, grammar.text('b')))
    assert.deepEqual((sheet.body.get(0) as Y.XmlElement).getAttribute(key), sketch[1][key])
  })

test('[W16] keys that every object has change no prototype', () => {
  const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1}') as Record<string, unknown>
  const doc = bodyOf(
    ['paragraph', hostile, [{ insert: 'a', attributes: hostile }]],
    ['__proto__', hostile, 'b'],
  )
  const sheet = new Sheet(doc)
  sheet.edit((transform) => transform.insert(2, grammar.text('x')))
  sheet.edit((transform) => transform.split(2))
  assert.equal(Reflect.get({}, 'polluted'), undefined)
  assert.equal(sheet.shown.textContent, 'ax')
})

test('[C9] blocks nested 2,000 deep are shown closed below the hundredth', () => {
  const doc = bodyOf(['paragraph', {}, 'a'])
  let inner = doc.getXmlFragment(bodyRoot)
  for (let i = 0; i < 2_000; i++) {
    const quote = new Y.XmlElement('blockquote')
    inner.insert(inner.length, [quote])
    inner = quote
  }
  inner.insert(0, [element(['paragraph', {}, 'at the bottom'])])
  const before = stored(doc)
  const sheet = new Sheet(doc)
  let closed = ''
  sheet.shown.descendants((node) => {
    if (node.type.name === 'unknownBlock') closed = String(node.attrs['text'])
  })
  assert.equal(closed, 'at the bottom')
  assert.equal(stored(doc), before)
  sheet.edit((transform) => transform.insert(2, grammar.text('b')))
  assert.equal(sheet.body.length, 2)
})

test('[L2] [F11] opening never changes a document: 100 random ones, each with everything unknown in it', () => {
  for (let seed = 0; seed < 100; seed++) {
    const chance = chanceOf(seed)
    const sheet = new Sheet()
    sheet.edit((transform) =>
      transform.replaceWith(0, transform.doc.content.size, grammar.nodeFromJSON(write(chance)).content),
    )
    const elements = [...sheet.body.createTreeWalker(() => true)].filter(
      (each) => each instanceof Y.XmlElement,
    )
    for (const each of elements) {
      if (chance() < 0.2) each.setAttribute('unknown', 'kept')
      if (chance() < 0.2) each.insert(Math.floor(chance() * (each.length + 1)), [element(poem)])
      if (chance() < 0.2) each.insert(Math.floor(chance() * (each.length + 1)), [new Y.XmlText('loose')])
      if (chance() < 0.1) each.delete(0, Math.min(1, each.length))
    }
    const before = stored(sheet.doc)
    const { shown } = new Sheet(sheet.doc)
    shown.check()
    assert.equal(stored(sheet.doc), before, `SEED=${seed}`)
    const twice = new Projection(sheet.body, grammar)
    assert.ok(twice.read().eq(shown), `SEED=${seed}`)
    assert.equal(
      twice.read().content.firstChild,
      twice.read().content.firstChild,
      'the same is the same object',
    )
  }
})

test('[L2] texts side by side, which two people began at once, are one line and stay two texts', () => {
  const doc = bodyOf(['paragraph', {}, 'ada', 'ben'])
  const before = stored(doc)
  const sheet = new Sheet(doc)
  assert.equal(sheet.shown.toString(), 'doc(paragraph("adaben"))')
  assert.equal(stored(doc), before)
  sheet.edit((transform) => transform.insert(4, grammar.text(' and ')))
  assert.equal(sheet.shown.toString(), 'doc(paragraph("ada and ben"))')
  assert.equal((sheet.body.get(0) as Y.XmlElement).length, 2)
})
