import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundOf, isShort, sizeOf, withoutData } from '../src/pasting/bounds.ts'
import { looksLikeMarkdown } from '../src/pasting/looks.ts'
import { renameStyles } from '../src/paste.ts'

const bounds: Record<string, [string, string]> = {
  'a page as people write it': ['<h1>a</h1><p>b<br>c</p>'.repeat(1_000), 'fits'],
  '10 MB of text': [`<p>${'a'.repeat(10_000_000)}</p>`, 'too large'],
  '50,000 small elements': ['<i>a</i>'.repeat(50_000), 'too large'],
  '100,000 nested elements': ['<div>'.repeat(100_000), 'too deep'],
  '1,000 nested elements, closed again': ['<b>'.repeat(1_000) + '</b>'.repeat(1_000), 'too deep'],
  '30,000 elements that end by themselves': ['<li>a<br><p>b'.repeat(10_000), 'fits'],
  'what is no tag at all': ['1 < 2 <3 <> </> <'.repeat(50_000), 'fits'],
}
for (const [name, [html, expected]] of Object.entries(bounds))
  test(`pasted: ${name} ${expected === 'fits' ? 'may be read' : `is ${expected}`}`, () =>
    assert.equal(boundOf(html), expected))

test('pictures that text carries within itself count for nothing', () => {
  const html = `<p>a</p><img src="data:image/png;base64,${'A'.repeat(5_000_000)}"><p>b</p>`
  assert.equal(withoutData(html), '<p>a</p><img src=""><p>b</p>')
  assert.equal(boundOf(withoutData(html)), 'fits')
})

test('text of 10 MB is refused, and its size is told', () => {
  assert.ok(!isShort('a'.repeat(10_000_000)))
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
