import { Crowd } from '../crowd.ts'
import { oldDocument } from '../history.ts'
import { reached } from '../result.ts'
import type { Goal, Result } from '../result.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import { script } from '../script.ts'
import type { Script } from '../script.ts'
import type { Server } from '../servers.ts'
import { generator, others, turns } from '../turns.ts'
import type { Measures } from '../turns.ts'

const ages = [1, 2000, 10_000]
const people = 5
const rate = 10
const seconds = 3

const cost = (age: number): string => `${age.toLocaleString('en')} past client ids: CPU per edit, µs`
const tail = (age: number): string => `${age.toLocaleString('en')} past client ids: p99, ms`

const work = async (server: Server, scripts: ReadonlyMap<number, Script>): Promise<Measures> => {
  const measures: Record<string, number> = {}
  const loads: number[] = []
  const busy: number[] = []
  for (const [age, typing] of scripts) {
    const crowd = new Crowd(server, { script: typing, people, writers: people }, `old-${age}`)
    await crowd.grow(1)
    await crowd.type(1.5, rate, false)
    const found = await crowd.type(seconds, rate, false)
    measures[cost(age)] = (found.cpu * 1000) / found.edits
    measures[tail(age)] = found.p99
    loads.push(found.generator)
    busy.push(found.others)
    await crowd.check()
  }
  return { ...measures, [generator]: Math.max(...loads), [others]: Math.max(...busy) }
}

const run = async (wishes: Wishes): Promise<Result> => {
  const edits = rate * (seconds + 1.5)
  const scripts = new Map(ages.map((age) => [age, script(oldDocument(age, people), people, edits)] as const))
  const table = await turns(wishes, ['quire', 'y-websocket', 'hocuspocus'], 3, (server) =>
    work(server, scripts),
  )
  const young = table.get('quire', cost(1))
  const old = table.get('quire', cost(10_000))
  const goals: Goal[] = [
    {
      what: 'old document, 10,000 past clients',
      goal: "CPU per edit on the server within 1.2 of a new document's",
      measured: young === null || old === null ? null : old / young,
      limit: 1.2,
      unit: '×',
    },
  ]
  return {
    name: 'Old documents',
    prediction:
      'an edit costs Quire the same however many client ids have ever written to the document, as it keeps no document; peers pay more with each',
    head: table.head,
    rows: table.rows(),
    notes: table.notes,
    holds: goals.every(reached),
    goals,
  }
}

/** Documents that very many have written to. */
export const oldDocuments: Scenario = { name: 'old-documents', run }
