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
const text: object[] = [
  ...['bold', 'italic', 'underline', 'strike', 'code', 'link', 'onload', 'script'].map((mark) => ({
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
  ['iframe', hostile],
  ['img', hostile],
]

test('[C1] [C4] nothing that anybody stores brings an attribute, a class, an address or an element of theirs', () => {
  const doc = bodyOf(...everything)
  const before = stored(doc)
  const { tags, attributes } = drawn(new Sheet(doc).shown)
  const harmless = 'a blockquote br code div em h1 hr input label li ol p pre s span strong u ul'.split(' ')
  assert.deepEqual(
    [...tags].filter((tag) => !harmless.includes(tag)),
    [],
  )
  const names = new Set(attributes.map(([name]) => name))
  for (const name of Object.keys(hostile))
    if (name !== 'data-unknown') assert.ok(!names.has(name) || name === 'class', `${name} is not drawn`)
  for (const [name, value] of attributes) {
    if (name === 'class')
      assert.ok(value === null || value === undefined, `no class is drawn: ${String(value)}`)
    if (name === 'data-unknown') assert.match(String(value), /^\+?\d+-\d+$/)
    if (name === 'start') assert.equal(typeof value, 'number')
    if (name === 'type') assert.match(String(value), /^(?:taskItem|taskList|checkbox)$/)
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
