import assert from 'node:assert/strict'
import test from 'node:test'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { encodeHave } from '../src/message.ts'
import { Wire, World } from './world.ts'

/** Somebody whose only concern is to be seen. Behaves as y-websocket does: every change heard is sent back. */
class Face {
  readonly awareness: Awareness
  readonly doc = new Y.Doc()
  wire = new Wire()
  readonly #world: World
  readonly #name: string
  readonly #page: boolean

  constructor(world: World, name: string, page = false) {
    this.#world = world
    this.#name = name
    this.#page = page
    this.doc.clientID = world.nextClient()
    this.awareness = new Awareness(this.doc)
    this.awareness.setLocalState({ name })
    this.awareness.on('update', (changes: { added: number[]; updated: number[]; removed: number[] }) => {
      this.#show([...changes.added, ...changes.updated, ...changes.removed])
    })
    this.connect()
  }

  connect(): void {
    this.wire = new Wire()
    const page = this.#page ? { client: this.doc.clientID, schema: 1 } : null
    const name = this.#name
    this.#world.room.join(this.wire, { identity: name, name, verified: true, role: 'edit', page })
    this.wire.toRoom.push(encodeHave(Y.encodeStateVector(this.doc)))
    if (this.awareness.getLocalState() !== null) this.#show([this.doc.clientID])
  }

  /** The connection ends; like every stock client it forgets the others, but not their clocks. */
  leave(clean: boolean): void {
    this.#world.room.leave(this.wire, clean)
    this.wire.closed = 'cut'
    for (const id of this.awareness.getStates().keys()) {
      if (id !== this.doc.clientID) this.awareness.states.delete(id)
    }
  }

  #show(ids: number[]): void {
    this.wire.toRoom.push(awarenessFrame(encodeAwarenessUpdate(this.awareness, ids)))
  }

  /** Takes in and gives out everything that waits. False when there was nothing. */
  move(): boolean {
    const toRoom = this.wire.toRoom.splice(0)
    const toPage = this.wire.toPage.splice(0)
    for (const frame of toRoom) this.#world.room.receive(this.wire, frame)
    for (const frame of toPage) {
      const decoder = decoding.createDecoder(frame)
      if (decoding.readVarUint(decoder) === 1) {
        applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(decoder), this)
      }
    }
    return toRoom.length + toPage.length > 0
  }

  get sees(): string[] {
    return [...this.awareness.getStates().values()].map((state) => String(state['name'])).sort()
  }
}

const awarenessFrame = (payload: Uint8Array): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, 1)
  encoding.writeVarUint8Array(encoder, payload)
  return encoding.toUint8Array(encoder)
}

/** An awareness frame as an attacker writes it. */
const forged = (...entries: [client: number, clock: number, json: string][]): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, entries.length)
  for (const [client, clock, json] of entries) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
    encoding.writeVarString(encoder, json)
  }
  return awarenessFrame(encoding.toUint8Array(encoder))
}

const settle = (world: World, ...faces: Face[]): number => {
  let rounds = 0
  for (let quiet = 0; quiet < 2; rounds++) {
    assert.ok(rounds < 100, 'presence goes round and round')
    const moved = faces.map((face) => face.move()).includes(true)
    if (world.clock.endTurn() || moved) quiet = 0
    else if (++quiet < 2) world.clock.pass(50) // it is told at most twenty times a second
  }
  return rounds
}

const inWorld = async (story: (world: World, enter: (name: string, page?: boolean) => Face) => void) => {
  const world = await World.start()
  const faces: Face[] = []
  try {
    story(world, (name, page) => {
      const face = new Face(world, name, page)
      faces.push(face)
      return face
    })
  } finally {
    for (const face of faces) face.awareness.destroy() // it keeps a timer of its own
  }
}

test('people see each other, and the echoes of stock clients die out', () =>
  inWorld((world, enter) => {
    const [ada, ben, cleo] = [enter('ada'), enter('ben'), enter('cleo', true)]
    settle(world, ada, ben, cleo)
    for (const face of [ada, ben, cleo]) assert.deepEqual(face.sees, ['ada', 'ben', 'cleo'])
    ada.awareness.setLocalStateField('name', 'Ada')
    settle(world, ada, ben, cleo)
    assert.deepEqual(ben.sees, ['Ada', 'ben', 'cleo'])
  }))

test('who says goodbye is gone at once, whose connection breaks only after three seconds', () =>
  inWorld((world, enter) => {
    const [ada, ben, cleo] = [enter('ada'), enter('ben'), enter('cleo')]
    settle(world, ada, ben, cleo)
    ben.leave(true)
    settle(world, ada, cleo)
    assert.deepEqual(ada.sees, ['ada', 'cleo'])
    cleo.leave(false)
    settle(world, ada)
    assert.deepEqual(ada.sees, ['ada', 'cleo'])
    world.clock.pass(3000)
    settle(world, ada)
    assert.deepEqual(ada.sees, ['ada'])
  }))

test('a connection that breaks and comes back within three seconds never blinks', () =>
  inWorld((world, enter) => {
    const [ada, ben] = [enter('ada'), enter('ben')]
    settle(world, ada, ben)
    const seen: string[][] = []
    ada.awareness.on('change', () => void seen.push(ada.sees))
    ben.leave(false)
    world.clock.pass(1000)
    ben.connect()
    settle(world, ada, ben)
    world.clock.pass(10_000)
    settle(world, ada, ben)
    assert.deepEqual(ada.sees, ['ada', 'ben'])
    assert.deepEqual(ben.sees, ['ada', 'ben'])
    assert.ok(seen.every((names) => names.includes('ben')))
  }))

test('who was away for long sees everyone at once and is seen, though all remember old clocks', () =>
  inWorld((world, enter) => {
    const [ada, ben] = [enter('ada'), enter('ben')]
    settle(world, ada, ben)
    ben.leave(false)
    world.clock.pass(5000)
    settle(world, ada)
    assert.deepEqual(ada.sees, ['ada'])
    ben.connect()
    settle(world, ada, ben)
    assert.deepEqual(ada.sees, ['ada', 'ben'])
    assert.deepEqual(ben.sees, ['ada', 'ben'])
  }))

test('a new connection of the same person takes the id over from one that has not been noticed to be dead', () =>
  inWorld((world, enter) => {
    const [ada, ben] = [enter('ada'), enter('ben', true)]
    settle(world, ada, ben)
    const dead = ben.wire
    ben.connect()
    ben.awareness.setLocalStateField('name', 'Ben')
    settle(world, ada, ben)
    assert.deepEqual(ada.sees, ['Ben', 'ada'])
    world.room.leave(dead, false)
    world.clock.pass(5000)
    settle(world, ada, ben)
    assert.deepEqual(ada.sees, ['Ben', 'ada'])
  }))

test('[P5] nobody changes, removes or takes the state of somebody else', () =>
  inWorld((world, enter) => {
    const [ada, eve] = [enter('ada'), enter('eve')]
    settle(world, ada, eve)
    const id = ada.doc.clientID
    const clock = ada.awareness.meta.get(id)?.clock ?? 0
    for (const frame of [
      forged([id, clock + 1, '{"name":"eve as ada"}']),
      forged([id, clock, 'null']),
      forged([id, clock + 5, 'null']),
      forged([id, Number.MAX_SAFE_INTEGER, '{"name":"frozen"}']),
      forged([eve.doc.clientID, 5, '{"name":"eve"}'], [id, clock + 1, '{"name":"eve as ada"}']),
    ]) {
      world.room.receive(eve.wire, frame)
      settle(world, ada, eve)
      assert.deepEqual(eve.sees, ['ada', 'eve'])
    }
    ada.awareness.setLocalStateField('name', 'still ada')
    settle(world, ada, eve)
    assert.deepEqual(eve.sees, ['eve', 'still ada'])
  }))

test('[P6] one connection shows one id, however many it names', () =>
  inWorld((world, enter) => {
    const [ada, eve] = [enter('ada'), enter('eve')]
    settle(world, ada, eve)
    for (let id = 5000; id < 5100; id++) world.room.receive(eve.wire, forged([id, 1, '{"name":"crowd"}']))
    settle(world, ada, eve)
    assert.deepEqual(ada.sees, ['ada', 'eve'])
  }))

test('[P4] a state that would throw in other clients ends only its sender', () =>
  inWorld((world, enter) => {
    for (const json of ['{', '', 'undefined', `"${'x'.repeat(3000)}"`, '['.repeat(1000) + ']'.repeat(1000)]) {
      const [ada, eve] = [enter('ada'), enter('eve')]
      settle(world, ada, eve)
      world.room.receive(eve.wire, forged([eve.doc.clientID, 9, json]))
      assert.equal(eve.wire.closed, 'bad-bytes', json.slice(0, 20))
      assert.equal(ada.wire.closed, null)
      ada.leave(true)
    }
  }))

test('[P4] clocks that leap are passed over', () =>
  inWorld((world, enter) => {
    const [ada, eve] = [enter('ada'), enter('eve')]
    settle(world, ada, eve)
    world.room.receive(eve.wire, forged([eve.doc.clientID, 2 ** 50, '{"name":"far"}']))
    settle(world, ada, eve)
    assert.deepEqual(ada.sees, ['ada', 'eve'])
  }))

test('who asks who is here is told', () =>
  inWorld((world, enter) => {
    const [ada, ben] = [enter('ada'), enter('ben')]
    settle(world, ada, ben)
    world.room.receive(ben.wire, Uint8Array.of(3))
    const [frame] = ben.wire.toPage
    assert.equal(frame?.[0], 1)
    assert.equal(frame?.[2], 2)
  }))
