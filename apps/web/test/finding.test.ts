import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schema } from '@quire/editor/schema'
import type { Node } from '@tiptap/pm/model'
import { EditorState } from '@tiptap/pm/state'
import { searchApart } from '../src/finding/expression.ts'
import type { Begin } from '../src/finding/expression.ts'
import { matchesIn, patternOf } from '../src/finding/match.ts'
import type { Match, Wanted } from '../src/finding/match.ts'
import { find, lineText, nextFrom, replacedAll, replacementOf } from '../src/finding/search.ts'

const grammar = schema()
const { nodes, marks } = grammar
const strong = marks['bold']?.create()
const line = (...content: (string | Node)[]): Node =>
  grammar.node(
    'paragraph',
    null,
    content.map((each) => (typeof each === 'string' ? grammar.text(each) : each)),
  )
const bold = (text: string): Node => grammar.text(text, strong === undefined ? [] : [strong])
const doc = (...blocks: Node[]): Node => grammar.node('doc', null, blocks)

const wanted = (query: string, options: Partial<Wanted> = {}): Wanted => ({
  query,
  exact: false,
  word: false,
  expression: false,
  ...options,
})
const patternFor = (what: Wanted): RegExp => {
  const pattern = patternOf(what)
  assert.ok(pattern)
  return pattern
}
const found = (text: string, what: Wanted): string[] =>
  matchesIn(text, patternFor(what)).map(({ from, to }) => text.slice(from, to))

test('what is typed is found as it is, signs of expressions included', () => {
  assert.deepEqual(found('1+1 is (2) [so] $3 a-b a/b', wanted('1+1')), ['1+1'])
  assert.deepEqual(found('1+1 is (2)', wanted('(2)')), ['(2)'])
  assert.deepEqual(found('a-b a/b', wanted('a-b')), ['a-b'])
  assert.deepEqual(found('.*', wanted('.*')), ['.*'])
})

test('case and whole words count only when asked for', () => {
  assert.deepEqual(found('Cat cats cat', wanted('cat')), ['Cat', 'cat', 'cat'])
  assert.deepEqual(found('Cat cats cat', wanted('cat', { exact: true })), ['cat', 'cat'])
  assert.deepEqual(found('Cat cats cat', wanted('cat', { word: true })), ['Cat', 'cat'])
  assert.deepEqual(found('Ärger ärgerlich', wanted('ärger', { word: true })), ['Ärger'])
})

test('an expression is read as one; what is none is told', () => {
  assert.deepEqual(found('b2 c33', wanted(String.raw`[a-z]\d+`, { expression: true })), ['b2', 'c33'])
  assert.equal(patternOf(wanted('(', { expression: true })), null)
  assert.deepEqual(found('aaa', wanted('x*', { expression: true })), [])
})

test('a line is searched place for place: what is no text counts with its size', () => {
  const hard = grammar.node('hardBreak')
  const two = line('cat', hard, 'cat')
  assert.equal(lineText(two), 'cat\ufffccat')
  const search = (each: Node): Match[] => matchesIn(lineText(each), patternFor(wanted('cat')))
  const page = doc(line('no'), two)
  for (const { from, to } of find(page, new WeakMap(), search))
    assert.equal(page.textBetween(from, to), 'cat')
})

test('lines that nobody has changed are not searched again', () => {
  const [a, b, c] = [line('one cat'), line('two'), line('three cats')]
  const known = new WeakMap<Node, readonly Match[]>()
  const searched: Node[] = []
  const search = (each: Node): Match[] => {
    searched.push(each)
    return matchesIn(lineText(each), patternFor(wanted('cat')))
  }
  assert.equal(find(doc(a, b, c), known, search).length, 2)
  const changed = line('two cats')
  assert.equal(find(doc(a, changed, c), known, search).length, 3)
  assert.deepEqual(searched, [a, b, c, changed])
})

test('the next match is the first that does not begin before the caret, and after the last comes the first', () => {
  const matches = [3, 9, 20].map((from) => ({ from, to: from + 1 }))
  assert.deepEqual(
    [0, 3, 4, 20, 21].map((at) => nextFrom(matches, at)),
    [0, 0, 1, 2, 0],
  )
  assert.equal(nextFrom([], 5), -1)
})

test('everything is replaced in one step, in its formatting, and lines without a match stay the very same', () => {
  const quiet = line('nothing here')
  const list = nodes['bulletList']?.create(null, nodes['listItem']?.create(null, line('a cat')))
  assert.ok(list)
  const state = EditorState.create({ doc: doc(line('cat ', bold('cat'), ' cat'), quiet, list, line('end')) })
  const what = wanted('cat')
  const pattern = patternFor(what)
  const { tr, count } = replacedAll(
    state,
    (each) => matchesIn(lineText(each), pattern),
    (text) => replacementOf(text, what, pattern, 'dog'),
  )
  assert.equal(count, 4)
  assert.equal(tr.steps.length, 1)
  const after = state.apply(tr).doc
  assert.equal(after.textBetween(0, after.content.size, '|'), 'dog dog dog|nothing here|a dog|end')
  assert.equal(after.child(0).child(1).marks[0]?.type.name, 'bold')
  assert.equal(after.child(1), quiet)
  assert.equal(after.child(3), state.doc.child(3))
  after.check()
})

test('an expression may put its groups into what replaces it; plain text is taken as it is', () => {
  const swap = wanted('(a)(b)', { expression: true })
  assert.equal(replacementOf('ab', swap, patternFor(swap), '$2$1'), 'ba')
  const plain = wanted('ab')
  assert.equal(replacementOf('ab', plain, patternFor(plain), '$2$1'), '$2$1')
})

test('replacing with nothing removes; nothing found changes nothing', () => {
  const state = EditorState.create({ doc: doc(line('cat')) })
  const pattern = patternFor(wanted('cat'))
  const all = (each: Node): Match[] => matchesIn(lineText(each), pattern)
  const { tr } = replacedAll(state, all, () => '')
  assert.equal(state.apply(tr).doc.textContent, '')
  assert.deepEqual(
    replacedAll(
      state,
      () => [],
      () => 'x',
    ),
    {
      tr: replacedAll(
        state,
        () => [],
        () => 'x',
      ).tr,
      count: 0,
    },
  )
})

test('a thread that does not answer is ended, and that it took too long is told', async () => {
  let ended = 0
  const silent: Begin = (ready) => {
    queueMicrotask(ready)
    return { ask: () => {}, end: () => void ended++ }
  }
  const asked = { wanted: wanted('(x+x+)+y', { expression: true }), texts: ['x'.repeat(40)] }
  assert.equal(await searchApart(asked, silent), null)
  assert.equal(ended, 1)
})

test('a search that is given up is ended at once', async () => {
  let ended = 0
  const silent: Begin = () => ({ ask: () => {}, end: () => void ended++ })
  const given = new AbortController()
  const answer = searchApart({ wanted: wanted('x'), texts: [] }, silent, given.signal)
  given.abort()
  assert.equal(await answer, null)
  assert.equal(ended, 1)
})

test('10,000 lines are searched once; a changed one costs one line', () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => line(`line ${i} with a cat`))
  const known = new WeakMap<Node, readonly Match[]>()
  let searched = 0
  const search = (each: Node): Match[] => {
    searched++
    return matchesIn(lineText(each), patternFor(wanted('cat')))
  }
  find(doc(...lines), known, search)
  assert.equal(find(doc(...lines.with(5_000, line('cat cat'))), known, search).length, 10_001)
  assert.equal(searched, 10_001)
})
