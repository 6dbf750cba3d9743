import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DOMOutputSpec, Mark, Node } from '@tiptap/pm/model'
import { bodyOf, Sheet, stored } from './sheet.ts'
import type { Sketch } from './sheet.ts'

/** Everything that the page would put into its DOM for a document: names of elements, and attributes. */
const drawn = (doc: Node): { tags: Set<string>; attributes: [string, unknown][] } => {
  const tags = new Set<string>()
  const attributes: [string, unknown][] = []
  const walk = (spec: unknown): void => {
    if (!Array.isArray(spec)) return
    const [tag, second, ...rest] = spec as unknown[]
    tags.add(String(tag))
    const has = typeof second === 'object' && second !== null && !Array.isArray(second)
    if (has) attributes.push(...Object.entries(second))
    for (const inner of has ? rest : [second, ...rest]) walk(inner)
  }
  const look = (thing: Node | Mark, spec: DOMOutputSpec | undefined): void => {
    if (spec !== undefined) walk(spec)
    else assert.fail(`${thing.type.name} is drawn by nothing`)
  }
  doc.descendants((node) => {
    if (!node.isText) look(node, node.type.spec.toDOM?.(node))
    for (const mark of node.marks) look(mark, mark.type.spec.toDOM?.(mark, true))
  })
  return { tags, attributes }
}

const hostile = {
  onload: 'alert(1)',
  onclick: 'alert(1)',
  style: 'position:fixed;inset:0',
  class: 'banner',
  id: 'root',
  srcdoc: '<script>alert(1)</script>',
  src: 'https://evil.example/x',
  href: 'javascript:alert(1)',
  'data-unknown': '1-1',
  contenteditable: 'false',
  draggable: 'true',
}
const wide = { ...hostile, colspan: 1e9, rowspan: -1, colwidth: ['1;x'], background: 'red;x', align: 'x' }
const text: object[] = [
  ...[
    'bold',
    'italic',
    'underline',
    'strike',
    'code',
    'link',
    'textColor',
    'highlight',
    'subscript',
    'onload',
    'script',
  ].map((mark) => ({
    insert: mark,
    attributes: { [mark]: hostile },
  })),
  { insert: { iframe: hostile } },
]
const line = (name: string): Sketch => [name, hostile, text]
const everything: Sketch[] = [
  line('paragraph'),
  line('heading'),
  ['codeBlock', { ...hostile, language: 'ts" onload="alert(1)' }, 'code'],
  ['codeBlock', { ...hostile, language: 'ts banner' }, 'code'],
  ['blockquote', hostile, line('paragraph')],
  ['bulletList', hostile, ['listItem', hostile, line('paragraph')]],
  ['orderedList', { ...hostile, start: '1;x', type: 'banner' }, ['listItem', hostile, line('paragraph')]],
  ['taskList', hostile, ['taskItem', { ...hostile, checked: 'x' }, line('paragraph')]],
  ['horizontalRule', hostile],
  ['paragraph', {}, 'a', ['hardBreak', hostile], ['script', hostile, 'alert(1)']],
  ['script', hostile, 'alert(1)'],
  ['callout', { ...hostile, kind: 'note" onload="alert(1)' }, line('paragraph')],
  ['details', hostile, line('detailsSummary'), ['detailsContent', hostile, line('paragraph')]],
  ['columns', hostile, ['column', hostile, line('paragraph')], ['column', hostile, line('paragraph')]],
  ['table', hostile, ['tableRow', hostile, ['tableCell', wide, line('paragraph')]]],
  ['image', { ...hostile, src: 'javascript:alert(1)', file: '../../x', width: '100%;x', alt: {} }, text],
  ['image', { ...hostile, src: 'data:text/html,<script>alert(1)</script>' }, text],
  ['video', { ...hostile, src: 'javascript:alert(1)', align: 'banner' }],
  ['file', { ...hostile, file: '//evil.example', name: 7, mime: 'text/html;x', size: -1 }],
  ['embed', { ...hostile, href: 'javascript:alert(1)' }],
  ['embed', { ...hostile, href: 'https://evil.example/' }],
  ['mathBlock', { ...hostile, latex: { toString: 'x' } }],
  ['pageBreak', hostile],
  ['toc', hostile],
  ['paragraph', { textAlign: 'left;x', indent: 1e9, dir: 'rtl" x' }, 'a', ['mathInline', hostile]],
  ['paragraph', {}, ['mention', { ...hostile, kind: 'banner', label: '<b>' }], ['footnote', hostile, text]],
  ['iframe', hostile],
  ['img', hostile],
]

test('[C1] [C4] nothing that anybody stores brings an attribute, a class, an address or an element of theirs', () => {
  const doc = bodyOf(...everything)
  const before = stored(doc)
  const { tags, attributes } = drawn(new Sheet(doc).shown)
  const harmless = [
    ...'a blockquote br code details div em figcaption figure h1 hr img input label li mark ol p pre s'.split(
      ' ',
    ),
    ...'span strong sub summary table tbody td tr u ul video'.split(' '),
  ]
  assert.deepEqual(
    [...tags].filter((tag) => !harmless.includes(tag)),
    [],
  )
  const names = new Set(attributes.map(([name]) => name))
  for (const name of Object.keys(hostile))
    if (!/^(?:data-unknown|class|src|href)$/.test(name)) assert.ok(!names.has(name), `${name} is not drawn`)
  const evil = hostile.src // an address of the web is an address of the web; which ones load is the page's policy
  for (const [name, value] of attributes) {
    if (name === 'class')
      assert.ok(value === null || value === undefined, `no class is drawn: ${String(value)}`)
    if (name === 'data-unknown') assert.match(String(value), /^\+?\d+-\d+$/)
    if (name === 'href') assert.equal(value, 'https://evil.example/')
    if (name === 'src') assert.equal(value, evil)
    if (name === 'data-width') assert.match(String(value), /^\d{2,3}$/)
    if (name === 'data-callout') assert.equal(value, 'note')
    if (name === 'start') assert.equal(typeof value, 'number')
    if (name === 'type') assert.match(String(value), /^(?:taskItem|taskList|checkbox)$/)
    if (name !== 'data-value') assert.doesNotMatch(`${name}=${String(value)}`, /alert|;x|" |\.\.\/|banner/)
  }
  assert.equal(stored(doc), before)
})

test('[C1] an address that is safe is drawn, whatever stands beside it', () => {
  const link = { link: { ...hostile, href: 'https://quire.example' } }
  const doc = bodyOf(['paragraph', {}, [{ insert: 'a', attributes: link }]])
  const { attributes } = drawn(new Sheet(doc).shown)
  assert.deepEqual(attributes, [
    ['href', 'https://quire.example'],
    ['target', '_blank'],
    ['rel', 'noopener noreferrer nofollow'],
  ])
})
