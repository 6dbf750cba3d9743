import { Crowd } from '../crowd.ts'
import { reached } from '../result.ts'
import type { Result } from '../result.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import { document, script } from '../script.ts'
import type { Server } from '../servers.ts'
import { generator, others, turns } from '../turns.ts'
import type { Measures } from '../turns.ts'

const sizes = [10, 100, 400]
const moderate = 50
const million = 1_000_000
const high = [100, 400]

const cost = (readers: number): string => `${readers} readers, 50 edits/s: CPU per delivery, µs`
const tail = (readers: number): string => `${readers} readers, 50 edits/s: p99, ms`
const fastCost = (readers: number): string =>
  `${readers} readers, 1 million deliveries/s: CPU per delivery, µs`
const fastRate = (readers: number): string =>
  `${readers} readers, 1 million deliveries/s: deliveries/s reached`

const work = async (
  server: Server,
  typing: ReturnType<typeof script>,
  seconds: number,
): Promise<Measures> => {
  const measures: Record<string, number> = {}
  const loads: number[] = []
  const busy: number[] = []
  for (const readers of sizes) {
    const crowd = new Crowd(server, { script: typing, people: readers + 1, writers: 1 }, `fan-${readers}`)
    await crowd.grow(1)
    await crowd.type(0.5, moderate, false)
    const calm = await crowd.type(seconds, moderate, false)
    measures[cost(readers)] = (calm.cpu * 1000) / calm.deliveries
    measures[tail(readers)] = calm.p99
    busy.push(calm.others)
    if (high.includes(readers)) {
      await crowd.type(1, million / readers, false, 60_000) // so that the server's code is compiled
      const fast = await crowd.type(1, million / readers, false, 60_000)
      measures[fastCost(readers)] = (fast.cpu * 1000) / fast.deliveries
      measures[fastRate(readers)] = (fast.deliveries * 1000) / fast.took
      loads.push(fast.generator)
    }
    await crowd.check()
  }
  return { ...measures, [generator]: Math.max(...loads), [others]: Math.max(...busy) }
}

const run = async (wishes: Wishes): Promise<Result> => {
  const typing = script(document(2000, 3), 1, 21_000)
  const table = await turns(wishes, ['raw', 'quire', 'y-websocket', 'hocuspocus'], 3, (server) =>
    work(server, typing, wishes.quick ? 2 : 3),
  )
  const goals = high.flatMap((readers) => [
    table.goalOfRatio(
      `fan-out to ${readers}`,
      "at 1 million deliveries/s at most half of Hocuspocus's CPU per delivery",
      fastCost(readers),
      'hocuspocus',
      0.5,
    ),
    table.goalOfRatio(
      `fan-out to ${readers}`,
      "at 1 million deliveries/s at most a tenth of raw's CPU per delivery",
      fastCost(readers),
      'raw',
      0.1,
    ),
    table.goalOfRatio(
      `fan-out to ${readers}`,
      'p99 at moderate load at most 1.2 times raw',
      tail(readers),
      'raw',
      1.2,
    ),
  ])
  return {
    name: 'Fan-out',
    prediction:
      "one writer and many readers: at a million deliveries a second a delivery costs Quire half of what it costs Hocuspocus and a tenth of the relay's, as one write carries many; at 50 edits a second it is as late as the relay",
    head: table.head,
    rows: table.rows(high.map(fastRate)),
    notes: table.notes,
    holds: goals.every(reached),
    goals,
    obstacle:
      'at 50 edits a second each edit is a commit of its own: 0.4 ms of CPU in the thread that stores, on the same core as the relay, for as few deliveries as there are readers; it begins when the relay is done, and meets the next one. At a million deliveries a write carries 25 ms of edits, and what is left is to receive, judge and store each: 100 readers share what 400 share, of which there are four times fewer.',
  }
}

/** One person types and many read. */
export const fanOut: Scenario = { name: 'fan-out', run }
