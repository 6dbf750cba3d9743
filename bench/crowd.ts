import { setTimeout as pause } from 'node:timers/promises'
import * as Y from 'yjs'
import { frame } from './frames.ts'
import { Idle } from './idle.ts'
import { Latencies } from './latencies.ts'
import { Person } from './person.ts'
import { between, machine } from './proc.ts'
import { expected, made, same } from './script.ts'
import type { Script } from './script.ts'
import type { Server } from './servers.ts'

/** Who is there: in each room some people, of whom the first few type. */
export interface Cast {
  readonly script: Script
  readonly people: number
  readonly writers: number
}

interface Place {
  readonly name: string
  readonly people: readonly Person[]
  /** How many edits each writer has sent, and when each of them left. */
  readonly sent: number[]
  readonly times: readonly Float64Array[]
  /** For each person and writer: the next clock. */
  readonly seen: Int32Array
}

/** What one run of typing has shown. */
export interface Run {
  readonly edits: number
  readonly deliveries: number
  /** CPU time of the server in ms, from the first edit until the last one had arrived everywhere. */
  readonly cpu: number
  /** How long that was, in ms. */
  readonly took: number
  /** In ms, over every delivery. */
  readonly p50: number
  readonly p99: number
  /** The part of its core that the generator used. */
  readonly generator: number
  /** The cores that everything else on the machine used: above 0.1 or so, the times mean little. */
  readonly others: number
}

/** At most so many come in at a time. */
const atOnce = 40
/** So many people of a room, in the first and last rooms, have their documents compared. */
const sample = 3

/** Many people in many rooms of one server. */
export class Crowd {
  readonly #server: Server
  readonly #cast: Cast
  readonly #places: Place[] = []
  readonly #latencies = new Latencies()
  /** Deliveries that are still to come. */
  #owed = 0
  #deliveries = 0
  /** Readers that are not waited for, in any room. */
  readonly #ignored = new Set<number>()

  readonly #rooms: string
  /** Rooms that were ever opened: a name is used once. */
  #made = 0

  /** `rooms`: what the names of the rooms begin with. */
  constructor(server: Server, cast: Cast, rooms = 'room') {
    this.#rooms = rooms
    this.#server = server
    this.#cast = cast
  }

  get rooms(): number {
    return this.#places.length
  }

  /** The people of a room. */
  people(room: number): readonly Person[] {
    return this.#places[room]?.people ?? []
  }

  /** Opens rooms until there are `rooms`. */
  async grow(rooms: number): Promise<void> {
    const { people } = this.#cast
    const each = Math.max(1, Math.floor(atOnce / people))
    while (this.#places.length < rooms) {
      const some = Array.from({ length: Math.min(each, rooms - this.#places.length) }, () => this.#open())
      this.#places.push(...(await Promise.all(some)))
    }
  }

  /** The people of the last rooms hang up, until there are `rooms`. */
  shrink(rooms: number): void {
    for (const { people } of this.#places.splice(rooms)) for (const { connection } of people) connection.end()
  }

  /** What this person hears is neither waited for nor counted from now on. */
  ignore(person: number): void {
    this.#ignored.add(person)
  }

  /** Everybody types for some seconds, `rate` characters a second each; resolves when all has arrived everywhere. */
  async type(seconds: number, rate: number, carets: boolean, patience = 30_000): Promise<Run> {
    this.#latencies.clear()
    this.#deliveries = 0
    const own = process.cpuUsage()
    const idle = new Idle()
    const before = this.#server.used
    const others = machine()
    const start = performance.now()
    const edits = await this.#send(idle, seconds, rate, carets)
    const generator = idle.load
    await this.settle(patience)
    const cpu = between(before, this.#server.used)
    const took = performance.now() - start
    const { user, system } = process.cpuUsage(own)
    return {
      edits,
      deliveries: this.#deliveries,
      cpu,
      took,
      p50: this.#latencies.percentile(0.5),
      p99: this.#latencies.percentile(0.99),
      generator,
      others: (machine() - others - (user + system) / 1000 - cpu) / took,
    }
  }

  /** Resolves when everything has arrived everywhere; rejects when that takes longer than `patience`, in ms. */
  async settle(patience: number): Promise<void> {
    const idle = new Idle()
    const end = performance.now() + patience
    while (this.#owed > 0) {
      if (performance.now() > end)
        throw new Error(`${this.#owed} deliveries were missing after ${patience} ms`)
      await idle.until(0)
    }
  }

  /** Compares real documents: of some people, of somebody who comes now, and of somebody after a restart. */
  async check(): Promise<void> {
    const last = this.#places.length - 1
    const rooms = [...new Set([0, last])].flatMap((index) => this.#places[index] ?? [])
    for (const { name, people, sent } of rooms) {
      const goal = expected(this.#cast.script, sent)
      for (const [index, person] of people.slice(0, sample).entries()) {
        if (this.#ignored.has(index)) continue
        const own = this.#cast.script.updates[index]?.slice(0, sent[index] ?? 0) ?? []
        const doc = made([this.#cast.script.base, ...person.kept, ...own])
        if (!same(doc, goal)) throw new Error(`person ${index} of ${name} has another document`)
      }
      if (this.#server.knows) await joins(this.#server, name, goal)
    }
    this.leave()
    if (!this.#server.stores) return
    await this.#server.rest() // a peer answers before it has stored
    await this.#server.stop()
    await this.#server.again()
    for (const { name, sent } of rooms) await joins(this.#server, name, expected(this.#cast.script, sent))
  }

  /** Everybody hangs up. */
  leave(): void {
    for (const { people } of this.#places) for (const { connection } of people) connection.end()
  }

  async #open(): Promise<Place> {
    const { script, people, writers } = this.#cast
    const name = `${this.#rooms}-${String(this.#made++).padStart(6, '0')}`
    const edits = script.updates[0]?.length ?? 0
    const place = {
      name,
      people: [] as Person[],
      sent: Array.from({ length: writers }, () => 0),
      times: Array.from({ length: writers }, () => new Float64Array(edits)),
      seen: new Int32Array(people * writers),
    }
    for (let at = 0; at < people; at++) {
      const person = this.#enter(place, at)
      if (at === 0) {
        await person.synced
        if (this.#server.knows) person.write(script.base)
      }
      // all at once they would wait for one another, and the last ones too long
      if (at % atOnce === atOnce - 1) await person.synced
    }
    await Promise.all(place.people.map(({ synced }) => synced))
    for (const [at, person] of place.people.entries()) {
      const caret = at < writers ? script.carets[at]?.[0] : undefined
      if (caret !== undefined) person.say(caret)
    }
    return place
  }

  #enter(place: Place & { people: Person[] }, at: number): Person {
    const { script, writers } = this.#cast
    const { times, seen } = place
    const person = new Person(this.#server, place.name, {
      keeps: at < sample,
      range: (client, from, to) => {
        const writer = client - script.client
        if (writer < 0 || writer >= writers || writer === at) return
        const cell = at * writers + writer
        const next = seen[cell] ?? 0
        if (to <= next) return
        if (from > next) throw new Error(`${this.#server.name} left out clocks ${next} to ${from}`)
        seen[cell] = to
        if (this.#ignored.has(at)) return
        const now = performance.now()
        for (let clock = next; clock < to; clock++) this.#latencies.add(now - (times[writer]?.[clock] ?? 0))
        this.#deliveries += to - next
        this.#owed -= to - next
      },
    })
    place.people.push(person)
    return person
  }

  async #send(idle: Idle, seconds: number, rate: number, carets: boolean): Promise<number> {
    const { people, writers } = this.#cast
    const readers = people - 1 - this.#ignored.size
    const period = 1000 / rate
    const pairs = this.#places.flatMap((place) =>
      Array.from({ length: writers }, (_, writer) => ({ place, writer, phase: Math.random() * period })),
    )
    pairs.sort((one, other) => one.phase - other.phase)
    const start = performance.now()
    const turns = Math.round(seconds * rate)
    let edits = 0
    for (let turn = 0; turn < turns; turn++)
      for (const { place, writer, phase } of pairs) {
        const due = start + turn * period + phase
        if (performance.now() < due) await idle.until(due)
        this.#edit(place, writer, carets)
        this.#owed += readers
        if (++edits % 100 === 0) await idle.until(0) // what has come is heard, however late we are
      }
    return edits
  }

  #edit({ people, sent, times }: Place, writer: number, carets: boolean): void {
    const { script } = this.#cast
    const person = people[writer]
    const edit = sent[writer] ?? 0
    const text = script.changes[writer]?.[edit]
    const caret = script.carets[writer]?.[edit]
    const frames = [script.frames[writer]?.[edit], script.caretFrames[writer]?.[edit]]
    if (person === undefined || text === undefined || caret === undefined)
      throw new Error('The script is too short.')
    const ready = (message: Buffer, made: Buffer | undefined): Buffer =>
      person.prefix.length === 0 && made !== undefined ? made : frame(Buffer.concat([person.prefix, message]))
    sent[writer] = edit + 1
    const update = ready(text, frames[0])
    const left = times[writer]
    if (left !== undefined) left[edit] = performance.now()
    // a page says both in one turn, and both leave in one write
    person.connection.write(carets ? Buffer.concat([update, ready(caret, frames[1])]) : update)
  }
}

const joinLimit = 15_000

/** Somebody comes in and must find this document. */
export const joins = async (server: Server, room: string, goal: Y.Doc): Promise<void> => {
  const person = new Person(server, room, { keeps: true })
  const doc = new Y.Doc()
  let applied = 0
  await person.synced
  for (const end = Date.now() + joinLimit; ; await pause(20)) {
    for (; applied < person.kept.length; applied++)
      Y.applyUpdate(doc, person.kept[applied] ?? new Uint8Array())
    if (same(doc, goal)) break
    if (Date.now() > end) {
      person.connection.end()
      throw new Error(`somebody who came into ${room} found another document`)
    }
  }
  person.connection.end()
}
