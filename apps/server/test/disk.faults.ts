import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { folder, until } from './house.ts'
import { make, syncOf } from './place.ts'
import { Program } from './program.ts'
import { exactlyOnce, Writer } from './writer.ts'

// Real processes on a disk that is full, held by somebody else, or gone.

/** Keeps a server from storing anything, as a disk does that hangs: its writes wait and fail. */
const hold = (data: string): (() => void) => {
  const db = new DatabaseSync(join(data, 'quire.db'))
  db.exec('BEGIN IMMEDIATE')
  return () => db.close()
}

/** A small disk. As root it is a file system in memory; for everybody else the files of the server may not grow. */
const smallDisk = (t: TestContext): { data: string; before: string[]; free: (program: Program) => void } => {
  const data = mkdtempSync(join(tmpdir(), 'quire-'))
  const remove = () => rmSync(data, { recursive: true, force: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', data], { stdio: 'ignore' })
  } catch {
    t.diagnostic('no file system of its own: the files of the server may not grow above 1 MiB')
    const free = ({ child }: Program) =>
      void execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited'])
    t.after(remove)
    return { data, before: ['prlimit', `--fsize=${2 ** 20}:`], free }
  }
  t.diagnostic('a file system of 6 MiB in memory')
  t.after(() => {
    execFileSync('umount', ['-l', data]) // the server may still be there
    remove()
  })
  const ballast = join(data, 'ballast')
  writeFileSync(ballast, new Uint8Array(4.5 * 2 ** 20))
  return { data, before: [], free: () => rmSync(ballast) }
}

void describe('a disk in trouble', { concurrency: true }, () => {
  test('[D3] [P7] while nothing can be stored people go on, the room stays when they leave, and then all is stored', async (t) => {
    const data = folder(t)
    const program = new Program(t, ['--data-dir', data])
    const { id } = await make(program)
    const sync = await syncOf(program)
    const [ada, ben] = [new Writer(`${sync}/${id}`), new Writer(`${sync}/${id}`)]
    await until('synced', () => ada.synced && ben.synced)
    ada.write('early')
    await until('saved', () => ada.settled)
    const release = hold(data)
    for (let word = 0; word < 20; word++) ada.write(`late-${word}`)
    await until('relayed', () => ben.words.length === 21)
    await until('told', () => ada.sides.some((side) => side.type === 'store' && side.state === 'late'))
    assert.deepEqual(ada.saved, ['early'])
    for (const person of [ada, ben]) person.socket.close()
    await Promise.all([ada.closed, ben.closed])
    assert.equal(await program.metric('quire_unsaved_updates'), 20)
    await until('it failed', async () => (await program.metric('quire_commit_failures_total')) > 0)
    assert.equal(await program.metric('quire_rooms_open'), 1)
    release()
    const healed = performance.now()
    await until('stored', async () => (await program.metric('quire_unsaved_updates')) === 0)
    t.diagnostic(`stored ${Math.round(performance.now() - healed)} ms after it was well`)
    await program.stop('SIGKILL')
    const again = new Program(t, ['--data-dir', data])
    const reader = new Writer(`${await syncOf(again)}/${id}`)
    await until('synced', () => reader.synced)
    exactlyOnce(reader.words, ada.words)
    assert.equal(reader.words.length, 21)
  })

  for (const workers of ['1', '2'])
    test(`[D22] with QUIRE_WORKERS=${workers} what no table takes is told to its author, and everybody else goes on and is saved`, async (t) => {
      const data = folder(t)
      const first = new Program(t, ['--data-dir', data])
      const { id } = await make(first)
      await first.stop()
      const db = new DatabaseSync(join(data, 'quire.db'))
      db.exec(`CREATE TRIGGER refuse BEFORE INSERT ON journal WHEN instr(NEW.bytes, CAST('poison' AS BLOB)) > 0
        BEGIN SELECT RAISE(ABORT, 'not this one'); END`)
      db.close()
      const program = new Program(t, ['--data-dir', data, '--workers', workers])
      const room = `${await syncOf(program)}/${id}`
      const [ada, ben] = [new Writer(room), new Writer(room)]
      await until('synced', () => ada.synced && ben.synced)
      ada.write('one')
      await until('saved', () => ada.settled)
      await until('heard', () => ben.words.length === 1)
      ada.write('poison')
      await until('heard', () => ben.words.length === 2)
      ben.write('three')
      const [mine, others] = await Promise.all([ada.closed, ben.closed])
      assert.deepEqual([mine.code, others.code], [1011, 1011])
      assert.ok(ada.sides.some((side) => side.type === 'refused' && side.objection === 'unstored'))
      assert.deepEqual(ada.saved, ['one'])
      const again = new Writer(room, { doc: ben.doc })
      await until('saved', () => again.settled)
      assert.deepEqual(again.words, ['one', 'three'])
      again.write('four')
      await until('saved', () => again.settled)
      const back = new Writer(room, { doc: ada.doc })
      await until('told', () => back.sides.some((side) => side.type === 'refused'))
      assert.equal(await program.metric('quire_updates_quarantined_total'), 1)
      await program.stop('SIGKILL')
      const reader = new Writer(`${await syncOf(new Program(t, ['--data-dir', data]))}/${id}`)
      await until('synced', () => reader.synced)
      assert.deepEqual(reader.words, ['one', 'three', 'four'])
    })

  test('[O18] [P7] on a disk that hangs a new sign-in gets 503, and joins, lists, searches and who is signed in go on', async (t) => {
    const data = folder(t)
    const program = new Program(t, ['--data-dir', data])
    const [url, sync] = [await program.url(), await syncOf(program)]
    const ask = (method: string, path: string, cookie: string, body?: unknown): Promise<Response> =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          cookie,
          origin: url,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      })
    const account = { email: 'ada@example.org', password: 'a long password' }
    const registered = await ask('POST', '/api/session/register', '', account)
    assert.equal(registered.status, 201)
    const cookie = registered.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const headers = { cookie, origin: url }
    const [one, other] = [await make(program, headers), await make(program, headers)]
    const ada = new Writer(`${sync}/${one.id}`, { headers })
    await until('synced', () => ada.synced)
    ada.write('early')
    await until('saved', () => ada.settled)

    const release = hold(data)
    ada.write('late')
    const late = performance.now()
    const refused = await Promise.all([
      ask('POST', '/api/session', '', account),
      ask('POST', '/api/session/register', '', { ...account, email: 'ben@example.org' }),
    ])
    t.diagnostic(`refused after ${Math.round(performance.now() - late)} ms`)
    for (const answer of refused) {
      assert.equal(answer.status, 503)
      assert.equal(((await answer.json()) as { error: string }).error, 'not-now')
    }
    const reads = [
      '/api/documents',
      `/api/documents/${one.id}`,
      '/api/search?q=early',
      '/api/session',
      '/api/session/all',
      '/api/me',
    ]
    for (const path of reads) assert.equal((await ask('GET', path, cookie)).status, 200, path)
    const page = new Writer(`${sync}/${other.id}`, { headers })
    const ben = new Writer(`${sync}/${one.id}`)
    await until('others come in', () => page.synced && ben.synced)
    assert.deepEqual(ben.words, ['early', 'late'])
    assert.equal(ada.settled, false)
    release()
    await until('all is saved', () => ada.settled)
    // what was refused was not done later
    assert.equal((await ask('GET', '/api/session/all', cookie)).status, 200)
    const { sessions } = (await (await ask('GET', '/api/session/all', cookie)).json()) as {
      sessions: unknown[]
    }
    assert.equal(sessions.length, 1)
    assert.equal((await ask('POST', '/api/session', '', account)).status, 200)
  })

  test('[D4] [P2] asked to stop with a hundred rooms not yet on disk, a server stores them all and ends with 0', async (t) => {
    const data = folder(t)
    const program = new Program(t, ['--data-dir', data, '--access', 'open'])
    const sync = await syncOf(program)
    const people = Array.from({ length: 100 }, (_, room) => new Writer(`${sync}/room-${room}`))
    for (const person of people) await until('synced', () => person.synced)
    const release = hold(data)
    for (const person of people) person.write('last')
    await until('taken', async () => (await program.metric('quire_unsaved_updates')) === 100)
    const start = performance.now()
    program.child.kill('SIGTERM')
    await until('said', () => people.every(({ sides }) => sides.some(({ type }) => type === 'leaving')))
    release()
    assert.equal(await program.exit, 0)
    const took = performance.now() - start
    assert.ok(took < 10_000, `${took} ms`)
    for (const { closed } of people) assert.deepEqual(await closed, { code: 1012, reason: 'restarting' })
    const again = new Program(t, ['--data-dir', data, '--access', 'open'])
    const readers = await syncOf(again).then((at) =>
      people.map((_, room) => new Writer(`${at}/room-${room}`)),
    )
    for (const reader of readers) {
      await until('synced', () => reader.synced)
      assert.deepEqual(reader.words, ['last'])
    }
  })

  test('[D5] [P7] a store that hangs for ever: exit 1 before the deadline, and the next start stores what was left', async (t) => {
    const data = folder(t)
    const program = new Program(t, ['--data-dir', data])
    const { id } = await make(program)
    const ada = new Writer(`${await syncOf(program)}/${id}`)
    await until('synced', () => ada.synced)
    ada.write('early')
    await until('saved', () => ada.settled)
    const release = hold(data)
    for (let word = 0; word < 10; word++) ada.write(`late-${word}`)
    await until('taken', async () => (await program.metric('quire_unsaved_updates')) === 10)
    const start = performance.now()
    assert.equal(await program.stop(), 1)
    assert.ok(performance.now() - start < 25_500)
    assert.match(program.output, /10 changes could not be stored\. They are in /)
    assert.ok(readdirSync(data).includes('quire.spool'), readdirSync(data).join())
    release()
    const again = new Program(t, ['--data-dir', data])
    const reader = new Writer(`${await syncOf(again)}/${id}`)
    await until('synced', () => reader.synced)
    exactlyOnce(reader.words, ada.words)
    assert.equal(reader.words.length, 11)
    assert.equal(existsSync(join(data, 'quire.spool')), false)
    assert.equal(await again.stop(), 0)
  })

  test('[D6] [P7] a full disk: nothing more is called saved, reading works, and all is stored once there is room', async (t) => {
    const { data, before, free } = smallDisk(t)
    const program = new Program(t, ['--data-dir', data, '--reserve', '64KiB'], {}, before)
    const { id } = await make(program)
    const sync = await syncOf(program)
    const ada = new Writer(`${sync}/${id}`)
    await until('synced', () => ada.synced)
    let word = 0
    const late = () => ada.sides.some((side) => side.type === 'store' && side.state !== 'fine')
    const start = performance.now()
    await until('told that it is not stored', () => {
      if (word < 60) ada.write(`${word++}-${'x'.repeat(50_000)}`)
      return late()
    })
    t.diagnostic(`full after ${word} words, told after ${Math.round(performance.now() - start)} ms`)
    const reader = new Writer(`${sync}/${id}`)
    await until('it can be read', () => reader.synced && reader.length === ada.length)
    assert.equal(ada.settled, false)
    await until('not ready', async () => (await fetch(`${await program.url()}/ready`)).status === 503)
    assert.equal((await fetch(`${await program.url()}/health`)).status, 200)
    free(program)
    const freed = performance.now()
    // whoever watches the server asks whether it is ready, and so it tries again at once
    await until('all is saved', async () => (await fetch(`${await program.url()}/ready`)).ok && ada.settled)
    t.diagnostic(`all is saved ${Math.round(performance.now() - freed)} ms after there was room`)
    exactlyOnce(ada.saved, ada.words)
    await program.stop('SIGKILL')
    const again = new Program(t, ['--data-dir', data, '--reserve', '64KiB'])
    const last = new Writer(`${await syncOf(again)}/${id}`)
    await until('synced', () => last.synced)
    exactlyOnce(last.words, ada.words)
  })

  test('[O17] a writing thread that dies three times: exit 1, and the next start stores what was left', async (t) => {
    const data = folder(t)
    const preload = `--import ${fileURLToPath(new URL('./mortal.ts', import.meta.url))}`
    const program = new Program(t, ['--data-dir', data], { NODE_OPTIONS: preload })
    const { id } = await make(program)
    const ada = new Writer(`${await syncOf(program)}/${id}`)
    await until('synced', () => ada.synced)
    ada.write('kept')
    assert.equal(await program.exit, 1)
    assert.match(program.output, /died three times within a minute/)
    assert.deepEqual(ada.saved, [])
    assert.equal((await ada.closed).code, 1012)
    const again = new Program(t, ['--data-dir', data])
    const reader = new Writer(`${await syncOf(again)}/${id}`)
    await until('synced', () => reader.synced)
    assert.deepEqual(reader.words, ['kept'])
  })
})
