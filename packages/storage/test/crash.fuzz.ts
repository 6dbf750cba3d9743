import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { piecesOf } from '@quire/sync/log'
import { openLoad } from '../src/load.ts'
import { unpack } from '../src/pack.ts'
import { openDatabase } from '../src/tables.ts'
import { open } from './disk.ts'
import { folder } from './folder.ts'
import { below, chance, read } from './writing.ts'

// SEED=194 pnpm fuzz            replays one seed
// SEEDS=5000 pnpm fuzz          runs 1 000 damaged logs and pages, and 100 kills
const replay = process.env['SEED'] === undefined ? null : Number(process.env['SEED'])
const rounds = Number(process.env['SEEDS'] ?? 50)
const seeds = (count: number): number[] =>
  replay === null ? Array.from({ length: count }, (_, index) => index + 1) : [replay]

/** Runs a program until it has printed so many lines, then kills it. Returns all that it printed. */
const killed = async (name: string, lines: number, ...args: string[]): Promise<string[]> => {
  const source = fileURLToPath(new URL(name, import.meta.url))
  const writing = spawn(process.execPath, [source, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const printed: string[] = []
  for await (const line of createInterface(writing.stdout))
    if (printed.push(line) === lines) writing.kill('SIGKILL')
  if (writing.signalCode === null) await once(writing, 'exit')
  assert.equal(writing.signalCode, 'SIGKILL', printed.at(-1))
  return printed
}

/** What the files of a database say that the room holds; null when it cannot be read. */
const heldBy = (file: string): { updates: Uint8Array[]; damaged: boolean } | null => {
  let db: DatabaseSync
  try {
    db = openDatabase(file)
  } catch {
    return null
  }
  try {
    const { pieces, damage } = openLoad(db)('room')
    return { updates: unpack(pieces), damaged: damage !== null }
  } catch {
    return null
  } finally {
    db.close()
  }
}
const number = (position: number): Uint8Array =>
  Uint8Array.of(position >> 8, position & 255, 1, 2, 3, 4, 5, 6)
const isPrefix = (updates: readonly Uint8Array[]): boolean =>
  updates.every((update, index) => Buffer.compare(update, number(index + 1)) === 0)

test('[D7] a write-ahead log whose end is cut or altered opens to all updates that are whole in it', async () => {
  const home = folder()
  await killed('./fills.ts', 1, home)
  const file = join(home, 'quire.db')
  const wal = readFileSync(`${file}-wal`)
  // a header of 32 bytes, then frames: 24 bytes and a page; the second word says whether it commits
  const frame = 24 + wal.readUInt32BE(8)
  const commits: number[] = []
  for (let end = 32 + frame; end <= wal.length; end += frame)
    if (wal.readUInt32BE(end - frame + 4) !== 0) commits.push(end)
  assert.equal(commits.at(-1), wal.length)
  const image = join(home, 'image')
  const held = (log: Uint8Array): Uint8Array[] => {
    copyFileSync(file, image)
    writeFileSync(`${image}-wal`, log)
    const found = heldBy(image)
    assert.ok(found && !found.damaged && isPrefix(found.updates))
    return found.updates
  }
  assert.equal(held(wal).length, 10_000)
  for (const seed of seeds(rounds / 5)) {
    const random = chance(seed)
    const at = wal.length - 1 - below(random, 4096)
    const damaged = Buffer.from(wal.subarray(0, random() < 0.5 ? at : wal.length))
    for (let byte = at; byte < damaged.length; byte++) damaged[byte] = random() < 0.5 ? below(random, 256) : 0
    if (damaged.length > at) damaged[at] = 255 - (wal[at] ?? 0)
    const whole = commits.findLast((end) => end <= at) ?? 0
    assert.equal(held(damaged).length, held(wal.subarray(0, whole)).length, `SEED=${seed}`)
  }
})

test('[D11] [L44] a log in a database with a page overwritten is whole, says that it is not, or is refused', async () => {
  const home = folder()
  await killed('./fills.ts', 1, home)
  const file = join(home, 'quire.db')
  openDatabase(file).close() // brings everything into the file
  const whole = readFileSync(file)
  const damaged = join(home, 'damaged')
  for (const seed of seeds(rounds / 5)) {
    const random = chance(seed)
    const bytes = Buffer.from(whole)
    const page = below(random, bytes.length / 4096)
    bytes.fill(below(random, 256), page * 4096, (page + 1) * 4096)
    writeFileSync(damaged, bytes)
    const found = heldBy(damaged)
    if (found === null) continue
    assert.ok(isPrefix(found.updates) && found.updates.length > 0, `SEED=${seed}`)
    assert.equal(found.damaged, found.updates.length < 10_000, `SEED=${seed}`)
  }
})

test('[D13] [P2] kill -9 while fifty rooms compact loses nothing, and leaves each update in one place', async () => {
  for (const seed of seeds(rounds / 50 + 1)) {
    const random = chance(seed)
    const home = folder()
    const printed = await killed(
      './writes.ts',
      50 + below(random, 1500),
      home,
      seed % 2 === 0 ? 'runs' : 'yes',
      '50',
    )
    const store = await open(home)
    for (let index = 0; index < 50; index++) {
      const room = `room-${index}`
      const past = await store.log(room).load()
      const { base, runs, damaged } = past
      const said: unknown[] = read(base.state, ...piecesOf(past).map(({ update }) => update))
        .getArray('said')
        .toJSON()
      const last = printed.filter((line) => line.startsWith(`${room} `)).length
      assert.ok(!damaged && said.length >= last, `SEED=${seed} ${room}: ${said.length} of ${last}`)
      assert.deepEqual(
        said,
        said.map((_, position) => position + 1),
      )
      assert.equal(
        (await store.history(room)).at(-1)?.last ?? 0,
        runs.at(-1)?.last ?? base.position,
        `SEED=${seed}`,
      )
    }
    await store.close()
    const db = new DatabaseSync(join(home, 'quire.db'), { readOnly: true })
    const twice = `SELECT count(*) AS count FROM tail AS u JOIN history AS h ON h.room = u.room
      WHERE u.position <= h.last`
    assert.equal(db.prepare(twice).get()?.['count'], 0, `SEED=${seed}`)
    db.close()
  }
})
