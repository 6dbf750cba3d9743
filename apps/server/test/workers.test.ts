import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import * as Y from 'yjs'
import { shareOf } from '../src/workers/workers.ts'
import { folder, Raw, until } from './house.ts'
import type { Listed } from './house.ts'
import { Someone } from './person.ts'
import { make, syncOf } from './place.ts'
import { Program } from './program.ts'
import { open, roomsOf, runs, two, typing, workersOf } from './worker-program.ts'
import { exactlyOnce, Writer } from './writer.ts'

// Real processes: a server with two workers.

/** The environment in which every process runs this first. It may hold no blank and no double quote. */
const preloaded = (program: string) => ({ NODE_OPTIONS: `--import=data:text/javascript,${program}` })

/** How a request for a connection is answered, which is then closed. */
const statusOf = async (room: string): Promise<number> => {
  const raw = new Raw(room)
  const status = await Promise.race([raw.status(), once(raw.socket, 'open').then(() => 101)])
  raw.socket.terminate()
  return status ?? 0
}

test('a room is in the share of its document, and many rooms are spread evenly', () => {
  const counts = [0, 0, 0, 0]
  for (let at = 0; at < 4000; at++) {
    const share = shareOf(`document-${at}`, 4)
    counts[share] = (counts[share] ?? 0) + 1
    assert.equal(shareOf(`document-${at}/comments`, 4), share)
  }
  for (const count of counts) assert.ok(count > 800 && count < 1200, String(counts))
})

test('with two workers people meet in their rooms, and what is counted is summed', async (t) => {
  const program = two(t, open)
  const sync = await syncOf(program)
  assert.equal(workersOf(program).size, 2)
  const rooms = [...roomsOf(0, 2), ...roomsOf(1, 2)]
  for (const room of rooms) {
    const ada = await new Someone(t, { sync }, room).synced()
    const ben = await new Someone(t, { sync }, room).synced()
    ada.type('hello')
    await ben.sees('hello')
  }
  assert.equal(await program.metric('quire_sockets'), 8)
  assert.equal(await program.metric('quire_rooms_open'), 4)
  await until('on disk', async () => (await program.metric('quire_commit_seconds_count')) === 4)
  assert.ok((await program.metric('quire_messages_total{kind="sync"}')) >= 12)
  assert.equal(await program.metric('quire_unsaved_bytes'), 0)
  assert.equal((await fetch(`${await program.url()}/ready`)).status, 200)
  assert.equal(await program.stop(), 0)
})

test('one process has all rooms unless more are asked for, and loads nothing of what more would need', async (t) => {
  const hook = preloaded(
    "import{registerHooks}from'node:module';" +
      "registerHooks({load(url,c,next){if(url.includes('/workers/'))process.stderr.write(url);return(next(url,c))}})",
  )
  const one = new Program(t, ['--data-dir', folder(t), ...open], hook)
  await new Raw(`${await syncOf(one)}/room`).open()
  assert.equal(one.errors, '')
  assert.equal(workersOf(one).size, 0)
  const more = two(t, open, hook)
  await more.url()
  assert.match(more.errors, /workers\.ts/, 'the hook sees what is loaded')
})

test('what comes behind the request, at whatever moment of the hand-over, reaches the room', async (t) => {
  const program = two(t, open)
  const { port, host } = new URL(await program.url())
  const query = Uint8Array.of(0x82, 0x81, 0, 0, 0, 0, 3) // "who is here?", in a frame with an empty mask
  const request = (room: string): string =>
    `GET /sync/${room} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
  const [first = '', second = ''] = [...roomsOf(0, 1), ...roomsOf(1, 1)]
  const heard = await Promise.all(
    Array.from({ length: 24 }, async (_, at) => {
      const wire = connect(Number(port), '127.0.0.1')
      t.after(() => wire.destroy())
      wire.setNoDelay(true)
      const pieces: Buffer[] = []
      wire.on('data', (bytes: Buffer) => pieces.push(bytes))
      await once(wire, 'connect')
      wire.write(Buffer.concat([Buffer.from(request(at % 2 === 0 ? first : second)), query]))
      for (let more = 0; more < at; more++) {
        await new Promise((resolve) => setImmediate(resolve))
        wire.write(query)
      }
      // the greeting is 82 04 00 00 01 00, and each answer 82 03 01 01 00: an awareness frame without anybody
      const answers = (): number => Buffer.concat(pieces).toString('hex').split('8203010100').length - 1
      await until(`${at + 1} answers`, () => answers() >= at + 1)
      return answers()
    }),
  )
  assert.deepEqual(
    heard,
    heard.map((_, at) => at + 1),
  )
})

test('[P2] a worker that is killed in mid-typing takes its own connections along, and nothing that was called saved', async (t) => {
  const program = two(t, open)
  const sync = await syncOf(program)
  const [near = '', far = ''] = [...roomsOf(0, 1), ...roomsOf(1, 1)]
  const stock = await new Someone(t, { sync }, near).synced()
  const others = [new Writer(`${sync}/${far}`), new Writer(`${sync}/${far}`)]
  const saved = new Set<string>()
  let said = 0
  for (let round = 0; round < 3; round++) {
    const people = Array.from({ length: 3 }, () => new Writer(`${sync}/${near}`))
    await until('in', () => people.every(({ synced }) => synced))
    const stop = typing(t, [...people, ...others], String(round))
    await until('some are saved', () => people.every((person) => person.saved.length > 20))
    const pid = workersOf(program).get(1)
    assert.ok(pid !== undefined)
    process.kill(pid, 'SIGKILL')
    await Promise.all(people.map(({ closed }) => closed))
    stop()
    for (const person of people) for (const word of person.saved) saved.add(word)
    await until('there is another', () => workersOf(program).get(1) !== pid)
    said = saved.size
  }
  for (const other of others) assert.equal(other.socket.readyState, other.socket.OPEN)
  await until('the others go on', () => others.every(({ settled }) => settled))
  const reader = new Writer(`${sync}/${near}`)
  await until('synced', () => reader.synced)
  exactlyOnce(reader.words, saved)
  assert.ok(said > 100, `${said} words were called saved`)
  await until('who has a stock client is back', () => stock.text.split(' ').length >= reader.words.length)
  assert.equal(await program.metric('quire_worker_ends_total'), 3)
  assert.equal(await program.stop(), 0)
})

test('when the server itself is killed no worker is left, and what was called saved is there', async (t) => {
  const data = folder(t)
  const program = new Program(t, ['--data-dir', data, '--workers', '2', ...open])
  const sync = await syncOf(program)
  const people = [...roomsOf(0, 2), ...roomsOf(1, 2)].map((room) => new Writer(`${sync}/${room}`))
  await until('in', () => people.every(({ synced }) => synced))
  const stop = typing(t, people, 'word')
  await until('some are saved', () => people.every((person) => person.saved.length > 20))
  program.child.kill('SIGKILL')
  await Promise.all(people.map(({ closed }) => closed))
  stop()
  await until('no worker is left', () => ![...workersOf(program).values()].some(runs))
  const again = new Program(t, ['--data-dir', data, '--workers', '3', ...open])
  for (const [at, room] of [...roomsOf(0, 2), ...roomsOf(1, 2)].entries()) {
    const reader = new Writer(`${await syncOf(again)}/${room}`)
    await until('synced', () => reader.synced)
    exactlyOnce(reader.words, people[at]?.saved ?? [])
  }
})

test('[D4] SIGTERM to the whole group in mid-typing: pages are told, everything is stored, exit 0', async (t) => {
  const data = folder(t)
  const program = new Program(t, ['--data-dir', data, '--workers', '2', ...open])
  const sync = await syncOf(program)
  const rooms = [...roomsOf(0, 2), ...roomsOf(1, 2)]
  const people = rooms.map((room) => new Writer(`${sync}/${room}`))
  await until('in', () => people.every(({ synced }) => synced))
  const stop = typing(t, people, 'word')
  await until('some are saved', () => people.every((person) => person.saved.length > 20))
  const pids = [...workersOf(program).values()]
  for (const pid of pids) process.kill(pid, 'SIGTERM') // as from a terminal, or a supervisor
  const began = performance.now()
  assert.equal(await program.stop(), 0)
  assert.ok(performance.now() - began < 25_000, 'before the deadline')
  stop()
  for (const person of people) {
    assert.deepEqual(await person.closed, { code: 1012, reason: 'restarting' })
    assert.ok(person.sides.some((side) => side.type === 'leaving'))
  }
  assert.ok(!pids.some(runs))
  assert.doesNotMatch(program.output, /a worker is at fault|"level":"(error|fatal)"/)
  const again = new Program(t, ['--data-dir', data, ...open])
  for (const [at, room] of rooms.entries()) {
    const reader = new Writer(`${await syncOf(again)}/${room}`)
    await until('synced', () => reader.synced)
    exactlyOnce(reader.words, people[at]?.saved ?? [])
  }
})

test('limits are counted over all workers', async (t) => {
  const program = two(t, [...open, '--max-per-address', '3', '--rate-rooms', '2'])
  const sync = await syncOf(program)
  const [a = '', b = '', c = '', d = ''] = [...roomsOf(0, 2), ...roomsOf(1, 2)]
  const first = await new Raw(`${sync}/${a}`).open()
  await new Raw(`${sync}/${c}`).open()
  // who is turned away by a worker has the answer before the server has the place back; asking the workers comes after
  const placesAreBack = () => program.metric('quire_sockets')
  assert.equal(await new Raw(`${sync}/${b}`).status(), 429, 'a third new room, in the first worker')
  await placesAreBack()
  assert.equal(await new Raw(`${sync}/${d}`).status(), 429, 'and in the second')
  await placesAreBack()
  await new Raw(`${sync}/${c}`).open()
  assert.equal(await new Raw(`${sync}/${a}`).status(), 429, 'a fourth connection')
  first.socket.close()
  await until('its place is free', async () => (await program.metric('quire_sockets')) === 2)
  await new Raw(`${sync}/${c}`).open()
  assert.equal(await program.metric('quire_turned_away_total{reason="rooms"}'), 2)
  assert.equal(await program.metric('quire_turned_away_total{reason="address"}'), 1)
})

test('[N12] [O7] who was sent away by a worker for good is known at the door', async (t) => {
  const program = two(t, [...open, '--max-message', '64KiB'])
  const sync = await syncOf(program)
  const eve = await new Raw(`${sync}/room`).open()
  eve.socket.send(new Uint8Array(65_537))
  assert.equal((await eve.closed).code, 1009)
  await until('known', async () => (await statusOf(`${sync}/room`)) === 403)
})

test('titles, names and the trash reach the people in a worker', async (t) => {
  const program = two(t)
  const [url, sync] = [await program.url(), await syncOf(program)]
  const me = await fetch(`${url}/api/me`)
  const cookie = me.headers.get('set-cookie')?.split(';')[0] ?? ''
  const headers = { cookie, origin: url, 'content-type': 'application/json' }
  const ask = (method: string, path: string, body?: unknown) =>
    fetch(`${url}/api/${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  // one document for each worker, or more
  for (let round = 0; round < 4; round++) {
    const { id, epoch } = await make(program, { cookie, origin: url })
    const ada = new Writer(`${sync}/${id}`, { headers: { cookie, origin: url }, epoch })
    const comments = await new Raw(`${sync}/${id}/comments`).open()
    await until('in', () => ada.synced)
    ada.write('typed')
    const listed = (await (await ask('GET', `documents/${id}`)).json()) as Listed
    assert.ok(['typed', ''].includes(listed.title.trim()), 'as it is at this moment')
    assert.equal((await ask('PATCH', `documents/${id}`, { title: 'Given' })).status, 200)
    await until('the title', () => ada.words.join(' ') === 'Given')
    await ask('PATCH', 'me', { name: `Ada ${round}` })
    await until('the name', () =>
      ada.sides.some(
        (side) => side.type === 'people' && side.people.some(({ name }) => name === `Ada ${round}`),
      ),
    )
    assert.equal((await ask('DELETE', `documents/${id}`)).status, 204)
    assert.deepEqual(await ada.closed, { code: 4404, reason: 'not-found' })
    assert.equal((await comments.closed).code, 4404)
    assert.equal((await ask('POST', `documents/${id}/restore`)).status, 200)
    const back = new Writer(`${sync}/${id}`, { doc: new Y.Doc() })
    await until('back', () => back.synced && back.words.join(' ') === 'Given')
  }
})

test('[P5] [A7] [A20] a change of access reaches the people in a worker within two seconds', async (t) => {
  const program = two(t)
  const [url, sync] = [await program.url(), await syncOf(program)]
  const cookie = (await fetch(`${url}/api/me`)).headers.get('set-cookie')?.split(';')[0] ?? ''
  const headers = { cookie, origin: url, 'content-type': 'application/json' }
  for (let round = 0; round < 4; round++) {
    const { id } = await make(program, { cookie, origin: url })
    const open = async (general: string): Promise<void> => {
      const body = JSON.stringify({ general })
      const answer = await fetch(`${url}/api/documents/${id}/access`, { method: 'PATCH', headers, body })
      assert.equal(answer.status, 200)
    }
    const owner = new Writer(`${sync}/${id}`, { headers: { cookie, origin: url } })
    const ben = new Writer(`${sync}/${id}`)
    const role = () => ben.sides.findLast((side) => side.type === 'hello')?.role
    await until('in', () => owner.synced && ben.synced && role() === 'edit')
    await open('view')
    await until('a viewer', () => role() === 'view', 2000)
    ben.write('late')
    await until('refused', () => ben.sides.some(({ type }) => type === 'refused'))
    await open('none')
    assert.deepEqual(await ben.closed, { code: 4403, reason: 'not-shared' })
    owner.write('still here')
    await until('saved', () => owner.settled)
    assert.ok(!owner.words.includes('late'))
  }
})

test('a worker with more to do than it can sends newcomers to its rooms away, and /ready says so', async (t) => {
  // a heap that is nearly full, in the first worker only
  const full = preloaded(
    "import{getHeapStatistics}from'node:v8';" +
      "if(process.argv[1].endsWith('workers/main.ts'))process.once('message',(message)=>{" +
      'if(message.args[0].worker===1){globalThis.held=[];' +
      'while(getHeapStatistics().used_heap_size<getHeapStatistics().heap_size_limit*0.8)' +
      'globalThis.held.push(Array(10000).fill(0.5))}})',
  )
  const options = `--max-old-space-size=128 --max-semi-space-size=1 ${full.NODE_OPTIONS}`
  const program = two(t, open, { NODE_OPTIONS: options })
  const sync = await syncOf(program)
  const [near = '', far = ''] = [...roomsOf(0, 1), ...roomsOf(1, 1)]
  const ada = await new Raw(`${sync}/${near}`).open()
  await until('not ready', async () => {
    const answer = await fetch(`${await program.url()}/ready`)
    return ((await answer.json()) as { status: string }).status === 'overload'
  })
  assert.equal(await statusOf(`${sync}/${near}`), 503)
  assert.equal(await statusOf(`${sync}/${far}`), 101)
  assert.equal(ada.socket.readyState, ada.socket.OPEN)
})
