import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { backup } from '../src/backup.ts'
import { bringBack } from '../src/bringback.ts'
import { migrations } from '../src/migrate.ts'
import { spoolFiles, writeSpool } from '../src/spool.ts'
import { batchOf } from '../src/batch.ts'
import { openDatabase, openTables } from '../src/tables.ts'
import type { Store } from '../src/store.ts'
import { open } from './disk.ts'
import { folder } from './folder.ts'
import { content, conversation, entry, head, read, write } from './writing.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const tail = async (store: Store, room: string): Promise<readonly Uint8Array[]> =>
  (await store.log(room).load()).tail
const say = async (store: Store, room: string, ...updates: Uint8Array[]): Promise<void> => {
  const log = store.log(room)
  await log.load()
  await Promise.all(updates.map((update) => log.append(write(update))))
}
/** The data of a backup, opened as a store. */
const opened = async (file: string): Promise<Store> => {
  const home = folder()
  copyFileSync(file, join(home, 'quire.db'))
  return open(home)
}

test('[D17] [L49] a backup of a busy store opens, and holds all that was acknowledged before it began', async () => {
  const home = folder()
  const store = await open(home)
  const log = store.log('room')
  await log.load()
  const said = conversation(131, 60)
  await Promise.all(said.map((update) => log.append(write(update))))
  await log.compact()
  const file = join(folder(), 'backup.db')
  let [pushed, acknowledged, busy] = [0, 0, true]
  const number = (at: number): Uint8Array => bytes(at >> 8, at & 255)
  const other = store.log('other')
  await other.load()
  const writing = (async () => {
    while (busy) {
      await Promise.all(
        Array.from({ length: 20 }, () => other.append(write(number(pushed++))).then(() => acknowledged++)),
      )
    }
  })()
  while (acknowledged < 300) await new Promise(setImmediate)
  const before = acknowledged
  const program = fileURLToPath(new URL('./copies.ts', import.meta.url))
  const copying = spawn(process.execPath, [program, home, file], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(copying, 'exit')
  assert.equal(code, 0)
  busy = false
  await writing
  assert.ok(pushed > before)
  const copy = await opened(file)
  const found = await tail(copy, 'other')
  assert.ok(found.length >= before && found.length <= pushed, `${before} ${found.length} ${pushed}`)
  assert.deepEqual(
    found,
    found.map((_, index) => number(index)),
  )
  const { base, tail: since } = await copy.log('room').load()
  assert.deepEqual(content(read(base.state, ...since)), content(read(...said)))
  await Promise.all([copy.close(), store.close()])
})

test('[L49] a backup leaves nothing half done and writes over nothing', async () => {
  const home = folder()
  const there = join(folder(), 'there')
  assert.throws(() => backup(home, there), { message: `There is no data in ${home}.` })
  const store = await open(home)
  await say(store, 'room', bytes(1))
  await store.close() // also of one that is not running
  writeFileSync(there, 'mine')
  assert.throws(() => backup(home, there), { message: `${there} is there already, and stays as it is.` })
  assert.equal(readFileSync(there, 'utf8'), 'mine')
  const nowhere = join(folder(), 'no', 'backup')
  assert.throws(() => backup(home, nowhere), /^Error: The backup .* could not be made: .*\.$/)
  const target = folder()
  backup(home, join(target, 'backup'))
  assert.deepEqual(readdirSync(target), ['backup'])
  assert.deepEqual(await tail(await opened(join(target, 'backup')), 'room'), [bytes(1)])
})

/** A backup of yesterday, and a folder in which things went on since. */
const yesterday = async (): Promise<{ home: string; file: string; epoch: string }> => {
  const home = folder()
  const file = join(folder(), 'backup')
  const store = await open(home)
  const { epoch } = await store.documents.create('room', 'ada', 'Plan')
  await store.documents.create('other', 'ben', 'Plan')
  await say(store, 'room', bytes(1), bytes(2))
  backup(home, file)
  await say(store, 'room', bytes(3))
  await store.close()
  return { home, file, epoch }
}

test('[D15] [L50] what a backup brings back is of another epoch, and what was there is kept beside it', async () => {
  const { home, file, epoch } = await yesterday()
  const { documents, kept } = bringBack(file, home)
  assert.equal(documents, 2)
  const store = await open(home)
  assert.deepEqual(await tail(store, 'room'), [bytes(1), bytes(2)])
  const epochs = await Promise.all(
    ['room', 'other'].map(async (id) => (await store.documents.read(id))?.epoch),
  )
  assert.equal(new Set(['', epoch, ...epochs, store.epoch]).size, 5)
  assert.equal(store.unclean, false)
  await store.close()
  if (kept === null) return assert.fail()
  const before = await opened(kept)
  assert.deepEqual(await tail(before, 'room'), [bytes(1), bytes(2), bytes(3)])
  assert.equal((await before.documents.read('room'))?.epoch, epoch)
  assert.match(kept, /quire\.db\.until-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d$/)
  assert.notEqual(bringBack(file, home).kept, kept)
})

test('[L50] with healing, epochs stay and the store counts as not closed in order', async () => {
  const { home, file, epoch } = await yesterday()
  bringBack(file, home, { heal: true })
  const store = await open(home)
  assert.equal(store.unclean, true)
  assert.deepEqual([(await store.documents.read('room'))?.epoch, store.epoch], [epoch, ''])
  await store.close()
})

test('[L50] a backup can be brought to a folder that is not there', async () => {
  const { file } = await yesterday()
  const home = join(folder(), 'new', 'data')
  assert.deepEqual(bringBack(file, home), { documents: 2, kept: null })
  assert.deepEqual(await tail(await open(home), 'room'), [bytes(1), bytes(2)])
})

test('[L50] a backup of version 1 is brought back, and is of the present version then', async () => {
  const file = join(folder(), 'backup')
  const db = new DatabaseSync(file)
  db.exec(`BEGIN; ${migrations()[0] ?? ''}; PRAGMA user_version = 1; COMMIT`)
  db.exec("INSERT INTO documents VALUES ('room', 'ada', 'first', 'Plan', 1, 1, 0, NULL)")
  db.close()
  const home = folder()
  bringBack(file, home)
  const store = await open(home)
  const found = await store.documents.read('room')
  assert.equal(found?.title, 'Plan')
  assert.notEqual(found.epoch, 'first')
  assert.notEqual(store.epoch, '')
  assert.ok(!existsSync(join(home, 'quire.db.v1')))
  await store.close()
})

test('[L50] what is no sound backup, or a folder in use, is refused in a sentence, and nothing changes', async () => {
  const { home, file } = await yesterday()
  const bad = join(folder(), 'bad')
  const refused = (message: RegExp): void => {
    const before = readdirSync(home)
    assert.throws(() => bringBack(bad, home), message)
    assert.deepEqual(readdirSync(home), before)
  }
  refused(/^Error: There is no file .*bad\.$/)
  writeFileSync(bad, 'a letter to my aunt'.repeat(300))
  refused(/bad cannot be brought back: file is not a database\.$/)
  writeFileSync(bad, '')
  refused(/bad cannot be brought back: it holds no documents\.$/)
  const whole = readFileSync(file)
  writeFileSync(bad, whole.subarray(0, whole.length - 8192))
  refused(/bad cannot be brought back: /)
  whole.fill(255, 8 * 4096, 9 * 4096)
  writeFileSync(bad, whole)
  refused(/bad cannot be brought back: /)
  copyFileSync(file, bad)
  const db = new DatabaseSync(bad)
  db.exec('PRAGMA user_version = 99')
  db.close()
  refused(/bad cannot be brought back: it is from a newer Quire \(99; this is \d+\)\.$/)
  const store = await open(home)
  assert.throws(() => bringBack(file, home), { message: `Another Quire is using the data in ${home}.` })
  assert.deepEqual(await tail(store, 'room'), [bytes(1), bytes(2), bytes(3)])
  await store.close()
})

test('[L50] what the data before had only in its write-ahead log or in a spool is kept with it', async () => {
  const { home, file } = await yesterday()
  const data = join(home, 'quire.db')
  const tables = openTables(openDatabase(data))
  tables.append(batchOf([entry('room', 4, bytes(4))]))
  for (const end of ['', '-wal']) copyFileSync(`${data}${end}`, join(home, `image${end}`))
  tables.close()
  for (const end of ['', '-wal']) renameSync(join(home, `image${end}`), `${data}${end}`) // killed before it closed
  const [, spool] = spoolFiles(home)
  writeSpool([spool], [{ ...head('room', 5), update: bytes(5) }])
  const { kept } = bringBack(file, home)
  assert.ok(!existsSync(spool))
  const store = await open(home)
  assert.deepEqual(await tail(store, 'room'), [bytes(1), bytes(2)])
  await store.close()
  const before = folder()
  copyFileSync(kept ?? assert.fail(), join(before, 'quire.db'))
  copyFileSync(`${kept}-wal`, join(before, 'quire.db-wal'))
  const aside = readdirSync(home).find((name) => name.startsWith('quire.spool.until-'))
  copyFileSync(join(home, aside ?? assert.fail()), join(before, 'quire.spool'))
  const old = await open(before)
  assert.deepEqual(
    await tail(old, 'room'),
    [1, 2, 3, 4, 5].map((value) => bytes(value)),
  )
})

test('[L50] a process that is killed while it brings a backup back has done it at the next start, or not begun', async () => {
  const { home, file } = await yesterday()
  const made = folder()
  bringBack(file, made)
  // killed before the new data was whole
  writeFileSync(join(home, 'quire.db.part'), 'half')
  const store = await open(home)
  assert.equal((await tail(store, 'room')).length, 3)
  await say(store, 'room', bytes(4))
  copyFileSync(join(home, 'quire.db-wal'), join(made, 'wal'))
  await store.close()
  // killed when it was whole, before or after the log of the old data went
  for (const wal of [true, false]) {
    if (wal) copyFileSync(join(made, 'wal'), join(home, 'quire.db-wal'))
    copyFileSync(join(made, 'quire.db'), join(home, 'quire.db.restored'))
    const next = await open(home)
    assert.deepEqual(await tail(next, 'room'), [bytes(1), bytes(2)])
    await next.close()
    assert.ok(!existsSync(join(home, 'quire.db.restored')))
  }
  // killed where the folder was new
  const fresh = join(folder(), 'data')
  mkdirSync(fresh)
  copyFileSync(join(made, 'quire.db'), join(fresh, 'quire.db.restored'))
  assert.equal((await tail(await open(fresh), 'room')).length, 2)
})
