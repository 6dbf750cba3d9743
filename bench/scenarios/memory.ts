import { setTimeout as pause } from 'node:timers/promises'
import { Person } from '../person.ts'
import { reached } from '../result.ts'
import type { Result } from '../result.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import { document } from '../script.ts'
import type { Server } from '../servers.ts'
import { turns } from '../turns.ts'
import type { Measures } from '../turns.ts'

const perIdle = 'idle connection, kB'
const perRoom = 'open room of 20 kB and its client, kB'
const left = 'after everyone left, part of the start'
const crowd = 20 // connections in one room, so that the rooms weigh little

/** What is there after the garbage is gone. */
const settled = async (server: Server): Promise<number> => {
  await server.rest(5000)
  await server.collect()
  return server.rss
}

/** Comes in, in small groups. */
const enter = async (
  server: Server,
  rooms: readonly string[],
  state: Uint8Array | null,
): Promise<Person[]> => {
  const people: Person[] = []
  for (let at = 0; at < rooms.length; at += 40) {
    const some = rooms.slice(at, at + 40).map((room) => new Person(server, room))
    await Promise.all(some.map(({ synced }) => synced))
    if (state !== null && server.knows) for (const person of some) person.write(state)
    people.push(...some)
  }
  return people
}

const leave = async (people: readonly Person[]): Promise<void> => {
  for (const { connection } of people) connection.end()
  await Promise.all(people.map(({ connection }) => connection.closed))
}

const work = async (server: Server, quick: boolean): Promise<Measures> => {
  const few = quick ? 200 : 500
  const many = quick ? 600 : 2500
  const named = (prefix: string, from: number, to: number, each: number): string[] =>
    Array.from({ length: to - from }, (_, index) => `${prefix}-${Math.floor((from + index) / each)}`)
  const idle = await enter(server, named('idle', 0, few, crowd), null)
  const low = await settled(server)
  idle.push(...(await enter(server, named('idle', few, many, crowd), null)))
  const high = await settled(server)
  await leave(idle)

  await server.stop() // what idle connections have freed would be filled first
  await server.again()
  const start = await settled(server)
  const state = document(20_000, 60)
  const first = few / 2
  const last = many / 2
  const open = await enter(server, named('doc', 0, first, 1), state)
  const lowRooms = await settled(server)
  open.push(...(await enter(server, named('doc', first, last, 1), state)))
  const highRooms = await settled(server)
  await leave(open)
  let after = await settled(server)
  for (const end = Date.now() + 15_000; after > start * 1.1 && Date.now() < end; await pause(1000))
    after = await settled(server)
  return {
    'start, MB': start / 1000,
    [perIdle]: (high - low) / (many - few),
    [perRoom]: (highRooms - lowRooms) / (last - first),
    [left]: after / start,
  }
}

const over = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one - other

const run = async (wishes: Wishes): Promise<Result> => {
  const table = await turns(
    wishes,
    ['raw', 'quire', 'y-websocket', 'y-leveldb', 'hocuspocus'],
    1,
    (server) => work(server, wishes.quick),
    true,
  )
  const goals = [
    {
      what: 'memory per idle connection',
      goal: 'at most raw + 4 kB',
      measured: over(table.get('quire', perIdle), table.get('raw', perIdle)),
      limit: 4,
      unit: 'kB over raw',
    },
    {
      what: 'memory per open room of 20 kB and its client',
      goal: 'at most raw + 40 kB',
      measured: over(table.get('quire', perRoom), table.get('raw', perRoom)),
      limit: 40,
      unit: 'kB over raw',
    },
    {
      what: 'memory after everyone left',
      goal: 'within 10 % of the start',
      measured: table.get('quire', left),
      limit: 1.1,
      unit: '× the start',
    },
  ]
  return {
    name: 'Memory',
    prediction:
      'an idle connection costs at most 4 kB more than with the relay, an open room of 20 kB and its client at most 40 kB more (twice its bytes); what everyone leaves is given back to within 10 %',
    head: table.head,
    rows: table.rows(),
    notes: [
      'Resident memory, after the garbage was collected in every server alike; per connection and per room the slope between a few and many.',
      ...table.notes,
    ],
    holds: goals.every(reached),
    goals,
    obstacle:
      'what is left after everyone has gone: V8 gives its part back (47 MB with 1,250 rooms open, 26 before and 27 after), but what malloc has had for connections and documents it does not give back to the system while anything that lies above it lives; with the relay too the process keeps 1.3 of its start. The start is two threads, each with a V8 of its own, and the code of the whole server.',
  }
}

/** What connections and rooms weigh. */
export const memory: Scenario = { name: 'memory', run }
