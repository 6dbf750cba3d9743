import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fragment } from '@tiptap/pm/model'
import type { Node } from '@tiptap/pm/model'
import type { JSONContent } from '@tiptap/core'
import { readMarkdown, writeMarkdown } from '../src/markdown.ts'
import { grammar } from './sheet.ts'
import { chanceOf, write } from './writer.ts'

const whole = (json: JSONContent): Node => {
  const joined = (node: Node): Node =>
    node.isText ? node : node.copy(Fragment.fromArray(node.children.map(joined)))
  const doc = joined(grammar.nodeFromJSON(json))
  doc.check()
  return doc
}

const seeds =
  process.env['SEED'] === undefined
    ? Array.from({ length: Number(process.env['SEEDS'] ?? 300) }, (_, i) => i)
    : [Number(process.env['SEED'])]
test(`a random document is the same after Markdown (SEEDS=${seeds.length})`, () => {
  for (const seed of seeds) {
    const doc = whole(write(chanceOf(seed)))
    const markdown = writeMarkdown(doc.toJSON())
    const again = whole(readMarkdown(markdown))
    assert.equal(JSON.stringify(again, null, 1), JSON.stringify(doc, null, 1), `SEED=${seed}\n${markdown}`)
  }
})

const signs = fc.array(
  fc.constantFrom(
    ...'# ## ` `` * ** _ __ [ ] ( ) ! < > / b br & amp; lt ; : :: ::: $ $$ = == ~ ~~ | \\ - --- + . 1. 2) ^ " @ a b c'.split(
      ' ',
    ),
    ' ',
    '  ',
    '\t',
    '\n',
    'www.a.de',
    'https://a.de',
    'a@b.de',
    '[^1]',
    '{a=b}',
    'é',
    '猫',
    '🙂',
    '\u00a0',
  ),
  { minLength: 1, maxLength: 12 },
)
const seed = process.env['SEED'] === undefined ? undefined : Number(process.env['SEED'])
const runs = { numRuns: 3_000, ...(seed === undefined ? {} : { seed }) }

test('any text is the same after Markdown, whatever its letters mean there', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(signs, fc.constantFrom('', 'bold', 'italic', 'strike', 'underline', 'code')), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.constantFrom(
        'paragraph',
        'heading',
        'listItem',
        'taskItem',
        'tableHeader',
        'detailsSummary',
        'footnote',
      ),
      (parts, place) => {
        const content = parts.map(([letters, mark]) => ({
          type: 'text',
          text: letters.join(''),
          ...(mark === '' ? {} : { marks: [{ type: mark }] }),
        }))
        const doc = whole({ type: 'doc', content: [holding(place, content)] })
        const markdown = writeMarkdown(doc.toJSON())
        assert.equal(JSON.stringify(whole(readMarkdown(markdown))), JSON.stringify(doc), markdown)
      },
    ),
    runs,
  )
})

const holding = (place: string, content: JSONContent[]): JSONContent => {
  const line = { type: 'paragraph', content }
  switch (place) {
    case 'listItem':
      return { type: 'bulletList', content: [{ type: place, content: [line] }] }
    case 'taskItem':
      return { type: 'taskList', content: [{ type: place, attrs: { checked: true }, content: [line] }] }
    case 'tableHeader':
      return { type: 'table', content: [{ type: 'tableRow', content: [{ type: place, content: [line] }] }] }
    case 'detailsSummary':
      return {
        type: 'details',
        content: [
          { type: place, content },
          { type: 'detailsContent', content: [{ type: 'paragraph' }] },
        ],
      }
    case 'footnote':
      return {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'a' },
          { type: 'footnote', content },
        ],
      }
    default:
      return { type: place, content }
  }
}

const reads: Record<string, [string, string]> = {
  'a heading of each level': ['# a\n\nb\n=\n\n###### c', 'heading("a"), heading("b"), heading("c")'],
  'marks of all kinds': [
    '**a** _b_ ~~c~~ `d` <u>e</u> H<sub>2</sub>O ==f== [g](https://quire.example)',
    'paragraph(bold("a"), " ", italic("b"), " ", strike("c"), " ", code("d"), " ", underline("e"), " H", subscript("2"), "O ", highlight("f"), " ", link("g"))',
  ],
  'lists within lists, by spaces or a tab': [
    '- a\n  1. b\n  2. c\n- d\n\t- e',
    'bulletList(listItem(paragraph("a"), orderedList(listItem(paragraph("b")), listItem(paragraph("c")))), listItem(paragraph("d"), bulletList(listItem(paragraph("e")))))',
  ],
  'tasks among items': [
    '- [x] a\n- [ ] b\n- c',
    'taskList(taskItem(paragraph("a")), taskItem(paragraph("b"))), bulletList(listItem(paragraph("c")))',
  ],
  'a table': [
    '| a | b |\n|:--|--:|\n| c \\| d | `e` |',
    'table(tableRow(tableHeader(paragraph("a")), tableHeader(paragraph("b"))), tableRow(tableCell(paragraph("c | d")), tableCell(paragraph(code("e")))))',
  ],
  'a callout': ['> [!WARNING]\n> a\n>\n> b', 'callout(paragraph("a"), paragraph("b"))'],
  'a quote that only looks like a callout': ['> [!NOBODY]\n> a', 'blockquote(paragraph("[!NOBODY] a"))'],
  details: [
    '<details>\n<summary>a <b>b</b></summary>\n\n- c\n\n</details>',
    'details(detailsSummary("a ", bold("b")), detailsContent(bulletList(listItem(paragraph("c")))))',
  ],
  notes: [
    'a[^x] b[^1]\n\n[^x]: first\n  goes on\n[^1]: second',
    'paragraph("a", footnote("first goes on"), " b", footnote("second"))',
  ],
  'a note that names itself': ['a[^1]\n\n[^1]: b[^1]', 'paragraph("a", footnote("b"))'],
  'a note that is nowhere': ['a[^1]', 'paragraph("a[^1]")'],
  formulas: ['so $a_1$\n\n$$\nb\n$$', 'paragraph("so ", mathInline), mathBlock'],
  'prices, which are no formulas': ['$5 and $6', 'paragraph("$5 and $6")'],
  'a picture on a line of its own': ['![a](https://quire.example/a.png)', 'image'],
  'a picture in a sentence': [
    'a ![b](https://quire.example/a.png) c',
    'paragraph("a "), image, paragraph(" c")',
  ],
  'a picture of no safe address': ['![b](javascript:alert(1))', 'paragraph("b")'],
  'a link of no safe address': ['[b](javascript:alert(1))', 'paragraph("b")'],
  'columns as directives': [
    '::::columns\n:::column\na\n:::\n:::column\nb\n:::\n::::',
    'columns(column(paragraph("a")), column(paragraph("b")))',
  ],
  'a directive that nobody knows': [':::poem{meter=iamb}\na\n:::', 'paragraph("a")'],
  'a directive that never ends': [':::tip\na', 'callout(paragraph("a"))'],
  'an embed of a site that may not be': [
    '::embed{href="https://evil.example"}',
    'paragraph("https://evil.example")',
  ],
  'HTML between blocks': [
    '<p align="center"><b>a</b></p>\n\n<!-- no -->\n\n<script>alert(1)</script>',
    'paragraph(bold("a"))',
  ],
  'code of a language': ['```ts title="x"\nlet a\n```', 'codeBlock("let a")'],
  nothing: ['', 'paragraph'],
}
for (const [name, [markdown, expected]] of Object.entries(reads))
  test(`read from Markdown: ${name}`, () =>
    assert.equal(whole(readMarkdown(markdown)).toString(), `doc(${expected})`))

test('what GitHub has a word for is written in that word', () => {
  const markdown = [
    '# Plan',
    'A **bold** and _fine_ word, `code`, a [link](https://quire.example) and a note.[^1]',
    '- one\n- two',
    '- [x] done\n- [ ] open',
    '> [!TIP]\n> Read it.',
    '| a | b |\n| --- | ---: |\n| 1 | 2 |',
    '```ts\nlet a\n```',
    '$$\n\\frac{a}{b}\n$$',
    '<details>\n<summary>More</summary>\n\nHidden.\n\n</details>',
    '![A cat](https://quire.example/cat.png)',
    '[^1]: Here.',
  ].join('\n\n')
  const written = writeMarkdown(whole(readMarkdown(markdown)).toJSON())
  assert.equal(written.replace('<!-- -->\n\n', '').trimEnd(), markdown)
})

for (const [name, markdown] of Object.entries({
  '20,000 quotes in one another': '>'.repeat(20_000) + 'a',
  '20,000 brackets': '['.repeat(20_000),
  '20,000 lists in one another': '- '.repeat(20_000),
  '20,000 stars': '*a '.repeat(20_000),
  '5,000 directives that never end': ':::tip\n'.repeat(5_000),
  '5,000 details in one another': '<details>\n'.repeat(5_000),
  'a hundred thousand dollars': '$'.repeat(100_000),
}))
  test(`[C9] ${name} are read as a document, and soon`, () => {
    const doc = readMarkdown(markdown)
    assert.equal(doc.type, 'doc') // the test runner's time limit is the other half
  })

test('[O25] Markdown that is made to be slow is read in time that grows as it does', async () => {
  const reading = spawn(process.execPath, [join(import.meta.dirname, 'reads.ts')])
  let read = ''
  reading.stdout.on('data', (text: Buffer) => (read += text.toString()))
  const late = setTimeout(() => reading.kill(), 120_000) // before, some took hours
  const [code] = (await once(reading, 'exit')) as [number | null]
  clearTimeout(late)
  assert.equal(code, 0, `only these were read: ${read}`)
})

test('[O25] a long line with many marks keeps all its text, and one with few its marks', () => {
  const textIn = (doc: JSONContent): string => (doc.text ?? '') + (doc.content ?? []).map(textIn).join('')
  const dense = '**a** [b](http://c) '.repeat(2_000)
  assert.match(textIn(readMarkdown(dense)), /^(?:a b ?){1000}/)
  assert.equal(textIn(readMarkdown('[a]('.repeat(2_000))), '[a]('.repeat(2_000))
  const words = 'word '.repeat(2_000)
  const [paragraph] = readMarkdown(`**${words}end** ${words}`).content ?? []
  assert.deepEqual(paragraph?.content?.[0], { type: 'text', text: `${words}end`, marks: [{ type: 'bold' }] })
})

test('[O25] a note that is named again and again is put where it is named while there is room', () => {
  const doc = readMarkdown(`${'[^a] '.repeat(20_000)}\n\n[^a]: ${'x'.repeat(20_000)}`)
  assert.ok(JSON.stringify(doc).length < 2_000_000)
  assert.equal(
    readMarkdown('[^a] [^a]\n\n[^a]: b').content?.[0]?.content?.filter(({ type }) => type === 'footnote')
      .length,
    2,
  )
})

test('things in a line keep their marks through Markdown', () => {
  const bold = [{ type: 'bold' }]
  const doc = {
    type: 'doc',
    content: [
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'so ', marks: bold },
          { type: 'mention', attrs: { kind: 'person', id: 'x', label: 'Ada' }, marks: bold },
          { type: 'text', text: ' says ' },
          { type: 'mathInline', attrs: { latex: 'a' }, marks: [{ type: 'italic' }] },
        ],
      },
    ],
  }
  const back = grammar.nodeFromJSON(readMarkdown(writeMarkdown(doc)))
  assert.equal(back.toString(), grammar.nodeFromJSON(doc).toString())
})
