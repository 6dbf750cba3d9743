import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { SyncError } from '../src/error.ts'
import { inspect } from '../src/inspect.ts'
import { countSteps, gather, IntegrationBudget } from '../src/integration-budget.ts'
import type { StepLimits } from '../src/integration-budget.ts'
import { IntegrationModel } from '../src/integration-model.ts'
import type { Segment } from '../src/inspect.ts'
import { Known } from '../src/known.ts'
import type { News } from '../src/known.ts'
import { merge } from '../src/merge.ts'
import { placesOf } from '../src/places.ts'
import { docOps, edit, random } from './edits.ts'
import type { Chance } from './edits.ts'

const number = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...number(Math.floor(value / 128))]
const name = [1, 1, 116]
const letter = [1, 97]
const id = (client: number, clock: number): number[] => [...number(client), ...number(clock)]
/** The structs of one client from a clock on. */
const block = (client: number, clock: number, structs: readonly number[][]): number[] => [
  ...number(structs.length),
  ...id(client, clock),
  ...structs.flat(),
]
const update = (blocks: readonly number[][]): Uint8Array =>
  Uint8Array.from([...number(blocks.length), ...blocks.flat(), 0])

/** A room as far as the work of building its document goes. */
class Building {
  readonly known = new Known()
  readonly updates: Uint8Array[] = []
  readonly budget: IntegrationBudget
  constructor(limits?: StepLimits) {
    this.budget = new IntegrationBudget({ steps: 0, items: 0 }, () => this.updates, limits)
  }
  takeInTurns(bytes: Uint8Array, news: News): SyncError | null {
    const order: Segment[] = []
    inspect(bytes, this.known, undefined, undefined, null, gather(order))
    const work = this.budget.takeInTurns(bytes, news, order)
    for (;;) {
      const { done, value } = work.next()
      if (done === true) return value
    }
  }
  take(bytes: Uint8Array): string {
    const verdict = inspect(bytes, this.known)
    if (verdict instanceof SyncError) return verdict.detail
    if (verdict.type !== 'new') return verdict.type
    const refused = this.budget.isQuick(verdict)
      ? this.budget.take(bytes, verdict, this.known)
      : this.takeInTurns(bytes, verdict)
    if (refused !== null) return `${refused.objection}`
    this.known.learn(verdict)
    this.updates.push(bytes)
    return 'new'
  }
}

const docOf = (client: number): Y.Doc => {
  const doc = new Y.Doc()
  doc.clientID = client
  return doc
}
/** Letters at the top of a text, by so many people in turns who see each other's at once: an update each. */
const atTheTop = (people: number, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => {
    const [person, clock] = [90 - (index % people), Math.floor(index / people)]
    const before = [90 - ((index - 1) % people), Math.floor((index - 1) / people)] as const
    return update([
      block(person, clock, [index === 0 ? [4, ...name, ...letter] : [0x44, ...id(...before), ...letter]]),
    ])
  })

test('[O20] 30,000 insertions at the top by one person, and by two in turns, are taken', () => {
  for (const people of [1, 2]) {
    const updates = atTheTop(people, 30_000)
    const building = new Building()
    for (const bytes of updates) if (building.take(bytes) !== 'new') assert.fail('refused')
    assert.equal(new Building().take(merge(updates)), 'new', 'as one update')
    assert.equal(countSteps(updates).steps, 0)
  }
  const doc = new Y.Doc()
  for (const bytes of atTheTop(2, 100)) Y.applyUpdate(doc, bytes)
  assert.equal(doc.getText('t').length, 100)
})

test('[O20] 2,000 insertions at the top by each of two people who were offline are taken, whoever comes first', () => {
  for (const clients of [
    [5, 9],
    [9, 5],
  ]) {
    const building = new Building()
    building.take(Y.encodeStateAsUpdate(atOnce(300)))
    for (const client of clients) {
      const doc = docOf(client)
      for (let index = 0; index < 2000; index++) doc.getText('t').insert(0, 'x')
      assert.equal(building.take(Y.encodeStateAsUpdate(doc)), 'new')
    }
  }
})

/** Somebody's text of so many items. */
const atOnce = (items: number): Y.Doc => {
  const doc = docOf(77)
  for (let index = 0; index < items; index++) doc.getText('t').insertEmbed(index, {})
  return doc
}

/** What is made for Yjs to compare each of many structs with each other one. */
const attacks: Readonly<Record<string, (size: number) => Uint8Array[]>> = {
  'all at one place, each by a client of its own, the highest last': (size) => [
    update(Array.from({ length: size }, (_, index) => block(100 + index, 0, [[4, ...name, ...letter]]))),
  ],
  'all at one place between different right neighbours': (size) => [
    update([
      block(
        9,
        0,
        Array.from({ length: size }, (_, index) =>
          index === 0 ? [4, ...name, ...letter] : [0x84, ...id(9, index - 1), ...letter],
        ),
      ),
      ...Array.from({ length: size }, (_, index) =>
        block(100 + index, 0, [[0x44, ...id(9, index), ...letter]]),
      ),
    ]),
  ],
  'few before a long chain that hangs on their place': (size) => [
    update([
      block(
        9,
        0,
        Array.from({ length: size * 4 }, (_, index) =>
          index === 0 ? [5, ...name, 2, 123, 125] : [0x85, ...id(9, index - 1), 2, 123, 125],
        ),
      ),
    ]),
    ...Array.from({ length: size }, (_, index) =>
      update([block(100 + index, 0, [[0x84, ...id(9, 0), ...letter]])]),
    ),
  ],
  'each names the one that stands left of its place in truth as its right neighbour': (size) => [
    update([
      block(
        100,
        0,
        Array.from({ length: size }, () => [4, ...name, ...letter]),
      ),
    ]),
    ...Array.from({ length: size }, (_, index) =>
      update([block(9, index, [[0x44, ...id(100, index), ...letter]])]),
    ),
  ],
  'all write the same key': (size) => [
    update(
      Array.from({ length: size }, (_, index) =>
        block(100 + size - index, 0, [[0x28, ...name, 1, 107, 1, 126]]),
      ).reverse(),
    ),
  ],
}

for (const [what, attack] of Object.entries(attacks)) {
  test(`[O20] an update that takes too many steps is refused, and so is a room of such updates: ${what}`, () => {
    const limits = { update: 20_000, room: 60_000 }
    const building = new Building(limits)
    const answers = new Set(attack(600).map((bytes) => building.take(bytes)))
    assert.ok(answers.has('damaged') || answers.has('full'), [...answers].join(' '))
    assert.ok(countSteps(building.updates).steps <= limits.room)
    const small = new Building(limits)
    for (const bytes of attack(20)) assert.equal(small.take(bytes), 'new', 'what is small is taken')
  })
}

/** People who edit apart and meet now and then. Calls back with each update in the order in which a server gets it. */
const meetings = (seed: number, rounds: number, call: (update: Uint8Array) => void): Y.Doc => {
  const chance: Chance = random(seed)
  const server = docOf(1)
  server.gc = seed % 2 === 0
  const docs = [50, 10, 90].map((client) => docOf(client * 100 + seed))
  for (let round = 0; round < rounds; round++) {
    for (const doc of docs) {
      const before = Y.encodeStateVector(server)
      for (let left = chance(30); left > 0; left--) {
        if (chance(3) === 0) doc.getText('text').insert(0, 'top')
        else edit(doc, docOps[chance(docOps.length)] ?? 'type', chance)
      }
      if (chance(2) === 0) continue
      const bytes = Y.encodeStateAsUpdate(doc, before)
      call(bytes)
      Y.applyUpdate(server, bytes)
      if (chance(3) > 0) Y.applyUpdate(doc, Y.encodeStateAsUpdate(server, Y.encodeStateVector(doc)))
    }
  }
  return server
}

test('[O20] an update that cuts a long text into single letters from its end on is refused, and a tenth of it is not', () => {
  const text = (length: number): { room: Building; cuts: Uint8Array } => {
    const room = new Building({ update: 1e5, room: 3e5 })
    assert.equal(
      room.take(update([block(9, 0, [[4, ...name, ...number(length), ...Array<number>(length).fill(97)]])])),
      'new',
    )
    // each letter between two letters of the text, the last ones first
    const letters = Array.from({ length: length - 1 }, (_, at) => [
      0xc4,
      ...id(9, length - 2 - at),
      ...id(9, length - 1 - at),
      ...letter,
    ])
    return { room, cuts: update([block(1, 0, letters)]) }
  }
  const long = text(16_000)
  assert.equal(long.room.take(long.cuts), 'damaged')
  const short = text(1600)
  assert.equal(short.room.take(short.cuts), 'new')
  assert.equal(short.room.take(update([block(2, 0, [[4, ...name, ...letter]])])), 'new')
})

test('[O19] many deletions are counted in several turns, and few at once', () => {
  const room = new Building({ update: 1000, room: 1e6 })
  const length = 20_000
  const text = [4, ...name, ...number(length), ...Array<number>(length).fill(97)]
  assert.equal(room.take(update([block(9, 0, [text])])), 'new')
  assert.equal(room.take(update([block(1, 0, [[4, ...name, ...letter]])])), 'new')
  const deletes = (count: number): Uint8Array => {
    const ranges = Array.from({ length: count }, (_, index) => [...number(2 * index), 1])
    return Uint8Array.from([0, 1, 9, ...number(count), ...ranges.flat()])
  }
  const newsOf = (bytes: Uint8Array): News => {
    const verdict = inspect(bytes, room.known)
    assert.ok(!(verdict instanceof SyncError) && verdict.type === 'new')
    return verdict
  }
  assert.ok(room.budget.isQuick(newsOf(deletes(100))))
  const many = deletes(length / 2)
  assert.equal(room.budget.isQuick(newsOf(many)), false)
  const parts = [...room.budget.takeInTurns(many, newsOf(many), [])].length
  assert.ok(parts > many.length / 8192, `${parts} parts of ${many.length} bytes`)
})

test('[O20] deletions that cut a long text from its end on are refused, and the same in order are not', () => {
  const length = 16_000
  const texts = [block(9, 0, [[4, ...name, ...number(length), ...Array<number>(length).fill(97)]])]
  const every = Array.from({ length: length / 2 - 1 }, (_, at) => [...number(2 * at + 1), 1])
  const deletes = (ranges: readonly number[][]): Uint8Array =>
    Uint8Array.from([0, 1, 9, ...number(ranges.length), ...ranges.flat()])
  for (const [ranges, outcome] of [
    [every.toReversed(), 'damaged'],
    [every, 'new'],
  ] as const) {
    const room = new Building({ update: 1e5, room: 3e5 })
    assert.equal(room.take(update(texts)), 'new')
    assert.equal(room.take(deletes(ranges)), outcome)
    assert.equal(room.take(update([block(2, 0, [[4, ...name, ...letter]])])), 'new')
  }
})

test('[O20] the model has the items of a list in the order in which Yjs has them', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const model = new IntegrationModel()
    const known = new Known()
    const doc = meetings(seed, 10, (bytes) => {
      const segments: Segment[] = []
      const verdict = inspect(bytes, known, undefined, undefined, null, gather(segments))
      assert.ok(!(verdict instanceof SyncError))
      if (verdict.type !== 'new') return
      // an update that takes one step too many changes nothing
      const trial = model.steps
      const added = model.add(bytes, segments, 0)
      assert.ok(model.steps === trial || (!added && model.steps === trial + 1))
      if (!added) assert.ok(model.add(bytes, segments, Number.POSITIVE_INFINITY))
      known.learn(verdict)
    })
    const listed = [...model.list('text')].flatMap(([client, clock, length]) =>
      Array.from({ length }, (_, index) => `${client} ${clock + index}`),
    )
    const real: string[] = []
    for (let item = doc.getText('text')._start; item !== null; item = item.right)
      for (let index = 0; index < item.length; index++)
        real.push(`${item.id.client} ${item.id.clock + index}`)
    assert.deepEqual(listed, real, `SEED=${seed}`)
    assert.ok(real.length > 50)
  }
})

test('[O20] what people do who edit apart and meet is never refused', () => {
  for (let seed = 30; seed <= 40; seed++) {
    const building = new Building({ update: 30_000, room: 90_000 })
    meetings(seed, 12, (bytes) => assert.ok(['new', 'old'].includes(building.take(bytes)), `SEED=${seed}`))
  }
})

test('[O20] a base says what it takes to build it, and one that does not is taken as it is', () => {
  const [bytes = new Uint8Array()] = attacks['all write the same key']?.(100) ?? []
  const { places } = placesOf(bytes)
  const known = new Known()
  assert.ok(known.learnBase(places, Uint8Array.of(0, 0)))
  assert.deepEqual(known.effort, { steps: 4950, items: 100 })
  const older = new Known()
  assert.ok(older.learnBase(places.subarray(0, -3), Uint8Array.of(0, 0)))
  assert.equal(older.effort, null)
  assert.deepEqual(older.encodeVector(), known.encodeVector())
})
