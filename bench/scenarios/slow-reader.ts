import { setTimeout as pause } from 'node:timers/promises'
import * as Y from 'yjs'
import { Crowd } from '../crowd.ts'
import { Person } from '../person.ts'
import type { Result } from '../result.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import { document, script } from '../script.ts'
import type { Script } from '../script.ts'
import type { Server } from '../servers.ts'
import { generator, others, turns } from '../turns.ts'
import type { Measures } from '../turns.ts'

const people = 8
const rate = 20
const pastes = 80
const paste = 200_000
const every = 50 // ms

const without = 'p99 of the others without it, ms'
const slow = 'p99 of the others beside it, ms'
const grown = 'memory grown without it, MB'
const kept = 'memory kept for it, MB'
const healed = 'it has everything after it reads on, ms'

/** What somebody pastes, again and again: too much for whoever does not read. */
const pasting = (base: Uint8Array): Uint8Array[] => {
  const doc = new Y.Doc()
  doc.clientID = 1_700_000_000
  Y.applyUpdate(doc, base)
  const made: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => void made.push(update))
  const text = doc.getText('pasted')
  for (let index = 0; index < pastes; index++) text.insert(text.length, String(index % 10).repeat(paste))
  return made
}

const work = async (server: Server, typing: Script, pasted: readonly Uint8Array[]): Promise<Measures> => {
  const measures: Record<string, number> = {}
  const loads: number[] = []
  const busy: number[] = []
  const memory: number[] = []
  for (const beside of [false, true]) {
    await server.stop() // each time from nothing: what was freed would be filled first
    await server.again()
    const crowd = new Crowd(server, { script: typing, people, writers: 2 }, beside ? 'beside' : 'without')
    await crowd.grow(1)
    const room = `${beside ? 'beside' : 'without'}-000000`
    const paster = new Person(server, room)
    const reader = new Person(server, room, { keeps: true })
    await Promise.all([paster.synced, reader.synced])
    await crowd.type(1, rate, false)
    if (beside) reader.connection.pause()
    await server.collect()
    const start = server.rss
    const filling = (async () => {
      for (const update of pasted) {
        paster.write(update)
        await pause(every)
      }
    })()
    const run = await crowd.type((pastes * every) / 1000, rate, false)
    await filling
    await server.collect()
    memory.push(server.rss - start)
    measures[beside ? slow : without] = run.p99
    loads.push(run.generator)
    busy.push(run.others)
    const read = performance.now()
    reader.connection.resume()
    const whole = paste * pastes
    const has = (): boolean => reader.clocks.get(1_700_000_000) === whole
    for (const end = Date.now() + 20_000; !has(); await pause(10)) {
      if (Date.now() > end) throw new Error('the slow reader was never given everything')
    }
    if (beside) measures[healed] = performance.now() - read
    paster.connection.end()
    reader.connection.end()
    crowd.leave()
  }
  const [usual = 0, more = 0] = memory
  return {
    ...measures,
    [grown]: usual / 1000,
    [kept]: (more - usual) / 1000,
    [generator]: Math.max(...loads),
    [others]: Math.max(...busy),
  }
}

const run = async (wishes: Wishes): Promise<Result> => {
  const base = document(2000, 3)
  const typing = script(base, 2, rate * (1 + (pastes * every) / 1000))
  const pasted = pasting(base)
  const table = await turns(
    wishes,
    ['raw', 'quire', 'y-websocket', 'hocuspocus'],
    2,
    (server) => work(server, typing, pasted),
    true,
  )
  const more = table.get('quire', kept)
  const ratio = table.get('quire', slow)
  const usual = table.get('quire', without)
  const holds = more !== null && ratio !== null && usual !== null && more <= 4 && ratio <= 1.5 * usual
  return {
    name: 'Slow reader',
    prediction:
      'somebody pastes 4 MB a second for 4 s, two people type, and one of nine does not read: the others are as fast as without it, and at most 4 MB are kept for it',
    head: table.head,
    rows: table.rows(),
    notes: table.notes,
    holds,
    goals: [],
  }
}

/** Somebody does not read. */
export const slowReader: Scenario = { name: 'slow-reader', run }
