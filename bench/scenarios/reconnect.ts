import * as Y from 'yjs'
import { joins } from '../crowd.ts'
import { Person } from '../person.ts'
import { ownLoad } from '../proc.ts'
import { reached } from '../result.ts'
import type { Result } from '../result.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import { document } from '../script.ts'
import type { Server } from '../servers.ts'
import { generator, turns } from '../turns.ts'
import type { Measures } from '../turns.ts'

const documents = 20
const clients = 200
const storm = 'all in sync again after it listens, ms'
const starting = 'from its start to listening, ms'

const work = async (server: Server): Promise<Measures> => {
  const state = document(100_000, 200)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  const vector = Y.encodeStateVector(doc)
  // what a page answers, without a document for each: all pages of a server are asked the same few questions
  const answers = new Map<string, Uint8Array>()
  const lacks = (asked: Uint8Array): Uint8Array => {
    const key = Buffer.from(asked).toString('latin1')
    const known = answers.get(key) ?? Y.encodeStateAsUpdate(doc, asked)
    answers.set(key, known)
    return known
  }
  const rooms = Array.from({ length: documents }, (_, index) => `storm-${index}`)
  const seeds = rooms.map((room) => new Person(server, room))
  await Promise.all(seeds.map(({ synced }) => synced))
  for (const person of seeds) person.write(state)
  for (const room of rooms) await joins(server, room, doc)
  const come = (): Person[] =>
    Array.from(
      { length: clients },
      (_, index) => new Person(server, rooms[index % documents] ?? '', { vector, lacks }),
    )
  const before = come()
  await Promise.all(before.map(({ synced }) => synced))
  await server.rest()
  await new Promise((resolve) => setTimeout(resolve, 2500)) // until what peers store late is stored
  await server.stop('SIGKILL')
  const start = performance.now()
  await server.again()
  const listening = performance.now()
  const load = ownLoad()
  const again = come()
  const times = await Promise.all(again.map(({ synced }) => synced))
  const busy = load()
  for (const room of rooms) await joins(server, room, doc)
  for (const { connection } of again) connection.end()
  return {
    [storm]: Math.max(...times) - listening,
    [starting]: listening - start,
    [generator]: busy,
  }
}

const run = async (wishes: Wishes): Promise<Result> => {
  const table = await turns(wishes, ['quire', 'y-websocket', 'y-leveldb', 'hocuspocus'], 3, work)
  const goals = [
    table.goalOfRatio(
      'reconnect storm',
      'at most half the time of the best peer',
      storm,
      table.best(storm),
      0.5,
    ),
  ]
  return {
    name: 'Reconnect storm',
    prediction:
      '200 people with 20 documents of 100 kB come back at once to a server that was killed: Quire has all of them in sync in half the time of the best peer',
    head: table.head,
    rows: table.rows(),
    notes: [
      'y-websocket without a store has lost everything, and is given it back by those who come.',
      ...table.notes,
    ],
    holds: goals.every(reached),
    goals,
    obstacle:
      'each of the 200 is decided, counted, seated and greeted by code that nothing has compiled yet, and 20 documents are read and checked by a thread that shares the core; a peer without a store has nothing to read, and is given it back by those who come.',
  }
}

/** Everybody comes back at once. */
export const reconnect: Scenario = { name: 'reconnect', run }
