import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { advance, migrations } from '../src/migrate.ts'
import { openSqlite } from '../src/sqlite.ts'
import type { Store } from '../src/store.ts'
import { folder } from './folder.ts'
import { write, writer } from './writing.ts'

const file = (room: string, id: string, size: number, author: string) => ({
  room,
  id,
  hash: 'a'.repeat(64),
  name: 'cat.png',
  mime: 'image/png',
  size,
  width: null,
  height: null,
  author,
  created: 7,
})

/** What the tables say when everything in them is added up: by person, and in all under `''`. */
const addedUp = (db: DatabaseSync): Map<string, number> => {
  const sums = new Map<string, number>()
  const add = (sql: string): void => {
    for (const { owner, bytes } of db.prepare(sql).all()) {
      if (String(owner) !== '') sums.set(String(owner), (sums.get(String(owner)) ?? 0) + Number(bytes))
      sums.set('', (sums.get('') ?? 0) + Number(bytes))
    }
  }
  add('SELECT author AS owner, size AS bytes FROM files')
  add("SELECT owner, 4096 AS bytes FROM documents WHERE owner <> ''")
  for (const [table, column] of [
    ['updates', 'bytes'],
    ['runs', 'bytes'],
    ['bases', 'state'],
    ['history', 'bytes'],
  ] as const)
    add(`SELECT coalesce(documents.owner, '') AS owner, length(${table}.${column}) AS bytes FROM ${table}
      JOIN rooms ON rooms.id = ${table}.room
      LEFT JOIN documents ON documents.id = substr(rooms.name, 1, instr(rooms.name || '/', '/') - 1)`)
  return sums
}

const counted = (db: DatabaseSync): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const { owner, bytes } of db.prepare('SELECT owner, bytes FROM usage WHERE bytes <> 0').all())
    sums.set(String(owner), Number(bytes))
  return sums.set('', Number(db.prepare('SELECT bytes FROM total_usage').get()?.['bytes']))
}

const sorted = (sums: Map<string, number>): [string, number][] =>
  [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1))

const append = async (store: Store, room: string, text: string, compact: boolean): Promise<void> => {
  const { doc, said } = writer(1)
  for (let i = 0; i < 20; i++) doc.getText('text').insert(0, text)
  const log = store.log(room)
  await log.load()
  for (const update of said) await log.append(write(update))
  if (compact) await log.compact()
}

test('[O23] [L67] what is stored for whom is what the tables add up to, whatever was done', async (t) => {
  const home = folder()
  let store = await openSqlite(home)
  const letters = 'All happy families are alike. '.repeat(60)
  for (const [id, owner] of [
    ['a', 'ada'],
    ['b', 'ada'],
    ['c', 'ben'],
    ['d', 'guest'],
  ] as const)
    await store.documents.create(id, owner, '')
  assert.equal((await store.usage('ada')).own, 8192)
  await append(store, 'a', letters, true)
  await append(store, 'a/comments', letters, false)
  await append(store, 'b', 'small', false)
  await append(store, 'c', letters, true)
  await append(store, 'no-document', letters, true)
  await store.files.add(file('a', 'x', 1000, 'ada'), 1, 1e9)
  await store.files.add(file('a', 'x', 1000, 'ben'), 1, 1e9) // it is there already
  await store.files.add(file('d', 'y', 500, 'guest'), 1, 1e9)
  await store.files.share('a', 'c', 'ben', 1)
  assert.ok((await store.documentSize('a')) > 1000 + letters.length)
  assert.equal((await store.usage('ben')).own - 1000 > letters.length, true)

  const ada = await store.usage('ada')
  await store.close()
  const check = (): void => {
    const db = new DatabaseSync(join(home, 'quire.db'))
    assert.deepEqual(sorted(counted(db)), sorted(addedUp(db)))
    db.close()
  }
  check()
  store = await openSqlite(home)
  t.after(() => store.close())
  const small = (await store.usage('ada')).own - ada.own
  assert.ok(small > 0 && small < 2000, 'what was in the journal counts now')

  // handed over, signed in, deleted
  const before = await store.usage('ada')
  assert.ok(await store.sharing.hand('a', 'ada', 'ben', 1))
  const after = await store.usage('ada')
  assert.ok(after.own < before.own - letters.length)
  assert.equal(after.total, before.total)
  await store.accounts.add({ id: '@cy', email: 'cy@example.org', verified: true, password: null, made: 1 })
  await store.accounts.become('guest', '@cy')
  assert.deepEqual([(await store.usage('guest')).own, (await store.usage('@cy')).own], [0, 4596])
  await store.documents.trash('c')
  assert.equal((await store.usage('ben')).total, before.total)
  await store.documents.purge('c')
  await store.files.drop({ room: 'c', id: 'x', due: 1, missed: true })
  assert.ok((await store.usage('ben')).total < before.total - letters.length)
  await append(store, 'd', letters, true)
  await store.close()
  check()
})

test('[O23] what was stored before it was counted counts from then on', () => {
  const db = new DatabaseSync(':memory:')
  const steps = migrations()
  advance(
    db,
    steps.slice(
      0,
      steps.findIndex((step) => step.includes('total_usage')),
    ),
  )
  db.exec(`INSERT INTO rooms (id, name) VALUES (1, 'a'), (2, 'a/comments'), (3, 'elsewhere');
    INSERT INTO authors VALUES (1, 'ada');
    INSERT INTO documents VALUES ('a', 'ada', 'e', '', 1, 1, 0, NULL), ('gone', '', 'e', '', 1, 1, 0, 1);
    INSERT INTO updates VALUES (1, 9, 1, 1, zeroblob(100)), (2, 1, 1, 1, zeroblob(50)), (3, 1, 1, 1, zeroblob(7));
    INSERT INTO runs VALUES (1, 5, 8, zeroblob(30));
    INSERT INTO bases (room, position, vector, deletes, state) VALUES (1, 4, x'00', x'00', zeroblob(200));
    INSERT INTO history VALUES (1, 1, 8, 1, 1, 1, zeroblob(300));
    INSERT INTO accounts VALUES ('@cy', 'cy@example.org', 1, NULL, 1);
    INSERT INTO became VALUES ('guest', '@cy');
    INSERT INTO files VALUES ('a', 'x', 'h', 'n', 'm', 1000, NULL, NULL, 'guest', 1, 1, 0)`)
  advance(db, steps)
  assert.deepEqual(sorted(counted(db)), [
    ['', 4096 + 687 + 1000],
    ['@cy', 1000],
    ['ada', 4096 + 680],
  ])
  assert.deepEqual(sorted(counted(db)), sorted(addedUp(db)))
  // a base that takes the place of another
  db.exec(
    "INSERT OR REPLACE INTO bases (room, position, vector, deletes, state) VALUES (1, 8, x'00', x'00', zeroblob(90))",
  )
  assert.deepEqual(sorted(counted(db)), sorted(addedUp(db)))
  db.close()
})
