import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { titleRoot } from '../src/roots.ts'
import { languageOf, setLanguage } from '../src/language.ts'
import { retitle, splice, titleOf } from '../src/title.ts'
import { chanceOf } from './writer.ts'

/** Two pages on one document that holds this title. */
const pages = (title: string): { ada: Y.Doc; ben: Y.Doc; meet: () => void } => {
  const ada = new Y.Doc()
  const ben = new Y.Doc()
  ada.clientID = 1
  ben.clientID = 2
  retitle(ada, title)
  const meet = (): void => {
    Y.applyUpdate(ben, Y.encodeStateAsUpdate(ada))
    Y.applyUpdate(ada, Y.encodeStateAsUpdate(ben))
  }
  meet()
  return { ada, ben, meet }
}

test('two people who change different words of a title keep both changes', () => {
  const { ada, ben, meet } = pages('A plan for June')
  retitle(ada, 'The plan for June')
  retitle(ben, 'A plan for July')
  meet()
  assert.equal(titleOf(ada), 'The plan for July')
  assert.equal(titleOf(ben), 'The plan for July')
})

test('a title that stays as it is is not written again', () => {
  const { ada } = pages('Same')
  let updates = 0
  ada.on('update', () => updates++)
  retitle(ada, 'Same')
  assert.equal(updates, 0)
})

test('lists show one line, trimmed and at most 200 characters long, with no character cut in two', () => {
  const doc = new Y.Doc()
  doc.getText(titleRoot).insert(0, '  two\nlines\u2028here\u0000  ')
  assert.equal(titleOf(doc), 'two lines here')
  retitle(doc, '🙂'.repeat(300))
  assert.equal(titleOf(doc), '🙂'.repeat(200))
  assert.equal(titleOf(new Y.Doc()), '')
})

test('a change of one half of a pair replaces the whole character', () => {
  assert.deepEqual(splice('a🙂b', 'a🙃b'), { at: 1, remove: 2, insert: '🙃' })
  assert.deepEqual(splice('🙂', '🙂🙂'), { at: 2, remove: 0, insert: '🙂' })
})

test('any title becomes any other, and only well-formed text is ever written (seeded)', () => {
  const letters = ['a', 'b', '🙂', '🙃', '猫', ' ']
  for (let seed = 0; seed < 500; seed++) {
    const chance = chanceOf(seed)
    const word = (): string =>
      Array.from(
        { length: Math.floor(chance() * 8) },
        () => letters[Math.floor(chance() * letters.length)],
      ).join('')
    const from = word()
    const to = word()
    const { at, remove, insert } = splice(from, to)
    assert.equal(from.slice(0, at) + insert + from.slice(at + remove), to, `SEED=${seed}`)
    assert.ok(insert.isWellFormed() && from.slice(at, at + remove).isWellFormed(), `SEED=${seed}`)
  }
})

test('the language stands with the title and does not touch it; who says it last is heard by all', () => {
  const { ada, ben, meet } = pages('A plan')
  setLanguage(ada, 'de-CH')
  retitle(ben, 'A plan for June')
  meet()
  for (const page of [ada, ben]) {
    assert.equal(languageOf(page), 'de-CH')
    assert.equal(titleOf(page), 'A plan for June')
  }
  setLanguage(ben, null)
  meet()
  assert.equal(languageOf(ada), null)
})

test('[C7] what is no language is none', () => {
  for (const value of ['', 'x', '"><script>', 'de_DE', 7, { lang: 'de' }, 'a'.repeat(500)]) {
    const { ada } = pages('')
    ada.getText(titleRoot).setAttribute('lang', value)
    assert.equal(languageOf(ada), null, JSON.stringify(value))
  }
  const { ada } = pages('')
  setLanguage(ada, 'no language')
  assert.equal(languageOf(ada), null)
})
