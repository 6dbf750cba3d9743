import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as Y from 'yjs'
import { history } from '../history.ts'
import { median } from '../median.ts'
import { Person } from '../person.ts'
import { reached } from '../result.ts'
import type { Result } from '../result.ts'
import type { Scenario, Wishes } from '../scenario.ts'
import { document, made, same, textAt } from '../script.ts'
import type { Server } from '../servers.ts'
import { turns } from '../turns.ts'
import type { Measures } from '../turns.ts'

const keystrokes = 250_000
const mib = 1024 * 1024

/** A document to open: how it came about, and the same with some edits that came later. */
interface Story {
  readonly name: string
  readonly updates: readonly Uint8Array[]
  /** One character each. */
  readonly pending: readonly Uint8Array[]
}

const story = (name: string, updates: readonly Uint8Array[], more: number): Story => {
  const doc = made(updates)
  doc.clientID = 1_500_000_000
  const pending: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => void pending.push(update))
  const text = textAt(doc, 0)
  for (let edit = 0; edit < more; edit++) text.insert(text.length, 'x')
  return { name, updates, pending }
}

/**
 * Somebody without anything opens a document. Resolves with the time from connecting until SyncStep2 and all of the
 * document were there: with some servers it comes after that.
 */
const open = async (server: Server, room: string, goal: Y.Doc): Promise<number> => {
  const start = performance.now()
  const person = new Person(server, room, { keeps: true })
  try {
    const synced = await person.synced
    const whole = Buffer.from(Y.encodeStateVector(goal))
    const doc = new Y.Doc()
    for (let index = 0, end = Date.now() + 20_000; Date.now() < end;) {
      const update = person.kept[index]
      if (update === undefined) {
        await pause(20)
        continue
      }
      Y.applyUpdate(doc, update)
      const time = person.times[index++] ?? 0
      if (!Buffer.from(Y.encodeStateVector(doc)).equals(whole)) continue
      if (!same(doc, goal)) throw new Error(`${room} is another document`)
      return Math.max(synced, time) - start
    }
    throw new Error(`${room} did not come within 20 s of its SyncStep2`)
  } finally {
    person.connection.end()
  }
}

/** Puts some updates into a room, as somebody who then leaves. */
const put = async (
  server: Server,
  room: string,
  updates: readonly Uint8Array[],
  goal: Y.Doc,
): Promise<void> => {
  if (server.name === 'file') {
    writeFileSync(join(server.store, room), Y.encodeStateAsUpdate(goal))
    return
  }
  const person = new Person(server, room)
  await person.synced
  for (const [index, update] of updates.entries()) {
    person.write(update)
    if (index % 50 === 49) await pause(5)
  }
  await open(server, room, goal) // it is there: somebody else has it
  person.connection.end()
  await server.rest()
}

const figure = (name: string, pending: number, when: 'warm' | 'after restart'): string =>
  `${name}${pending === 0 ? '' : `, ${pending} pending`}, ${when}, ms`

const work = async (server: Server, stories: readonly Story[], quick: boolean): Promise<Measures> => {
  const measures: Record<string, number> = {}
  for (const { name, updates, pending } of stories) {
    const room = name.replaceAll(' ', '-')
    const steps = pending.length > 0 && !quick ? [0, 1, pending.length] : [...new Set([0, pending.length])]
    let before = 0
    for (const step of steps) {
      const goal = made([...updates, ...pending.slice(0, step)])
      await put(server, room, step === 0 ? updates : pending.slice(before, step), goal)
      before = step
      const holder = new Person(server, room)
      await holder.synced
      await open(server, room, goal)
      const warm: number[] = []
      for (let times = 0; times < 3; times++) warm.push(await open(server, room, goal))
      holder.connection.end()
      measures[figure(name, step, 'warm')] = median(warm)
      const cold: number[] = []
      for (let times = 0; times < (quick ? 1 : 3); times++) {
        await server.rest(3000)
        await server.stop()
        await server.again()
        cold.push(await open(server, room, goal))
      }
      measures[figure(name, step, 'after restart')] = median(cold)
    }
    if (server.name === 'file') rmSync(join(server.store, room)) // it sends all that it has
  }
  return measures
}

const run = async (wishes: Wishes): Promise<Result> => {
  const long = story('long document', history(wishes.quick ? keystrokes / 10 : keystrokes), 100)
  const stories = [
    long,
    story('1 MB', [document(mib, 2000)], 0),
    ...(wishes.quick ? [] : [story('10 MB', [document(10 * mib, 20_000)], 0)]),
  ]
  const table = await turns(wishes, ['file', 'quire', 'y-leveldb', 'hocuspocus'], 1, (server) =>
    work(server, stories, wishes.quick),
  )
  const cold = figure(long.name, 0, 'after restart')
  const heavy = figure(long.name, 100, 'after restart')
  const plain = table.get('quire', cold)
  const loaded = table.get('quire', heavy)
  const peer = table.ratio(cold, 'hocuspocus', 'quire')
  const goals = [
    {
      what: 'cold open after restart, 250,000 keystrokes',
      goal: 'at least 10 times faster than Hocuspocus + SQLite',
      measured: peer,
      limit: 10,
      atLeast: true,
      unit: '×',
    },
    table.goalOfRatio(
      'cold open after restart, 250,000 keystrokes',
      'at most 1.5 times reading the state from disk and sending it',
      cold,
      'file',
      1.5,
    ),
    {
      what: 'cold open after restart, 250,000 keystrokes',
      goal: '100 pending updates add under 10 %',
      measured: plain === null || loaded === null ? null : (loaded / plain - 1) * 100,
      limit: 10,
      unit: '%',
    },
  ]
  return {
    name: 'Cold open of a long document',
    prediction:
      'from connecting to all of it, after a restart: a tenth of Hocuspocus and 1.5 times a program that reads the bytes from the disk and sends them, as Quire does little else; 100 pending updates add under 10 %',
    head: table.head,
    rows: table.rows(),
    notes: [
      `The long document is the life of ${keystrokes.toLocaleString('en')} keystrokes: ${Math.round(Y.encodeStateAsUpdate(made(long.updates)).length / 1024)} KiB.`,
      ...table.notes,
    ],
    holds: goals.every(reached),
    goals,
    obstacle:
      'warm, the same answer takes no longer than the file: what comes on top after a restart, 10 ms, is code that runs for the first time (the upgrade, the room, the thread that reads). So with pending updates: one costs as much as a hundred, 5 ms, because it is the first to be judged.',
  }
}

/** How soon a long document is there. */
export const coldOpen: Scenario = { name: 'cold-open', run }
