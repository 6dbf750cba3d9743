import { Crowd } from '../crowd.ts'
import { reached } from '../result.ts'
import type { Result } from '../result.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import { document, script } from '../script.ts'
import type { Server } from '../servers.ts'
import { generator, others, turns } from '../turns.ts'
import type { Measures } from '../turns.ts'

const sizes = [5, 50, 100]
const rate = 5
const seconds = 4
const warm = (people: number): number => Math.min(80, 1000 / people)

const cost = (people: number): string => `${people} people: CPU per edit, µs`
const middle = (people: number): string => `${people} people: p50, ms`
const tail = (people: number): string => `${people} people: p99, ms`

const work = async (server: Server, typing: ReturnType<typeof script>): Promise<Measures> => {
  const measures: Record<string, number> = {}
  const loads: number[] = []
  const busy: number[] = []
  for (const people of sizes) {
    const crowd = new Crowd(server, { script: typing, people, writers: people }, `hot-${people}`)
    await crowd.grow(1)
    await crowd.type(1, warm(people), true) // fast, so that the server's code is compiled
    const found = await crowd.type(seconds, rate, true)
    measures[cost(people)] = (found.cpu * 1000) / found.edits
    measures[middle(people)] = found.p50
    measures[tail(people)] = found.p99
    loads.push(found.generator)
    busy.push(found.others)
    await crowd.check()
  }
  return { ...measures, [generator]: Math.max(...loads), [others]: Math.max(...busy) }
}

const run = async (wishes: Wishes): Promise<Result> => {
  const typing = script(document(20_000, 100), 100, 80 + rate * seconds)
  const table = await turns(wishes, ['raw', 'quire', 'y-websocket', 'hocuspocus'], 3, (server) =>
    work(server, typing),
  )
  const goals = [
    table.goalOfRatio('hot room of 100', 'CPU per edit at most 0.3 of raw', cost(100), 'raw', 0.3),
    {
      what: 'hot room of 100',
      goal: 'p99 of an edit at most 15 ms',
      measured: table.get('quire', tail(100)),
      limit: 15,
      unit: 'ms',
    },
    table.goalOfRatio('room of 5', 'nothing added: p50 at most 1.2 times raw', middle(5), 'raw', 1.2),
  ]
  return {
    name: 'Hot room',
    prediction:
      'everybody in one room types 5 characters a second and moves the caret with each: an edit costs Quire 0.3 of what it costs the relay, as edits of a few milliseconds share a write, and its p99 is at most 15 ms; in a room of five nothing waits',
    head: table.head,
    rows: table.rows(),
    notes: table.notes,
    holds: goals.every(reached),
    goals,
    obstacle:
      'with 100 people an edit still has to be received by itself (40 µs, with its caret), judged and stored, and a flush every 8 to 12 ms is 100 writes, each of which wakes its reader: 10 µs, where the 200 small writes of the relay find readers that are awake and cost 4 each. Flushes twice as rare would cost half, and be later than 15 ms. In a room of five nothing waits for anything; what comes on top of the relay is to judge and store, with a commit for nearly every edit.',
  }
}

/** Many people type in one room. */
export const hotRoom: Scenario = { name: 'hot-room', run }
