import { Crowd } from '../crowd.ts'
import { reached } from '../result.ts'
import type { Result } from '../result.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import { document, script } from '../script.ts'
import type { Server } from '../servers.ts'
import { generator, others, turns } from '../turns.ts'
import type { Measures } from '../turns.ts'

const people = 3
const rate = 5
const limit = 100 // ms
const late = 5000 // by then it does not keep up
const perEdit = 'CPU per edit at 100 rooms, µs'
const p99 = 'p99 at 100 rooms, ms'
const most = 'most rooms with p99 under 100 ms'

/** The most rooms that hold, looked for upwards from a guess. */
const search = async (crowd: Crowd, guess: number): Promise<{ rooms: number; load: number }> => {
  const holds = async (rooms: number): Promise<{ good: boolean; load: number }> => {
    if (rooms > crowd.rooms) await crowd.grow(rooms)
    else crowd.shrink(rooms)
    try {
      await crowd.type(1, rate, true, late)
      const run = await crowd.type(2, rate, true, late)
      return { good: run.p99 < limit, load: run.generator }
    } catch {
      await crowd.settle(60_000) // too many rooms for this server; what it owes must come all the same
      return { good: false, load: 0 }
    }
  }
  let best = { rooms: 0, load: 0 }
  let rooms = guess
  for (let tries = 0; tries < 7; tries++) {
    const { good, load } = await holds(rooms)
    if (good) best = { rooms, load }
    else if (best.rooms > 0) return { rooms: best.rooms, load: Math.max(load, best.load) }
    else if (rooms < 20) return best
    rooms = Math.round(good ? rooms * 1.15 : rooms * 0.7)
    if (!good && tries === 6) return best
  }
  return best
}

const work = async (server: Server, round: number, typing: ReturnType<typeof script>): Promise<Measures> => {
  const crowd = new Crowd(server, { script: typing, people, writers: people })
  await crowd.grow(100)
  await crowd.type(6, rate, true) // so that the server's code is compiled
  const run = await crowd.type(4, rate, true)
  const measures = {
    [perEdit]: (run.cpu * 1000) / run.edits,
    [p99]: run.p99,
    [generator]: run.generator,
    [others]: run.others,
  }
  if (round > 1) {
    await crowd.check()
    return measures
  }
  const guess = Math.round((100 * run.took * 0.6) / run.cpu)
  const { rooms, load } = await search(crowd, guess)
  await crowd.check()
  return { ...measures, [most]: rooms, [generator]: load }
}

const run = async (wishes: Wishes): Promise<Result> => {
  const typing = script(document(2000, people), people, 250)
  const table = await turns(
    wishes,
    ['raw', 'quire', 'y-websocket', 'y-leveldb', 'hocuspocus'],
    3,
    (server, round) => work(server, round, typing),
  )
  const goals = [
    table.goalOfRatio('many rooms', 'at least the raw relay', most, 'raw', 1, true),
    table.goalOfRatio('many rooms', 'at least 6 times Hocuspocus + SQLite', most, 'hocuspocus', 6, true),
    table.goalOfRatio('CPU per edit at 100 rooms', 'at most 1.1 times raw', perEdit, 'raw', 1.1),
  ]
  return {
    name: 'Many rooms',
    prediction:
      'three people in each room, each with 5 edits and 5 moves of the caret a second: Quire needs at most 1.1 times the CPU of the relay and holds as many rooms; six times as many as Hocuspocus',
    head: table.head,
    rows: table.rows([most]),
    notes: table.notes,
    holds: goals.every(reached),
    goals,
    obstacle:
      "an edit in a small room is a wake-up, a read of two messages, one and a half writes (the relay makes four) and a part of a commit, and little of it can be shared, as the next edit is for another room. Sleeping between turns shares the wake-ups: before, an edit cost 2.95 times the relay's, and a core held fewer rooms than y-websocket in memory. Of what was left at 500 rooms, 75 µs an edit where the relay needs 33: the kernel 26, Node's streams and V8's own functions 19, Quire's code 15 (judging 3, presence 2, the log's queue 3, flush 4), the thread that stores 8, the collection of garbage 7.",
  }
}

/** Many small rooms: what an edit costs, and how many rooms a core holds. */
export const manyRooms: Scenario = { name: 'many-rooms', run }
