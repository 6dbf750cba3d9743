import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Shelf } from '../src/shelf.ts'
import { Drawer } from './drawer.ts'

const entry = (id: string, at = 1, document = 'd') => ({
  id,
  document,
  title: 'Minutes',
  at,
  reason: 'damaged' as const,
  text: 'What I wrote',
  state: crypto.getRandomValues(new Uint8Array(20_000)),
})

test('[L9] an entry is there for every page of the browser, byte by byte, the newest first', () => {
  const drawer = new Drawer()
  const shelf = new Shelf(drawer)
  const [one, two] = [entry('one', 1), entry('two', 2)]
  shelf.put(one)
  shelf.put(two)
  shelf.put(entry('elsewhere', 3, 'another'))
  const other = new Shelf(drawer)
  assert.deepEqual(other.list('d'), [
    { ...two, kept: 'whole' },
    { ...one, kept: 'whole' },
  ])
  other.remove('one')
  assert.deepEqual(
    shelf.list('d').map(({ id }) => id),
    ['two'],
    'what one page discards is gone for all',
  )
})

test('[L5] a copy that is too large for the browser: the text is kept, and the page still holds the rest', () => {
  const drawer = new Drawer(10_000)
  const shelf = new Shelf(drawer)
  const large = entry('large')
  assert.equal(shelf.put(large).kept, 'text')
  assert.equal(shelf.fragile, false)
  assert.deepEqual(shelf.list('d'), [{ ...large, kept: 'text' }])
  assert.deepEqual(new Shelf(drawer).list('d'), [{ ...large, state: null, kept: 'text' }])
})

test('[L5] a browser that keeps nothing: the page holds the entry, and knows that leaving would lose it', () => {
  for (const drawer of [new Drawer(0), null]) {
    const shelf = new Shelf(drawer)
    const kept = shelf.put(entry('x'))
    assert.equal(kept.kept, 'nothing')
    assert.equal(shelf.fragile, true)
    assert.deepEqual(shelf.list('d'), [kept])
    shelf.remove('x')
    assert.equal(shelf.fragile, false)
    assert.deepEqual(shelf.list('d'), [])
  }
})

test('what others put into the storage under our name is passed over', () => {
  const drawer = new Drawer()
  const junk = [
    '',
    'x',
    'null',
    '[]',
    '{}',
    '{"id":1}',
    '{"id":"a","document":"d","title":"","at":1,"reason":"x"}',
  ]
  junk.push('{"id":"a","document":"d","title":"","at":1,"reason":"role","text":"t","state":"%%%"}')
  for (const [at, text] of junk.entries()) drawer.setItem(`quire.recovered.${at}`, text)
  assert.deepEqual(new Shelf(drawer).list('d'), [])
})
