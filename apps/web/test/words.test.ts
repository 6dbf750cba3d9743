import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { apiRefusals } from '../src/api.ts'
import * as arabic from '../src/words/arabic.ts'
import type { Dictionary } from '../src/words/dictionary.ts'
import * as english from '../src/words/english.ts'
import * as french from '../src/words/french.ts'
import * as german from '../src/words/german.ts'
import * as japanese from '../src/words/japanese.ts'
import { languages } from '../src/words/language.ts'
import * as spanish from '../src/words/spanish.ts'

const dictionaries: Readonly<Record<string, Dictionary>> = { german, french, spanish, japanese, arabic }

/** What is the same in two languages by right: names, and words that one has from the other. */
const alike = new Set([
  'Quire',
  'Alt',
  'Code',
  'Emoji',
  'Color',
  'Orange',
  'Magenta',
  'Link',
  'Link to file',
  'Text',
  'Video',
  'Image',
  'Documents',
  'Document',
  'Offline',
  'System',
  'Status: 7',
  'Menu',
  'Navigation',
  'Mention',
  'Plan',
  'Actions',
  'iframe youtube figma link',
])

/** Every sentence of a dictionary by its way to it; functions are called with what can be found again. */
const sentences = (value: unknown, way = ''): readonly (readonly [way: string, sentence: string])[] => {
  if (typeof value === 'string') return [[way, value]]
  if (typeof value === 'function') {
    return [[`${way}()`, String(value(...sentinels))]]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => sentences(one, `${way}/${key}`))
}
// they do for names as well as for numbers
const sentinels = [7, 8, 9] as const

/** Which of its arguments a sentence shows, in any order. */
const shown = (sentence: string): readonly string[] => (sentence.match(/[789]/g) ?? []).toSorted()

for (const [name, dictionary] of Object.entries(dictionaries)) {
  const said = new Map(sentences({ ...dictionary }))

  test(`${name} says everything that English says, and nothing of it is empty`, () => {
    const wanted = sentences({ ...english }).map(([way]) => way)
    // the API's refusals are the server's own sentences in English
    const there = [...said.keys()].filter((way) => !way.startsWith('/errorWords/'))
    assert.deepEqual(there.toSorted(), wanted.toSorted())
    for (const [way, sentence] of said) assert.notEqual(sentence.trim(), '', `${way} is empty`)
  })

  test(`nothing in ${name} was left in English`, () => {
    for (const [way, sentence] of sentences({ ...english }))
      if (/\p{L}{2}/u.test(sentence) && !alike.has(sentence)) assert.notEqual(said.get(way), sentence, way)
  })

  test(`each sentence of ${name} uses what it is given, as the English one does`, () => {
    for (const [way, sentence] of sentences({ ...english }))
      if (way.endsWith('()'))
        assert.deepEqual(shown(said.get(way) ?? ''), shown(sentence), `${way}: ${said.get(way) ?? ''}`)
  })

  test(`${name} has words for everything that the API may refuse`, () => {
    for (const refusal of apiRefusals)
      assert.notEqual(dictionary.errorWords[refusal]?.trim() ?? '', '', refusal)
  })
}

test('the page knows every refusal of the API, and no other', () => {
  const source = readFileSync(new URL('../../server/src/api/errors.ts', import.meta.url), 'utf8')
  const [, table = ''] = /const apiErrors = \{([\s\S]*?)\}/.exec(source) ?? []
  const names = [...table.matchAll(/^\s*'?([a-z-]+)'?: \d+/gm)].map(([, refusal = '']) => refusal)
  assert.deepEqual(names.toSorted(), [...apiRefusals].toSorted())
})

test('Arabic counts in its six ways', () => {
  const counted = [0, 1, 2, 3, 11, 100].map((n) => arabic.words['insert.results'](n))
  assert.deepEqual(counted, ['0 نتيجة', 'نتيجة واحدة', 'نتيجتان', '3 نتائج', '11 نتيجة', '100 نتيجة'])
})

test('numbers are written as the language writes them', () => {
  assert.equal(german.words['insert.results'](1_234), '1.234 Ergebnisse')
  assert.equal(french.words['insert.results'](0), '0 résultat')
  assert.equal(english.words['insert.results'](1_234), '1,234 results')
})

/** Runs the small script in index.html in a browser that wants these languages, and tells what it chose. */
const choose = (wanted: readonly string[], kept: string | null): { lang: string; dir: string } => {
  const html = readFileSync(new URL('../index.html', import.meta.url), 'utf8')
  const script = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].find(([, text = '']) =>
    text.includes('languages'),
  )
  const documentElement = { lang: 'en', dir: '' }
  runInNewContext(script?.[1] ?? '', {
    navigator: { languages: wanted },
    localStorage: { getItem: () => kept },
    document: { documentElement },
  })
  return documentElement
}

test('the page speaks the first language of the browser that it knows', () => {
  assert.equal(choose(['de-AT', 'en'], null).lang, 'de')
  assert.equal(choose(['nl', 'fr-CA', 'en'], null).lang, 'fr')
  assert.deepEqual({ ...choose(['ar-EG'], null) }, { lang: 'ar', dir: 'rtl' })
  assert.deepEqual({ ...choose(['nl', 'tlh'], null) }, { lang: 'en', dir: 'ltr' })
  assert.equal(choose([], null).lang, 'en')
})

test('what somebody chose goes before what their browser wants, if the page speaks it', () => {
  assert.equal(choose(['de'], 'ja').lang, 'ja')
  assert.equal(choose(['de'], 'tlh').lang, 'de')
})

test('every language that can be chosen is one that the small script knows', () => {
  for (const { code } of languages) assert.equal(choose([`${code}-XX`], null).lang, code)
})
