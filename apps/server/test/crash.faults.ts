import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openSqlite } from '@quire/storage/sqlite'
import * as Y from 'yjs'
import { folder, Raw, until } from './house.ts'
import { make, syncOf } from './place.ts'
import { Program } from './program.ts'
import { exactlyOnce, Writer } from './writer.ts'

// Real processes, killed.

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** Random numbers below 1, the same for the same seed. */
const chance = (from: number) => {
  let state = from
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test(`[D1] [P2] a server killed at thirty random instants under five people who type loses nothing it called saved (SEED=${seed})`, async (t) => {
  const random = chance(seed)
  const data = folder(t)
  const saved = new Set<string>()
  let program = new Program(t, ['--data-dir', data])
  const { id } = await make(program)
  for (let round = 0; round < 30; round++) {
    const sync = await syncOf(program)
    const people = Array.from({ length: 5 }, () => new Writer(`${sync}/${id}`))
    let typing = true
    const end = performance.now() + 60 + random() * 240
    for (let word = 0; typing; word++) {
      for (const [index, person] of people.entries()) person.write(`${round}.${index}.${word}`)
      await new Promise((resolve) => setTimeout(resolve, 4)) // they type; nothing is waited for
      typing = performance.now() < end
    }
    await program.stop('SIGKILL')
    await Promise.all(people.map(({ closed }) => closed))
    for (const person of people) for (const word of person.saved) saved.add(word)
    program = new Program(t, ['--data-dir', data])
  }
  const reader = new Writer(`${await syncOf(program)}/${id}`)
  await until('synced', () => reader.synced)
  t.diagnostic(`${saved.size} words were called saved`)
  assert.ok(saved.size > 300, `only ${saved.size} words were saved at all`)
  exactlyOnce(reader.words, saved)
  assert.equal(await program.stop(), 0)
})

test('[D2] what a crash took from the server comes back with whoever saw it, once, and as what its author wrote', async (t) => {
  const data = folder(t)
  const first = new Program(t, ['--data-dir', data])
  const url = await first.url()
  const cookies = await Promise.all(
    [0, 1].map(async () => (await fetch(`${url}/api/me`)).headers.get('set-cookie')?.split(';')[0] ?? ''),
  )
  const [ada = {}, ben = {}] = cookies.map((cookie) => ({ cookie }))
  const { id } = await make(first, ada)
  // a cookie counts where a browser vouches for the page; the next server has another port
  const as = (headers: object, at: string) => ({ headers: { ...headers, origin: at } })
  const author = new Writer(`${await syncOf(first)}/${id}`, as(ada, url))
  await until('synced', () => author.synced)
  author.write('early')
  await until('saved', () => author.settled)
  const observer = new Writer(`${await syncOf(first)}/${id}`, as(ben, url))
  await until('seen', () => observer.words.length === 1)

  const lock = new DatabaseSync(join(data, 'quire.db'))
  lock.exec('BEGIN IMMEDIATE')
  author.write('late')
  await until('relayed', () => observer.words.length === 2)
  await first.stop('SIGKILL')
  lock.close()
  assert.deepEqual(author.saved, ['early'])

  const second = new Program(t, ['--data-dir', data])
  const again = await second.url()
  const back = new Writer(`${await syncOf(second)}/${id}`, { ...as(ben, again), doc: observer.doc })
  await until('healed', () => back.settled)
  const other = new Writer(`${await syncOf(second)}/${id}`, as(ada, again))
  await until('there', () => other.words.length === 2)
  const returned = new Writer(`${await syncOf(second)}/${id}`, { ...as(ada, again), doc: author.doc })
  await until('settled', () => returned.settled)
  assert.deepEqual(other.words, ['early', 'late'])
  assert.equal(await second.metric('quire_notices_total{notice="healed"}'), 1)
  for (const objection of ['identity', 'damaged', 'role'])
    assert.equal(await second.metric(`quire_objections_total{objection="${objection}"}`), 0, objection)
  assert.equal(await second.stop(), 0)
})

test('[D14] with five hundred rooms a server is ready as fast as with none, after each of three crashes', async (t) => {
  const readyIn = async (home: string): Promise<{ program: Program; took: number }> => {
    const start = performance.now()
    const program = new Program(t, ['--data-dir', home, '--access', 'open'])
    assert.equal((await fetch(`${await program.url()}/ready`)).status, 200)
    return { program, took: performance.now() - start }
  }
  const data = folder(t)
  const store = await openSqlite(data)
  const doc = new Y.Doc()
  doc.getText('title').insert(0, 'some words ')
  const update = Y.encodeStateAsUpdate(doc)
  await Promise.all(
    Array.from({ length: 500 }, async (_, room) => {
      const log = store.log(`room-${room}`)
      await log.load()
      await log.append({ update, author: 'guest', owners: [], schema: 0 })
    }),
  )
  await store.close()
  for (let crash = 0; crash < 3; crash++) {
    const empty = await readyIn(folder(t))
    await empty.program.stop('SIGKILL')
    const { program, took } = await readyIn(data)
    assert.ok(took < Math.max(2000, 2 * empty.took), `${took} ms, and ${empty.took} without rooms`)
    const sync = await syncOf(program)
    const people = Array.from({ length: 20 }, (_, room) => new Writer(`${sync}/room-${room}`))
    for (const person of people) await until('synced', () => person.synced)
    await program.stop('SIGKILL')
  }
})

test('[D17] a backup of a busy server opens and holds everything that was saved before it began', async (t) => {
  const data = folder(t)
  const program = new Program(t, ['--data-dir', data])
  const { id } = await make(program)
  const person = new Writer(`${await syncOf(program)}/${id}`)
  await until('synced', () => person.synced)
  let word = 0
  const typing = setInterval(() => person.write(String(word++)), 15)
  t.after(() => clearInterval(typing))
  await until('a hundred saved', () => person.saved.length >= 100)
  const before = person.saved
  const copies = folder(t)
  const backup = new Program(t, ['backup', join(copies, 'quire.db'), '--data-dir', data])
  assert.equal(await backup.exit, 0, backup.errors)
  assert.ok(person.saved.length > before.length, 'it was busy meanwhile')
  clearInterval(typing)
  const store = await openSqlite(copies)
  t.after(() => store.close())
  const { base, tail } = await store.log(id).load()
  const copy = new Y.Doc()
  for (const update of [base.state, ...tail]) Y.applyUpdate(copy, update)
  exactlyOnce(copy.getText('title').toString().trim().split(' '), before)
  assert.equal(await program.stop(), 0)
})

test('[D15] after a restore no newer copy of ours merges in, and a stock client brings its text back once', async (t) => {
  const data = folder(t)
  const copy = join(folder(t), 'copy.db')
  const first = new Program(t, ['--data-dir', data])
  const { id, epoch } = await make(first)
  const ada = new Writer(`${await syncOf(first)}/${id}`, { epoch })
  await until('synced', () => ada.synced)
  ada.write('old')
  await until('saved', () => ada.settled)
  assert.equal(await new Program(t, ['backup', copy, '--data-dir', data]).exit, 0)
  ada.write('new')
  await until('saved', () => ada.settled)
  assert.equal(await first.stop(), 0)
  assert.equal(await new Program(t, ['restore', copy, '--data-dir', data]).exit, 0)

  const second = new Program(t, ['--data-dir', data])
  const sync = await syncOf(second)
  const back = new Writer(`${sync}/${id}`, { doc: ada.doc, epoch })
  assert.deepEqual(await back.closed, { code: 4410, reason: 'other-epoch' })
  const reader = new Writer(`${sync}/${id}`)
  await until('synced', () => reader.synced)
  assert.deepEqual(reader.words, ['old'])
  const stock = new Writer(`${sync}/${id}`, { doc: ada.doc }) // it tells no epoch
  await until('merged', () => stock.settled && reader.words.length === 2)
  assert.deepEqual(reader.words, ['old', 'new'])
  assert.equal(await second.stop(), 0)
})

test('[D27] after a restore with --refuse-stock a stock client is turned away with 4410, and its newer text does not merge', async (t) => {
  const data = folder(t)
  const copy = join(folder(t), 'copy.db')
  const first = new Program(t, ['--data-dir', data])
  const { id, epoch } = await make(first)
  const ada = new Writer(`${await syncOf(first)}/${id}`, { epoch })
  await until('synced', () => ada.synced)
  ada.write('old')
  await until('saved', () => ada.settled)
  assert.equal(await new Program(t, ['backup', copy, '--data-dir', data]).exit, 0)
  ada.write('new')
  await until('saved', () => ada.settled)
  assert.equal(await first.stop(), 0)
  const both = new Program(t, ['restore', copy, '--heal', '--refuse-stock', '--data-dir', data])
  assert.equal((await both.fails()).code, 64)
  const restore = new Program(t, ['restore', copy, '--refuse-stock', '--data-dir', data])
  assert.equal(await restore.exit, 0, restore.errors)
  assert.match(restore.output, /Clients other than the page of Quire are turned away for 24 hours\./)

  for (const start of ['first', 'second']) {
    const program = new Program(t, ['--data-dir', data])
    const room = `${await syncOf(program)}/${id}`
    const stock = new Raw(room)
    assert.deepEqual(await stock.closed, { code: 4410, reason: 'other-epoch' }, start)
    const reader = new Writer(room) // a page that holds nothing yet
    await until('synced', () => reader.synced)
    assert.deepEqual(reader.words, ['old'])
    assert.equal(await program.stop(), 0)
  }
  // a day of running later
  const db = new DatabaseSync(join(data, 'quire.db'))
  db.exec('UPDATE store SET running = running + 86400000')
  db.close()
  const last = new Program(t, ['--data-dir', data])
  await new Raw(`${await syncOf(last)}/${id}`).open()
  assert.equal(await last.stop(), 0)
})
