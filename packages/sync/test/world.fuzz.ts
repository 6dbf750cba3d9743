import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import * as Y from 'yjs'
import { SyncError } from '../src/error.ts'
import { inspect } from '../src/inspect.ts'
import { docOps, edit, random } from './edits.ts'
import type { Chance, DocOp } from './edits.ts'
import type { Role } from '../src/role.ts'
import { Eve } from './eve.ts'
import { World } from './world.ts'
import type { Manner, Person, Wire } from './world.ts'

// SEED=194 pnpm fuzz            replays one seed and prints its operations
// SEEDS=5000 pnpm fuzz          runs so many
const replay = process.env['SEED'] === undefined ? null : Number(process.env['SEED'])
const seeds = Number(process.env['SEEDS'] ?? 500)
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
  | { do: 'power cut'; written: number }
  | { do: 'lost to a crash'; who: number; op: DocOp; salt: number }
  | { do: 'fail'; times: number }
  | { do: 'trip'; when: 'before' | 'after' }
  | { do: 'hollow'; who: number; answers: number }
  | { do: 'poison' }
  | { do: 'let go' }
  | { do: 'strike'; salt: number }
  | { do: 'copy'; who: number; tab: boolean }

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
  [2, (_, chance) => ({ do: 'power cut', written: chance(3) })],
  [
    1,
    (who, chance) => ({
      do: 'lost to a crash',
      who,
      op: docOps[chance(docOps.length)] ?? 'type',
      salt: chance(2 ** 30),
    }),
  ],
  [1, (_, chance) => ({ do: 'fail', times: 1 + chance(2) })],
  [1, (_, chance) => ({ do: 'trip', when: chance(2) === 0 ? 'before' : 'after' })],
  [1, () => ({ do: 'poison' })],
  [2, (who, chance) => ({ do: 'hollow', who, answers: 1 + chance(2) })],
  [3, () => ({ do: 'let go' })],
  [20, (_, chance) => ({ do: 'strike', salt: chance(2 ** 30) })],
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

/** What one seed is about: in some, crashes; in others somebody hostile, who may or may not write. */
interface Scene {
  readonly world: World
  readonly eve: Eve | null
  readonly plant: Plant
}

const perform = async ({ world, eve, plant }: Scene, op: Op): Promise<void> => {
  const person = 'who' in op ? world.people[op.who] : undefined
  switch (op.do) {
    case 'edit':
      try {
        if (person !== undefined) edit(person.doc, op.op, random(op.salt))
      } catch (error) {
        if (eve === null) throw error // a document that she wrote into may have places where no word fits
      }
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
      // of the room it is the room's business; of the disk, another's
      world.disk.keepsBase = !world.disk.keepsBase
      if (world.disk.tail.length > 0 && plant.leakyDisk !== true) await world.disk.compact().catch(() => {})
      break
    case 'pass':
      world.clock.pass(op.ms)
      break
    case 'power cut':
      if (eve === null) await world.powerCut(op.written)
      break
    case 'lost to a crash':
      // everybody has it and the disk has not; then all but its author come back and go on
      if (eve !== null || person === undefined) break
      for (const someone of world.people) someone.connect()
      await world.settle()
      world.disk.sync()
      await world.settle()
      edit(person.doc, op.op, random(op.salt))
      await world.settle()
      for (const someone of world.people) checkSaved(world, someone)
      await world.powerCut()
      for (const someone of world.people) if (someone !== person) someone.connect()
      break
    case 'fail':
      world.disk.failing = op.times
      break
    case 'trip':
      if (eve === null) world.disk.trips = op.when
      break
    case 'poison':
      if (eve === null) world.disk.poisoned = 'content'
      break
    case 'hollow':
      if (person !== undefined) person.hollow = Math.max(person.hollow, op.answers)
      break
    case 'let go':
      if (plant.hastyServer === true) for (const someone of world.people) someone.cut()
      await world.letGo(plant.hastyServer)
      break
    case 'strike':
      eve?.strike(random(op.salt))
      break
    case 'copy':
      if (person !== undefined) world.people.at(-1)?.become(person, op.tab)
      break
    default:
      op satisfies never
  }
  await new Promise((resolve) => void setImmediate(resolve)) // promises that were kept are heard of
  await world.opening
  startAnew(world)
}

/** Whoever was told that something could not be stored, or has somebody else's id, keeps it aside and goes on. */
const startAnew = (world: World): void => {
  for (const person of world.people) {
    const { refused } = person.client.facts
    // what continues text that another has at the same clocks may have no place at all in the other text
    const isClash = refused === 'identity' || (person.isCopied && refused === 'damaged')
    if (refused === 'unstored' || isClash || person.isSentAway || person.isReidentified) person.startAnew()
  }
}

/** What each clock says that an update holds, as far as it is not deleted. */
const contentOf = (update: Uint8Array): Map<string, string> => {
  const said = new Map<string, string>()
  for (const struct of Y.decodeUpdate(update).structs) {
    const { content } = struct as Partial<Y.Item>
    if (content === undefined || content instanceof Y.ContentDeleted) continue
    const words = content instanceof Y.ContentString ? [...Array(struct.length).keys()] : []
    const { client, clock } = struct.id
    if (words.length === 0) said.set(`${client} ${clock}`, `${content.getRef()}`)
    for (const index of words)
      said.set(`${client} ${clock + index}`, (content as Y.ContentString).str[index] ?? '')
  }
  return said
}

/** P3: where two write under one id, what is called saved is not only known by its clocks: the disk has that text. */
const checkContent = (world: World, person: Person): void => {
  if (!person.saved || person.unproven.length === 0 || !world.people.some(({ isCopied }) => isCopied)) return
  const stored = new Map(world.disk.rows.flatMap(({ update }) => [...contentOf(update)]))
  for (const update of person.unproven)
    for (const [clock, said] of contentOf(update))
      assert.equal(stored.get(clock) ?? said, said, `[W19] ${person.name} was told "saved" of another text`)
}

/** True when two updates hold structs of the same clocks. */
const overlap = (one: Uint8Array, other: Uint8Array): boolean => {
  const [left, right] = [Y.parseUpdateMeta(one), Y.parseUpdateMeta(other)]
  return [...left.from].some(
    ([client, from]) =>
      from < (right.to.get(client) ?? 0) && (right.from.get(client) ?? 0) < (left.to.get(client) ?? 0),
  )
}

/** P3: whoever is told that all is saved finds every local change on the disk. */
const checkSaved = (world: World, person: Person): void => {
  if (!person.saved) return
  for (const update of person.unproven) {
    assert.ok(
      !world.disk.unfit.some((lost) => overlap(lost.update, update)),
      `[D22] ${person.name} was told "saved" of what no store takes`,
    )
    const verdict = inspect(update, world.disk.kept)
    assert.ok(!(verdict instanceof SyncError))
    assert.equal(verdict.type, 'old', `[P3] ${person.name} was told "saved" too early`)
  }
  person.unproven = []
}

/** P5: what is stored under somebody's id is what they wrote; of whoever may only read, nothing is. */
const checkAuthors = ({ world }: Scene, role: Role): void => {
  for (const { doc, name, isCopied } of world.people)
    assert.ok(
      isCopied || world.disk.kept.clock(doc.clientID) <= Y.getState(doc.store, doc.clientID),
      `[P5] somebody wrote in the name of ${name}`,
    )
  if (role === 'view') assert.ok(!world.disk.authors.includes('eve'), '[P5] who may only read has written')
}

/** P6: what waits for somebody who does not read does not grow. */
const checkStalled = ({ world }: Scene, before: ReadonlyMap<Wire, number>): ReadonlyMap<Wire, number> => {
  const waiting = new Map<Wire, number>()
  for (const { wire, name } of world.people) {
    if (wire === null || wire.stalled === 0) continue
    const bytes = wire.toPage.reduce((sum, frame) => sum + frame.length, 0)
    const most = before.get(wire) ?? bytes + 20_000
    assert.ok(bytes <= most, `[P6] ${bytes} bytes wait for ${name}, who does not read`)
    waiting.set(wire, most)
  }
  return waiting
}

const orError = (read: () => unknown): unknown => {
  try {
    return read()
  } catch (error) {
    return String(error)
  }
}

const facts = (doc: Y.Doc) => ({
  text: doc.getText('text').toDelta() as unknown,
  body: orError(() => doc.getXmlFragment('default').toString()),
  map: doc.getMap('map').toJSON(),
  list: doc.getArray('list').toJSON(),
  vector: Buffer.from(Y.encodeStateVector(doc)).toString('hex'),
  deletes: Buffer.from(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc))).toString('hex'),
})

/** Bugs to be found. */
interface Plant {
  /** Says that it has written before it has. */
  readonly lyingDisk?: boolean
  /** Loses a row of the tail when it is read. */
  readonly leakyDisk?: boolean
  /** Lets a room go whose last words are not on disk. */
  readonly hastyServer?: boolean
  /** Goes on after an exception in the middle of taking a write in. */
  readonly stubbornRoom?: boolean
  /** Calls everything saved when it was answered. */
  readonly gullibleRoom?: boolean
  /** Drops what it can never take, as if it were stored; or keeps it, and forgets to say so when it is read. */
  readonly droppingDisk?: boolean
  readonly forgettingDisk?: boolean
  /** Does not look at what is said at clocks that it knows. */
  readonly trustingRoom?: boolean
  /** Takes whatever comes. */
  readonly blindRoom?: boolean
  readonly manner?: Manner
}

/** After these a room does not know who was there, or has folded what they wrote: nothing is left to be compared. */
const forgetting: readonly Op['do'][] = [
  'compact',
  'power cut',
  'lost to a crash',
  'trip',
  'poison',
  'hollow',
  'let go',
  'undo',
]

/** Of what was deleted at a clock nothing is left that could be compared: where two write under one id they only add. */
const additions: readonly DocOp[] = ['type', 'push', 'paragraph', 'write in a block']
const addition = (op: Op & { do: 'edit' }): Op => ({
  ...op,
  op: additions.includes(op.op) ? op.op : (additions[op.salt % additions.length] ?? 'type'),
})

/** The operations of a seed, each of them complete in itself, so that some can be left out. */
const schedule = (
  seed: number,
): {
  readonly crowd: number
  readonly role: Role | null
  readonly ops: Op[]
  readonly copied: boolean
} => {
  const chance = random(seed)
  const crowd = 2 + chance(4)
  const role = [null, null, 'edit', 'view'] as const
  if (seed % 5 === 0) {
    const ops = Array.from({ length: steps }, (): Op =>
      chance(30) === 0 ? { do: 'copy', who: 0, tab: chance(2) === 0 } : draw(crowd + 1, chance),
    )
    const kept = ops.filter((op) => !forgetting.includes(op.do))
    return { crowd, role: null, ops: kept.map((op) => (op.do === 'edit' ? addition(op) : op)), copied: true }
  }
  return {
    copied: false,
    crowd,
    role: role[seed % 4] ?? null,
    ops: Array.from({ length: steps }, () => draw(crowd, chance)),
  }
}

/** Plays a schedule and throws what it finds wrong. Returns what happened, for comparison. */
const play = async (seed: number, plant: Plant = {}, given: Op[] | null = null): Promise<string> => {
  const { crowd, role, ops, copied } = schedule(seed)
  const chance = random(seed + 1)
  const world = await World.start(seed * 100)
  const trace = createHash('sha256')
  world.disk.lies = plant.lyingDisk ?? false
  world.disk.leaks = plant.leakyDisk ?? false
  world.disk.hushes = plant.stubbornRoom ?? false
  world.disk.drops = plant.droppingDisk ?? false
  world.disk.forgets = plant.forgettingDisk ?? false
  world.trusting = copied && plant.trustingRoom === true
  world.gullible = plant.gullibleRoom ?? false
  world.blind = plant.blindRoom ?? false
  for (let index = 0; index < crowd; index++) {
    const page = chance(4) > 0 // the others are stock clients
    const tab = copied ? { tab: world.nextTab() } : {}
    world.enter(`person ${index}`, { page, ...tab, ...plant.manner })
  }
  // the same person once more, who may become a copy of the first
  if (copied) world.enter('person 0', { page: chance(2) === 0 })
  const scene: Scene = { world, eve: role === null ? null : new Eve(world, role), plant }
  let stalled: ReadonlyMap<Wire, number> = new Map()
  try {
    await world.settle() // everybody has shown their id
    for (const op of given ?? ops) {
      await perform(scene, op)
      if (copied) startAnew(world)
      for (const person of world.people) {
        checkContent(world, person)
        checkSaved(world, person)
      }
      checkAuthors(scene, role ?? 'edit')
      stalled = checkStalled(scene, stalled)
      trace.update(
        `${JSON.stringify(op)} ${world.room.position} ${world.disk.rows.length} ${world.noticed.length}`,
      )
      for (const { doc } of world.people) trace.update(Y.encodeStateVector(doc))
    }
    // everything heals: the disk works, everybody comes back
    world.disk.failing = 0
    world.disk.trips = null
    world.disk.poisoned = false
    for (const person of world.people) {
      person.hollow = 0
      person.cut()
      person.connect()
    }
    for (let round = 0; round < 5; round++) {
      await world.rest()
      startAnew(world)
      for (const person of world.people) person.connect() // as everybody does who was sent away with 1011
      world.clock.pass(2000)
    }
    await world.rest()
    for (const event of scene.eve === null ? world.witnessed : []) {
      if (!(event instanceof SyncError))
        assert.match(event.message, /compaction failed|log tripped|no store takes|not even the places/)
      else if (copied && ['identity', 'damaged'].includes(event.objection ?? ''))
        assert.ok(world.people.some(({ isCopied }) => isCopied))
      else if (event.objection !== 'unstored' || world.disk.unfit.length === 0)
        assert.fail(`an honest client was refused: ${event.detail}`)
    }
    const disk = world.disk.document()
    assert.deepEqual(
      world.disk.kept.encodeVector(),
      Y.encodeStateVector(disk),
      'the index is what a document says',
    )
    for (const person of world.people) {
      checkSaved(world, person)
      assert.equal(person.client.facts.refused, null, `${person.name} did nothing wrong`)
      assert.equal(person.doc.store.pendingStructs, null)
      assert.deepEqual(facts(person.doc), facts(disk), `[P1] ${person.name} and the disk differ`)
      if (person.client.facts.hello !== null)
        assert.equal(person.saved, true, `[P3] ${person.name} waits for ever`)
    }
    return trace.digest('hex')
  } finally {
    world.room.close()
    for (const person of world.people) person.doc.destroy()
  }
}

/** As few operations as still fail: half of them are left out, then a quarter, and so on. */
const shorten = async (seed: number): Promise<Op[]> => {
  const fails = async (ops: Op[]): Promise<boolean> =>
    play(seed, {}, ops).then(
      () => false,
      () => true,
    )
  let { ops } = schedule(seed)
  for (let size = ops.length >> 1; size >= 1; size >>= 1)
    for (let at = 0; at < ops.length;) {
      const fewer = ops.toSpliced(at, size)
      if (await fails(fewer)) ops = fewer
      else at += size
    }
  return ops
}

const title = '[P1] [P2] [P3] [P5] [P6] [N4] [D9] [W19] everyone ends with the same page, and the disk agrees'
test(`${title} (${replay === null ? `${seeds} seeds` : `SEED=${replay}`})`, async () => {
  for (let seed = replay ?? 1; seed <= (replay ?? seeds); seed++) {
    await play(seed).catch(async (error: unknown) => {
      const ops = (await shorten(seed)).map((op) => JSON.stringify(op)).join('\n')
      throw new Error(`SEED=${seed} replays this; these operations are enough:\n${ops}\n`, { cause: error })
    })
  }
})

test('the same seed is the same run, bit for bit', async () => {
  for (const seed of [1, 2, 3, 4]) assert.equal(await play(seed), await play(seed))
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

const plants: Record<string, Plant> = {
  '[P2] a disk that says yes before it has written': { lyingDisk: true },
  '[P2] a disk that forgets a row': { leakyDisk: true },
  '[P2] [D3] a server that lets go of a room with something unsaved': { hastyServer: true },
  '[P2] [W18] a room that goes on after an exception in the middle of a write': { stubbornRoom: true },
  '[P3] [W20] a room that takes a gap for healed when it was answered': {
    gullibleRoom: true,
    manner: { hollow: true },
  },
  '[P2] [D22] a store that drops what it can never take': { droppingDisk: true },
  '[P3] [D22] a store that forgets to say what it could never take': { forgettingDisk: true },
  '[P3] [W19] a room that does not look at what is said at known clocks': { trustingRoom: true },
  '[P4] [P5] a room that takes whatever comes': { blindRoom: true },
  '[P1] a client that keeps to itself what it wrote while away': { manner: { forgetful: true } },
}
for (const [name, plant] of Object.entries(plants))
  test(`${name} is found out`, async () => {
    assert.ok(await isFound(plant))
  })
