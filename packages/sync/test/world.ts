import assert from 'node:assert/strict'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as syncProtocol from 'y-protocols/sync'
import * as Y from 'yjs'
import { Client } from '../src/client.ts'
import type { Clock } from '../src/clock.ts'
import { SyncError } from '../src/error.ts'
import type { Notice, Refusal } from '../src/error.ts'
import { inspect } from '../src/inspect.ts'
import { Known } from '../src/known.ts'
import type { Link } from '../src/link.ts'
import { encodePresence, encodeRest, encodeSide, encodeUpdate } from '../src/message.ts'
import { AppendError, emptyBase, piecesOf } from '../src/log.ts'
import type { Base, Diff, Log, Owner, Past, Run, Write } from '../src/log.ts'
import { merge } from '../src/merge.ts'
import { placesOf } from '../src/places.ts'
import type { Role } from '../src/role.ts'
import { SharedFrames } from '../src/shared-frames.ts'
import { Room } from '../src/room.ts'
import type { LostWrite } from '../src/room.ts'
import { limits } from '../src/rules.ts'
import type { Rules } from '../src/rules.ts'
import { Turns } from '../src/turns.ts'
import { withoutContent } from '../src/without-content.ts'
import { split } from './split.ts'

/** Time that stands still until it is told to pass. */
export class SlowClock implements Clock {
  #now = 0
  #timers: { at: number; call: () => void }[] = []
  #soon: (() => void)[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  soon(call: () => void): void {
    this.#soon.push(call)
  }

  /** Ends the turn. False when nobody waited for that. */
  endTurn(): boolean {
    const calls = this.#soon
    this.#soon = []
    for (const call of calls) call()
    return calls.length > 0
  }

  /** Lets time pass, timer by timer. */
  pass(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#now = next.at
      next.call()
    }
    this.#now = until
  }
}

/** A disk that keeps what was synced, and forgets the rest at a power cut. */
export class Disk implements Log {
  /** What survives. */
  base: Base = emptyBase
  runs: Run[] = []
  tail: Uint8Array[] = []
  owners: Owner[] = []
  schema = 0
  readonly authors: string[] = []
  /** What the surviving log amounts to. */
  readonly kept = new Known()
  /** Planted bugs: says yes before it has written anything; forgets a row in the middle when it is read. */
  lies = false
  leaks = false
  /** Once there is a base, compactions make runs. */
  keepsBase = false
  /** How many compactions fail from now on. */
  failing = 0
  /** A bug: the next append throws, before or after it has taken the write. */
  trips: 'before' | 'after' | null = null
  /** Planted bug: a write that tripped is forgotten, and the room goes on as if it had been taken. */
  hushes = false
  /** What each row of the log brought, and who was named as its author. */
  readonly rows: { readonly update: Uint8Array; readonly author: string }[] = []
  /** The next write, or the next that holds content, is one that no store takes. */
  poisoned: boolean | 'content' = false
  /** Such writes, kept apart. Planted bugs: drops them instead, as if they were stored; does not say that it has any. */
  readonly unfit: { readonly update: Uint8Array; readonly author: string }[] = []
  drops = false
  forgets = false
  #queue: { write: Write; unfit: boolean; done: () => void; fail: (error: Error) => void }[] = []
  /** A write was not stored: nothing more is taken until the log is loaded anew. */
  #faulty = false

  load(): Promise<Past> {
    const { base, runs, schema } = this
    const tail = this.leaks ? this.tail.toSpliced(this.tail.length >> 1, 1) : [...this.tail]
    const unfit = this.forgets ? [] : [...this.unfit]
    const owners = [...this.owners]
    this.#faulty = false
    return Promise.resolve({ base, runs: [...runs], tail, owners, schema, unfit, damaged: false })
  }

  append(write: Write): Promise<void> {
    const { trips } = this
    const poisoned = this.poisoned === 'content' ? withoutContent(write.update) !== null : this.poisoned
    this.trips = null
    if (poisoned) this.poisoned = false
    if (this.#faulty) return Promise.reject(new AppendError('a write before it was not stored', false))
    if (trips === 'before') return this.#trip()
    const copy = { ...write, update: new Uint8Array(write.update) }
    const stored = new Promise<void>((done, fail) => {
      this.#queue.push({ write: copy, unfit: poisoned, done, fail })
      if (this.lies) done()
    })
    if (trips !== 'after') return stored
    stored.catch(() => {}) // nobody hears of it
    return this.#trip()
  }

  #trip(): Promise<void> {
    if (this.hushes) return new Promise(() => {})
    throw new Error('the log tripped')
  }

  bind(owners: readonly Owner[]): Promise<void> {
    this.#bind(owners)
    return Promise.resolve()
  }

  get backlog(): number {
    return this.#queue.reduce((bytes, { write }) => bytes + write.update.length, 0)
  }

  #bind(owners: readonly Owner[]): void {
    for (const owner of owners)
      if (!this.owners.some(({ client }) => client === owner.client)) this.owners.push(owner)
  }

  /** Everything queued is now safe, and whoever waits is told. */
  sync(): void {
    for (const { write, unfit, done, fail } of this.#queue.splice(0)) {
      const { update, author, owners, schema } = write
      if (unfit && this.drops) {
        done()
        continue
      }
      if (unfit && !this.#faulty) this.unfit.push({ update, author })
      if (unfit || this.#faulty) {
        fail(new AppendError('no store takes it', unfit && !this.#faulty))
        this.#faulty = true
        continue
      }
      this.tail.push(update)
      this.rows.push({ update, author })
      this.authors.push(author)
      this.#bind(owners)
      this.schema = Math.max(this.schema, schema)
      const verdict = inspect(update, this.kept)
      assert.ok(!(verdict instanceof SyncError) && verdict.type === 'new', 'the log holds only what is new')
      this.kept.learn(verdict)
      done()
    }
  }

  /** What was not synced is lost, but for the first `written` of it: they had reached the disk unacknowledged. */
  powerCut(written = 0): void {
    const queue = this.#queue
    this.#queue = queue.slice(0, written)
    this.sync()
    this.#queue = []
  }

  /** The last position that is folded. */
  get folded(): number {
    return this.runs.at(-1)?.last ?? this.base.position
  }

  compact(): Promise<Base | Run> {
    if (this.failing > 0) {
      this.failing--
      return Promise.reject(new Error('the compaction failed'))
    }
    const position = this.folded + this.tail.length
    if (this.keepsBase && this.base.position > 0 && this.tail.length > 0) {
      const run = { first: this.folded + 1, last: position, update: merge(this.tail.splice(0)) }
      this.runs.push(run)
      return Promise.resolve(run)
    }
    const doc = this.document()
    assert.equal(doc.store.pendingStructs, null)
    const vector = Y.encodeStateVector(doc)
    const state = Y.encodeStateAsUpdate(doc)
    this.base = {
      position,
      state,
      vector,
      deletes: Y.encodeStateAsUpdate(doc, vector),
      ...placesOf(state),
    }
    this.runs = []
    this.tail = []
    doc.destroy()
    return Promise.resolve(this.base)
  }

  diff(vector: Uint8Array): Promise<Diff> {
    return Promise.resolve({
      position: this.base.position,
      updates: split(Y.diffUpdate(this.base.state, vector), 1024),
    })
  }

  /** The surviving document. */
  document(): Y.Doc {
    const doc = new Y.Doc()
    // in one local transaction: else Yjs tidies up formats, which is a change of its own
    doc.transact(() => {
      for (const { update } of [{ update: this.base.state }, ...piecesOf(this)]) Y.applyUpdate(doc, update)
    })
    return doc
  }
}

/** A connection whose frames wait until they are delivered by hand. */
export class Wire implements Link {
  readonly toRoom: Uint8Array[] = []
  readonly toPage: Uint8Array[] = []
  closed: Refusal | 'cut' | null = null
  /** How many write frames the room was given. */
  writes = 0
  /** Set to make the room believe that the reader is slow. */
  stalled = 0
  /** True: what waits here counts as not yet taken by the network. */
  measured = false

  get buffered(): number {
    if (!this.measured) return this.stalled
    return this.toPage.reduce((bytes, frame) => bytes + frame.length, 0)
  }

  mayTake(): boolean {
    return true
  }

  /** How often it was told to read nothing and not yet to go on. */
  pauses = 0

  pause(): () => void {
    this.pauses++
    return () => void this.pauses--
  }

  send(messages: readonly Uint8Array[]): void {
    if (this.closed === null) this.toPage.push(...messages)
  }

  close(refusal: Refusal): void {
    this.closed = refusal
    this.toRoom.length = 0
  }
}

export interface Manner {
  /** A Quire page, or a stock y-websocket client. */
  readonly page?: boolean
  readonly role?: Role
  readonly schema?: number
  /** Writes under the id that somebody else has. */
  readonly client?: number
  /** The name of the copy that a page tells; without it, an older page. */
  readonly tab?: string
  /** Planted bug: keeps to itself what it wrote while it was away. */
  readonly forgetful?: boolean
  /** Answers with nothing whenever it may. */
  readonly hollow?: boolean
}

/** Somebody with a document. It behaves as y-websocket 3.1 does: what is written while away travels in SyncStep2. */
export class Person {
  readonly name: string
  doc = new Y.Doc()
  client = new Client()
  undo: Y.UndoManager
  wire: Wire | null = null
  /** Local changes that were not yet seen to be safe; those that were refused, which their author still has. */
  unproven: Uint8Array[] = []
  readonly recovered: Uint8Array[] = []
  synced = false
  readonly denied: string[] = []
  /** How many of its next answers say nothing, as far as that does not hide what the room cannot know of. */
  hollow = 0
  /** How often it was asked on this connection for what it has. */
  asked = 0
  /** It is a copy of somebody's process, or was copied: two may write under one id. */
  isCopied = false
  /** The server will not have it back as it is: a stock client is loaded anew. */
  isSentAway = false
  #tab: string | undefined
  #id = 0
  #shown = 0
  readonly #world: World
  readonly #manner: Manner

  constructor(world: World, name: string, manner: Manner) {
    this.name = name
    this.#world = world
    this.#manner = manner
    this.#tab = manner.tab
    if (manner.hollow === true) this.hollow = Number.POSITIVE_INFINITY
    this.undo = this.#watch(manner.client ?? world.nextClient())
  }

  #watch(client: number): Y.UndoManager {
    const { doc } = this
    doc.clientID = this.#id = client
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) return
      this.client.changed()
      this.unproven.push(update)
      this.#say((encoder) => syncProtocol.writeUpdate(encoder, update))
    })
    return new Y.UndoManager([this.text, doc.getXmlFragment('default')], { captureTimeout: 0 })
  }

  /** As the page does when a write was not taken: it keeps the text, and goes on in a fresh copy under a new id. */
  startAnew(): void {
    this.#leave()
    this.isSentAway = false
    this.undo = this.#watch(this.#world.nextClient())
    this.connect()
  }

  #leave(): void {
    this.cut(true)
    this.recovered.push(...this.unproven.splice(0))
    this.doc.destroy()
    this.doc = new Y.Doc()
    this.client = new Client()
  }

  /** As a process that was copied: another has the same document, id and unsaved text. `tab`: and the same name. */
  become(other: Person, tab: boolean): void {
    this.#leave()
    this.isCopied = other.isCopied = true
    this.isSentAway = other.isSentAway
    this.#tab = tab ? other.#tab : this.#world.nextTab()
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(other.doc), this)
    this.undo = this.#watch(other.#id)
    this.unproven.push(...other.unproven)
    if (this.unproven.length > 0) this.client.changed()
  }

  /** True when Yjs has met text of another under the id of this copy. */
  get isReidentified(): boolean {
    return this.doc.clientID !== this.#id
  }

  get text(): Y.Text {
    return this.doc.getText('text')
  }

  get page(): string {
    return this.text.toString()
  }

  get saved(): boolean {
    return this.client.facts.saved
  }

  connect(): void {
    if (this.wire !== null) return
    const wire = new Wire()
    this.wire = wire
    this.synced = false
    this.asked = 0
    const { schema = 1 } = this.#manner
    const tab = this.#tab
    const page =
      this.#manner.page === false
        ? null
        : { client: this.doc.clientID, schema, ...(tab === undefined ? {} : { tab }) }
    this.client.opened()
    const role = this.#manner.role ?? 'edit'
    this.#world.room.join(wire, { identity: this.name, name: this.name, verified: true, role, page })
    this.#say((encoder) => syncProtocol.writeSyncStep1(encoder, this.doc))
    if (page === null) this.#show()
  }

  /** The connection breaks; what was under way is lost. */
  cut(clean = false): void {
    const wire = this.wire
    if (wire === null) return
    this.wire = null
    if (wire.closed === null) this.#world.room.leave(wire, clean)
    if (wire.closed === 'bad-bytes') this.isSentAway = true
    wire.closed ??= 'cut'
    this.client.closed()
  }

  /** Reads one frame. */
  hear(frame: Uint8Array): void {
    this.client.heard(frame)
    const decoder = decoding.createDecoder(frame)
    const type = decoding.readVarUint(decoder)
    if (type === 2 && decoding.readVarUint(decoder) === 0) this.denied.push(decoding.readVarString(decoder))
    if (type !== 0) return
    if (frame[1] === 1) this.synced = true
    const answer = encoding.createEncoder()
    encoding.writeVarUint(answer, 0)
    syncProtocol.readSyncMessage(decoder, answer, this.doc, this)
    if (encoding.length(answer) < 2) return
    this.asked++
    // the first answer is the only word of what was written while away
    const mayHide = this.asked > 1 || this.unproven.length === 0
    const hides = mayHide && this.hollow > 0 && this.hollow-- > 0
    if (hides || this.#manner.forgetful === true) this.#sendFrame(Uint8Array.of(0, 1, 2, 0, 0))
    else this.#sendFrame(encoding.toUint8Array(answer))
  }

  /** Sends the last update a second time. */
  repeat(): void {
    const last = this.unproven.at(-1)
    if (last !== undefined) this.#say((encoder) => syncProtocol.writeUpdate(encoder, last))
  }

  /** As every stock client does, right after its first question. */
  #show(): void {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, this.doc.clientID)
    encoding.writeVarUint(encoder, ++this.#shown)
    encoding.writeVarString(encoder, '{}')
    this.#sendFrame(encodePresence([encoding.toUint8Array(encoder)]))
  }

  #say(write: (encoder: encoding.Encoder) => void): void {
    if (this.wire === null) return
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 0)
    write(encoder)
    this.#sendFrame(encoding.toUint8Array(encoder))
  }

  #sendFrame(frame: Uint8Array): void {
    if (this.wire === null || this.wire.closed !== null) return
    this.wire.toRoom.push(frame)
    this.client.sent(frame)
  }
}

/** A room, its disk, its clock and the people around it. Nothing moves by itself. */
export class World {
  readonly clock: SlowClock
  readonly turns: Turns
  readonly disk = new Disk()
  readonly people: Person[] = []
  /** What the room refused, and failures it reported. */
  readonly witnessed: (SyncError | Error)[] = []
  readonly noticed: Notice[] = []
  /** Resolves when the room is there again, if it is being opened anew. */
  opening: Promise<void> = Promise.resolve()
  /** Planted bug: whoever answers is told that all is saved, whatever the answer lacks. */
  gullible = false
  /** Planted bug: updates are stored and relayed unread. */
  blind = false
  /** Planted bug: what an update says at known clocks is passed over. */
  trusting = false
  /** True after a power cut, for as long as a server lets what was lost be brought back. */
  healing = false
  rules: Rules = { roots: [], moreRoots: 64, owned: true, limits }
  room!: Room // set by `start`, which every world is made with
  #clients = 0
  readonly #firstClient: number

  private constructor(firstClient: number, clock: SlowClock, turns: Turns) {
    this.#firstClient = firstClient
    this.clock = clock
    this.turns = turns
  }

  /**
   * A world with an empty room. Client ids count from `firstClient`, so that a seed replays. Rooms of one server share its
   * clock and its turns.
   */
  static async start(firstClient = 100, clock = new SlowClock(), turns = new Turns(clock)): Promise<World> {
    const world = new World(firstClient, clock, turns)
    await world.openRoom()
    return world
  }

  nextTab(): string {
    return `tab ${this.#clients++}`
  }

  nextClient(): number {
    return this.#firstClient + this.#clients++
  }

  async openRoom(lost: readonly LostWrite[] = []): Promise<void> {
    const parts = {
      log: this.disk,
      shared: new SharedFrames(),
      turns: this.turns,
      clock: this.clock,
      epoch: 'e1',
      schema: 2,
      rules: this.rules,
      healing: () => this.healing,
      witness: (event: SyncError | Error) => void this.witnessed.push(event),
      notice: (notice: Notice) => void this.noticed.push(notice),
      failed: () => void (this.opening = this.#openAnew()),
    }
    try {
      this.room = await Room.open(parts, lost)
    } catch (error) {
      if (!String(error).includes('tripped')) throw error
      this.disk.sync() // while something was written again
      return this.openRoom(lost)
    }
  }

  /** The room was left half changed: it is let go, and opened from the disk when all that the disk took is there. */
  async #openAnew(): Promise<void> {
    this.disk.sync()
    this.disk.poisoned = false // else not even the places could be stored
    await this.openRoom(await this.room.ended())
  }

  enter(name: string, manner: Manner = {}): Person {
    const person = new Person(this, name, manner)
    this.people.push(person)
    person.connect()
    return person
  }

  /** The server dies and starts again: queued writes are lost, everyone is cut off. */
  async powerCut(written = 0): Promise<void> {
    this.room.close()
    this.disk.powerCut(written)
    this.healing = true
    const old = this.room
    await this.openRoom()
    for (const person of this.people) {
      if (person.wire === null) continue
      old.leave(person.wire, false)
      person.wire.closed ??= 'cut'
      person.cut()
    }
  }

  /** Nobody is in the room: it is let go, and opened again from the disk. Planted bug: without looking first. */
  async letGo(blindly = false): Promise<void> {
    if (this.room.seats > 0 || (!this.room.durable && !blindly)) return
    await this.room.rest()
    this.room.close()
    await this.openRoom()
  }

  /** Delivers one frame on a wire. False when there was none. */
  deliver(person: Person, direction: 'toRoom' | 'toPage'): boolean {
    const { wire } = person
    const frame = wire?.[direction].shift()
    if (wire === null || frame === undefined) return false
    if (direction === 'toRoom' && this.blind && frame[1] === 2) this.#believe(wire, person.name, frame)
    else if (direction === 'toRoom') {
      this.room.receive(wire, this.trusting ? this.#trimmed(frame) : frame)
      if (frame[0] === 0 && frame[1] !== 0) wire.writes++
      if (this.gullible && frame[1] === 1 && this.room.durable)
        wire.send([encodeSide({ type: 'saved', count: wire.writes })])
    } else person.hear(frame)
    return true
  }

  /** A write frame without what the room has: nothing is left to be compared. */
  #trimmed(frame: Uint8Array): Uint8Array {
    if (frame[0] !== 0 || frame[1] === 0) return frame
    const update = decoding.readVarUint8Array(decoding.createDecoder(frame.subarray(2)))
    const rest = Y.diffUpdate(update, Y.encodeStateVectorFromUpdate(merge(this.room.content)))
    return frame[1] === 1 ? encodeRest(rest) : encodeUpdate(rest)
  }

  #believe(from: Wire, author: string, frame: Uint8Array): void {
    const update = decoding.readVarUint8Array(decoding.createDecoder(frame.subarray(2)))
    void this.disk.append({ update, author, owners: [], schema: 0 })
    for (const { wire } of this.people) if (wire !== from) wire?.send([frame])
  }

  /** Until the network is quiet. The disk stays as it is. */
  async settle(): Promise<void> {
    await this.settleBut(null)
  }

  /** Until the network of everybody else is quiet. */
  async settleBut(busy: Person | null): Promise<void> {
    for (let moved = true; moved;) {
      moved = false
      for (const person of this.people) {
        if (person === busy) continue
        while (this.deliver(person, 'toRoom')) moved = true
        while (this.deliver(person, 'toPage')) moved = true
        if (person.wire !== null && person.wire.closed !== null) person.cut()
      }
      await new Promise((resolve) => void setImmediate(resolve)) // promises of the log have been kept
      await this.opening
      if (this.clock.endTurn()) moved = true
      if (this.people.some(({ wire }) => wire !== null && wire.closed !== null)) moved = true
    }
  }

  /** Until the network is quiet and everything is on disk. */
  async rest(): Promise<void> {
    await this.settle()
    this.disk.sync()
    await this.settle()
  }
}
