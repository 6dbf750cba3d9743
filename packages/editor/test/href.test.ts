import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mark } from '@tiptap/pm/model'
import { safeHref, wholeHref } from '../src/href.ts'
import { schema } from '../src/schema.ts'

const grammar = schema()
/** What the page would put on screen for a link with this address. */
const drawn = (href: unknown): unknown => {
  const mark: Mark = grammar.mark('link', { href })
  return grammar.marks['link']?.spec.toDOM?.(mark, true)
}

const hostile = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\tscript:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'javascript&colon;alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://quire.example/1',
  '//quire.example',
  '/d/other',
  '#x',
  'https:/\u0000/quire.example',
  'http://a\njavascript:alert(1)',
  '',
  null,
  undefined,
  7,
  { toString: () => 'https://quire.example' },
]
for (const href of hostile)
  test(`[C1] a link to ${JSON.stringify(href)} leads nowhere`, () => {
    assert.equal(safeHref(href), null)
    assert.deepEqual(drawn(href), ['a', {}, 0])
  })

for (const href of [
  'https://quire.example/a b'.replace(' ', '%20'),
  'HTTP://quire.example',
  'mailto:ada@quire.example',
  'tel:+49-30',
])
  test(`a link to ${href} is drawn so that the page it opens cannot reach back`, () =>
    assert.deepEqual(drawn(href), ['a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, 0]))

test('a typed address is made whole', () => {
  assert.equal(wholeHref('quire.example'), 'https://quire.example')
  assert.equal(wholeHref(' quire.example/a?b '), 'https://quire.example/a?b')
  assert.equal(wholeHref('localhost:1234/d/x'), 'https://localhost:1234/d/x')
  assert.equal(wholeHref('http://quire.example'), 'http://quire.example')
  assert.equal(wholeHref('ada@quire.example'), 'mailto:ada@quire.example')
  assert.equal(wholeHref('mailto:ada@quire.example'), 'mailto:ada@quire.example')
})

test('[C1] a typed address with a foreign scheme is refused, not mended', () => {
  for (const typed of [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://quire.example',
    '',
    '   ',
    '/a',
    '#a',
  ])
    assert.equal(wholeHref(typed), null, typed)
})
