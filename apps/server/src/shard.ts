import type { Documents, Search, Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Refusal, SyncError } from '@quire/sync/error'
import { SharedFrames } from '@quire/sync/shared-frames'
import type { Logger } from 'pino'
import type { Policy } from './access.ts'
import type { Backlog } from './backlog.ts'
import { Commits } from './commits.ts'
import { Frames } from './frames.ts'
import type { Arrival, Handshakes } from './handshakes.ts'
import type { Limits } from './limits.ts'
import { OutputBudget } from './limits/output-budget.ts'
import { shown } from './log.ts'
import type { Sparing } from './log.ts'
import type { Counted, Metrics } from './metrics.ts'
import { Pace } from './pace.ts'
import { Projector } from './projector.ts'
import { Rooms } from './rooms.ts'
import { Seating } from './seating.ts'
import type { Gone, Newcomer } from './seating.ts'
import type { Change } from './standings.ts'
import { last, sleep, time } from './time.ts'
import { Titles } from './titles.ts'
import { Unfinished } from './unfinished.ts'
import { Wheel } from './wheel.ts'

/** Rooms with everybody in them, and all that they need to live: in this process, or spread over several. */
export interface Shard {
  /** What the documents are called now, and their renaming. */
  readonly titles: Pick<Titles, 'current' | 'rename' | 'index'>
  /** How many rooms this process has open. */
  readonly rooms: number
  /** How many questions about documents wait in this process for the threads that read them. */
  readonly questions: number
  /** For how many ms the oldest update on its way to the disk has been waiting; 0 when none is. */
  readonly wait: number
  /** True when the room is open, or being opened by somebody. */
  isOpen(room: string): boolean
  /** True while another process, the one that has this room if one is named, has more to do than it can. */
  overloaded(room?: string): boolean
  /** Gives a seat to somebody for whom there is a place, or an answer that says why not. */
  seat(newcomer: Newcomer, arrival: Arrival, gone: Gone): void
  /** Somebody who was given a seat, or is about to be, may do more or less from now on, or may not stay. */
  assign(room: string, ticket: number, change: Change): void
  /** Whoever was known as `from` is `to` from now on, in every room. */
  adopt(from: string, to: string, name: string): void
  /** Sends everyone out of a room, and whoever is just coming in. */
  dismiss(room: string, refusal: Refusal): void
  /** Somebody is called something else from now on, in every room they are in. */
  rename(identity: string, name: string): void
  /** What other processes have counted. */
  counted(): Promise<readonly Counted[]>
  /**
   * Says goodbye to all pages and hangs up with 1012. Resolves when nobody is left: with true when all they said is
   * on disk, with false when that had not come after some `patience` (ms). `people`: how many must come back
   * elsewhere too. Rejects, when everything is closed all the same, if a process ended before it had handed over
   * all its changes.
   */
  close(patience: number, people?: number): Promise<boolean>
}

/** What a shard in this process is made of. */
export interface Parts {
  readonly store: Pick<Store, 'log'>
  readonly documents: Pick<Documents, 'read' | 'note'>
  readonly search: Pick<Search, 'index' | 'indexed'>
  readonly policy: Pick<Policy, 'rules' | 'makes'>
  readonly limits: Limits
  /** What the open rooms may take of memory together, in bytes. */
  readonly maxRoomMemory: number
  /** The newest page schema the server serves. */
  readonly schema: number
  readonly handshakes: Handshakes
  readonly backlog: Backlog
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: Logger
  readonly sparing: Sparing
  /** True while what a crash may have taken can be brought back by whoever still has it. */
  readonly healing: () => boolean
  /** True when this address may make one more room. */
  readonly mayMake: (address: string) => boolean | Promise<boolean>
  /** Told of each room that was let go. */
  readonly letGo: (room: string) => void
}

/** The rooms of this process. */
export const createShard = (parts: Parts): Shard => {
  const { store, documents, search, policy, limits, schema, handshakes, backlog } = parts
  const { clock, metrics, log, sparing, healing, mayMake, letGo } = parts
  const wheel = new Wheel(clock)
  const commits = new Commits(clock, (seconds) => metrics.committed(seconds))
  const projector = new Projector({ clock, setAside: (reason) => metrics.setAside(reason) })
  const witness = (name: string, event: SyncError | Error): void => {
    const room = shown(name)
    if (event instanceof Error) {
      metrics.roomFault()
      return sparing.say('error', { room, err: event }, 'a room lives with a fault')
    }
    const { refusal, objection, detail } = event
    if (objection === null) return sparing.say('info', { room, refusal, detail }, 'a client was refused')
    metrics.objected(objection)
    sparing.say('info', { room, objection, detail }, 'a write was not taken')
  }
  const rooms: Rooms = new Rooms({
    store,
    clock,
    shared: new SharedFrames(),
    maxMemory: parts.maxRoomMemory,
    schema,
    rules: (name) => policy.rules(name),
    healing,
    witness,
    notice: (notice) => metrics.noticed(notice),
    damaged: (name) => {
      metrics.damaged()
      sparing.say(
        'error',
        { room: shown(name) },
        'a room was opened from its last good part and takes no writes',
      )
    },
    commits,
    leaving: (name, room) => titles.left(name, room),
    letGo,
  })
  const titles = new Titles({ documents, search, rooms, projector, clock, log })
  let indexing = (): void => {}
  const index = (): void => {
    // rarely: it costs a document in memory, and whoever leaves a room sees to it too
    indexing = clock.after(2000, () => void titles.indexNext().finally(() => closed || index()))
  }
  let closed = false
  index()
  const seating = new Seating({
    rooms,
    handshakes,
    makes: policy.makes,
    mayMake,
    wheel,
    clock,
    limits,
    frames: new Frames(),
    output: new OutputBudget(() => metrics.deferred()),
    pace: new Pace({ now: () => time.now(), last, sleep }),
    backlog,
    unfinished: new Unfinished(),
    metrics,
    log,
    sparing,
  })

  return {
    titles,
    get rooms() {
      return rooms.open.size
    },
    get questions() {
      return projector.waiting
    },
    get wait() {
      return commits.wait
    },
    isOpen: (room) => rooms.peek(room) !== null,
    overloaded: () => false,
    seat: (newcomer, arrival, gone) => void seating.seat(newcomer, arrival, gone),
    assign: (_, ticket, change) => seating.assign(ticket, change),
    adopt: (from, to, name) => {
      for (const room of rooms.open.values()) room.adopt(from, to, name)
    },
    dismiss: (room, refusal) => rooms.dismiss(room, refusal),
    rename: (identity, name) => rooms.rename(identity, name),
    counted: async () => [],
    close: async (patience, people = 0) => {
      seating.stop()
      closed = true
      indexing()
      rooms.farewell(people)
      await Promise.race([
        rooms.settled(),
        new Promise<void>((resolve) => clock.after(Math.min(2000, patience), resolve)),
      ])
      await new Promise<void>((resolve) => clock.soon(resolve)) // behind the rooms' own word that all is saved
      // what pages say from here on they will say again
      const enough = clock.after(3000, () => void projector.close()) // the next start reads the titles that are left
      const [stored] = await Promise.all([rooms.close(patience), handshakes.close()])
      enough()
      wheel.close()
      await projector.close()
      return stored
    },
  }
}
