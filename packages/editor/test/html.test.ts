import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeHtml } from '../src/html.ts'
import { readMarkdown } from '../src/markdown.ts'
import { bodyOf, grammar, Sheet } from './sheet.ts'
import { chanceOf, write } from './writer.ts'

const html = (markdown: string): string => writeHtml(grammar.nodeFromJSON(readMarkdown(markdown)))

const pages: Record<string, [string, string]> = {
  'headings and marks': ['## a **b _c_**', '<h2>a <strong>b <em>c</em></strong></h2>'],
  'a link': [
    '[a](https://quire.example/?a=1&b)',
    '<p><a href="https://quire.example/?a=1&amp;b" target="_blank" rel="noopener noreferrer nofollow">a</a></p>',
  ],
  'a table': [
    '| a |\n| ---: |\n| b |',
    '<table><tbody><tr><th data-align="right"><p>a</p></th></tr><tr><td data-align="right"><p>b</p></td></tr></tbody></table>',
  ],
  code: ['```ts\na < b\n```', '<pre><code class="language-ts">a &lt; b</code></pre>'],
  details: [
    '<details>\n<summary>a</summary>\n\nb\n\n</details>',
    '<details open="open"><summary>a</summary><div><p>b</p></div></details>',
  ],
  'a callout': ['> [!TIP]\n> a', '<div data-callout="tip"><p>a</p></div>'],
  'a picture': [
    '![a "cat"](https://quire.example/a.png)',
    '<figure><img src="https://quire.example/a.png" alt="a &quot;cat&quot;"></figure>',
  ],
  'notes, at the end': [
    'a[^1]\n\n[^1]: **b**',
    '<p>a<sup id="note-ref-1"><a href="#note-1">1</a></sup></p><hr><ol><li id="note-1"><strong>b</strong> <a href="#note-ref-1">↩</a></li></ol>',
  ],
  'a formula': ['$x<y$', '<p><span data-latex="x&lt;y" data-math="">x&lt;y</span></p>'],
}
for (const [name, [markdown, expected]] of Object.entries(pages))
  test(`as HTML: ${name}`, () => assert.equal(html(markdown), expected))

test('[C1] random documents and hostile ones bring only elements of the grammar, and no text becomes one', () => {
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
  const bodies = [
    new Sheet(
      bodyOf(
        ['paragraph', { dir: hostile, textAlign: hostile }, hostile],
        ['codeBlock', { language: hostile }, hostile],
        ['image', { src: `https://a.example/${hostile}`, alt: hostile }, hostile],
        ['paragraph', {}, ['mention', { label: hostile, id: hostile }], ['mathInline', { latex: hostile }]],
        ['embed', { href: `https://a.example/${hostile}` }],
        ['poem', { a: hostile }, hostile],
      ),
    ).shown,
    ...Array.from({ length: 100 }, (_, seed) => grammar.nodeFromJSON(write(chanceOf(seed)))),
  ]
  const tags = new Set<string>()
  for (const body of bodies)
    for (const [, tag = ''] of writeHtml(body).matchAll(/<([^\s>/]+)/g)) tags.add(tag)
  const allowed =
    'a blockquote br code details div em figcaption figure h1 h2 h3 h4 h5 h6 hr img input label li mark'
  const others = 'ol p pre s span strong sub summary sup table tbody td th tr u ul video'
  assert.deepEqual(
    [...tags].filter((tag) => !`${allowed} ${others}`.split(' ').includes(tag)),
    [],
  )
})
