import type { Clock } from './clock.ts'
import { SyncError } from './error.ts'
import type { Refusal } from './error.ts'
import { Folding } from './folding.ts'
import { inspect } from './inspect.ts'
import { Known, readVector } from './known.ts'
import type { News } from './known.ts'
import type { Link } from './link.ts'
import type { Log, Past } from './log.ts'
import * as message from './message.ts'
import type { Side, StoreState } from './message.ts'
import { Outbox } from './outbox.ts'
import { Presence } from './presence.ts'
import { covers } from './role.ts'
import type { Role } from './role.ts'
import { Tail } from './tail.ts'

/** What a room is made of. */
export interface Parts {
  readonly log: Log
  readonly clock: Clock
  /** Of the document, told to every page. */
  readonly epoch: string
  /** The newest page schema the server serves. */
  readonly schema: number
  /** Told of every refusal, and of a compaction that failed and will be tried again. Must not throw. */
  readonly witness: (event: SyncError | Error) => void
}

/** Somebody who comes in. */
export interface Visitor {
  /** Whom the log names as the author of what they write. */
  readonly identity: string
  readonly role: Role
  /** Set when the connection announced itself as a Quire page; it is then told about saving. */
  readonly page: { readonly client: number; readonly schema: number } | null
}

/** Someone in the room. The place says what we owe them. */
interface Seat {
  readonly link: Link
  readonly visitor: Visitor
  place:
    | { readonly state: 'greeting' } // has not said what it has: is owed no updates yet
    | { readonly state: 'live' }
    | { readonly state: 'behind'; readonly vector: Uint8Array } // reads too slowly: is owed all that this lacks
  /** The next frame may be the awareness frame in which a stock client shows its own id. */
  showing: boolean
  /** Write frames received, and those not acknowledged yet with the position that covers them. */
  heard: number
  readonly unsaved: { count: number; position: number }[]
  /** SyncStep1 sent and not answered. */
  asked: number
  /** A write continued something that the room lacks. Nothing after it is acknowledged until it has come. */
  gap: boolean
  /** When the last answers to our asking still had a gap. */
  readonly failures: number[]
  /** What the page was last told of the store. */
  store: StoreState
  denied: boolean
  /** When it was last asked to show itself anew, and whether that is due again. */
  poked: number
  poking: boolean
}

const highWater = 512 * 1024
const grace = 3000
const lateAfter = 2000
const askAgain = 2000
const maxFailures = 3
const failureSpan = 60_000
const maxPoking = 50
const pokePause = 2000
const youth = 60_000

/**
 * One document's log and everyone in it: the server's end. It relays without building a document: it knows
 * which updates it has and how they continue one another, not what they say.
 */
export class Room {
  readonly #parts: Parts
  readonly #known = new Known()
  readonly #presence = new Presence()
  readonly #seats = new Map<Link, Seat>()
  readonly #outbox = new Outbox()
  readonly #tail: Tail
  readonly #folding: Folding
  readonly #opened: number
  /** Positions taken in, and on disk. */
  #position: number
  #committed: number
  #lastAppend: Promise<void> = Promise.resolve()
  #store: StoreState = 'fine'
  #late = 0
  #watching = false
  #flushing = false
  #closed = false

  /** Loads the log. Rejects when it cannot be read: an empty room is never served in its place. */
  static async open(parts: Parts): Promise<Room> {
    return new Room(parts, await parts.log.load())
  }

  private constructor(parts: Parts, { base, tail }: Past) {
    this.#parts = parts
    this.#opened = parts.clock.now()
    this.#tail = new Tail(base)
    for (const [client, clock] of this.#tail.clocks) this.#known.addStructs({ client, from: 0, to: clock })
    const deletes = inspect(base.deletes, this.#known)
    if (deletes instanceof SyncError || deletes.type === 'gap')
      throw new Error('the stored delete set is damaged')
    if (deletes.type === 'new') this.#known.learn(deletes)
    this.#folding = new Folding(this.#tail, parts.log, parts.clock, (error) => parts.witness(asError(error)))
    this.#position = base.position
    for (const update of tail) {
      const verdict = inspect(update, this.#known)
      if (verdict instanceof SyncError || verdict.type === 'gap') {
        throw new Error(`the stored update at position ${this.#position + 1} is damaged`)
      }
      if (verdict.type === 'new') this.#known.learn(verdict)
      this.#tail.push(++this.#position, update)
    }
    this.#committed = this.#position
  }

  /** Takes a seat, says hello and asks for what the other end has. */
  join(link: Link, visitor: Visitor): void {
    const { page } = visitor
    const seat: Seat = {
      link,
      visitor,
      place: { state: 'greeting' },
      showing: false,
      heard: 0,
      unsaved: [],
      asked: 1,
      gap: false,
      failures: [],
      store: 'fine',
      denied: false,
      poked: Number.NEGATIVE_INFINITY,
      poking: false,
    }
    this.#seats.set(link, seat)
    const { epoch, schema } = this.#parts
    const hello: Side = { type: 'hello', version: message.sideVersion, role: visitor.role, epoch, schema }
    link.send([
      ...(page === null ? [] : [message.encodeSide(hello)]),
      message.encodeHave(this.#known.encodeVector()),
      ...(this.#presence.size === 0 ? [] : [message.encodePresence(this.#presence.all())]),
    ])
    if (page !== null) this.#presence.claim(link, visitor.identity, page.client)
    if (this.#store !== 'fine') this.#schedule()
  }

  /** A frame from a link that has joined. Never throws for what a client sends. */
  receive(link: Link, bytes: Uint8Array): void {
    const seat = this.#seats.get(link)
    if (seat === undefined) return
    const heard = message.decode(bytes)
    if (heard instanceof SyncError) return this.#refuse(seat, heard)
    const showing = seat.showing
    seat.showing = false
    switch (heard.type) {
      case 'have':
        seat.showing = seat.visitor.page === null && seat.place.state === 'greeting'
        // whoever asks and does not read is answered once, when it has
        if (link.buffered > highWater) seat.place = { state: 'behind', vector: new Uint8Array(heard.vector) }
        else this.#answer(seat, heard.vector)
        return
      case 'rest':
      case 'update':
        return this.#write(seat, heard.type, heard.update)
      case 'presence': {
        const shown = this.#presence.receive(link, seat.visitor.identity, heard.states, showing)
        if (shown instanceof SyncError) return this.#refuse(seat, shown)
        // a room that was just loaded cannot tell who comes back
        const young = this.#parts.clock.now() - this.#opened < youth
        if (shown === 'again' || (shown === 'first' && young)) this.#poke()
        return this.#schedule()
      }
      case 'who':
        return link.send([message.encodePresence(this.#presence.all())])
      default:
        heard satisfies never
    }
  }

  /** The network took what was buffered for this link. */
  drained(link: Link): void {
    const seat = this.#seats.get(link)
    if (seat === undefined || seat.place.state !== 'behind') return
    this.#answer(seat, seat.place.vector)
  }

  /** The connection ended. `clean` when the other end said so (1000, 1001): its presence goes at once. */
  leave(link: Link, clean: boolean): void {
    if (!this.#seats.delete(link)) return
    const client = this.#presence.disown(link)
    if (client === undefined) return
    const end = () => {
      this.#presence.end(client)
      this.#schedule()
    }
    // a connection that broke is usually back at once: nobody should blink
    if (clean) end()
    else this.#parts.clock.after(grace, end)
  }

  /** The server's own write, judged like any other. Resolves when it is on disk; rejects an unfit update. */
  async write(update: Uint8Array, author: string): Promise<void> {
    const verdict = inspect(update, this.#known)
    if (verdict instanceof SyncError) throw new Error(verdict.detail)
    if (verdict.type === 'gap') throw new Error('the update continues something that the room lacks')
    if (verdict.type === 'new') this.#take(update, verdict, author, null)
    await this.settled()
  }

  /** Tells the pages that their server will hang up and that they may come back within `ms`. */
  farewell(ms: number): void {
    const leaving = [message.encodeSide({ type: 'leaving', within: ms })]
    for (const { link, visitor } of this.#seats.values()) if (visitor.page !== null) link.send(leaving)
  }

  /** Hangs up on everyone. */
  dismiss(refusal: Refusal): void {
    for (const { link } of this.#seats.values()) {
      this.leave(link, true)
      link.close(refusal)
    }
  }

  /** Resolves when everything received so far is on disk; rejects when the log was closed before. */
  async settled(): Promise<void> {
    await this.#lastAppend
  }

  /** Folds a long tail, for a room that nobody is in: it then opens as fast as its bytes. */
  async rest(): Promise<void> {
    await this.#folding.rest()
  }

  /** Ends the room's part in everything. For a room that is empty and settled, or at shutdown. */
  close(): void {
    this.#closed = true
    this.#folding.close()
  }

  /** How many are in it. */
  get seats(): number {
    return this.#seats.size
  }

  /** Position of the last update taken in. */
  get position(): number {
    return this.#position
  }

  /** True when everything taken in is on disk. */
  get durable(): boolean {
    return this.#committed === this.#position
  }

  /** Updates that together are the document as of `position`. */
  get content(): readonly Uint8Array[] {
    return this.#tail.after(0)
  }

  /** A client says what it has: it gets the rest, from the log's own bytes. */
  #answer(seat: Seat, vector: Uint8Array): void {
    const clocks = readVector(vector)
    if (clocks === null) return this.#refuse(seat, new SyncError('bad-bytes', 'state vector does not decode'))
    if (clocks.size === 0) {
      const updates = this.#tail.after(0)
      return this.#admit(seat, updates.slice(0, -1), updates.at(-1) ?? empty)
    }
    if (this.#tail.covered(clocks))
      return this.#admit(seat, this.#tail.diff(vector), this.#known.encodeDeletes())
    this.#parts.log.diff(vector).then(
      ({ position, update }) => {
        // a base that was replaced meanwhile has taken over updates that the tail no longer has
        if (position < this.#tail.base.position) return this.#answer(seat, vector)
        this.#admit(seat, [update, ...this.#tail.diff(vector)], this.#known.encodeDeletes())
      },
      (error: unknown) => {
        this.#parts.witness(asError(error))
        this.#hangUp(seat, 'fault')
      },
    )
  }

  /** Sends the state that closes with SyncStep2; from here on the seat hears every update. */
  #admit(seat: Seat, updates: readonly Uint8Array[], last: Uint8Array): void {
    if (this.#seats.get(seat.link) !== seat) return
    const missed = seat.place.state === 'behind' ? [message.encodePresence(this.#presence.all())] : []
    seat.place = { state: 'live' }
    seat.link.send([...updates.map(message.encodeUpdate), message.encodeRest(last), ...missed])
    this.#schedule()
  }

  #write(seat: Seat, kind: 'rest' | 'update', update: Uint8Array): void {
    const count = ++seat.heard
    if (kind === 'rest' && seat.asked > 0) seat.asked--
    const verdict = inspect(update, this.#known)
    if (verdict instanceof SyncError) return this.#refuse(seat, verdict)
    switch (verdict.type) {
      case 'gap':
        return this.#askForGap(seat, kind)
      case 'old':
        break
      case 'new':
        if (!covers(seat.visitor.role, 'edit')) return this.#deny(seat)
        this.#take(update, verdict, seat.visitor.identity, seat.link)
        break
      default:
        verdict satisfies never
    }
    // an answer holds all that its sender had and we lacked when it was asked for, so also what a gap was about
    if (kind === 'rest') seat.gap = false
    if (seat.gap || seat.visitor.page === null) return
    // everything queued when the frame came, not just its bytes: they may already be queued for somebody else
    seat.unsaved.push({ count, position: this.#position })
    if (this.durable) this.#schedule()
  }

  #take(update: Uint8Array, news: News, author: string, from: Link | null): void {
    const own = new Uint8Array(update) // a frame is a view of a much larger read buffer
    const position = ++this.#position
    this.#known.learn(news)
    this.#tail.push(position, own)
    this.#outbox.push(message.encodeUpdate(own), from)
    this.#lastAppend = this.#parts.log.append(own, author).then(() => this.#saved(position))
    this.#lastAppend.catch(() => {
      // only a closing log rejects: nothing was promised, and whoever awaits `settled` is told
    })
    this.#folding.wrote()
    this.#watch()
    this.#schedule()
  }

  #askForGap(seat: Seat, kind: 'rest' | 'update'): void {
    seat.gap = true
    if (seat.asked > 0) return // the answer that is under way has it
    const now = this.#parts.clock.now()
    const ask = () => {
      if (this.#seats.get(seat.link) !== seat || seat.asked > 0) return
      seat.asked++
      seat.link.send([message.encodeHave(this.#known.encodeVector())])
    }
    if (kind === 'update') return ask()
    while (now - (seat.failures[0] ?? now) > failureSpan) seat.failures.shift()
    if (seat.failures.push(now) >= maxFailures) {
      return this.#refuse(seat, new SyncError('bad-bytes', 'updates with a gap that was asked for in vain'))
    }
    this.#parts.clock.after(askAgain, ask)
  }

  /** Everything up to `position` is on disk. */
  #saved(position: number): void {
    this.#committed = position
    if (this.#store === 'late' && position >= this.#late) this.#store = 'fine'
    this.#schedule()
  }

  /** Watches for a write that waits too long for the disk. */
  #watch(): void {
    if (this.#watching) return
    this.#watching = true
    const waiting = this.#position
    this.#parts.clock.after(lateAfter, () => {
      this.#watching = false
      if (this.#committed < waiting) {
        this.#store = 'late'
        this.#late = this.#position
        this.#schedule()
      }
      if (!this.durable) this.#watch()
    })
  }

  #schedule(): void {
    if (this.#flushing || this.#closed) return
    this.#flushing = true
    this.#parts.clock.soon(() => {
      this.#flushing = false
      if (!this.#closed) this.#flush()
    })
  }

  /** One write to each seat, the same bytes for all but the authors and those with something to acknowledge. */
  #flush(): void {
    const presence = this.#presence.news ? [message.encodePresence(this.#presence.takeNews())] : []
    const mail = this.#outbox.take(presence)
    for (const seat of this.#seats.values()) {
      const { link, place } = seat
      if (place.state === 'behind') continue
      const slow = link.buffered > highWater
      const news = place.state === 'live' ? mail.for(link) : presence
      const sides = seat.visitor.page === null ? [] : this.#sidesFor(seat)
      const frames = sides.length === 0 ? news : [...news, ...sides]
      if (frames.length > 0) link.send(frames)
      // with this flush it has all that we know
      if (slow && place.state === 'live') seat.place = { state: 'behind', vector: this.#known.encodeVector() }
    }
  }

  #sidesFor(seat: Seat): Uint8Array[] {
    const sides: Side[] = []
    let count = 0
    while (seat.unsaved[0] !== undefined && seat.unsaved[0].position <= this.#committed) {
      count = seat.unsaved.shift()?.count ?? count
    }
    if (count > 0) sides.push({ type: 'saved', count })
    if (seat.store !== this.#store) {
      seat.store = this.#store
      sides.push({ type: 'store', state: this.#store })
    }
    return sides.map(message.encodeSide)
  }

  /**
   * Somebody came back. A stock client remembers the clocks of people it dropped while it was away, and others
   * remember its own, so they stay invisible to each other for up to 18 s unless each shows itself anew.
   */
  #poke(): void {
    if (this.#seats.size > maxPoking) return
    for (const seat of this.#seats.values()) this.#pokeOne(seat)
  }

  #pokeOne(seat: Seat): void {
    if (seat.poking) return
    const wait = seat.poked + pokePause - this.#parts.clock.now()
    if (wait > 0) {
      seat.poking = true
      this.#parts.clock.after(wait, () => {
        seat.poking = false
        if (this.#seats.get(seat.link) === seat) this.#pokeOne(seat)
      })
      return
    }
    const entry = this.#presence.poke(seat.link)
    if (entry === null) return
    seat.poked = this.#parts.clock.now()
    seat.link.send([message.encodePresence([entry])])
  }

  #deny(seat: Seat): void {
    if (seat.denied) return
    seat.denied = true
    seat.link.send([message.encodeDenied('You may not edit this.')])
  }

  #refuse(seat: Seat, error: SyncError): void {
    this.#parts.witness(error)
    this.#hangUp(seat, error.refusal)
  }

  #hangUp(seat: Seat, refusal: Refusal): void {
    this.leave(seat.link, true)
    seat.link.close(refusal)
  }
}

const empty = Uint8Array.of(0, 0)

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)))
