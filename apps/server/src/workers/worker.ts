import type { ChildProcess } from 'node:child_process'
import type { Socket as Wire } from 'node:net'
import type { Documents, Search, Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Refusal } from '@quire/sync/error'
import type { Logger } from 'pino'
import type { Commits } from '../commits.ts'
import type { Arrival, Handshakes } from '../handshakes.ts'
import type { Counted } from '../metrics.ts'
import type { Gone, Newcomer } from '../seating.ts'
import type { Change } from '../standings.ts'
import { Channel } from './channel.ts'
import { Desk } from './desk.ts'
import type { Beginning, FromWorker, OfServer, OfWorker, ToWorker } from './message.ts'

/** What a worker is run with. */
export interface Parts {
  readonly store: Pick<Store, 'log' | 'backlog'>
  readonly documents: Pick<Documents, 'read' | 'note'>
  readonly search: Pick<Search, 'index' | 'indexed'>
  readonly commits: Commits
  readonly handshakes: Handshakes
  readonly clock: Clock
  readonly log: Logger
  /** True when this address may make one more room. */
  readonly mayMake: (address: string) => boolean | Promise<boolean>
  /** Starts a process. */
  readonly fork: () => ChildProcess
  /** What the process is told first; `again` when one that could take people has died before it. */
  readonly beginning: (again: boolean) => Beginning
  /** The most connections that a process may have. */
  readonly most: number
  /** Told when there is more or less on its way to the disk. */
  readonly changed: () => void
  /** Told of each process that ended and should not have. */
  readonly died: () => void
}

/** Somebody who waits for the process to take them. */
interface Waiting {
  newcomer: Newcomer
  readonly arrival: Arrival
  readonly gone: Gone
  readonly callOff: () => void
  /** Why everybody was sent out while they waited. */
  dismissed: Refusal | null
}

/** A process, from its start to its end. */
interface Run {
  readonly child: ChildProcess
  readonly channel: Channel<ToWorker, FromWorker, OfServer, OfWorker>
  readonly desk: Desk
  /** What is to be called at the end of each connection that it was given. */
  readonly seats: Map<number, Gone>
  readonly since: number
  readonly begun: Promise<void>
  readonly ended: Promise<void>
  ready: boolean
  overloaded: boolean
  /** What it was last told of the backlog of others. */
  elsewhere: number
  /** The newcomer that it has not taken yet, and how to stop waiting for that. */
  handing: { seat: number; callOff: () => void } | null
}

/** How long somebody may wait for the process, and it for one that it does not take. */
const patience = 15_000
/** A process that lived shorter is not started again at once. */
const shortLife = 10_000
const pause = 1000
/** Beyond the patience of its shard, before it is killed. */
const lastWait = 6000
/** Each process is asked this often whether it is alive. */
const pingIntervalMs = 1000
/** A process that left a ping unanswered for this many intervals is killed. */
const maxMissedPings = 15
/** After this long a question that was not answered rejects. */
const questionTimeoutMs = 5000
/** How many processes may fail to start, before the first that does, until the server gives up. */
const maxFailedStarts = 3

/**
 * One share of the rooms, in a process of its own. When that dies, its connections end, and the next process takes
 * its place: what it had not stored yet was never called saved.
 */
export class Worker {
  readonly #parts: Parts
  readonly #waiting: Waiting[] = []
  #run: Run | null = null
  #closing = false
  readonly #started = Promise.withResolvers<void>()
  #hasStarted = false
  #failedStarts = 0
  #seat = 0
  #counted: Counted | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Starts the process. Resolves when it can take people; rejects when three in a row ended before they could. */
  async start(): Promise<void> {
    this.#start()
    await this.#started.promise
  }

  /** How many connections it has, and how many wait for it. */
  get people(): number {
    return (this.#run?.seats.size ?? 0) + this.#waiting.length
  }

  /** True while it has more to do than it can. */
  get overloaded(): boolean {
    return this.#run?.overloaded ?? false
  }

  /** True when the room is open there. */
  isOpen(room: string): boolean {
    return this.#run?.desk.has(room) ?? false
  }

  /** Hands the connection over: everything that came on it, and all that will. */
  seat(newcomer: Newcomer, arrival: Arrival, gone: Gone): void {
    const { handshakes, clock, most } = this.#parts
    const { wire } = arrival
    if (this.#closing || this.people >= most) {
      handshakes.refuse(wire, this.#closing ? 'draining' : 'overload')
      return gone(null)
    }
    const callOff = clock.after(patience, () => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
      handshakes.refuse(wire, 'unreadable')
      gone(null)
    })
    const waiting: Waiting = { newcomer, arrival, gone, callOff, dismissed: null }
    this.#waiting.push(waiting)
    this.#next()
  }

  /** As of a shard. What is said of those who wait goes with them. */
  assign(ticket: number, change: Change): void {
    for (const waiting of this.#waiting) {
      const { newcomer } = waiting
      if (newcomer.ticket !== ticket) continue
      if ('refusal' in change) waiting.dismissed = change.refusal
      else waiting.newcomer = { ...newcomer, visitor: { ...newcomer.visitor, role: change.role } }
    }
    this.#tell({ tell: 'assign', ticket, change })
  }

  /** As of a shard. */
  adopt(from: string, to: string, name: string): void {
    this.#tell({ tell: 'adopt', from, to, name })
  }

  dismiss(room: string, refusal: Refusal): void {
    for (const waiting of this.#waiting) if (waiting.newcomer.room === room) waiting.dismissed = refusal
    this.#tell({ tell: 'dismiss', room, refusal })
  }

  rename(identity: string, name: string): void {
    this.#tell({ tell: 'rename', identity, name })
  }

  /** Tells how much of others waits for the disk, if that has changed by more than `step` bytes. */
  tellBacklog(step: number): void {
    const run = this.#run
    if (run?.ready !== true) return
    const bytes = run.desk.elsewhere
    if (Math.abs(bytes - run.elsewhere) <= step) return
    run.elsewhere = bytes
    run.channel.tell({ tell: 'elsewhere', bytes })
  }

  /** Rejects when there is no process, or none that answers within five seconds. */
  async ask<K extends 'current' | 'rename' | 'reindex'>(
    name: K,
    ...args: Parameters<OfWorker[K]>
  ): Promise<ReturnType<OfWorker[K]>> {
    if (this.#run === null || this.#closing) throw new Error('The worker is not there.')
    const { channel, begun } = this.#run
    const tooLate = Promise.withResolvers<never>()
    const cancel = this.#parts.clock.after(questionTimeoutMs, () =>
      tooLate.reject(new Error(`The worker did not answer '${name}' in time.`)),
    )
    try {
      return await Promise.race([begun.then(() => channel.ask(name, ...args)), tooLate.promise])
    } finally {
      cancel()
    }
  }

  /** What it has counted, as far as it is known; null when nothing is. */
  async counted(): Promise<Counted | null> {
    const run = this.#run
    if (run?.ready !== true) return null
    const late = new Promise<null>((resolve) => void this.#parts.clock.after(1000, () => resolve(null)))
    const counted = await Promise.race([run.channel.ask('counted').catch(() => null), late])
    if (this.#run !== run) return null
    return (this.#counted = counted ?? this.#counted)
  }

  /**
   * As of a shard. The process has ended then. Rejects when it ended, or had to be killed, before it could say that
   * it has handed over all that its connections brought.
   */
  async close(patient: number, people: number): Promise<boolean> {
    const { handshakes, clock } = this.#parts
    this.#closing = true
    for (const { arrival, gone, callOff } of this.#waiting.splice(0)) {
      callOff()
      handshakes.refuse(arrival.wire, 'draining')
      gone(null)
    }
    const run = this.#run
    if (run === null) return true
    const { child, channel, begun, ended } = run
    const kill = clock.after(patient + lastWait, () => child.kill('SIGKILL'))
    const mayHold = run.seats.size > 0 || run.desk.rooms > 0
    const stored = await begun.then(() => channel.ask('close', patient, people)).catch(() => null)
    channel.tell({ tell: 'end' })
    const hurry = clock.after(1000, () => child.kill('SIGKILL'))
    await ended
    hurry()
    kill()
    if (stored === null && mayHold)
      throw new Error('A worker ended before it had handed over all its changes.')
    return stored ?? true
  }

  #tell(told: ToWorker): void {
    if (this.#run?.ready === true) this.#run.channel.tell(told)
  }

  #start(): void {
    const { store, documents, search, commits, clock, log, mayMake, fork, beginning, changed } = this.#parts
    const child = fork()
    const tell = (told: ToWorker): void => channel.tell(told)
    const desk = new Desk({ store, commits, tell, changed })
    const channel: Run['channel'] = new Channel<ToWorker, FromWorker, OfServer, OfWorker>({
      send: (message, wire?: Wire) => void child.send(message, wire, {}, () => {}), // one that is gone says so itself
      hear: (told: FromWorker) => this.#hear(run, told),
      answers: {
        ...desk.answers,
        document: (id) => documents.read(id),
        note: (id, position, title) => documents.note(id, position, title),
        index: (id, position, title, body) => search.index(id, position, title, body),
        indexed: (id) => search.indexed(id),
        mayMake: async (address) => mayMake(address),
      },
      first: () => desk.flush(),
    })
    child.on('message', (message) => channel.receive(message, null))
    const ended = new Promise<void>((resolve) => {
      child.once('close', (code, signal) => {
        log[this.#closing ? 'debug' : 'error']({ pid: child.pid, code, signal }, 'a worker ended')
        resolve()
      })
      child.on('error', (error) => {
        log.error({ err: error }, 'a worker is at fault')
        if (child.pid === undefined) resolve() // it did not even start
      })
    })
    const begun = channel.ask('begin', beginning(this.#hasStarted)).then(() => {
      run.ready = true
      this.#hasStarted = true
      this.#started.resolve()
      log.info({ pid: child.pid }, 'a worker runs')
      this.#next()
    })
    begun.catch((error: unknown) => {
      if (this.#run !== run) return // it has ended, which is logged
      log.error({ pid: child.pid, err: error }, 'a worker did not start')
      child.kill('SIGKILL')
    })
    const run: Run = {
      child,
      channel,
      desk,
      seats: new Map(),
      since: clock.now(),
      begun,
      ended,
      ready: false,
      overloaded: false,
      elsewhere: 0,
      handing: null,
    }
    this.#run = run
    void ended.then(() => this.#ended(run))
    this.#ping(run)
  }

  /**
   * Kills the process when it answers nothing any more. Intervals are counted, not time: while this process stands
   * still itself, nobody is late.
   */
  #ping(run: Run): void {
    const { clock, log } = this.#parts
    let missed = 0
    let answered = true
    const next = (): void => {
      if (this.#run !== run) return
      if (answered) {
        answered = false
        missed = 0
        run.channel.ask('ping').then(
          () => (answered = true),
          () => {}, // it has ended
        )
      } else if (++missed === maxMissedPings) {
        log.error({ pid: run.child.pid, missed }, 'worker does not answer; killing it')
        run.child.kill('SIGKILL')
        return
      }
      clock.after(pingIntervalMs, next)
    }
    next()
  }

  /** After all that it had said was heard. */
  #ended(run: Run): void {
    const { clock, died } = this.#parts
    run.channel.close(new Error('A worker ended.'))
    run.handing?.callOff()
    this.#run = null
    this.#counted = null
    for (const gone of run.seats.values()) gone(null)
    run.seats.clear()
    if (this.#closing) return
    died()
    if (!this.#hasStarted && ++this.#failedStarts === maxFailedStarts) {
      this.#closing = true
      return this.#started.reject(new Error('A worker could not be started.'))
    }
    const again = (): void => {
      if (!this.#closing) this.#start()
    }
    if (clock.now() - run.since >= shortLife) again()
    else clock.after(pause, again)
  }

  #hear(run: Run, told: FromWorker): void {
    switch (told.tell) {
      case 'taken':
        if (run.handing?.seat === told.seat) this.#taken(run)
        return
      case 'gone': {
        const gone = run.seats.get(told.seat)
        run.seats.delete(told.seat)
        return gone?.(told.refusal)
      }
      case 'appends':
        return run.desk.append(told.appends)
      case 'closed':
        return run.desk.closed(told.log)
      case 'overloaded':
        run.overloaded = told.is
        return
      default:
        told satisfies never
    }
  }

  /** One at a time: a connection that waited in the channel would go on to be read here. */
  #next(): void {
    const run = this.#run
    if (run === null || !run.ready || run.handing !== null || this.#closing) return
    const waiting = this.#waiting.shift()
    if (waiting === undefined) return
    const { newcomer, arrival, gone, callOff, dismissed } = waiting
    const { wire, request } = arrival
    callOff()
    if (dismissed !== null || wire.destroyed) {
      if (dismissed === null) gone(null)
      else this.#parts.handshakes.turnAway(arrival, dismissed, () => gone(null))
      return this.#next()
    }
    const seat = ++this.#seat
    run.seats.set(seat, gone)
    run.handing = { seat, callOff: this.#parts.clock.after(patience, () => this.#taken(run)) }
    // what was read here already goes along, and between this and the hand-over nothing more is read
    const read: unknown = wire.read()
    const head = read instanceof Uint8Array ? Buffer.concat([arrival.head, read]) : arrival.head
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => name === 'upgrade' || name.startsWith('sec-websocket-'),
      ),
    )
    const { method } = request
    // else Node counts it as one of the listener's, which then waits for ever for a process that has ended
    Reflect.set(wire, 'server', null)
    run.channel.tell(
      {
        tell: 'newcomer',
        seat,
        newcomer,
        request: { ...(method !== undefined && { method }), headers },
        head,
      },
      wire,
    )
    wire.destroy() // what is left of it here: the connection itself is on its way
  }

  #taken(run: Run): void {
    run.handing?.callOff()
    run.handing = null
    if (this.#run === run) this.#next()
  }
}
