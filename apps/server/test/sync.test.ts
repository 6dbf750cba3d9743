import assert from 'node:assert/strict'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { decodeSide } from '@quire/sync/message'
import * as Y from 'yjs'
import { Disk } from '../../../packages/storage/test/disk.ts'
import { Guests } from '../src/identity.ts'
import { Browser, house, folder, LentClock, metric, Raw, until, withLog } from './house.ts'
import type { House, Listed } from './house.ts'
import { Someone } from './person.ts'
import { wordsOf, Writer } from './writer.ts'

const open = ['--access', 'open']

/** The first "a" in the root text "t", by client 1. */
const letter = [0, 2, 11, 1, 1, 1, 0, 4, 1, 1, 0x74, 1, 0x61, 0]

/** The first "a" in this root, by this client. */
const letterIn = (root: string, client = 1): number[] => {
  const update = [1, 1, client, 0, 4, 1, root.length, ...Buffer.from(root), 1, 0x61, 0]
  return [0, 2, update.length, ...update]
}

const upgrade = (home: House, path: string, headers: Record<string, string> = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(home.url)
    const wire = connect(Number(port), hostname)
    const all = {
      Host: host,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
    wire.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    wire.once('data', (bytes: Buffer) => {
      resolve(bytes.toString('latin1').split(' ')[1] ?? 'nothing')
      wire.destroy()
    })
    wire.on('error', reject)
  })

test('[W8] a name that no room can have is a bad request, whatever it hides', async (t) => {
  const home = await house(t, { flags: open })
  const bad = [
    '..',
    '../x',
    'a/../b',
    '%2e%2e%2fetc',
    'a//b',
    'a/',
    '/a',
    '',
    '%',
    '%zz',
    '%00',
    '%F0%28',
    'a%20b',
  ]
  for (const name of [...bad, '%E2%80%8Fx', '*', 'x'.repeat(257)])
    assert.equal(await upgrade(home, `/sync/${name}`), '400', name)
  for (const name of ['constructor', '__proto__', 'a/b.c:d@e~f+g-h', 'x'.repeat(256), '...a'])
    assert.equal(await upgrade(home, `/sync/${name}`), '101', name)
})

test('under the documents policy a room is named like a document or what belongs to one', async (t) => {
  const home = await house(t)
  for (const name of ['lobby', 'A'.repeat(21), `${'A'.repeat(22)}/secrets`, `${'A'.repeat(22)}/comments/x`])
    assert.equal(await upgrade(home, `/sync/${name}`), '400', name)
})

test('an upgrade anywhere else is not found', async (t) => {
  const home = await house(t, { flags: open })
  for (const path of ['/', '/sync', '/api/documents', '/d/x'])
    assert.equal(await upgrade(home, path), '404', path)
})

test('[A1] only pages of this server, of configured sites and of this machine may connect', async (t) => {
  const home = await house(t, { flags: [...open, '--allowed-origins', 'https://app.example.org'] })
  const status = (origin: string) => upgrade(home, '/sync/room', { Origin: origin })
  assert.equal(await status(home.url), '101')
  assert.equal(await status('http://localhost:5173'), '101')
  assert.equal(await status('https://app.example.org'), '101')
  assert.equal(await status('https://evil.example'), '403')
  assert.equal(await status('http://app.example.org'), '403')
  assert.equal(await status('null'), '403')
})

test('[A19] a page on a name that was made to point here may not connect', async (t) => {
  const home = await house(t, { flags: open })
  assert.equal(
    await upgrade(home, '/sync/room', { Host: 'evil.example', Origin: 'http://evil.example' }),
    '403',
  )
})

test('a handshake that is no WebSocket handshake is refused and leaves no room open', async (t) => {
  const home = await house(t, { flags: open })
  assert.equal(await upgrade(home, '/sync/room', { 'Sec-WebSocket-Key': 'short' }), '400')
  assert.equal(await upgrade(home, '/sync/room', { 'Sec-WebSocket-Version': '7' }), '400')
})

test('[N7] a document that is not there: told on the socket first, by HTTP status to who knocks again', async (t) => {
  const clock = new LentClock()
  const home = await house(t, { clock })
  const address = `${home.sync}/${'A'.repeat(22)}`
  const first = new Raw(address)
  assert.deepEqual(await first.closed, { code: 4404, reason: 'not-found' })
  const [denied] = first.heard
  assert.deepEqual([...(denied?.subarray(0, 2) ?? [])], [2, 0])
  assert.match(
    Buffer.from(denied ?? []).toString(),
    /There is no such document, or it is not shared with you\./,
  )
  assert.equal(await new Raw(address).status(), 403)
  assert.equal(await new Raw(`${home.sync}/${'B'.repeat(22)}`).closed.then(({ code }) => code), 4404)
  clock.advance(60_000)
  assert.equal(await new Raw(address).closed.then(({ code }) => code), 4404)
})

test('[L1] a page that is older than the document is let in, told so, and reads', async (t) => {
  const home = await house(t)
  const { id } = await new Browser(home).json<Listed>('POST', '/api/documents', {}, 201)
  const enter = async (client: number, schema: number) => {
    const page = await new Raw(`${home.sync}/${id}?quire=1&client=${client}&schema=${schema}&epoch=`).open()
    await until('hello', () => page.heard.length > 0)
    return page
  }
  const ada = await enter(1, 1)
  await ada.say(letterIn('title'))
  const eve = await enter(7, 0)
  const hello = decodeSide(eve.heard[0] ?? new Uint8Array())
  assert.equal(hello?.type === 'hello' ? hello.schema : null, 1)
  await eve.say(letterIn('title', 7))
  assert.equal((await home.store.log(id).load()).tail.length, 1)
  assert.equal(eve.socket.readyState, eve.socket.OPEN)
})

test('[W19] a second tab under one client id is told so on its socket, and the tab that comes back is not', async (t) => {
  const home = await house(t)
  const { id } = await new Browser(home).json<Listed>('POST', '/api/documents', {}, 201)
  const enter = async (tab: string) => {
    const page = await new Raw(`${home.sync}/${id}?quire=1&client=7&schema=1&epoch=&tab=${tab}`).open()
    await until('SyncStep1', () => page.heard.some((frame) => frame[0] === 0))
    return page
  }
  const isTold = ({ heard }: Raw): boolean =>
    heard.map(decodeSide).some((side) => side?.type === 'refused' && side.objection === 'identity')
  const first = await enter('a-1')
  const second = await enter('b-2')
  await until('refused', () => isTold(second))
  const again = await enter('a-1')
  await again.say(letterIn('title', 7))
  await until('saved', () => again.heard.some((frame) => decodeSide(frame)?.type === 'saved'))
  assert.deepEqual([isTold(first), isTold(again)], [false, false])
})

test('[D15] a page whose copy is of another epoch is told so on the socket, each time, and others are let in', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const { id, epoch } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const page = (known: string) => new Raw(`${home.sync}/${id}?quire=1&client=7&schema=1&epoch=${known}`)
  for (let time = 0; time < 2; time++)
    assert.deepEqual(await page('of-a-backup').closed, { code: 4410, reason: 'other-epoch' })
  assert.equal(await metric(home, 'quire_refusals_total{refusal="other-epoch"}'), 2)
  for (const known of ['', epoch]) {
    const seated = await page(known).open()
    await until('hello', () => seated.heard.length > 0)
    seated.socket.close()
    await seated.closed
  }
  await new Someone(t, home, id).synced()
})

test('[D15] [A12] a document that was in the trash has another epoch, for the API and for the room', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const made = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const address = `${home.sync}/${made.id}?quire=1&client=7&schema=1&epoch=`
  const page = await new Raw(`${address}${made.epoch}`).open()
  await page.say(letterIn('title'))
  await ada.ask('DELETE', `/api/documents/${made.id}`)
  assert.equal((await page.closed).code, 4404)
  const back = await ada.json<Listed>('POST', `/api/documents/${made.id}/restore`)
  assert.notEqual(back.epoch, made.epoch)
  assert.equal((await new Raw(`${address}${made.epoch}`).closed).code, 4410)
  const next = await new Raw(`${address}${back.epoch}`).open()
  await until('hello', () => next.heard.length > 0)
  const hello = decodeSide(next.heard[0] ?? new Uint8Array())
  assert.equal(hello?.type === 'hello' ? hello.epoch : null, back.epoch)
})

test('a cookie counts only where a browser vouches for the page that sends it', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const role = async (headers: Record<string, string>) => {
    const page = await new Raw(`${home.sync}/${id}?quire=1&client=7&schema=1&epoch=`, { headers }).open()
    await until('hello', () => page.heard.length > 0)
    page.socket.close()
    const hello = decodeSide(page.heard[0] ?? new Uint8Array())
    return hello?.type === 'hello' ? hello.role : null
  }
  assert.equal(await role({ cookie: ada.cookie, origin: home.url }), 'own')
  assert.equal(await role({ cookie: ada.cookie }), 'edit')
  const forged = new Guests('not the secret of this server', false).cookie('A'.repeat(22))
  assert.equal(await role({ cookie: forged, origin: home.url }), 'edit')
})

test('[D18] [P7] whichever call of the store fails, everything that was written is stored, once, and called saved', async (t) => {
  const disk = new Disk()
  const data = folder(t)
  const home = await house(t, { flags: open, data, store: { writer: disk.writer } })
  const ada = new Writer(`${home.sync}/room`)
  await until('synced', () => ada.synced)
  for (let call = 1; call <= 12; call++) {
    disk.failIn(call)
    for (let word = 0; !disk.failed; word++) {
      ada.write(`${call}.${word}`)
      await until('saved or failed', () => disk.failed || ada.settled)
    }
    // whoever watches it asks whether it is ready, and it tries again at once
    await until('saved', async () => (await fetch(`${home.url}/ready`)).ok && ada.settled)
  }
  await home.close()
  const again = await house(t, { flags: open, data })
  const reader = new Writer(`${again.sync}/room`)
  await until('synced', () => reader.synced)
  assert.deepEqual(reader.words, ada.words)
})

test('[P8] two stock clients exchange text and presence', async (t) => {
  const home = await house(t, { flags: open })
  const ada = await new Someone(t, home, 'room').synced()
  const ben = await new Someone(t, home, 'room').synced()
  ada.type('Hello')
  await ben.sees('Hello')
  ada.provider.awareness.setLocalStateField('user', { name: 'Ada' })
  await until('Ada', () => ben.provider.awareness.getStates().has(ada.doc.clientID))
  ada.provider.disconnect()
  await until('Ada is gone', () => !ben.provider.awareness.getStates().has(ada.doc.clientID))
})

test('[P8] the versions of the stock client understand one another', async (t) => {
  const home = await house(t, { flags: open })
  const providers = await Promise.all(['y-websocket-1', 'y-websocket-2'].map((name) => import(name)))
  const people = [
    new Someone(t, home, 'room'),
    ...providers.map(({ WebsocketProvider }) => new Someone(t, home, 'room', WebsocketProvider)),
  ]
  for (const person of people) await person.synced()
  let text = ''
  for (const [index, person] of people.entries()) {
    person.type(`${index}`)
    text += `${index}`
    for (const other of people) await other.sees(text)
  }
})

test('[N11] what a client says in the breath in which it connects is heard, however long the room takes to open', async (t) => {
  let load = (): void => {}
  const slow = new Promise<void>((resolve) => (load = resolve))
  let asked = false
  const between = withLog((log) => ({
    load: () => {
      asked = true
      return slow.then(() => log.load())
    },
  }))
  const home = await house(t, { flags: open, between })
  const { hostname, port, host } = new URL(home.url)
  const wire = connect(Number(port), hostname)
  t.after(() => wire.destroy())
  const head = `GET /sync/room HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  // the whole conversation in one packet, masked with zeros
  const frame = [0x82, 0x80 | letter.length, 0, 0, 0, 0, ...letter]
  wire.write(Buffer.concat([Buffer.from(head + key), Buffer.from(frame)]))
  await until('the server to read the room', () => asked)
  load()
  await until('the update on disk', async () => (await home.store.log('room').load()).tail.length === 1)
  wire.destroy()
})

test('[D8] a room that cannot be read is refused, not served empty; the next try reads it anew', async (t) => {
  let broken = true
  const between = withLog((log, room) => ({
    load: () => (broken && room === 'bad' ? Promise.reject(new Error('unreadable')) : log.load()),
  }))
  const home = await house(t, { flags: open, between })
  assert.equal(await upgrade(home, '/sync/bad'), '503')
  assert.equal(await upgrade(home, '/sync/good'), '101')
  broken = false
  assert.equal(await upgrade(home, '/sync/bad'), '101')
})

const frames: [what: string, bytes: number[], code: number, reason: string][] = [
  ['an empty frame', [], 4400, 'bad-bytes'],
  ['an update that is cut off', [0, 2, 12, 1, 1], 4400, 'bad-bytes'],
  ['a length of 2^53', [0, 2, 255, 255, 255, 255, 255, 255, 255, 15], 4400, 'bad-bytes'],
  ['thirty million structs in a dozen bytes', [0, 2, 6, 1, 128, 163, 167, 14, 1], 4400, 'bad-bytes'],
  ['presence that is not JSON', [1, 4, 1, 7, 1, 1, 123], 4400, 'bad-bytes'],
]
for (const [what, bytes, code, reason] of frames) {
  test(`[W1] [P4] ${what} ends that connection and no other`, async (t) => {
    const home = await house(t, { flags: open })
    const ada = await new Someone(t, home, 'room').synced()
    const ben = await new Someone(t, home, 'room').synced()
    const eve = await new Raw(`${home.sync}/room`).open()
    // eve's own presence is looked into only after she has said what she has
    eve.socket.send(Uint8Array.of(0, 0, 1, 0))
    eve.socket.send(Uint8Array.from(bytes))
    assert.deepEqual(await eve.closed, { code, reason })
    ada.type('still here')
    await ben.sees('still here')
  })
}

test('[W9] [N3] a message of a kind that we do not know is passed over and counted', async (t) => {
  const home = await house(t, { flags: open })
  const eve = await new Raw(`${home.sync}/room`).open()
  await eve.say([0, 3], [9], [200, 1, 7])
  assert.equal(eve.socket.readyState, eve.socket.OPEN)
  assert.equal(await metric(home, 'quire_notices_total{notice="unknown-message"}'), 3)
})

test('a text frame ends that connection', async (t) => {
  const home = await house(t, { flags: open })
  const eve = await new Raw(`${home.sync}/room`).open()
  eve.socket.send('hello')
  assert.deepEqual(await eve.closed, { code: 1003, reason: 'not-binary' })
})

test('[O7] a message over the limit ends that connection from its declared length', async (t) => {
  const home = await house(t, { flags: [...open, '--max-message', '64KiB'] })
  const ada = await new Someone(t, home, 'room').synced()
  const ben = await new Someone(t, home, 'room').synced()
  const eve = await new Raw(`${home.sync}/room`).open()
  eve.socket.send(new Uint8Array(65_537))
  assert.equal((await eve.closed).code, 1009)
  ada.type('x')
  await ben.sees('x')
})

const broken: [what: string, bytes: number[], code: number][] = [
  ['reserved bits', [0xf2, 0x80, 0, 0, 0, 0], 1002],
  ['an unknown opcode', [0x83, 0x80, 0, 0, 0, 0], 1002],
  ['a frame without a mask', [0x82, 0x01, 0x03], 1002],
  ['a length of 2^63', [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1009],
  ['text that is not UTF-8', [0x81, 0x81, 0, 0, 0, 0, 0xff], 1007],
]
for (const [what, bytes, code] of broken) {
  test(`[W1] ${what} on the wire ends that connection and no other`, async (t) => {
    const home = await house(t, { flags: open })
    const ada = await new Someone(t, home, 'room').synced()
    const eve = await new Raw(`${home.sync}/room`).open()
    // 'ws' gives no way to send what is no frame; its connection does
    const wire = Reflect.get(eve.socket, '_socket') as Socket
    wire.write(Uint8Array.from(bytes))
    assert.equal((await eve.closed).code, code)
    const ben = await new Someone(t, home, 'room').synced()
    ada.type('x')
    await ben.sees('x')
  })
}

test('[W18] a bug while a room takes a write ends the connections to that room with 1011, and the house stands', async (t) => {
  const between = withLog(() => ({
    append: () => {
      throw new Error('a bug')
    },
  }))
  const home = await house(t, { flags: open, between })
  const ben = await new Someone(t, home, 'other').synced()
  const [eve, ada] = [await new Raw(`${home.sync}/room`).open(), await new Raw(`${home.sync}/room`).open()]
  eve.socket.send(Uint8Array.from(letter))
  for (const { closed } of [eve, ada]) assert.deepEqual(await closed, { code: 1011, reason: 'fault' })
  assert.ok(home.log.some(({ msg }) => msg === 'a room lives with a fault'))
  const back = await new Raw(`${home.sync}/room`).open()
  await until('the room is there again', () => back.heard.length > 0)
  assert.equal(ben.provider.wsconnected, true)
})

/** Lets the clock run a second at a time, so that what is sent on the way can arrive. */
const pass = async (clock: LentClock, seconds: number): Promise<void> => {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('[N3] a change that the network swallowed is noticed at the next one, asked for, and nothing is called saved before', async (t) => {
  const home = await house(t, { flags: open })
  const ada = new Writer(`${home.sync}/room`)
  const ben = new Writer(`${home.sync}/room`)
  await until('synced', () => ada.synced && ben.synced)
  ada.write('one')
  await until('saved', () => ada.settled)
  ada.loses = true // to a proxy between them
  ada.write('two')
  ada.loses = false
  const asked = ada.questions
  ada.write('three')
  await until('asked', () => ada.questions === asked + 1)
  await until('converged', () => ben.words.join(' ') === 'one two three')
  await until('saved', () => ada.settled)
  assert.equal(await metric(home, 'quire_notices_total{notice="gap"}'), 1)
})

test('[N11] fifty changes sent while a cold room opens are taken in their order, and acknowledged', async (t) => {
  let load = (): void => {}
  const slow = new Promise<void>((resolve) => (load = resolve))
  const between = withLog((log) => ({ load: () => slow.then(() => log.load()) }))
  const home = await house(t, { flags: open, between })
  const ada = new Writer(`${home.sync}/room`)
  ada.socket.once('open', () => {
    for (let word = 0; word < 50; word++) ada.write(String(word))
  })
  load()
  await until('saved', () => ada.settled && ada.saved.length === 50)
  const { tail } = await home.store.log('room').load()
  const doc = new Y.Doc()
  for (const update of tail) Y.applyUpdate(doc, update)
  assert.deepEqual(
    wordsOf(doc),
    Array.from({ length: 50 }, (_, word) => String(word)),
  )
})

test('[A4] who changes their name is called so at once wherever they are', async (t) => {
  const home = await house(t)
  const ada = new Browser(home)
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const person = new Writer(`${home.sync}/${id}`, { headers: { cookie: ada.cookie, origin: home.url } })
  const ben = new Writer(`${home.sync}/${id}`)
  const name = () =>
    ben.sides
      .flatMap((side) => (side.type === 'people' ? side.people : []))
      .findLast(({ client }) => client === person.doc.clientID)
  await until('ada is known', () => name()?.verified === true)
  await ada.json('PATCH', '/api/me', { name: 'Ada' })
  await until('the new name', () => name()?.name === 'Ada')
  assert.equal(name()?.role, 'own')
})

test('[A5] [F9] nobody writes under the client id of somebody else', async (t) => {
  const home = await house(t)
  const [ada, eve] = [new Browser(home), new Browser(home)]
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  await eve.ask('GET', '/api/me')
  const as = ({ cookie }: Browser) => ({ headers: { cookie, origin: home.url } })
  const author = new Writer(`${home.sync}/${id}`, as(ada))
  await until('synced', () => author.synced)
  author.write('mine')
  await until('saved', () => author.settled)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(author.doc))
  doc.clientID = author.doc.clientID
  const forger = new Writer(`${home.sync}/${id}`, { ...as(eve), doc })
  await until('synced', () => forger.synced)
  forger.write('forged')
  await until('refused', () =>
    forger.sides.some((side) => side.type === 'refused' && side.objection === 'identity'),
  )
  author.write('more')
  await until('saved', () => author.settled)
  assert.deepEqual(author.words, ['mine', 'more'])
})

test('[N8] whoever was sent nothing for 15 s gets an empty awareness frame, four times a minute at most', async (t) => {
  const clock = new LentClock()
  const home = await house(t, { flags: open, clock })
  const ada = await new Raw(`${home.sync}/room`).open()
  await until('the greeting', () => ada.heard.length === 1)
  await pass(clock, 15)
  await until('the keep-alive', () => ada.heard.length === 2)
  assert.deepEqual([...(ada.heard[1] ?? [])], [1, 1, 0])
  for (let more = 0; more < 3; more++) {
    ada.socket.ping()
    await pass(clock, 15)
    await until('the next', () => ada.heard.length === 3 + more)
  }
  assert.ok(ada.heard.length <= 5)
})

test('[N2] a peer that answers nothing for 30 s is cut off; one that answers pings stays', async (t) => {
  const clock = new LentClock()
  const home = await house(t, { flags: open, clock })
  const mute = await new Raw(`${home.sync}/room`, { autoPong: false }).open()
  const quiet = await new Raw(`${home.sync}/room`).open()
  let pings = 0
  quiet.socket.on('ping', () => pings++)
  await pass(clock, 15)
  await until('a ping', () => pings === 1)
  await quiet.say()
  await pass(clock, 15)
  assert.equal((await mute.closed).code, 1006)
  assert.equal(quiet.socket.readyState, quiet.socket.OPEN)
})

test('a silence of the process itself is not taken for that of others', async (t) => {
  const clock = new LentClock()
  const home = await house(t, { flags: open, clock })
  const quiet = await new Raw(`${home.sync}/room`).open()
  clock.now = () => 3_600_000
  await pass(clock, 1)
  await quiet.say()
  assert.equal(quiet.socket.readyState, quiet.socket.OPEN)
})

test('[D4] [P2] a server that closes stores all it was told, says goodbye and hangs up with 1012', async (t) => {
  const home = await house(t, { flags: open })
  const pages = await Promise.all(
    Array.from({ length: 20 }, (_, room) =>
      new Raw(`${home.sync}/room-${room}?quire=1&client=1&schema=1&epoch=`).open(),
    ),
  )
  await Promise.all(pages.map((page) => page.say(letter)))
  await home.server.close()
  for (const page of pages) {
    assert.deepEqual(await page.closed, { code: 1012, reason: 'restarting' })
    const sides = page.heard.map(decodeSide)
    assert.ok(sides.some((side) => side?.type === 'leaving'))
    assert.ok(sides.some((side) => side?.type === 'saved' && side.count === 1))
  }
  for (const room of pages.keys()) assert.equal((await home.store.log(`room-${room}`).load()).tail.length, 1)
})

test('[F4] a server whose disk hangs hangs up all the same, and does not call it stored', async (t) => {
  const clock = new LentClock()
  let heal = (): void => {}
  const disk = new Promise<void>((resolve) => (heal = resolve))
  const between = withLog((log) => ({
    append: (write) => disk.then(() => log.append(write)),
  }))
  const home = await house(t, { flags: open, clock, between })
  const page = await new Raw(`${home.sync}/room?quire=1&client=1&schema=1&epoch=`).open()
  await page.say(letter)
  let closed = false
  const closing = home.server.close().then(() => (closed = true))
  clock.advance(2000)
  assert.equal((await page.closed).code, 1012)
  assert.ok(page.heard.map(decodeSide).every((side) => side?.type !== 'saved'))
  assert.equal(closed, false)
  heal()
  await closing
  assert.equal((await home.store.log('room').load()).tail.length, 1)
})

test('[O1] [P6] [F7] who asks and never reads is cut off after 30 s, before much is kept for them', async (t) => {
  const clock = new LentClock()
  const home = await house(t, { flags: open, clock })
  const ada = await new Someone(t, home, 'room').synced()
  ada.type('x'.repeat(1_000_000))
  const ben = await new Someone(t, home, 'room').synced()
  await ben.sees('x'.repeat(1_000_000))
  const eve = await new Raw(`${home.sync}/room`).open()
  eve.socket.pause()
  const before = process.memoryUsage.rss()
  // the network takes some megabytes by itself before anything is kept here
  for (let asked = 0; asked < 40; asked++) {
    eve.socket.send(Uint8Array.of(0, 0, 1, 0))
    await pass(clock, 1)
    ben.provider.awareness.setLocalStateField('at', asked)
  }
  await until('cut off', async () => {
    await pass(clock, 5)
    ben.provider.awareness.setLocalStateField('at', clock.now())
    return (await metric(home, 'quire_refusals_total{refusal="too-slow"}')) === 1
  })
  assert.ok(process.memoryUsage.rss() - before < 64 * 1024 * 1024)
  ada.type('!')
  await ben.sees(`${'x'.repeat(1_000_000)}!`)
  eve.socket.terminate()
})
