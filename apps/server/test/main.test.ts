import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { decodeSide } from '@quire/sync/message'
import * as Y from 'yjs'
import { nodeProblem, version } from '../src/version.ts'
import { folder, Raw, until } from './house.ts'
import type { Listed } from './house.ts'
import { Program } from './program.ts'

test('the start tells the address, the data folder, who has access and the version', async (t) => {
  const data = join(folder(t), 'new', 'data')
  const program = new Program(t, ['start', '--data-dir', data])
  const url = await program.url()
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
  const [first, second, third] = program.output.split('\n')
  assert.equal(first, `Quire ${version} is at ${url}`)
  assert.equal(second, `Data folder: ${data}`)
  assert.match(third ?? '', /^Access: documents /)
  const answer = (await (await fetch(`${url}/version`)).json()) as { name: string }
  assert.equal(answer.name, 'quire')
})

test('the secret is made on the first run, for its owner only, and stays', async (t) => {
  const data = folder(t)
  const first = new Program(t, ['--data-dir', data])
  const answer = await fetch(`${await first.url()}/api/me`)
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  const me = await answer.json()
  const secret = readFileSync(join(data, 'secret'), 'utf8')
  assert.ok(secret.length > 40)
  assert.equal(statSync(join(data, 'secret')).mode & 0o777, 0o600)
  first.child.kill('SIGTERM')
  assert.equal(await first.exit, 0)
  const second = new Program(t, ['--data-dir', data])
  assert.deepEqual(await (await fetch(`${await second.url()}/api/me`, { headers: { cookie } })).json(), me)
  assert.equal(readFileSync(join(data, 'secret'), 'utf8'), secret)
})

test('a wrong setting ends with 78 and one sentence that names it', async (t) => {
  const data = folder(t)
  const wrong: [Record<string, string>, RegExp][] = [
    [{ PORT: 'http' }, /^PORT: .+, for example 8080\.$/],
    [{ QUIRE_ACCESS: 'everyone' }, /^QUIRE_ACCESS: .+, for example open\.$/],
    [{ QUIRE_ACCESS: 'open', HOST: '0.0.0.0' }, /^QUIRE_ACCESS: .+ QUIRE_OPEN_ON_NETWORK=yes .+\.$/],
  ]
  const programs = wrong.map(([environment]) => new Program(t, [], { QUIRE_DATA_DIR: data, ...environment }))
  for (const [index, program] of programs.entries()) {
    const { code, sentence } = await program.fails()
    assert.equal(code, 78)
    assert.match(sentence, wrong[index]?.[1] ?? /^$/)
  }
  assert.equal(existsSync(join(data, 'quire.db')), false)
})

test('an unknown variable is a warning, and the server starts', async (t) => {
  const program = new Program(t, ['--data-dir', folder(t)], { QUIRE_ACESS: 'open' })
  await program.url()
  assert.equal(program.errors, 'QUIRE_ACESS: there is no such setting; the nearest is QUIRE_ACCESS.\n')
})

test('a command that there is none of is said', async (t) => {
  const { code, sentence } = await new Program(t, ['fly']).fails()
  assert.equal(code, 64)
  assert.equal(sentence, 'There is no command fly; there are start, doctor, backup, restore and token.')
})

test('a port in use ends the start with one sentence', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, sentence } = await new Program(t, ['--data-dir', folder(t), '--port', String(port)]).fails()
  assert.equal(code, 1)
  assert.equal(sentence, `Port ${port} is in use.`)
})

test('a data folder that cannot be written ends the start with one sentence', async (t) => {
  const parent = folder(t)
  // a file where the folder should be stops root too, whom no mode would
  writeFileSync(join(parent, 'file'), '')
  const { code, sentence } = await new Program(t, ['--data-dir', join(parent, 'file', 'data')]).fails()
  assert.equal(code, 1)
  assert.ok(sentence.includes(join(parent, 'file', 'data')), sentence)
  if (process.getuid?.() === 0) return
  mkdirSync(join(parent, 'locked'))
  chmodSync(join(parent, 'locked'), 0o500)
  assert.equal((await new Program(t, ['--data-dir', join(parent, 'locked')]).fails()).code, 1)
})

test('data of a newer Quire is left alone, with one sentence', async (t) => {
  const data = folder(t)
  const first = new Program(t, ['--data-dir', data])
  await first.url()
  first.child.kill('SIGTERM')
  await first.exit
  const file = new DatabaseSync(join(data, 'quire.db'))
  file.exec('PRAGMA user_version = 99')
  file.close()
  const { code, sentence } = await new Program(t, ['--data-dir', data]).fails()
  assert.equal(code, 1)
  assert.match(sentence, /^The data is from a newer Quire \(99; this is \d+\)\.$/)
})

test('a second server on the same data folder is refused', async (t) => {
  const data = folder(t)
  await new Program(t, ['--data-dir', data]).url()
  const { code, sentence } = await new Program(t, ['--data-dir', data]).fails()
  assert.equal(code, 1)
  assert.match(sentence, /^Another Quire is using the data in /)
})

test('a Node that is too old is told in one sentence', () => {
  assert.equal(nodeProblem('22.18.0'), 'Node 22.18.0 is too old; 24 is needed.')
  assert.equal(nodeProblem('24.0.0'), null)
  assert.equal(nodeProblem('26.1.0'), null)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`[D4] [P2] ${signal} in mid-typing: all that was called saved is there, exit 0`, async (t) => {
    const data = folder(t)
    const program = new Program(t, ['--data-dir', data])
    const url = await program.url()
    const made = await fetch(`${url}/api/documents`, { method: 'POST' })
    const { id } = (await made.json()) as Listed
    const page = await new Raw(
      `${url.replace('http', 'ws')}/sync/${id}?quire=1&client=1&schema=1&epoch=`,
    ).open()

    // a letter each turn, until the server hangs up
    const doc = new Y.Doc()
    doc.clientID = 1
    let letters = 0
    let typing = true
    doc.on('update', (update: Uint8Array) => page.socket.send(Uint8Array.of(0, 2, update.length, ...update)))
    void page.closed.then(() => (typing = false))
    const typed = (async () => {
      while (typing && page.socket.readyState === page.socket.OPEN) {
        doc.getText('title').insert(letters++, 'x')
        if (letters === 50) program.child.kill(signal)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    assert.deepEqual(await page.closed, { code: 1012, reason: 'restarting' })
    await typed
    assert.equal(await program.exit, 0)
    const saved = page.heard.reduce((most, frame) => {
      const side = decodeSide(frame)
      return side?.type === 'saved' ? side.count : most
    }, 0)
    assert.ok(saved > 0, 'something was saved')
    assert.ok(page.heard.map(decodeSide).some((side) => side?.type === 'leaving'))

    const again = new Program(t, ['--data-dir', data])
    const found = await fetch(`${await again.url()}/api/documents/${id}`)
    const { title } = (await found.json()) as Listed
    assert.ok(title.length >= Math.min(saved, 200), `${title.length} of ${saved}`)
  })
}

test('[P2] [D1] a server that is killed in mid-typing keeps all that it called saved', async (t) => {
  const data = folder(t)
  const program = new Program(t, ['--data-dir', data])
  const url = await program.url()
  const { id } = (await (await fetch(`${url}/api/documents`, { method: 'POST' })).json()) as Listed
  const page = await new Raw(
    `${url.replace('http', 'ws')}/sync/${id}?quire=1&client=1&schema=1&epoch=`,
  ).open()
  const doc = new Y.Doc()
  doc.clientID = 1
  doc.on('update', (update: Uint8Array) => page.socket.send(Uint8Array.of(0, 2, update.length, ...update)))
  let saved = 0
  page.socket.on('message', (bytes: Buffer) => {
    const side = decodeSide(new Uint8Array(bytes))
    if (side?.type === 'saved') saved = side.count
  })
  let letters = 0
  while (saved < 30) {
    if (letters < 150) doc.getText('title').insert(letters++, 'x')
    await new Promise((resolve) => setImmediate(resolve))
  }
  program.child.kill('SIGKILL')
  await page.closed
  const again = new Program(t, ['--data-dir', data])
  const address = `${await again.url()}/api/documents/${id}`
  // it is read from the log in the background
  await until('the title', async () => {
    const { title } = (await (await fetch(address)).json()) as Listed
    return title.length >= saved
  })
})

test('backup copies a server that runs, and restore puts the copy back beside what was there', async (t) => {
  const data = folder(t)
  const copy = join(folder(t), 'copy.db')
  const make = async (program: Program, title: string) =>
    (await (
      await fetch(`${await program.url()}/api/documents`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title }),
      })
    ).json()) as Listed
  const first = new Program(t, ['--data-dir', data])
  const before = await make(first, 'Before')
  const backup = new Program(t, ['backup', copy, '--data-dir', data])
  assert.equal(await backup.exit, 0, backup.errors)
  const after = await make(first, 'After')
  const early = new Program(t, ['restore', copy, '--data-dir', data])
  assert.deepEqual(await early.fails(), { code: 1, sentence: `Another Quire is using the data in ${data}.` })
  assert.equal(await first.stop(), 0)
  const restore = new Program(t, ['restore', copy, '--data-dir', data])
  assert.equal(await restore.exit, 0, restore.errors)
  assert.match(restore.output, /^1 documents are back from /)
  assert.match(backup.output, /quire-files holds the bytes of its 0 files\.\n$/)
  const second = new Program(t, ['--data-dir', data])
  const there = (await (await fetch(`${await second.url()}/api/documents/${before.id}`)).json()) as Listed
  assert.equal(there.title, 'Before')
  assert.notEqual(there.epoch, before.epoch)
  assert.equal((await fetch(`${await second.url()}/api/documents/${after.id}`)).status, 404)
  const again = new Program(t, ['backup', copy, '--data-dir', data])
  assert.match((await again.fails()).sentence, / is there already, and stays as it is\.$/)
})

test('[D11] doctor finds the row that was altered, and mends the room: what it cannot read it keeps', async (t) => {
  const data = folder(t)
  const first = new Program(t, ['--data-dir', data, '--access', 'open'])
  const page = await new Raw(`${(await first.url()).replace('http', 'ws')}/sync/room`).open()
  const doc = new Y.Doc()
  doc.on('update', (update: Uint8Array) => page.socket.send(Uint8Array.of(0, 2, update.length, ...update)))
  for (const letter of 'abcde') doc.getText('t').insert(doc.getText('t').length, letter)
  await until('five on disk', async () => (await first.metric('quire_commit_seconds_count')) === 5)
  await first.stop('SIGKILL')
  const examine = new Program(t, ['doctor', '--data-dir', data])
  assert.equal(await examine.exit, 0, examine.output)
  const file = new DatabaseSync(join(data, 'quire.db'))
  for (const table of ['updates', 'journal'])
    file.exec(`UPDATE ${table} SET bytes = zeroblob(9) WHERE position = 4`)
  file.close()

  const broken = new Program(t, ['doctor', '--data-dir', data])
  assert.equal(await broken.exit, 1)
  assert.match(broken.output, /^room: Update 4 is damaged/)
  const second = new Program(t, ['--data-dir', data, '--access', 'open'])
  const reader = await new Raw(`${(await second.url()).replace('http', 'ws')}/sync/room`).open()
  reader.socket.send(Uint8Array.of(0, 0, 1, 0))
  const seen = new Y.Doc()
  await until('the good part', () => {
    for (const frame of reader.heard)
      if (frame[0] === 0 && frame[1] !== 0) Y.applyUpdate(seen, frame.subarray(3))
    return seen.getText('t').toString() === 'abc'
  })
  assert.equal(await second.metric('quire_damaged_rooms_total'), 1)
  assert.equal(await second.stop(), 0)

  const mend = new Program(t, ['doctor', '--mend', 'room', '--data-dir', data])
  assert.equal(await mend.exit, 0, mend.errors)
  assert.equal(mend.output, 'room: 2 updates, from 4 on, are in quarantine. The room takes writes again.\n')
  const sound = new Program(t, ['doctor', '--data-dir', data])
  assert.equal(await sound.exit, 0, sound.output)
})

test('a command without what it needs says what that is', async (t) => {
  for (const flags of [['backup'], ['restore', '--heal'], ['doctor', '--mend']]) {
    const { code } = await new Program(t, flags).fails()
    assert.equal(code, 64)
  }
})
