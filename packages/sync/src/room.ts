import { Answers } from './answers.ts'
import { ClientIdUses } from './client-id-uses.ts'
import type { Clock } from './clock.ts'
import { Entries } from './entries.ts'
import { SyncError } from './error.ts'
import type { Notice, Objection, Refusal } from './error.ts'
import { Folding } from './folding.ts'
import { Gap } from './gap.ts'
import { bytesAtOnce, gather, inspecting, IntegrationBudget } from './integration-budget.ts'
import { inspect, Inspection, readClocks, rootNames } from './inspect.ts'
import type { Grammar, Segment, Verdict } from './inspect.ts'
import { clientMemory, Known } from './known.ts'
import type { News } from './known.ts'
import type { Link } from './link.ts'
import { AppendError, piecesOf } from './log.ts'
import type { Log, Past, Write } from './log.ts'
import { trim } from './merge.ts'
import * as message from './message.ts'
import type { Side, StoreState, Who } from './message.ts'
import { Outbox } from './outbox.ts'
import { Owners } from './owners.ts'
import { Pokes } from './pokes.ts'
import { Presence } from './presence.ts'
import { covers } from './role.ts'
import type { Role } from './role.ts'
import type { Rules } from './rules.ts'
import { Saving } from './saving.ts'
import { highWater, newSeat } from './seat.ts'
import type { Page, Seat, Visitor } from './seat.ts'
import type { SharedFrames } from './shared-frames.ts'
import { TailContent } from './tail-content.ts'
import { Tail } from './tail.ts'
import { WorkQueue } from './turns.ts'
import type { Steps, Turns } from './turns.ts'
import { withoutContent } from './without-content.ts'

/** What a room is made of. */
export interface Parts {
  readonly log: Log
  /** What the rooms of the process give to those who read. */
  readonly shared: SharedFrames
  /** What the rooms of the process share for work that is too long for one turn. */
  readonly turns: Turns
  readonly clock: Clock
  /** Of the document, told to every page. */
  readonly epoch: string
  /** The newest page schema the server serves. */
  readonly schema: number
  readonly rules: Rules
  /** True while what a crash may have taken from the server can be brought back by whoever still has it. */
  readonly healing: () => boolean
  /** Told of every refusal and every write not taken, and of a fault that the room lives with. Must not throw. */
  readonly witness: (event: SyncError | Error) => void
  /** Told of each thing that was passed over or put off. Must not throw. */
  readonly notice: (notice: Notice) => void
  /**
   * Told once that the room can not go on: a bug left it half changed. It has hung up on everyone and takes nothing
   * more. To be let go when `ended` resolves, and opened anew from its log. Must not throw.
   */
  readonly failed: () => void
}

/** A write that a room took in and relayed, and its log did not store. */
export interface LostWrite extends Pick<Write, 'update' | 'author' | 'owners' | 'schema'> {
  readonly position: number
  /** True when no store takes it. */
  readonly unfit: boolean
}

const grace = 3000
const backlogPause = 500
/** Between two askings for what is missing, in ms: doubled by each answer that still lacks something. */
const askAgain = 2000
const longestAskAgain = 60_000
const presencePause = 50
/** How long presence waits for a change to travel with, in ms: a write to a socket costs the same for both. */
const company = 40
const step = 10
/** How many hear of each change at once; beyond that a busy room gathers for a tenth of a ms for each seat. */
const intimate = 16
const longestGathering = 8
/** So much in one flush was not typed by people who wait for one another. It is gathered for so many ms. */
const flood = 16
const longestFlood = 25
/** So many answers that lack the sender's own structs or deletions, and it is told that they cannot be stored. */
const maxFailures = 3
const youth = 60_000
/** Who brings more ids at once brings a document of others, and goes on under one of their own. */
const maxIdsOfWriter = 64
/** Clocks of its own that a client is asked to send once more. */
const maxAskedAgain = 65_536

/**
 * One document's log and everyone in it: the server's end. It relays without building a document: it knows
 * which updates it has and how they continue one another, not what they say.
 */
export class Room {
  readonly #parts: Parts
  readonly #known = new Known()
  readonly #grammar: Grammar
  readonly #presence: Presence
  readonly #owners: Owners
  readonly #uses = new ClientIdUses()
  /** Null where keys belong to nobody. */
  readonly #entries: Entries | null
  readonly #who = new Map<number, Who>()
  /** Client ids about whom the pages have not heard yet. */
  readonly #newcomers = new Set<number>()
  readonly #effort: IntegrationBudget
  /** Writes that are too long for one turn. */
  readonly #longWork: WorkQueue
  readonly #answers: Answers
  readonly #pokes: Pokes
  readonly #seats = new Map<Link, Seat>()
  readonly #outbox = new Outbox()
  readonly #tail: Tail
  readonly #content: TailContent
  readonly #folding: Folding
  readonly #opened: number
  readonly #saving: Saving
  #lastAppend: Promise<void> = Promise.resolve()
  /** The newest schema that ever wrote here. */
  #schema: number
  #damaged: boolean
  #checking = false
  #shown = Number.NEGATIVE_INFINITY
  /** Since when there is news of presence that nobody has been told. */
  #moved: number | null = null
  #showing = false
  #relayed = Number.NEGATIVE_INFINITY
  /** How much the last flush relayed. */
  #brought = 0
  /** Those who are to be told something of their own, most often that what they wrote is on disk. */
  readonly #owed = new Set<Seat>()
  /** What the log did not store, oldest first. */
  readonly #lost: LostWrite[] = []
  /** Client ids under which something was written that could never be stored. */
  readonly #unfit = new Set<number>()
  /** What the pages were last told. */
  #told: { readonly store: StoreState; readonly schema: number }
  #flushing = false
  #closed = false
  /** True while a write is being taken in: an exception then leaves the room half changed. */
  #changing = false
  #failed = false

  /**
   * Loads the log, and writes again what the room before this one lost. Rejects when the log cannot be read: an empty
   * room is never served in its place.
   */
  static async open(parts: Parts, lost: readonly LostWrite[] = []): Promise<Room> {
    const past = await parts.log.load()
    const room = new Room(parts, past)
    // the process that found these may not have lived to write the rest
    const unfit = (past.unfit ?? []).map((write) => ({
      ...write,
      owners: [],
      schema: 0,
      position: 0,
      unfit: true,
    }))
    const again = [...unfit, ...lost]
    for (const write of again) room.#mark(write)
    if (lost.some((write) => write.unfit && withoutContent(write.update) === null)) {
      room.#damaged = true
      parts.witness(new Error('not even the places of an update can be stored: the room takes no writes'))
    }
    try {
      if (!room.damaged) for (const write of again) room.#writeAgain(write)
    } catch (error) {
      room.close() // the next one finds what the log took
      throw error
    }
    return room
  }

  private constructor(parts: Parts, { base, runs, tail, owners, schema, damaged }: Past) {
    const { limits, roots, moreRoots, owned } = parts.rules
    const { log, shared, turns, clock, witness, notice } = parts
    this.#parts = parts
    this.#opened = clock.now()
    this.#schema = schema
    this.#damaged = damaged
    this.#told = { store: 'fine', schema }
    this.#grammar = {
      roots: rootNames(roots),
      moreRoots,
      depth: limits.depth,
      value: limits.attribute,
      clients: Math.floor(limits.memory / clientMemory),
    }
    this.#owners = new Owners(owned, owners)
    this.#entries = parts.rules.shared === undefined ? null : new Entries(parts.rules.shared)
    const ownerOf = (client: number): string => this.#owners.of(client) ?? ''
    if (base.position > 0) this.#entries?.learn(base.state, ownerOf)
    this.#presence = new Presence(limits, this.#owners, notice)
    this.#tail = new Tail(base, runs.at(-1)?.last)
    this.#content = new TailContent(this.#tail, this.#known)
    if (!this.#known.learnBase(base.places, base.deletes) || !same(this.#known.encodeVector(), base.vector))
      throw new Error('the stored base is damaged')
    // an older base does not say: few items take fewer bytes
    const effort = this.#known.effort ?? { steps: 0, items: Math.ceil(base.state.length / 8) }
    this.#effort = new IntegrationBudget(effort, () => this.content)
    this.#longWork = new WorkQueue(turns)
    let position = base.position
    for (const { last, update } of piecesOf({ base, runs, tail })) {
      const verdict = inspect(update, this.#known)
      if (verdict instanceof SyncError || verdict.type === 'gap') {
        this.#damaged = true // what comes after it may build on it: the room is what it was before
        break
      }
      if (verdict.type === 'new') {
        this.#known.learn(verdict)
        this.#effort.learn(verdict)
      }
      this.#entries?.learn(update, ownerOf)
      this.#tail.push(last, update)
      position = last
    }
    if (this.#damaged) witness(new Error(`the log is damaged after position ${position}`))
    this.#saving = new Saving(position, clock, () => this.#saved())
    this.#folding = new Folding(this.#tail, log, clock, (error) => witness(asError(error)))
    const isHere = (seat: Seat): boolean => this.#seats.get(seat.link) === seat
    this.#pokes = new Pokes(this.#presence, clock, isHere)
    this.#answers = new Answers({
      known: this.#known,
      tail: this.#tail,
      log,
      shared,
      clock,
      notice,
      isHere,
      missed: (seat) => [...this.#everyone(seat), message.encodePresence(this.#presence.all())],
      admitted: (seat) => {
        this.#owed.add(seat) // what it was not told while it was behind
        this.#schedule()
      },
      failed: (seat, reason) => {
        witness(asError(reason))
        this.#hangUp(seat, 'fault')
      },
    })
  }

  /** Takes a seat, says hello and asks for what the other end has. */
  join(link: Link, visitor: Visitor): void {
    if (this.#failed) return link.close('fault')
    const { page, identity } = visitor
    const seat = newSeat(link, visitor, this.#damaged ? 'view' : visitor.role, this.#schema)
    this.#seats.set(link, seat)
    const vector = page === null ? null : this.#vectorWithout(seat, page.client)
    link.send([
      ...(page === null ? [] : [message.encodeSide(this.#helloFor(seat))]),
      ...this.#everyone(seat),
      message.encodeHave(vector ?? this.#known.encodeVector()),
      ...(this.#presence.size === 0 ? [] : [message.encodePresence(this.#presence.all())]),
    ])
    if (page !== null) {
      if (!this.#owners.mayUse(page.client, identity)) this.#object(seat, 0, foreign(page.client))
      else if (this.#unfit.has(page.client)) this.#object(seat, 0, unfit)
      else if (this.#isInAnotherTab(page, link)) this.#object(seat, 0, secondTab)
      else if (this.#presence.claim(link, identity, page.client) !== null) this.#introduce(seat)
    }
    if (this.#storeState !== 'fine') {
      this.#owed.add(seat)
      this.#schedule()
    }
  }

  /** A frame from a link that has joined. Never throws: a bug that it meets costs the connection, or the room. */
  receive(link: Link, bytes: Uint8Array): void {
    const seat = this.#seats.get(link)
    if (seat === undefined) return
    if (seat.waiting !== null) return void seat.waiting.push(bytes)
    try {
      this.#receive(seat, bytes)
    } catch (error) {
      this.#survive(seat, error)
    }
  }

  /** A frame threw. */
  #survive(seat: Seat, error: unknown): void {
    if (this.#changing) return this.#fail(error)
    this.#effort.forget()
    this.#parts.witness(asError(error))
    this.#hangUp(seat, 'fault') // nothing of the frame was taken in, and nothing after it will be acknowledged
  }

  #receive(seat: Seat, bytes: Uint8Array): void {
    const { link } = seat
    const heard = message.decode(bytes)
    if (heard instanceof SyncError) return this.#refuse(seat, heard)
    const showing = seat.showing
    seat.showing = false
    switch (heard.type) {
      case 'have':
        seat.showing = seat.visitor.page === null && seat.place.state === 'greeting'
        if (!this.#answers.ask(seat, heard.vector))
          this.#refuse(seat, new SyncError('bad-bytes', 'state vector does not decode'))
        return
      case 'rest':
      case 'update':
        return this.#write(seat, heard.type, heard.update)
      case 'presence': {
        const shown = this.#presence.receive(link, seat.visitor.identity, heard.states, showing)
        if (shown instanceof SyncError) return this.#refuse(seat, shown)
        if (shown !== null) this.#introduce(seat)
        // a room that was just loaded cannot tell who comes back
        const young = this.#parts.clock.now() - this.#opened < youth
        if (shown === 'again' || (shown === 'first' && young)) this.#pokes.all(this.#seats)
        return this.#show()
      }
      case 'who':
        if (link.buffered <= highWater) link.send([message.encodePresence(this.#presence.all())])
        return
      case 'unknown':
        return this.#parts.notice('unknown-message')
      default:
        heard satisfies never
    }
  }

  /** The network took what was buffered for this link. */
  drained(link: Link): void {
    const seat = this.#seats.get(link)
    if (seat !== undefined) this.#answers.drained(seat)
  }

  /** The connection ended. `clean` when the other end said so (1000, 1001): its presence goes at once. */
  leave(link: Link, clean: boolean): void {
    const seat = this.#seats.get(link)
    if (seat === undefined) return
    this.#seats.delete(link)
    this.#owed.delete(seat)
    this.#uses.leave(link, this.#parts.clock.now())
    const client = this.#presence.disown(link)
    if (client === undefined) return
    const end = () => {
      if (!this.#presence.end(client)) return
      this.#who.delete(client)
      this.#show()
    }
    // a connection that broke is usually back at once: nobody should blink
    if (clean) end()
    else this.#parts.clock.after(grace, end)
  }

  /** The server's own write, judged like any other. Resolves when it is on disk; rejects an unfit update. */
  async write(update: Uint8Array, author: string): Promise<void> {
    if (this.#failed) throw new Error('this room is about to be read anew')
    if (this.#damaged) throw new Error('the log of this room is damaged')
    const verdict = inspect(update, this.#known, this.#grammar)
    if (verdict instanceof SyncError) throw new Error(verdict.detail)
    if (verdict.type === 'gap') throw new Error('the update continues something that the room lacks')
    if (verdict.type === 'new') {
      const excess = this.#effort.take(update, verdict, this.#known)
      if (excess !== null) throw new Error(excess.detail)
      try {
        this.#take(update, verdict, author, null, 0)
      } catch (error) {
        this.#effort.forget()
        if (this.#changing) this.#fail(error)
        throw error
      }
    }
    await this.#lastAppend
  }

  /** Somebody has another name now. */
  rename(identity: string, name: string): void {
    for (const [client, who] of this.#who) {
      if (who.identity !== identity || who.name === name) continue
      this.#who.set(client, { ...who, name })
      this.#newcomers.add(client)
    }
    this.#schedule()
  }

  /** Somebody may do more or less from now on. They hear it, and so do the others. */
  promote(link: Link, role: Role): void {
    const seat = this.#seats.get(link)
    if (seat === undefined) return
    const could = covers(seat.role, this.#writes)
    seat.role = this.#damaged ? 'view' : role
    const can = covers(seat.role, this.#writes)
    const client = this.#presence.clientOf(link)
    const who = client === undefined ? undefined : this.#who.get(client)
    if (client !== undefined && who !== undefined) {
      this.#who.set(client, { ...who, role: seat.role })
      this.#newcomers.add(client)
      if (can) this.#owners.bind(client, seat.visitor.identity)
    }
    if (seat.visitor.page !== null) link.send([message.encodeSide(this.#helloFor(seat))])
    else if (could && !can) {
      link.send([message.encodeDenied(denials.role)])
      seat.denied = true
    }
    if (can && !could) {
      seat.denied = false
      this.#ask(seat) // what it has and kept to itself until now
    }
    this.#schedule()
  }

  /** Hangs up on one. */
  expel(link: Link, refusal: Refusal): void {
    const seat = this.#seats.get(link)
    if (seat !== undefined) this.#hangUp(seat, refusal)
  }

  /** Whoever was known as `from` is `to` from now on, with everything that was theirs. */
  adopt(from: string, to: string, name: string): void {
    this.#owners.adopt(from, to)
    this.#entries?.adopt(from, to)
    for (const seat of this.#seats.values())
      if (seat.visitor.identity === from) seat.visitor = { ...seat.visitor, identity: to, name }
    for (const [client, who] of this.#who) {
      if (who.identity !== from) continue
      this.#who.set(client, { ...who, identity: to, name })
      this.#newcomers.add(client)
    }
    this.#schedule()
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
    await this.#longWork.settled()
    await this.#lastAppend
  }

  /**
   * For a room that nobody is in: notes whose ids were shown, and folds a long tail, so that it opens as fast as
   * its bytes. Never rejects.
   */
  async rest(): Promise<void> {
    const owners = this.#owners.takeUnwritten()
    if (owners.length > 0 && !this.#damaged)
      await this.#parts.log.bind(owners).catch((error: unknown) => this.#parts.witness(asError(error)))
    if (!this.#damaged) await this.#folding.rest()
  }

  /**
   * For a room that failed: resolves when all that its log took is on disk or never will be, and nothing of it is under
   * way; with what is to be written again.
   */
  async ended(): Promise<readonly LostWrite[]> {
    await this.#lastAppend.catch(() => {}) // it is among those that are lost, or the log was closed
    await this.#folding.settled()
    return this.#lost.toSorted((one, other) => one.position - other.position)
  }

  /** Ends the room's part in everything. For a room that is empty and settled, or at shutdown. */
  close(): void {
    this.#closed = true
    this.#longWork.stop()
    this.#folding.close()
  }

  /** How many are in it. */
  get seats(): number {
    return this.#seats.size
  }

  /** Position of the last update taken in. */
  get position(): number {
    return this.#saving.position
  }

  /** How many updates were taken in and are not on disk yet. */
  get unsaved(): number {
    return this.#saving.position - this.#saving.committed
  }

  /** Bytes of memory that it takes, about: of the document, and of what is known of it. */
  get memory(): number {
    const { places, deletes, cuts } = this.#tail.base
    const base = places.length + deletes.length + cuts.length
    return this.#tail.size + base + this.#known.memory + this.#effort.memory
  }

  /** True when the log holds something unreadable: the room is what it was before that, and takes no writes. */
  get damaged(): boolean {
    return this.#damaged
  }

  /** True when a bug left it half changed: it has nobody in it, takes nothing, and is to be opened anew. */
  get failed(): boolean {
    return this.#failed
  }

  /** True when everything taken in is on disk. */
  get durable(): boolean {
    return this.unsaved === 0 && this.#longWork.idle
  }

  /** Updates that together are the document as of `position`. */
  get content(): readonly Uint8Array[] {
    return this.#tail.after(0)
  }

  #write(seat: Seat, kind: 'rest' | 'update', bytes: Uint8Array): void {
    const count = ++seat.heard
    if (kind === 'rest' && seat.asked > 0) seat.asked--
    if (seat.refused) return
    const write = { seat, kind, count, bytes }
    if (bytes.length > largestAtOnce) return this.#writeInTurns(write)
    const judged = this.#judge(write, bytes)
    const news = newsOf(judged)
    if (news === null || this.#effort.isQuick(news)) this.#conclude(write, judged)
    else this.#writeInTurns(write)
  }

  /** Reads nothing more from a seat until a write of it is judged in as many turns as it takes. */
  #writeInTurns(write: WriteFrame): void {
    const { seat } = write
    const goOn = seat.link.pause()
    seat.waiting = []
    this.#longWork.add(this.#concludeInTurns(write, goOn))
  }

  *#concludeInTurns(write: WriteFrame, goOn: () => void): Steps {
    const { seat } = write
    try {
      let tries = 0
      while (!(yield* this.#tryInTurns(write)))
        if (++tries === maxTries)
          throw new Error('others wrote the same again and again while a write was judged')
    } catch (error) {
      this.#survive(seat, error)
    }
    const frames = seat.waiting ?? []
    seat.waiting = null
    goOn()
    for (const frame of frames) this.receive(seat.link, frame)
  }

  /** False when what others wrote meanwhile is in the way. Nothing has happened then. */
  *#tryInTurns(write: WriteFrame): Steps<boolean> {
    const { seat, bytes } = write
    const judged = yield* this.#judgeInTurns(write, bytes)
    const news = newsOf(judged)
    if (news === null) {
      this.#conclude(write, judged)
      return true
    }
    const sound = judged.part ?? judged
    const { roots } = this.#known
    const before = roots.length
    const counts = this.#objectionTo(seat, sound.update, news) === null
    const excess = counts ? yield* this.#effort.takeInTurns(sound.update, news, sound.order) : null
    const isNew = news.structs.every(({ client, from }) => this.#known.clock(client) === from)
    if (isNew && (news.roots.length === 0 || roots.length === before)) {
      if (excess !== null) this.#object(seat, write.count, excess)
      else this.#conclude(write, judged, counts)
      return true
    }
    this.#effort.forget()
    return false
  }

  /** What a write comes to, as it was judged. `counted`: its steps of integration are counted already. */
  #conclude(write: WriteFrame, judged: Judged, counted = false): void {
    const { seat, kind, count, bytes } = write
    const { verdict, update, repeats } = judged
    if (verdict instanceof SyncError) return this.#object(seat, count, verdict)
    if (repeats && this.#contradicts(seat, bytes)) return this.#object(seat, count, contradiction)
    let holds = true
    switch (verdict.type) {
      case 'gap': {
        this.#parts.notice('gap')
        const kept = judged.part
        if (kept?.verdict instanceof SyncError) return this.#object(seat, count, kept.verdict)
        if (kept?.verdict.type === 'new' && !this.#accept(seat, count, kept.update, kept.verdict, counted))
          return
        this.#note(seat, count, verdict)
        holds = false
        break
      }
      case 'old':
        break
      case 'new':
        if (!this.#accept(seat, count, update, verdict, counted)) return
        break
      default:
        verdict satisfies never
    }
    if (seat.gap?.isClosed(this.#known) === true) seat.gap = null
    if (seat.gap !== null || !holds) this.#repair(seat, kind)
    else if (kind === 'rest') seat.repairs = 0
    this.#acknowledge(seat, count)
  }

  /** Once what the room has now is on disk, so are the write frames up to this one. */
  #acknowledge(seat: Seat, count: number): void {
    if (seat.gap !== null || seat.refused || seat.visitor.page === null) return
    // everything queued when the frame came, not just its bytes: they may already be queued for somebody else
    seat.unsaved.push({ count, position: this.position })
    this.#owed.add(seat)
    if (this.unsaved === 0) this.#schedule()
  }

  /** What one seat may bring: how many new client ids, and which not. */
  #boundsOf(seat: Seat): readonly [newClients: number | undefined, barred: (client: number) => boolean] {
    // an empty room takes everything from its first writer: so documents come from other servers
    const most = this.position === 0 ? undefined : this.#parts.rules.limits.newClients - seat.brought
    // what a crash took, its owner brings if they are here, and others only if they are not
    const { identity } = seat.visitor
    const barred = (client: number): boolean =>
      !this.#owners.mayUse(client, identity) && this.#presence.isOwned(client) && this.#parts.healing()
    return [most, barred]
  }

  /** Judges an update, and trims what repeats a part of a struct. Of an answer with a gap, what lacks nothing is judged too. */
  #judge({ seat, kind }: Pick<WriteFrame, 'seat' | 'kind'>, update: Uint8Array): Judged {
    const [most, barred] = this.#boundsOf(seat)
    const judged = inspect(update, this.#known, this.#grammar, most, barred)
    if (judged instanceof SyncError) return { verdict: judged, update, repeats: false, part: null, order: [] }
    const { repeats } = judged
    if (judged.type !== 'new' || !judged.overlaps) {
      const kept = kind === 'rest' && judged.type === 'gap' ? judged.part() : null
      const part = kept === null ? null : this.#judge({ seat, kind: 'update' }, kept)
      return { verdict: judged, update, repeats, part, order: [] }
    }
    const rest = trim(update, this.#known.encodeVector())
    const verdict = inspect(rest, this.#known, this.#grammar, most, barred)
    return { verdict, update: rest, repeats, part: null, order: [] }
  }

  /** The same in several turns. An update that overlaps is not trimmed, but asked for: trimming takes long. */
  *#judgeInTurns({ seat, kind }: Pick<WriteFrame, 'seat' | 'kind'>, update: Uint8Array): Steps<Judged> {
    const [most, barred] = this.#boundsOf(seat)
    const order: Segment[] = []
    const inspection = new Inspection(update, this.#known, this.#grammar, most, barred, gather(order))
    const judged = yield* inspecting(inspection)
    if (judged instanceof SyncError) return { verdict: judged, update, repeats: false, part: null, order }
    const { repeats } = judged
    if (judged.type === 'new' && judged.overlaps) {
      const claims: Extract<Verdict, { type: 'gap' }>['claims'] = (structs) => {
        for (const { client, to } of judged.structs) structs(client, to)
      }
      const verdict = { type: 'gap', repeats, part: () => null, claims } as const
      return { verdict, update, repeats, part: null, order }
    }
    const kept = kind === 'rest' && judged.type === 'gap' ? judged.part() : null
    const part = kept === null ? null : yield* this.#judgeInTurns({ seat, kind: 'update' }, kept)
    return { verdict: judged, update, repeats, part, order }
  }

  /**
   * True when an update says something else than the room at a clock that both hold. Two connections that write under
   * one id are most often one person's: a duplicated tab, a copied profile.
   */
  #contradicts({ link }: Seat, update: Uint8Array): boolean {
    const now = this.#parts.clock.now()
    return !this.#content.agrees(update, (client) => this.#uses.isShared(client, link, now))
  }

  /** This connection writes under these ids. */
  #noteUses(seat: Seat, structs: News['structs']): void {
    const [first] = structs
    if (first === undefined || structs.length > maxIdsOfWriter) return
    if (structs.length === 1 && first.client === seat.writesAs) return
    seat.writesAs = first.client
    const now = this.#parts.clock.now()
    for (const { client, from } of structs) this.#uses.use(seat.link, tabOf(seat), client, from, now)
  }

  /** True when a page that is connected and is another tab has this page's client id. */
  #isInAnotherTab({ client, tab }: Page, link: Link): boolean {
    if (tab === undefined) return false
    for (const other of this.#uses.liveOf(client)) {
      const page = other === link ? null : (this.#seats.get(other)?.visitor.page ?? null)
      if (page !== null && page.client === client && page.tab !== undefined && page.tab !== tab) return true
    }
    return false
  }

  /**
   * A state vector that asks again for what another tab may have written under this seat's id, so that it can be
   * compared: what is known a client leaves out of its answer. Null when there is nothing to ask for.
   */
  #vectorWithout(seat: Seat, client: number): Uint8Array | null {
    const from = this.#uses.sharedFrom(client, seat.link, tabOf(seat), this.#parts.clock.now())
    const known = this.#known.clock(client)
    const least = Math.max(from ?? known, this.#tail.clocks.get(client) ?? 0, known - maxAskedAgain)
    return least < known ? this.#known.encodeVector(new Map([[client, least]])) : null
  }

  /** Why this seat may not bring a sound update, or null. */
  #objectionTo({ visitor, outdated, role }: Seat, update: Uint8Array, news: News): SyncError | null {
    const { limits } = this.#parts.rules
    const refuse = (objection: Objection, detail: string) => new SyncError('bad-bytes', detail, objection)
    if (!covers(role, this.#writes)) return refuse('role', `a write with the role ${role}`)
    if (!covers(role, 'own') && this.#entries?.touches(update, visitor.identity) === true)
      return refuse('role', 'a change of what is somebody else’s')
    if (outdated) return refuse('schema', 'a write from a page that is older than the document')
    if (news.structs.length === 0) return null
    if (this.#tail.size + update.length > limits.document)
      return refuse('full', 'the document has reached its limit')
    let memory = this.#tail.size + update.length + this.#known.memory + this.#effort.memory
    for (const { from } of news.structs) if (from === 0) memory += clientMemory
    if (memory > limits.memory) return refuse('full', 'the room has reached its limit of memory')
    return null
  }

  /**
   * Takes a sound update if this seat may bring it. False when it was refused. `counted`: its steps of integration are
   * counted already.
   */
  #accept(seat: Seat, count: number, update: Uint8Array, news: News, counted: boolean): boolean {
    const objection = this.#objectionTo(seat, update, news)
    const author = objection ?? this.#authorOf(seat, news)
    if (author instanceof SyncError) {
      if (counted) this.#effort.forget()
      this.#object(seat, count, author)
      return false
    }
    const excess = counted ? null : this.#effort.take(update, news, this.#known)
    if (excess !== null) {
      this.#object(seat, count, excess)
      return false
    }
    this.#noteUses(seat, news.structs)
    this.#take(update, news, author, seat, seat.visitor.page?.schema ?? 0)
    return true
  }

  /** Whom the log names as the author; an error when these are changes that somebody else has to bring. */
  #authorOf({ visitor: { identity } }: Seat, { structs }: News): string | SyncError {
    const heals = this.#parts.healing()
    const foreigners: string[] = []
    for (const { client } of structs) {
      if (this.#owners.mayUse(client, identity)) continue
      if (!heals) return foreign(client)
      foreigners.push(this.#owners.of(client) ?? '')
    }
    if (foreigners.length > 0) this.#parts.notice('healed')
    const [owner] = foreigners
    return owner !== undefined && structs.length === 1 ? owner : identity
  }

  /**
   * Takes an update in: into the log, then into all that follows the log. What can fail for what it says comes first.
   * When anything fails after that, `#changing` stays true: the room may know what its log lacks, or the reverse, and
   * must go.
   */
  #take(update: Uint8Array, news: News, author: string, from: Seat | null, by: number): void {
    // what came is a view of a much larger read buffer; relay and log share the copy
    const frame = message.encodeUpdate(update)
    const own = frame.subarray(frame.length - update.length)
    const entries = this.#entries?.read(own, () => author)
    this.#changing = true
    if (from !== null) this.#credit(from, news)
    const count = from?.heard ?? 0
    const owners = this.#owners.takeUnwritten()
    const write = { update: own, author, owners, schema: this.#raise(by) }
    this.#lastAppend = this.#parts.log.append(write)
    const position = this.#saving.take()
    this.#lastAppend.then(
      () => this.#saving.saved(position),
      (reason: unknown) => {
        // a closing log rejects too: nothing was promised, and whoever awaits `settled` is told
        if (!(reason instanceof AppendError)) return
        this.#lost.push({ ...write, position, unfit: reason.unfit })
        if (reason.unfit && from !== null) this.#object(from, count, unfit)
        this.#fail(reason)
      },
    )
    this.#known.learn(news)
    if (entries !== undefined) this.#entries?.keep(entries)
    this.#tail.push(position, own)
    this.#outbox.push(frame, from?.link ?? null)
    this.#changing = false
    this.#schedule()
    this.#folding.wrote()
  }

  /** Notes whose writes could never be stored: they are told when they come back. */
  #mark({ update, unfit }: LostWrite): void {
    if (unfit) for (const client of readClocks(update).keys()) this.#unfit.add(client)
  }

  /**
   * Takes in what the room before this one relayed and its log did not store. Of what can never be stored only the places
   * are taken: so what others wrote next to it stays whole, and every copy of the content is deleted.
   */
  #writeAgain({ update: lost, author, owners, schema, unfit }: LostWrite): void {
    const update = unfit ? withoutContent(lost) : lost
    const verdict = update === null ? null : inspect(update, this.#known)
    // else it is there, or somebody else wrote here meanwhile: whoever still has it brings it again
    if (update === null || verdict === null || verdict instanceof SyncError || verdict.type !== 'new') return
    for (const { client, identity } of owners) this.#owners.bind(client, identity)
    this.#effort.learn(verdict)
    this.#take(update, verdict, author, null, schema)
  }

  /** Client ids in what a seat brings may be its own from now on; those that nobody had seen are counted. */
  #credit(seat: Seat, { structs }: News): void {
    const { visitor, link } = seat
    const imports = this.position === 0
    const heals = this.#parts.healing()
    for (const { client, from } of structs) {
      // what came from elsewhere, or is brought back, belongs to whoever shows that id or goes on writing under it
      const own = this.#presence.clientOf(link) === client
      if (own || !(imports || heals)) this.#owners.bind(client, visitor.identity)
      if (!imports && from === 0) seat.brought++
    }
  }

  /** A page of this schema writes. Returns it when it is the newest that ever did; older pages then hear of it. */
  #raise(schema: number): number {
    const newest = Math.min(schema, this.#parts.schema) // nobody is newer than the server that serves the page
    if (newest <= this.#schema) return 0
    this.#schema = newest
    return newest
  }

  /** The connection has an id now: pages are told whose it is, and nobody else may use it. */
  #introduce(seat: Seat): void {
    const client = this.#presence.clientOf(seat.link)
    if (client === undefined) return
    const { identity, name, verified, page } = seat.visitor
    if (page === null && this.#unfit.has(client)) this.#object(seat, 0, unfit)
    if (page === null) this.#askForOwnText(seat, client) // a page was asked when it came
    this.#uses.use(seat.link, tabOf(seat), client, this.#known.clock(client), this.#parts.clock.now())
    this.#who.set(client, { client, identity, name, role: seat.role, verified })
    this.#newcomers.add(client)
    this.#schedule()
    if (covers(seat.role, this.#writes)) this.#owners.bind(client, identity)
  }

  #askForOwnText(seat: Seat, client: number): void {
    const vector = this.#vectorWithout(seat, client)
    if (vector === null) return
    seat.asked++
    seat.askedAt = this.#parts.clock.now()
    seat.link.send([message.encodeHave(vector)])
  }

  /** For a page: who is in the room. */
  #everyone({ visitor }: Seat): Uint8Array[] {
    if (visitor.page === null) return []
    return [message.encodeSide({ type: 'people', people: [...this.#who.values()] })]
  }

  #helloFor(seat: Seat): Side {
    const { epoch } = this.#parts
    return { type: 'hello', version: message.sideVersion, role: seat.role, epoch, schema: this.#schema }
  }

  /**
   * A write was not taken whole. What it lacks of other people's structs is theirs to bring; its sender is told "saved"
   * only when its own, and its deletions, are known.
   */
  #note(seat: Seat, count: number, { claims }: Extract<Verdict, { type: 'gap' }>): void {
    const gap = seat.gap ?? new Gap(count)
    claims(
      (client, to) => {
        if (this.#isOwn(seat, client)) gap.lacks(client, to)
      },
      (client, from, to) => gap.lacksDeletion(client, from, to),
    )
    seat.gap = gap
  }

  /** True when structs under this client id are the seat's to bring: it shows it, or owned it before, or nobody does. */
  #isOwn({ link, visitor: { identity, page } }: Seat, client: number): boolean {
    if (page?.client === client || this.#presence.clientOf(link) === client) return true
    const owner = this.#owners.of(client)
    return owner === null ? !this.#presence.isOwned(client) : owner === identity
  }

  /** Something that a seat sent builds on what is not known: it is asked for all that it has, at growing intervals. */
  #repair(seat: Seat, kind: 'rest' | 'update'): void {
    const { gap } = seat
    // after a crash others may still bring what was lost
    const vain = kind === 'rest' && gap !== null && gap.failures < maxFailures && !this.#parts.healing()
    if (vain && ++gap.failures === maxFailures) this.#object(seat, gap.count, lacking)
    if (seat.asked > 0 || seat.repairing || seat.refused) return // the answer that is under way has it
    const wait =
      kind === 'update' && seat.repairs === 0
        ? seat.askedAt + askAgain - this.#parts.clock.now()
        : Math.min(askAgain * 2 ** seat.repairs++, longestAskAgain)
    if (wait <= 0) return this.#ask(seat)
    seat.repairing = true
    this.#parts.clock.after(wait, () => {
      seat.repairing = false
      if (seat.gap?.isClosed(this.#known) === true) {
        seat.gap = null // others have brought what was missing
        this.#acknowledge(seat, seat.heard)
      } else this.#ask(seat)
    })
  }

  #ask(seat: Seat): void {
    if (this.#seats.get(seat.link) !== seat || seat.asked > 0) return
    seat.asked++
    seat.askedAt = this.#parts.clock.now()
    seat.link.send([message.encodeHave(this.#known.encodeVector())])
  }

  /** The role that writing here takes. */
  get #writes(): Role {
    return this.#parts.rules.writes ?? 'edit'
  }

  get #storeState(): StoreState {
    if (this.#damaged) return 'damaged'
    if (this.#parts.log.backlog > this.#parts.rules.limits.backlog) return 'read-only'
    return this.#saving.late ? 'late' : 'fine'
  }

  /** The store may be busy with other rooms' writes: only asking again tells when that is over. */
  #checkBacklog(): void {
    if (this.#checking || this.#closed) return
    this.#checking = true
    this.#parts.clock.after(backlogPause, () => {
      this.#checking = false
      this.#schedule()
    })
  }

  /** More is on disk, or the store is late, or no longer. */
  #saved(): void {
    if (this.#owed.size > 0 || this.#saving.late || this.#told.store !== 'fine') this.#schedule()
  }

  /**
   * A quiet room tells everybody at the end of the turn. A busy one with many in it gathers for a few ms: what a
   * relay costs is the write to each socket, whatever is in it (measured: a fifth with five changes in each).
   */
  #schedule(): void {
    if (this.#flushing || this.#closed) return
    this.#flushing = true
    const { clock } = this.#parts
    const flush = (): void => {
      this.#flushing = false
      if (this.#closed) return
      try {
        this.#flush()
      } catch (error) {
        this.#fail(error) // some were told and others not
      }
    }
    const many = this.#seats.size > intimate
    const typed = Math.min(this.#seats.size / 10, longestGathering)
    const wait = this.#relayed + (this.#brought >= flood ? longestFlood : typed) - clock.now()
    if (many && wait > 0) clock.after(wait, flush)
    else clock.soon(flush)
  }

  /** One write to each seat, the same bytes for all but the authors and those with something to acknowledge. */
  #flush(): void {
    const store = this.#storeState
    if (store === 'read-only') this.#checkBacklog()
    const people = this.#takeNewcomers()
    const presence = this.#takePresence()
    const mail = this.#outbox.take()
    const told = this.#told
    this.#told = { store, schema: this.#schema }
    const news = people.length > 0 || told.store !== store || told.schema !== this.#schema
    if (mail.size > 0) {
      this.#relayed = this.#parts.clock.now()
      this.#brought = mail.size
    }
    for (const seat of mail.size === 0 && !news ? this.#owed : this.#seats.values()) {
      const { link, place } = seat
      if (place.state === 'behind') continue
      const slow = link.buffered > highWater
      if (slow && place.state !== 'live') continue
      const changes = place.state === 'live' ? mail.for(link) : presence
      const sides = seat.visitor.page === null ? none : this.#sidesFor(seat, store)
      const frames =
        seat.visitor.page === null || people.length + sides.length === 0
          ? changes
          : [...people, ...changes, ...sides]
      if (frames.length > 0) link.send(frames)
      if (seat.unsaved.length === 0) this.#owed.delete(seat)
      // with this flush it has all that we know
      if (slow) seat.place = { state: 'behind', vector: this.#known.encodeVector(), position: this.position }
    }
  }

  /** Whoever came or changed their name, for the pages: before what they show of themselves. */
  #takeNewcomers(): Uint8Array[] {
    if (this.#newcomers.size === 0) return []
    const people = [...this.#newcomers].flatMap((client) => this.#who.get(client) ?? [])
    this.#newcomers.clear()
    return people.length === 0 ? [] : [message.encodeSide({ type: 'people', people })]
  }

  /** News of presence travels with the next change, or by itself after it has waited for one. */
  #show(): void {
    if (this.#closed || !this.#presence.news) return
    const { clock } = this.#parts
    const now = clock.now()
    this.#moved ??= now
    if (this.#showing || this.#flushing) return // the flush takes it along, or asks again
    this.#showing = true
    // in steps: Node keeps a list for each length of wait
    clock.after(Math.ceil(Math.max(this.#dueAt(true) - now, 0) / step) * step, () => {
      this.#showing = false
      if (this.#presence.news) this.#schedule()
    })
  }

  /** When news of presence may leave: by itself only after it has waited. */
  #dueAt(alone: boolean): number {
    const waited = alone && this.#moved !== null ? this.#moved + company : 0
    return Math.max(this.#shown + presencePause, waited)
  }

  /** Puts into the outbox the latest of everyone who moved, at most twenty times a second: each stock client sends every one back. */
  #takePresence(): readonly Uint8Array[] {
    if (!this.#presence.news) return none
    const now = this.#parts.clock.now()
    if (now < this.#dueAt(!this.#outbox.full)) {
      this.#show()
      return none
    }
    this.#shown = now
    this.#moved = null
    const { mover } = this.#presence
    const frame = message.encodePresence(this.#presence.takeNews())
    this.#outbox.push(frame, mover)
    return [frame]
  }

  #sidesFor(seat: Seat, store: StoreState): readonly Uint8Array[] {
    const owed = (seat.unsaved[0]?.position ?? Number.POSITIVE_INFINITY) <= this.#saving.committed
    if (!owed && seat.store === store && seat.schema === this.#schema) return none
    const sides: Side[] = []
    let count = 0
    while (seat.unsaved[0] !== undefined && seat.unsaved[0].position <= this.#saving.committed) {
      count = seat.unsaved.shift()?.count ?? count
    }
    if (count > 0) sides.push({ type: 'saved', count })
    if (seat.store !== store) {
      seat.store = store
      sides.push({ type: 'store', state: store })
    }
    if (seat.schema !== this.#schema) {
      seat.schema = this.#schema
      if ((seat.visitor.page?.schema ?? 0) < this.#schema) sides.push(this.#helloFor(seat))
    }
    return sides.map(message.encodeSide)
  }

  /** A write is not taken. A page is told which one and why, and writes no more; a stock client learns what it can. */
  #object(seat: Seat, count: number, error: SyncError): void {
    this.#parts.witness(error)
    const objection = error.objection ?? 'damaged'
    const final = objection === 'damaged'
    if (seat.visitor.page !== null) {
      if (!seat.refused) seat.link.send([message.encodeSide({ type: 'refused', count, objection })])
      seat.refused = true
      if (final) this.#hangUp(seat, error.refusal)
    } else if (final || objection === 'identity') this.#hangUp(seat, error.refusal)
    else if (!seat.denied) {
      seat.denied = true
      seat.link.send([message.encodeDenied(denials[objection])])
    }
  }

  #refuse(seat: Seat, error: SyncError): void {
    this.#parts.witness(error)
    this.#hangUp(seat, error.refusal)
  }

  /** A bug left the room half changed: nobody is told anything any more, and everybody comes back to it read anew. */
  #fail(reason: unknown): void {
    if (this.#closed) return
    this.close()
    this.#failed = true
    const links = [...this.#seats.keys()]
    this.#seats.clear()
    this.#owed.clear()
    this.#parts.witness(asError(reason))
    for (const link of links) link.close('fault')
    this.#parts.failed()
  }

  #hangUp(seat: Seat, refusal: Refusal): void {
    this.leave(seat.link, true)
    seat.link.close(refusal)
  }
}

const none: readonly Uint8Array[] = []

/** A larger write is judged in several turns: 20 MiB take a second, and a turn should take some ms. */
const largestAtOnce = 2 * bytesAtOnce
/** Others may write what a write holds while it is judged. */
const maxTries = 3

/** A write frame: the `count`th of its seat. */
interface WriteFrame {
  readonly seat: Seat
  readonly kind: 'rest' | 'update'
  readonly count: number
  readonly bytes: Uint8Array
}

/** What an update brings, or the part of it that lacks nothing; null when that is nothing. */
const newsOf = ({ verdict, part }: Judged): News | null => {
  const sound = part?.verdict ?? verdict
  return !(sound instanceof SyncError) && sound.type === 'new' ? sound : null
}

/** What became of an update when it was judged. */
interface Judged {
  readonly verdict: Verdict
  /** Without what was trimmed. */
  readonly update: Uint8Array
  /** Before that, it held what is known. */
  readonly repeats: boolean
  /** Of an answer with a gap: what lacks nothing. */
  readonly part: Judged | null
  /** Set when it was judged in several turns. */
  readonly order: readonly Segment[]
}

/** What a stock client prints to its console. */
const denials = {
  role: 'You may not edit this.',
  full: 'The document is full.',
  schema: 'A newer version of this page is needed to edit.',
  unstored: 'Something that you wrote could not be stored.',
} as const

const foreign = (client: number): SyncError =>
  new SyncError('bad-bytes', `client id ${client} belongs to somebody else`, 'identity')

const secondTab = new SyncError('bad-bytes', 'a client id that another tab has', 'identity')

const tabOf = ({ visitor }: Seat): string | null => visitor.page?.tab ?? null

const contradiction = new SyncError('bad-bytes', 'another text at clocks that are known', 'identity')

const unfit = new SyncError('fault', 'an update that no store takes', 'unstored')

const lacking = new SyncError(
  'bad-bytes',
  'changes that continue what three answers did not bring',
  'unstored',
)

const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)))
