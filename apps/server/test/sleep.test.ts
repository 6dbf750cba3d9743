import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser, house, LentClock, metric, until } from './house.ts'
import type { Listed } from './house.ts'
import { exactlyOnce, Writer } from './writer.ts'

const day = 86_400_000

test('[N9] a laptop sleeps for a day with words that nobody has, and others write meanwhile: on waking all is there, once', async (t) => {
  const [clock, start] = [new LentClock(), Date.now()]
  const home = await house(t, { clock, wall: () => start + clock.now() })
  const { id } = await new Browser(home).json<Listed>('POST', '/api/documents', {}, 201)
  const room = `${home.sync}/${id}`
  const [ada, ben] = [new Writer(room), new Writer(room)]
  await until('synced', () => ada.synced && ben.synced)
  ada.write('awake')
  await until('saved and heard', () => ada.settled && ben.words.length === 1)
  // the lid closes: what she typed last does not leave, and nothing is answered any more
  ada.loses = true
  ada.write('unsent')
  ada.socket.pause()
  ben.write('meanwhile')
  await until('saved', () => ben.settled)
  await until('she counts as gone', async () => {
    clock.advance(1000)
    return (await metric(home, 'quire_sockets')) <= 1
  })
  assert.ok(clock.now() <= 60_000)
  ben.socket.close()
  await ben.closed
  await until('the room is let go', async () => {
    clock.advance(1000)
    return (await metric(home, 'quire_rooms_open')) === 0
  })
  clock.advance(day)
  ada.socket.terminate()
  const woken = new Writer(room, { doc: ada.doc })
  await until('synced and saved', () => woken.synced && woken.settled)
  const reader = new Writer(room)
  await until('synced', () => reader.synced)
  for (const { words } of [woken, reader]) {
    exactlyOnce(words, ['awake', 'unsent', 'meanwhile'])
    assert.equal(words.length, 3)
  }
})
