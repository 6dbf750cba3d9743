import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { StoreBusyError } from '../src/busy.ts'
import { openMemory } from '../src/memory.ts'
import { migrations } from '../src/migrate.ts'
import { searchTextOf } from '../src/search.ts'
import { termsOf } from '../src/search-words.ts'
import type { Store } from '../src/store.ts'
import { open } from './disk.ts'
import { folder } from './folder.ts'
import { TestTime } from './time.ts'
import { write } from './writing.ts'

const everything = (documents: readonly string[]) => ({ identity: 'eve', now: 0, documents })
const find = (store: Store, query: string, ...documents: string[]): Promise<string[]> =>
  store.search.find(query, everything(documents), 50)
/** What is shown of one document for a query, with what was found in brackets. */
const shown = async (store: Store, query: string, document: string): Promise<[string, string]> => {
  const [excerpt] = await store.search.excerpts(query, [document])
  const plain = (marked = ''): string => marked.replaceAll('\u0001', '[').replaceAll('\u0002', ']')
  return [plain(excerpt?.title), plain(excerpt?.snippet)]
}

const languages: [script: string, text: string, query: string, snippet: string][] = [
  [
    'Latin with accents',
    'We meet in Zürich, at the café.',
    'zurich CAFE',
    'We meet in [Zürich], at the [café].',
  ],
  ['German', 'Die Straße ist naß.', 'straße', 'Die [Straße] ist naß.'],
  ['Turkish', 'İstanbul güzel.', 'istanbul', '[İstanbul] güzel.'],
  ['Greek', 'Ο Οδυσσεύς γύρισε.', 'ΟΔΥΣΣΕΎΣ', 'Ο [Οδυσσεύς] γύρισε.'],
  ['Cyrillic', 'Ёлка и зайцы.', 'елка зай', '[Ёлка] и [зайцы].'],
  ['Arabic with vowel points', 'هذا كِتَابٌ جديد', 'كتاب', 'هذا [كِتَابٌ] جديد'],
  ['Hebrew', 'זה סֵפֶר חדש', 'ספר', 'זה [סֵפֶר] חדש'],
  [
    'Japanese, within a run',
    '今日は良い天気です。散歩に行く。',
    '天気',
    '今日は良い[天気]です。散歩に行く。',
  ],
  ['one character of Japanese', '黒い猫がいる', '猫', '黒い[猫]がいる'],
  ['Japanese with a voiced character', 'バスに乗る', 'バス', '[バス]に乗る'],
  ['Chinese, two words', '我们明天在北京开会', '北京 明天', '我们[明天]在[北京]开会'],
  ['Korean', '회의는 내일 열린다', '회의', '[회의는] 내일 열린다'],
  ['Thai', 'ฉันรักแมวมาก', 'แมว', 'ฉันรัก[แมว]มาก'],
  ['Hindi', 'यह हिन्दी है', 'हिन्दी', 'यह [हिन्दी] है'],
  ['full width', 'ＱＵＩＲＥ editor', 'quire', '[ＱＵＩＲＥ] editor'],
  ['beyond the first plane', 'the 𝒬𝓊𝒾𝓇ℯ 𠮷野家 is open', '𠮷野', 'the 𝒬𝓊𝒾𝓇ℯ [𠮷野]家 is open'],
]
for (const [script, text, query, snippet] of languages)
  test(`[L61] words are found and marked: ${script}`, async () => {
    const store = openMemory()
    await store.search.index('one', 1, '', text)
    await store.search.index('other', 1, '', 'nothing of that')
    assert.deepEqual(await find(store, query, 'one', 'other'), ['one'])
    assert.deepEqual(await shown(store, query, 'one'), ['', snippet])
  })

test('[L61] all words must stand there, the last one from two letters on also as a beginning', async () => {
  const store = openMemory()
  await store.search.index('one', 1, 'Annual plan', 'A budget for the whole of the year')
  for (const query of ['annual', 'budget', 'bud', 'an', 'plan bud', 'year BUDGET', 'a'])
    assert.deepEqual(await find(store, query, 'one'), ['one'], query)
  for (const query of ['', ' ', 'b', 'bud plan', 'udget', 'budgets', 'plan missing', '…'])
    assert.deepEqual(await find(store, query, 'one'), [], query)
  assert.deepEqual(await shown(store, 'annual bud', 'one'), [
    '[Annual] plan',
    'A [budget] for the whole of the year',
  ])
})

test('[L61] words in titles come first, then words that are repeated', async () => {
  const store = openMemory()
  await store.search.index('once', 1, 'Notes', 'a plan')
  await store.search.index('often', 1, 'Notes', 'plan plan plan')
  await store.search.index('title', 1, 'The plan', 'nothing')
  assert.deepEqual(await find(store, 'plan', 'once', 'often', 'title'), ['title', 'often', 'once'])
})

test('[L61] a snippet is short, whole words around the place where most of what was asked for is', async () => {
  const store = openMemory()
  const filler = 'word '.repeat(2000)
  await store.search.index('long', 1, '', `alpha ${filler} alpha-beta and gamma ${filler}`)
  const [, snippet] = await shown(store, 'beta gamma', 'long')
  assert.match(snippet, /^…word .* alpha-\[beta\] and \[gamma\] .*word…$/)
  assert.ok(snippet.length < 200, snippet)
  await store.search.index('spaceless', 1, '', `${'漢'.repeat(1000)}猫${'字'.repeat(1000)}`)
  const [, run] = await shown(store, '猫', 'spaceless')
  assert.match(run, /^…漢+\[猫\]字+…$/)
  await store.search.index('astral', 1, '', `${'𠮷'.repeat(1000)}猫${'𠮷'.repeat(1000)}`)
  const [, whole] = await shown(store, '猫', 'astral')
  assert.ok(whole.isWellFormed())
})

test('[O18] nothing that is typed is an operator, and nothing makes a search throw', async () => {
  const store = openMemory()
  await store.search.index('one', 1, 'title', 'a NEAR b body OR text')
  const queries = [
    '"',
    '"a',
    "'; DROP TABLE texts; --",
    'a NEAR(b)',
    'NEAR(a b, 2)',
    'title:a',
    '{title body}: a',
    '-a',
    '^a',
    'a*',
    '*',
    'a OR',
    'AND',
    'a + b',
    '(((((',
    '%',
    '_',
    '\\',
    '\0',
    '\n',
    '\t',
    'a\tb\n',
    '\u0001a\u0002',
    '\ud800',
    'a\udc00b',
    '\u202eabc',
    '🙂',
    '🙂️',
    '👩‍👩‍👧‍👦',
    'a\u0301\u0301\u0301',
    '\u0301',
    'x'.repeat(10_000),
    'a '.repeat(10_000),
    '猫'.repeat(10_000),
    Array.from({ length: 3000 }, (_, at) => `w${at}`).join(' '),
    '__proto__ constructor toString',
  ]
  for (const query of queries) {
    const found = await find(store, query, 'one')
    assert.ok(Array.isArray(found), query)
    await store.search.excerpts(query, ['one', 'none'])
  }
  assert.deepEqual(await find(store, 'b NEAR a', 'one'), ['one'])
  assert.equal(termsOf('a '.repeat(10_000)).length, 1)
  assert.equal(termsOf(Array.from({ length: 3000 }, (_, at) => `w${at}`).join(' ')).length, 16)
})

test('[O18] what is kept of a document for searching is bounded, whatever it holds', async () => {
  const texts = [
    'a '.repeat(10 * 2 ** 20),
    Array.from({ length: 400_000 }, (_, at) => `w${at.toString(36)}`).join(' '),
    'x'.repeat(20 * 2 ** 20),
    '漢'.repeat(7 * 2 ** 20),
    '\u0301'.repeat(2 ** 20),
    '\ufdfa '.repeat(2 ** 19), // each is 18 characters when it is folded
  ]
  for (const text of texts) {
    const { heading, words, title, body } = searchTextOf(text, text)
    assert.ok(heading.length <= 400_000 && words.length <= 600_000, `${heading.length} ${words.length}`)
    assert.ok(title.length <= 10_000 && body.length <= 500_000)
  }
  assert.equal(searchTextOf('', 'a '.repeat(3000)).words, `\na\t0,${(3000).toString(36)}`)
})

test('[O18] a search over repeated words is answered from a thread of its own and shows a short snippet', async () => {
  const store = await open(folder())
  const text = 'a '.repeat(3000)
  await store.documents.create('one', 'eve', '')
  await store.search.index('one', 1, text, text)
  const query = 'a '.repeat(128)
  assert.deepEqual(await find(store, query), ['one'])
  const [, snippet] = await shown(store, query, 'one')
  assert.ok(snippet.length < 600, `${snippet.length}`)
})

test('[O18] a search that does not end holds neither the writer nor the next search, and is given up', async () => {
  const time = new TestTime()
  const begun = new Int32Array(new SharedArrayBuffer(4))
  let threads = 0
  const store = await open(folder(), {
    time,
    searcher: (file) => {
      threads++
      return new Worker(new URL('./slow-search.ts', import.meta.url), { workerData: { file, begun } })
    },
  })
  await store.search.index('one', 1, '', 'a plan')
  const endless = assert.rejects(find(store, 'endless', 'one'), StoreBusyError)
  const next = find(store, 'plan', 'one')
  while (Atomics.load(begun, 0) === 0) await new Promise(setImmediate)
  // everybody else goes on
  const log = store.log('room')
  await log.load()
  await log.append(write(Uint8Array.of(1)))
  await store.documents.create('a', 'ada', '')
  assert.equal((await store.sharing.standing('a', 'ben', 0)).general, 'edit')
  await store.people.write({ id: 'ada', name: 'Ada', color: 1 })
  await store.check()
  time.pass(10_000)
  await endless
  assert.deepEqual(await next, ['one'])
  assert.equal(threads, 2)
})

test('[L61] what an earlier version had indexed is found after the migration', async () => {
  const home = folder()
  const db = new DatabaseSync(join(home, 'quire.db'))
  db.exec(
    `PRAGMA journal_mode = WAL; BEGIN; ${migrations().slice(0, 7).join(';\n')}; PRAGMA user_version = 7; COMMIT`,
  )
  db.exec("INSERT INTO indexed VALUES (1, 'one', 3), (5, 'two', 4)")
  const put = db.prepare('INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)')
  put.run(1, 'The plan', 'We meet in Zürich.')
  put.run(5, 'Long', `${'𠮷 '.repeat(600_000)} end`)
  db.close()
  const store = await open(home)
  assert.deepEqual(await find(store, 'zurich', 'one', 'two'), ['one'])
  assert.deepEqual(await shown(store, 'plan zur', 'one'), ['The [plan]', 'We meet in [Zürich].'])
  assert.deepEqual(await find(store, 'long 𠮷', 'one', 'two'), ['two'])
  assert.equal(await store.search.indexed('two'), 4)
  await store.search.index('one', 4, 'The plan', 'We meet in Bern.')
  assert.deepEqual(await find(store, 'zurich', 'one', 'two'), [])
  assert.deepEqual(await find(store, 'bern', 'one', 'two'), ['one'])
})
