import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import * as Y from 'yjs'
import { Browser, folder, house, LentClock, metric, Raw, until, withLog } from './house.ts'
import type { House, Listed } from './house.ts'
import { Someone } from './person.ts'

const open = ['--access', 'open']
const page = 'quire=1&client=7&schema=1&epoch='

const turned = (home: House, reason: string) => metric(home, `quire_turned_away_total{reason="${reason}"}`)
const opened = (home: House, room: string, options = {}) => new Raw(`${home.sync}/${room}`, options).open()
const status = (home: House, room: string, options = {}) => new Raw(`${home.sync}/${room}`, options).status()

test('[O9] [A17] an address that connects too often gets 429, whomever it says it speaks for; others are let in', async (t) => {
  const home = await house(t, { flags: [...open, '--rate-handshakes', '1'], clock: new LentClock() })
  const forged = (n: number) => ({
    headers: { 'x-forwarded-for': `1.2.3.${n}`, forwarded: `for=1.2.3.${n}` },
  })
  for (let n = 0; n < 10; n++) await opened(home, 'room', forged(n))
  for (let n = 10; n < 15; n++) assert.equal(await status(home, 'room', forged(n)), 429)
  await opened(home, 'room', { localAddress: '127.0.0.2' })
  assert.equal(await turned(home, 'handshakes'), 5)
})

test('behind a trusted proxy the address that it names is the one that counts', async (t) => {
  const flags = [...open, '--rate-handshakes', '1', '--trust-proxy', '127.0.0.1']
  const home = await house(t, { flags, clock: new LentClock() })
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
  for (let n = 0; n < 10; n++) await opened(home, 'room', from('1.2.3.4'))
  assert.equal(await status(home, 'room', from('1.2.3.4')), 429)
  await opened(home, 'room', from('1.2.3.5'))
})

test('a browser with a cookie of this server is not counted', async (t) => {
  const home = await house(t, { flags: [...open, '--rate-handshakes', '1'], clock: new LentClock() })
  const ada = new Browser(home)
  await ada.ask('GET', '/api/me')
  const headers = { cookie: ada.cookie, origin: home.url }
  for (let n = 0; n < 20; n++) await opened(home, 'room', { headers })
  assert.equal(await turned(home, 'handshakes'), 0)
})

test('an address, a person and a room have so many places; who leaves makes room', async (t) => {
  const flags = [...open, '--max-per-address', '4', '--max-per-person', '2', '--max-per-room', '3']
  const home = await house(t, { flags })
  const ada = new Browser(home)
  await ada.ask('GET', '/api/me')
  const asAda = { headers: { cookie: ada.cookie, origin: home.url }, localAddress: '127.0.0.9' }
  const first = await opened(home, 'a', asAda)
  await opened(home, 'b', asAda)
  assert.equal(await status(home, 'c', asAda), 429)
  assert.deepEqual(await new Raw(`${home.sync}/c?${page}`, asAda).closed, { code: 1013, reason: 'crowded' })
  first.socket.close()
  await until('the place is free', async () => (await metric(home, 'quire_sockets')) === 1)
  await opened(home, 'c', asAda)

  for (let n = 0; n < 3; n++) await opened(home, 'full')
  assert.equal(await status(home, 'full'), 429)
  await opened(home, 'other')
  assert.equal(await status(home, 'another'), 429)
  for (const [reason, count] of [
    ['person', 2],
    ['room', 1],
    ['address', 1],
  ] as const)
    assert.equal(await turned(home, reason), count, reason)
})

test('[O21] who is turned away takes a place of their address until that has ended', async (t) => {
  const home = await house(t, { flags: ['--max-per-address', '2'] })
  const { port } = new URL(home.url)
  const guess = (n: number) => String(n).padStart(22, 'x')
  /** The status for somebody who does not answer the goodbye, so that it lasts a second. */
  const silent = async (n: number): Promise<string> => {
    const wire = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
    t.after(() => wire.destroy())
    wire.on('error', () => {})
    wire.write(
      `GET /sync/${guess(n)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
    const [answer] = (await once(wire, 'data')) as [Buffer]
    return answer.toString('latin1').slice(9, 12)
  }
  const statuses = await Promise.all([0, 1, 2].map(silent))
  assert.deepEqual(statuses.toSorted(), ['101', '101', '429'])
  assert.equal(await turned(home, 'address'), 1)
  await until(
    'the places are free',
    async () => (await new Raw(`${home.sync}/${guess(3)}`).closed).code === 4404,
  )
})

test('[O22] a large document gets 503 while others take all the memory; who is in one stays, and small ones open', async (t) => {
  const home = await house(t, { flags: [...open, '--max-memory', '128MiB'] }) // 51 MiB of it for rooms
  const doc = new Y.Doc()
  doc.getText('title').insert(0, 'x'.repeat(18_000_000))
  const update = Y.encodeStateAsUpdate(doc)
  for (const room of ['a', 'b', 'c']) {
    const log = home.store.log(room)
    await log.load()
    await log.append({ update, author: 'guest', owners: [], schema: 0 })
  }
  const inside = [await opened(home, 'a'), await opened(home, 'b')]
  assert.equal(await status(home, 'c'), 503)
  await opened(home, 'small')
  await opened(home, 'a')
  assert.equal(await turned(home, 'memory'), 1)
  for (const { socket } of inside) assert.equal(socket.readyState, socket.OPEN)
})

test('[A14] [O5] who asks for what is not there is told thirty times, and then only that it is too often', async (t) => {
  const built = folder(t)
  writeFileSync(join(built, 'index.html'), '<!doctype html>')
  const home = await house(t, { clock: new LentClock(), page: built })
  const { id } = await new Browser(home).json<Listed>('POST', '/api/documents', {}, 201)
  const guess = (n: number) => String(n).padStart(22, 'x')
  for (let n = 0; n < 15; n++) assert.equal((await new Raw(`${home.sync}/${guess(n)}`).closed).code, 4404)
  for (let n = 15; n < 30; n++)
    assert.equal((await fetch(`${home.url}/api/documents/${guess(n)}`)).status, 404)
  for (let n = 30; n < 35; n++) {
    assert.equal(await status(home, guess(n)), 429)
    const answer = await fetch(`${home.url}/api/documents/${guess(n)}`)
    assert.deepEqual([answer.status, ((await answer.json()) as { error: string }).error], [429, 'too-many'])
    assert.equal((await fetch(`${home.url}/d/${guess(n)}`)).status, 429)
  }
  assert.equal((await fetch(`${home.url}/api/documents/${id}`)).status, 200)
  await opened(home, id)
  assert.equal(await turned(home, 'misses'), 15)
})

test('[O5] under open access an address makes so many new rooms, and enters those that are there', async (t) => {
  const home = await house(t, { flags: [...open, '--rate-rooms', '3'], clock: new LentClock() })
  const ada = await new Someone(t, home, 'kept').synced()
  ada.type('x')
  await until('on disk', async () => (await home.store.log('kept').load()).tail.length === 1)
  ada.provider.destroy()
  await until('let go', async () => (await metric(home, 'quire_rooms_open')) === 0)
  for (let n = 0; n < 2; n++) await opened(home, `new-${n}`)
  for (let n = 2; n < 5; n++) assert.equal(await status(home, `new-${n}`), 429)
  await opened(home, 'kept')
  await opened(home, 'new-0')
  assert.equal(await turned(home, 'rooms'), 3)
})

test('[O6] who sends without end is not read from and then cut off with 1008; the others go on', async (t) => {
  const clock = new LentClock()
  const home = await house(t, { flags: open, clock })
  const ada = await new Someone(t, home, 'room').synced()
  const ben = await new Someone(t, home, 'room').synced()
  const eve = await opened(home, 'room')
  let sent = 0
  const flood = setInterval(() => {
    if (eve.socket.readyState !== eve.socket.OPEN || eve.socket.bufferedAmount > 1e6) return
    for (let n = 0; n < 500; n++, sent++) eve.socket.send(Uint8Array.of(0, 0, 1, 0))
  }, 1)
  t.after(() => clearInterval(flood))
  await until('paused', async () => (await metric(home, 'quire_pauses_total{reason="rate"}')) > 0)
  ada.type('still here')
  await ben.sees('still here')
  // a little at a time, for it must not have a moment in which it owes nothing
  await until('cut off', () => {
    clock.advance(100)
    return eve.socket.readyState === eve.socket.CLOSED
  })
  assert.deepEqual(await eve.closed, { code: 1008, reason: 'too-much' })
  const taken = await metric(home, 'quire_messages_total{kind="sync"}')
  assert.ok(taken < sent / 2, `${taken} of ${sent}`)
})

test('[F7] while too much waits for the disk, who writes is not read from, who comes is sent away, and all is kept', async (t) => {
  let heal = (): void => {}
  const disk = new Promise<void>((resolve) => (heal = resolve))
  let stored = 0
  let waiting = 0
  const between: Parameters<typeof withLog>[0] = (log) => ({
    append: (write) => {
      waiting += write.update.length
      return disk
        .then(() => log.append(write))
        .then(() => {
          waiting -= write.update.length
          stored++
        })
    },
  })
  const home = await house(t, {
    flags: [...open, '--max-backlog', '64KiB'],
    between: (store) =>
      new Proxy(withLog(between)(store), {
        get: (target, name) =>
          name === 'backlog' ? { updates: 1, bytes: waiting } : Reflect.get(target, name),
      }),
  })
  const ada = await new Someone(t, home, 'room').synced()
  const eve = await new Someone(t, home, 'room').synced()
  const reader = await new Someone(t, home, 'room').synced()
  eve.type('x'.repeat(70_000))
  await reader.sees('x'.repeat(70_000))
  await until('paused', async () => (await metric(home, 'quire_pauses_total{reason="backlog"}')) === 1)
  assert.equal(await status(home, 'elsewhere'), 503)
  assert.equal((await home.server.fetch(new Request('http://probe/ready'))).status, 503)
  await new Someone(t, home, 'room').synced()
  eve.type('y')
  assert.equal(stored, 0)
  heal()
  await ada.sees(`${'x'.repeat(70_000)}y`)
  await opened(home, 'elsewhere')
  assert.equal(await turned(home, 'backlog'), 1)
})

test('a server with more to do than it can sends newcomers away, says so at /ready, and recovers', async (t) => {
  const clock = new LentClock()
  const now = { delay: 250, work: 1, heap: 0, heapLimit: 1, resident: 0, held: 0 }
  const home = await house(t, { flags: open, clock, gauge: { read: () => ({ ...now }), close: () => {} } })
  const ready = async () => (await home.server.fetch(new Request('http://probe/ready'))).status
  const ada = await new Someone(t, home, 'room').synced()
  clock.advance(12_000)
  assert.equal(await status(home, 'room'), 503)
  assert.equal(await ready(), 503)
  assert.equal(ada.provider.wsconnected, true)
  now.delay = 10
  clock.advance(3000)
  assert.equal(await ready(), 200)
  await opened(home, 'room')
  assert.equal(await turned(home, 'overload'), 1)
})

test('[D8] a room that cannot be read: our page is told 1011 and comes back by itself, others get 503', async (t) => {
  const between = withLog(() => ({ load: () => Promise.reject(new Error('unreadable')) }))
  const home = await house(t, { flags: open, between })
  assert.deepEqual(await new Raw(`${home.sync}/room?${page}`).closed, { code: 1011, reason: 'fault' })
  assert.equal(await status(home, 'room'), 503)
  assert.equal(await metric(home, 'quire_damaged_rooms_total'), 2)
})

test('[O12] deflate is not negotiated, and a message in very many pieces ends its connection', async (t) => {
  const home = await house(t, { flags: open })
  const ada = await new Someone(t, home, 'room').synced()
  const eve = await opened(home, 'room', { perMessageDeflate: true })
  assert.equal(eve.socket.extensions, '')
  for (let piece = 0; piece < 300; piece++) eve.socket.send(Uint8Array.of(0), { fin: false })
  assert.equal((await eve.closed).code, 1008)
  const ben = await new Someone(t, home, 'room').synced()
  ada.type('x')
  await ben.sees('x')
})

test('[N12] [O7] a stock client whose document is over the limit is told 1009, and 403 when it comes back with it', async (t) => {
  const home = await house(t, { flags: [...open, '--max-message', '64KiB'] })
  const eve = await opened(home, 'room')
  eve.socket.send(new Uint8Array(65_537))
  assert.equal((await eve.closed).code, 1009)
  assert.equal(await status(home, 'room'), 403)
  await opened(home, 'other')
  await opened(home, `room?${page}`, { localAddress: '127.0.0.3' })
  assert.equal(await metric(home, 'quire_refusals_total{refusal="too-large"}'), 1)
})

test('no name, address or room is ever a label of a metric', async (t) => {
  const home = await house(t, { flags: open })
  const ada = await opened(home, 'a-secret-room')
  await ada.say([9])
  const text = await (await fetch(`${home.url}/metrics`)).text()
  assert.doesNotMatch(text, /a-secret|127\.0\.0/)
  assert.match(text, /^quire_sockets 1$/m)
  assert.match(text, /^quire_rooms_open 1$/m)
  for (const line of text.split('\n'))
    assert.match(line, /^(#|$|quire_[a-z_]+(\{(refusal|objection|notice|reason|kind|le)="[^"]+"\})? )/)
})
