import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { pack } from '../src/pack.ts'
import type { Store } from '../src/store.ts'
import { openDatabase, openTables } from '../src/tables.ts'
import { onDisk, open } from './disk.ts'
import { folder } from './folder.ts'
import { program } from './program.ts'
import { below, chance, content, conversation, read } from './writing.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const tail = async (store: Store, room: string): Promise<readonly Uint8Array[]> =>
  (await store.log(room).load()).tail

/** Runs the program until it has printed so many lines, kills it, and returns all it printed. */
const killed = async (lines: number, ...args: string[]): Promise<string[]> => {
  const writing = program(...args)
  let complaints = ''
  writing.stderr?.on('data', (text) => (complaints += text))
  const printed: string[] = []
  if (writing.stdout)
    for await (const line of createInterface(writing.stdout))
      if (printed.push(line) === lines) writing.kill('SIGKILL')
  if (writing.signalCode === null) await once(writing, 'exit')
  assert.equal(complaints, '')
  assert.equal(writing.signalCode, 'SIGKILL', printed.at(-1))
  return printed
}

/** All that was printed is there, once and in order, and history says the same. */
const acknowledgedIsThere = async (home: string, printed: readonly string[]): Promise<void> => {
  const store = await open(home)
  for (const room of ['plan', 'diary', 'letters']) {
    const { base, tail: since } = await store.log(room).load()
    const said: unknown[] = read(base.state, ...since)
      .getArray('said')
      .toJSON()
    const last = printed.filter((line) => line.startsWith(`${room} `)).length
    assert.ok(said.length >= last, `${room}: ${said.length} of ${last}`)
    assert.deepEqual(
      said,
      said.map((_, index) => index + 1),
    )
    const history = await store.history(room)
    assert.equal(history.at(-1)?.last ?? 0, base.position)
    const replayed = read(...history.map(({ update }) => update), ...since).getArray('said')
    assert.equal(replayed.length, said.length)
  }
  await store.close()
}

test('[P2] what append promised is there after kill -9, at any moment', async () => {
  const random = chance(1)
  for (let round = 0; round < 4; round++) {
    const home = folder()
    await acknowledgedIsThere(home, await killed(1 + below(random, 1500), home))
  }
})

test('[P2] what append promised is there after kill -9 during compactions, again and again', async () => {
  const random = chance(2)
  const home = folder()
  const printed: string[] = []
  for (let round = 0; round < 4; round++) {
    printed.push(...(await killed(1 + below(random, 600), home, 'yes')))
    await acknowledgedIsThere(home, printed)
  }
})

test('[P2] an append resolves after its commit, not before', async () => {
  const home = folder()
  const { disk, store } = await onDisk(home)
  const log = store.log('room')
  await log.load()
  const reader = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
  const stored = (): unknown => reader.prepare('SELECT count(*) AS count FROM updates').get()?.['count']
  let saved = false
  disk.hold()
  const appended = log.append(bytes(1), 'ada').then(() => (saved = true))
  await disk.holding()
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate) // would have brought an early answer
  assert.deepEqual([saved, stored()], [false, 0])
  disk.release()
  await appended
  assert.equal(stored(), 1)
  reader.close()
  await store.close()
})

test(
  '[P7] a disk that fails at its nth call, once or twice, loses nothing, doubles nothing and keeps the order, for every n',
  { timeout: 60_000 },
  async () => {
    const said = conversation(71, 9)
    const home = folder()
    const { disk, store, failures } = await onDisk(home)
    const check = async (at: Store, call: number): Promise<void> => {
      const { base, tail: since } = await at.log(`one ${call}`).load()
      assert.deepEqual(since, said.slice(base.position))
      assert.deepEqual(content(read(base.state, ...since)), content(read(...said)))
      assert.deepEqual(await tail(at, `two ${call}`), said)
    }
    let call = 0
    for (let done = false; !done;) {
      const [one, two] = [store.log(`one ${++call}`), store.log(`two ${call}`)]
      await Promise.all([one.load(), two.load()])
      failures.length = 0
      disk.failIn(call, 1 + (call % 2))
      const resolved: number[] = []
      const append = (from: number, to: number): Promise<unknown> =>
        Promise.all(
          said.slice(from, to).map(async (update, index) => {
            await Promise.all([one.append(update, `ada ${call}`), two.append(update, `ben ${call}`)])
            resolved.push(from + index)
          }),
        )
      await append(0, 2)
      await append(2, 5)
      const compacted = one.compact().then(
        () => 0,
        () => 1,
      )
      await Promise.all([append(5, said.length), compacted])
      done = !disk.failed
      disk.failIn(0)
      const failed = failures.length + (await compacted)
      assert.ok(done ? failed === 0 : failed > 0, `call ${call}`)
      assert.deepEqual(resolved, [...said.keys()])
      await check(store, call)
      assert.ok(call < 500)
    }
    assert.ok(call > 20, `${call} calls`)
    await store.close()
    const again = await open(home)
    for (; call > 0; call--) await check(again, call)
    await again.close()
  },
)

test('[P7] a full disk stops the promises, and they are kept when it has room again', async () => {
  const home = folder()
  const { disk, store, failures, time } = await onDisk(home, () => {})
  const log = store.log('room')
  await log.load()
  await log.append(bytes(1), 'ada')
  disk.full = true
  const large = new Uint8Array(1024 * 1024).fill(7)
  let saved = 0
  const appended = [large, bytes(2), bytes(3)].map((update) => log.append(update, 'ada').then(() => saved++))
  await assert.rejects(store.documents.create('x'.repeat(10_000), 'ada', ''), /full/)
  for (let attempt = 0; attempt < 3; attempt++) {
    assert.deepEqual(await tail(store, 'other'), []) // reading works
    time.pass(30_000)
    await store.people.read('ada')
  }
  assert.equal(saved, 0)
  assert.ok(failures.length > 0 && failures.every((failure) => failure.includes('full')))
  while (time.waits.length === 0) await new Promise(setImmediate)
  disk.full = false
  await store.check() // and a check that succeeds ends the pause
  await Promise.all(appended)
  assert.deepEqual(await tail(store, 'room'), [bytes(1), large, bytes(2), bytes(3)])
  await store.close()
})

test('[D7] a write-ahead log whose end is damaged opens to a prefix', () => {
  const random = chance(7)
  const home = folder()
  const file = join(home, 'quire.db')
  const db = openDatabase(file)
  const tables = openTables(db)
  for (let position = 1; position <= 300; position++)
    tables.append({
      rooms: ['room'],
      positions: [position],
      authors: ['ada'],
      times: [position],
      updates: pack([bytes(position & 255)]),
    })
  const size = statSync(`${file}-wal`).size
  for (let round = 0; round < 100; round++) {
    const damaged = join(home, `damaged ${round}`)
    copyFileSync(file, damaged)
    const wal = readFileSync(`${file}-wal`)
    const lost = 1 + below(random, 4096)
    if (round % 2 === 0) wal.fill(below(random, 256), size - lost)
    writeFileSync(`${damaged}-wal`, round % 2 === 0 ? wal : wal.subarray(0, size - lost))
    const opened = openTables(openDatabase(damaged))
    const { past } = opened.load('room')
    const found = past.lengths.length - 3
    assert.ok(found >= 297 && found <= 300, `${found}`)
    opened.close()
  }
  tables.close()
})
