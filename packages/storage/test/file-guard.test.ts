import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { platform } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { backup } from '../src/backup.ts'
import { FileGuard } from '../src/db/file-guard.ts'
import type { FileState } from '../src/db/file-guard.ts'
import { openSqlite } from '../src/sqlite.ts'
import { spoolFiles, writeSpool } from '../src/spool.ts'
import { openDatabase, openTables } from '../src/tables.ts'
import { folder } from './folder.ts'

/** A database that is written to under a guard, whose clock stands, and whose inodes are `shift` higher than they are. */
const guarded = () => {
  const home = folder()
  const file = join(home, 'quire.db')
  const lent = { now: 0, shift: 0n }
  const db = openDatabase(file)
  after(() => db.close())
  const guard = new FileGuard(db, file, {
    now: () => lent.now,
    stat: (path) => {
      const found = statSync(path, { bigint: true, throwIfNoEntry: false })
      return found === undefined
        ? null
        : { dev: found.dev, ino: found.ino + lent.shift, size: found.size, mtimeNs: found.mtimeNs }
    },
  })
  const tables = openTables(db, guard)
  tables.begin(0)
  let count = 0
  const write = (): void => tables.writePerson({ id: 'ada', name: `Ada ${++count}`, color: 1 })
  /** What it says after two looks, half a second apart. */
  const settled = (): FileState => {
    guard.state(0)
    lent.now += 500
    return guard.state(0)
  }
  return { home, file, db, guard, lent, write, settled }
}

/** How many locks of this process the system has for a file. */
const locks = (file: string): number => {
  const { ino } = statSync(file)
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${ino} `)).length
}

test('[D24] [L69] inodes that change by themselves end nothing, and cost no lock', () => {
  const { file, guard, lent, write, settled } = guarded()
  write()
  const before = platform() === 'linux' ? [file, `${file}-shm`].map(locks) : []
  lent.shift = 1n
  write()
  assert.equal(guard.state(0).state, 'ours')
  lent.shift = 2n
  assert.equal(settled().state, 'ours')
  write()
  if (before.length > 0) assert.deepEqual([file, `${file}-shm`].map(locks), before)
})

test('[D24] a file that is touched, or whose log somebody else moved into it, is the same file', () => {
  const { file, guard, db, write, settled } = guarded()
  for (let round = 0; round < 3; round++) {
    write()
    utimesSync(file, round, round)
    assert.equal(guard.state(0).state, 'ours')
    const other = new DatabaseSync(file)
    other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    other.close()
    write()
    assert.equal(settled().state, 'ours')
  }
  db.exec('CREATE TABLE of_another_program (id INTEGER)')
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  write()
  assert.equal(settled().state, 'ours')
})

test('[D24] many checkpoints of its own are no suspicion', () => {
  const { db, write, settled } = guarded()
  db.exec('PRAGMA wal_autocheckpoint = 4')
  for (let round = 0; round < 200; round++) write()
  assert.equal(settled().state, 'ours')
})

test('[D24] a file that comes back within half a second was never lost', () => {
  const { file, guard, lent, write } = guarded()
  renameSync(file, `${file}.away`)
  assert.equal(guard.state(0).state, 'suspected')
  assert.throws(write, /may be another file/)
  renameSync(`${file}.away`, file)
  lent.now += 500
  assert.equal(guard.state(0).state, 'ours')
  write()
})

for (const how of ['renamed', 'copied'] as const)
  for (const made of ['before the last write', 'after it, by SQLite'] as const)
    test(`[D24] a copy that was made ${made} and is ${how} to the path is noticed at the next write`, () => {
      const { home, file, guard, lent, write } = guarded()
      const copy = join(home, 'copy.db')
      write()
      if (made === 'before the last write') backup(home, copy)
      write()
      if (made === 'after it, by SQLite') backup(home, copy)
      if (how === 'renamed') renameSync(copy, file)
      else copyFileSync(copy, file)
      assert.throws(write, /may be another file/)
      lent.now += 499
      assert.equal(guard.state(0).state, 'suspected')
      lent.now += 1
      assert.deepEqual(guard.state(0), {
        state: 'lost',
        fault: how === 'renamed' ? 'replaced' : 'overwritten',
      })
      assert.throws(write)
    })

test('[D24] a log that is removed, or another one, is noticed', () => {
  const first = guarded()
  first.write()
  rmSync(`${first.file}-wal`)
  assert.throws(first.write)
  assert.deepEqual(first.settled(), { state: 'lost', fault: 'log-missing' })
  const second = guarded()
  second.write()
  writeFileSync(join(second.home, 'other'), '')
  renameSync(join(second.home, 'other'), `${second.file}-wal`)
  assert.throws(second.write)
  assert.deepEqual(second.settled(), { state: 'lost', fault: 'log-missing' })
})

test('[D24] a thread that is started anew on an older file is told', () => {
  const { file, db, write, guard } = guarded()
  const state = guard.state(0)
  assert.ok(state.state === 'ours')
  write()
  const again = new FileGuard(db, file)
  assert.equal(again.state(state.beat).state, 'ours')
  assert.equal(new FileGuard(db, file).state(state.beat + 2 ** 40).state, 'lost')
})

test('[D24] [L62] where a database has left something but is gone, no empty one begins', async () => {
  for (const remain of [0, 1, 2]) {
    const home = folder()
    const spool = spoolFiles(home)[remain] ?? assert.fail()
    writeSpool([spool], [])
    await assert.rejects(openSqlite(home), {
      name: 'DataFileError',
      message: /^There is no quire\.db in [^\n]+\.$/,
    })
    rmSync(spool)
    await (await openSqlite(home)).close()
  }
  const home = folder()
  writeFileSync(join(home, 'quire.db-wal'), 'frames')
  await assert.rejects(openSqlite(home), { name: 'DataFileError' })
})
