import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { folder, until } from './house.ts'
import { make, syncOf } from './place.ts'
import { Program } from './program.ts'
import { exactlyOnce, Writer } from './writer.ts'

// Real processes that end before they serve anybody.

/** True when the process before has closed the store in order. */
const isClean = (data: string): boolean => {
  const db = new DatabaseSync(join(data, 'quire.db'), { readOnly: true })
  try {
    return db.prepare('SELECT clean FROM store').get()?.['clean'] === 1
  } finally {
    db.close()
  }
}

const takenPort = async (t: TestContext): Promise<string> => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  return String((other.address() as AddressInfo).port)
}

/** A data folder whose server was stopped in order, or killed. */
const used = async (t: TestContext, end: 'SIGTERM' | 'SIGKILL'): Promise<string> => {
  const data = folder(t)
  const program = new Program(t, ['--data-dir', data])
  await program.url()
  await program.stop(end)
  assert.equal(isClean(data), end === 'SIGTERM')
  return data
}

test('[D21] a start that fails leaves the store as closed in order as it found it', async (t) => {
  const port = await takenPort(t)
  for (const end of ['SIGTERM', 'SIGKILL'] as const) {
    const data = await used(t, end)
    const inUse = await new Program(t, ['--data-dir', data, '--port', port]).fails()
    assert.deepEqual(inUse, { code: 1, sentence: `Port ${port} is in use.` })
    assert.equal(isClean(data), end === 'SIGTERM', 'port in use')
    renameSync(join(data, 'files'), join(data, 'kept'))
    writeFileSync(join(data, 'files'), '') // no folder for drafts can be made there
    assert.equal(await new Program(t, ['--data-dir', data]).exit, 1)
    assert.equal(isClean(data), end === 'SIGTERM', 'no folder for files')
    rmSync(join(data, 'files'))
    renameSync(join(data, 'kept'), join(data, 'files'))
    const workers = new Program(t, ['--data-dir', data, '--port', port], { QUIRE_WORKERS: '2' })
    assert.equal(await workers.exit, 1)
    assert.equal(isClean(data), end === 'SIGTERM', 'port in use, with workers')
    const last = new Program(t, ['--data-dir', data])
    await until('it said how it found the store', () => last.output.includes('"unclean":'))
    assert.match(last.output, new RegExp(`"unclean":${end === 'SIGKILL'}`))
    assert.equal(await last.stop(), 0)
  }
})

test('[D21] a signal while the server starts closes the store in order, and ends with 0', async (t) => {
  const data = await used(t, 'SIGTERM')
  for (const workers of ['1', '2'])
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const program = new Program(t, ['--data-dir', data], { QUIRE_WORKERS: workers })
      await until('the store is open', () => !isClean(data))
      assert.equal(await program.stop(signal), 0, program.output + program.errors)
      assert.equal(program.errors, '')
      assert.equal(isClean(data), true)
    }
})

/** A file system of 6 MiB that is gone after the test, or null where none can be made. */
const smallDisk = (t: TestContext): string | null => {
  const disk = mkdtempSync(join(tmpdir(), 'quire-'))
  const remove = () => rmSync(disk, { recursive: true, force: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    remove()
    return null
  }
  t.after(() => {
    execFileSync('umount', ['-l', disk]) // the server may still be there
    remove()
  })
  return disk
}

/** Writes a file until not a byte more fits beside it. */
const fill = (file: string): void => {
  for (let size = 2 ** 20; size >= 1;) {
    try {
      appendFileSync(file, new Uint8Array(size))
    } catch {
      size = Math.floor(size / 2)
    }
  }
}

for (const end of ['SIGTERM', 'SIGKILL'] as const)
  test(`[D26] after ${end} and on a disk without a byte left a server starts and reads, and saves when there is room`, async (t) => {
    const disk = smallDisk(t)
    if (disk === null) return t.skip('a file system of its own is needed')
    const data = join(disk, 'data')
    const first = new Program(t, ['--data-dir', data, '--reserve', '64KiB'])
    const { id } = await make(first)
    const ada = new Writer(`${await syncOf(first)}/${id}`)
    await until('synced', () => ada.synced)
    ada.write('early')
    await until('saved', () => ada.settled)
    await first.stop(end)

    const ballast = join(disk, 'ballast')
    fill(ballast)
    const second = new Program(t, ['--data-dir', data, '--reserve', '64KiB'])
    const ben = new Writer(`${await syncOf(second)}/${id}`)
    await until('synced', () => ben.synced)
    assert.deepEqual(ben.words, ['early'])
    let word = 0
    await until('told that it is not stored', () => {
      if (word < 60) ben.write(`late-${word++}-${'x'.repeat(50_000)}`) // the log may have some room from before
      return ben.sides.some((side) => side.type === 'store' && side.state !== 'fine')
    })
    assert.equal(ben.settled, false)
    await until('not ready', async () => (await fetch(`${await second.url()}/ready`)).status === 503)
    rmSync(ballast)
    await until('saved', async () => (await fetch(`${await second.url()}/ready`)).ok && ben.settled)
    await second.stop('SIGKILL')
    assert.equal(isClean(data), false, 'a crash of a server that was started on a full disk is one')

    const third = new Program(t, ['--data-dir', data, '--reserve', '64KiB'])
    const reader = new Writer(`${await syncOf(third)}/${id}`)
    await until('synced', () => reader.synced)
    exactlyOnce(reader.words, ben.words)
    assert.equal(await third.stop(), 0)
  })
