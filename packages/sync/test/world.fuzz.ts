import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { SyncError } from '../src/error.ts'
import { inspect } from '../src/inspect.ts'
import { docOps, edit, random } from './edits.ts'
import type { Chance, DocOp } from './edits.ts'
import { World } from './world.ts'
import type { Manner, Person } from './world.ts'

// SEED=194 pnpm fuzz            replays one seed and prints its operations
// SEEDS=5000 pnpm fuzz          runs so many
const replay = process.env['SEED'] === undefined ? null : Number(process.env['SEED'])
const seeds = Number(process.env['SEEDS'] ?? 300)
const steps = 160

/** What may happen next. `who` counts people. */
type Op =
  | { do: 'edit'; who: number; op: DocOp; salt: number }
  | { do: 'undo'; who: number }
  | { do: 'deliver'; who: number; direction: 'toRoom' | 'toPage' }
  | { do: 'deliver all'; who: number }
  | { do: 'lose'; who: number }
  | { do: 'double'; who: number }
  | { do: 'cut'; who: number; clean: boolean }
  | { do: 'connect'; who: number }
  | { do: 'stall'; who: number; stalled: boolean }
  | { do: 'turn' }
  | { do: 'sync' }
  | { do: 'compact' }
  | { do: 'pass'; ms: number }
  | { do: 'power cut' }

const weights: [number, (who: number, chance: Chance) => Op][] = [
  [
    30,
    (who, chance) => ({
      do: 'edit',
      who,
      op: docOps[chance(docOps.length)] ?? 'type',
      salt: chance(2 ** 30),
    }),
  ],
  [2, (who) => ({ do: 'undo', who })],
  [16, (who, chance) => ({ do: 'deliver', who, direction: chance(2) === 0 ? 'toRoom' : 'toPage' })],
  [14, (who) => ({ do: 'deliver all', who })],
  [1, (who) => ({ do: 'lose', who })],
  [2, (who) => ({ do: 'double', who })],
  [4, (who, chance) => ({ do: 'cut', who, clean: chance(2) === 0 })],
  [8, (who) => ({ do: 'connect', who })],
  [2, (who, chance) => ({ do: 'stall', who, stalled: chance(2) === 0 })],
  [12, () => ({ do: 'turn' })],
  [8, () => ({ do: 'sync' })],
  [2, () => ({ do: 'compact' })],
  [3, (_, chance) => ({ do: 'pass', ms: [10, 2000, 40_000][chance(3)] ?? 10 })],
  [2, () => ({ do: 'power cut' })],
]

const draw = (people: number, chance: Chance): Op => {
  const total = weights.reduce((sum, [weight]) => sum + weight, 0)
  let left = chance(total)
  for (const [weight, make] of weights) {
    left -= weight
    if (left < 0) return make(chance(people), chance)
  }
  return { do: 'turn' }
}

const perform = async (world: World, op: Op): Promise<void> => {
  const person = 'who' in op ? world.people[op.who] : undefined
  switch (op.do) {
    case 'edit':
      if (person !== undefined) edit(person.doc, op.op, random(op.salt))
      break
    case 'undo':
      person?.undo.undo()
      break
    case 'deliver':
      if (person !== undefined) world.deliver(person, op.direction)
      break
    case 'deliver all':
      while (person !== undefined && (world.deliver(person, 'toRoom') || world.deliver(person, 'toPage')));
      break
    case 'lose':
      if (person?.wire?.toRoom[0]?.[1] === 2) person.wire.toRoom.shift() // an update, never a greeting
      break
    case 'double':
      person?.repeat()
      break
    case 'cut':
      person?.cut(op.clean)
      break
    case 'connect':
      person?.connect()
      break
    case 'stall':
      if (person?.wire) {
        person.wire.stalled = op.stalled ? 2 ** 20 : 0
        if (!op.stalled) world.room.drained(person.wire)
      }
      break
    case 'turn':
      world.clock.endTurn()
      break
    case 'sync':
      world.disk.sync()
      break
    case 'compact':
      if (world.disk.tail.length > 0) await world.disk.compact()
      break
    case 'pass':
      world.clock.pass(op.ms)
      break
    case 'power cut':
      await world.powerCut()
      break
    default:
      op satisfies never
  }
  await Promise.resolve() // promises that were kept are heard of
  await Promise.resolve()
}

/** P3: whoever is told that all is saved finds every local change on the disk. */
const checkSaved = (world: World, person: Person): void => {
  if (!person.saved) return
  for (const update of person.unproven) {
    const verdict = inspect(update, world.disk.kept)
    assert.ok(!(verdict instanceof SyncError))
    assert.equal(verdict.type, 'old', `[P3] ${person.name} was told "saved" too early`)
  }
  person.unproven = []
}

const facts = (doc: Y.Doc) => ({
  text: doc.getText('text').toDelta() as unknown,
  body: doc.getXmlFragment('default').toString(),
  map: doc.getMap('map').toJSON(),
  list: doc.getArray('list').toJSON(),
  vector: Buffer.from(Y.encodeStateVector(doc)).toString('hex'),
  deletes: Buffer.from(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc))).toString('hex'),
})

interface Plant {
  readonly lyingDisk?: boolean
  readonly manner?: Manner
}

/** Plays one seed and throws what it finds wrong. `told` hears each operation before it is done. */
const play = async (seed: number, plant: Plant = {}, told?: (op: Op) => void): Promise<void> => {
  const chance = random(seed)
  const world = await World.start(seed * 100)
  world.disk.lies = plant.lyingDisk ?? false
  const crowd = 2 + chance(4)
  for (let index = 0; index < crowd; index++) {
    const page = chance(4) > 0 // the others are stock clients
    world.enter(`person ${index}`, { page, ...plant.manner })
  }
  try {
    for (let step = 0; step < steps; step++) {
      const op = draw(crowd, chance)
      told?.(op)
      await perform(world, op)
      for (const person of world.people) checkSaved(world, person)
    }
    // everything heals: the disk works, everybody comes back
    for (const person of world.people) {
      person.cut()
      person.connect()
    }
    for (let round = 0; round < 3; round++) {
      await world.rest()
      world.clock.pass(2000)
    }
    await world.rest()
    for (const event of world.witnessed) {
      assert.fail(event instanceof SyncError ? `an honest client was refused: ${event.detail}` : event)
    }
    const disk = facts(world.disk.document())
    for (const person of world.people) {
      checkSaved(world, person)
      assert.equal(person.doc.store.pendingStructs, null)
      assert.deepEqual(facts(person.doc), disk, `[P1] ${person.name} and the disk differ`)
      if (person.client.facts.hello !== null)
        assert.equal(person.saved, true, `[P3] ${person.name} waits for ever`)
    }
  } finally {
    world.room.close()
    for (const person of world.people) person.doc.destroy()
  }
}

test(`[P1] [P2] [P3] everyone ends with the same page, and the disk agrees (${replay === null ? `${seeds} seeds` : `SEED=${replay}`})`, async () => {
  for (let seed = replay ?? 1; seed <= (replay ?? seeds); seed++) {
    const print = (op: Op) => void process.stderr.write(`${JSON.stringify(op)}\n`)
    await play(seed, {}, replay === null ? undefined : print).catch((error: unknown) => {
      throw new Error(`SEED=${seed} replays this`, { cause: error })
    })
  }
})

/** True when some seed shows that something is wrong. */
const isFound = async (plant: Plant): Promise<boolean> => {
  for (let seed = 1; seed <= 100; seed++) {
    try {
      await play(seed, plant)
    } catch {
      return true
    }
  }
  return false
}

test('[P2] a disk that says yes before it has written is found out', async () => {
  assert.ok(await isFound({ lyingDisk: true }))
})

test('[P1] a client that keeps to itself what it wrote while away is found out', async () => {
  assert.ok(await isFound({ manner: { forgetful: true } }))
})
