import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plain, ranked } from '../src/hands/ranking.ts'
import { typedAfter } from '../src/hands/trigger.ts'
import { emoji, findEmoji, toned } from '../src/emoji/emoji.ts'
import { beside } from '../src/ui/beside.ts'

const slash = { char: '/', spaces: true }
const colon = { char: ':', spaces: false }

test('a menu is called at the start of a block and after a space, not within a word or an address', () => {
  assert.equal(typedAfter('/', slash), '')
  assert.equal(typedAfter('/head', slash), 'head')
  assert.equal(typedAfter('see /heading 2', slash), 'heading 2')
  assert.equal(typedAfter('\ufffc/x', slash), 'x')
  assert.equal(typedAfter('and/or', slash), null)
  assert.equal(typedAfter('https://a.org/b', slash), null)
  assert.equal(typedAfter('no call', slash), null)
})

test('a menu goes when a space follows its character, or more than anybody would look for', () => {
  assert.equal(typedAfter('/ and', slash), null)
  assert.equal(typedAfter('/two  spaces', slash), null)
  assert.equal(typedAfter(':smi le', colon), null)
  assert.equal(typedAfter(`/${'x'.repeat(31)}`, slash), null)
  assert.equal(typedAfter('/ab\ufffc', slash), null)
})

const items = [
  { name: 'text', label: 'Text', aliases: 'paragraph plain' },
  { name: 'heading1', label: 'Heading 1', aliases: 'title h1' },
  { name: 'heading2', label: 'Heading 2', aliases: 'subtitle h2' },
  { name: 'table', label: 'Table', aliases: 'grid' },
  { name: 'toc', label: 'Table of contents', aliases: 'outline headings' },
  { name: 'taskList', label: 'Task list', aliases: 'todo check' },
  { name: 'ue', label: 'Überschrift' },
]
const names = (query: string, uses?: ReadonlyMap<string, number>) =>
  ranked(items, query, uses).map(({ name }) => name)

test('what begins with what was typed comes first, then other words for it, words in it, and letters in order', () => {
  assert.deepEqual(names('hea'), ['heading1', 'heading2', 'toc'])
  assert.deepEqual(names('h2'), ['heading2'])
  assert.deepEqual(names('list'), ['taskList'])
  assert.deepEqual(names('tskl'), ['taskList'])
  assert.deepEqual(names('zzz'), [])
})

test('of what matches equally well the more often used comes first', () => {
  assert.deepEqual(names('ta'), ['table', 'toc', 'taskList'])
  assert.deepEqual(names('ta', new Map([['taskList', 3]])), ['taskList', 'table', 'toc'])
})

test('nothing typed leaves everything in its order, whatever was used', () => {
  assert.deepEqual(
    names('', new Map([['toc', 9]])),
    items.map(({ name }) => name),
  )
})

test('accents and case do not matter', () => {
  assert.equal(plain('Été'), 'ete')
  assert.deepEqual(names('uber'), ['ue'])
  assert.deepEqual(names('ÜBER'), ['ue'])
})

const room = { width: 1000, top: 0, bottom: 800 }
const box = { width: 300, height: 200 }
const place = (left: number, top: number) => ({ left, right: left + 10, top, bottom: top + 20 })

test('what opens beside a place stands on its side, on the other where there is no room, and in the window', () => {
  assert.deepEqual(beside(place(100, 100), box, room, 'below'), { left: 100, top: 126 })
  assert.deepEqual(beside(place(100, 100), box, room, 'above'), { left: 100, top: 126 })
  assert.deepEqual(beside(place(100, 700), box, room, 'below'), { left: 100, top: 494 })
  assert.deepEqual(beside(place(500, 100), box, room, 'below', 'end'), { left: 210, top: 126 })
  assert.deepEqual(beside(place(950, 400), box, room, 'above', 'center'), { left: 692, top: 194 })
  const low = { ...room, bottom: 240 }
  assert.deepEqual(beside(place(0, 100), box, low, 'below'), { left: 8, top: 32 })
})

test('emoji are found by their names and other words, and have a tone only where there is one', () => {
  const first = (query: string): string | undefined => findEmoji(query, new Map(), 1)[0]?.name
  assert.equal(first('grinning face'), '😀')
  assert.ok(findEmoji('thumbs', new Map(), 5).some(({ name }) => name.startsWith('👍')))
  assert.equal(findEmoji('smile', new Map(), 3).length, 3)
  const hand = emoji.find(({ name }) => name.startsWith('👋'))
  const face = emoji.find(({ name }) => name === '😀')
  assert.ok(hand !== undefined && face !== undefined)
  assert.equal(toned(hand, 5), '👋🏿')
  assert.equal(toned(hand, 0), hand.name)
  assert.equal(toned(hand, 9), hand.name)
  assert.equal(toned(face, 3), '😀')
  assert.ok(emoji.length > 1_500)
})
