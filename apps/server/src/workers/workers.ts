import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Document, Search, Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Logger } from 'pino'
import { siblings } from '../access.ts'
import { Commits } from '../commits.ts'
import type { Handshakes } from '../handshakes.ts'
import { shown } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Settings } from '../settings.ts'
import type { Shard } from '../shard.ts'
import { NotNow, roomWait, titleWait } from '../titles.ts'
import type { Beginning } from './message.ts'
import { Worker } from './worker.ts'

/** What workers are run with. */
export interface Parts {
  readonly settings: Settings
  readonly store: Store
  readonly search: Pick<Search, 'index' | 'indexed'>
  readonly handshakes: Handshakes
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: Logger
  /** For how many ms from the start what a crash may have taken can be brought back by whoever still has it. */
  readonly healing: number
  /** True when this address may make one more room. */
  readonly mayMake: (address: string) => boolean
  /** The most connections that one process may have. */
  readonly maxConnections: number
}

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

/**
 * A shard whose rooms live in processes of their own, each room in one that follows from its name. This process has
 * the store and decides who comes in. Rejects when a process cannot be started.
 */
export const startWorkers = async (parts: Parts): Promise<Shard> => {
  const { settings, store, search, handshakes, clock, metrics, log, healing, mayMake, maxConnections } = parts
  const { access, limits, logLevel } = settings
  const started = clock.now()
  const commits = new Commits(clock, () => {}) // each worker counts its own
  const beginning = (worker: number, again: boolean): Beginning => {
    const left = store.unclean ? Math.max(0, started + healing - clock.now()) : 0
    return {
      worker,
      processes: settings.workers + 1,
      access,
      limits,
      logLevel,
      healing: again ? healing : left,
    }
  }
  const step = limits.backlog / 16
  const changed = (): void => {
    for (const worker of workers) worker.tellBacklog(step)
  }
  const workers: readonly Worker[] = Array.from(
    { length: settings.workers },
    (_, at) =>
      new Worker({
        store,
        documents: store.documents,
        search,
        commits,
        handshakes,
        clock,
        log: log.child({ worker: at + 1 }),
        mayMake,
        fork: () => fork(program, { serialization: 'advanced' }),
        beginning: (again) => beginning(at + 1, again),
        most: maxConnections,
        changed,
        died: () => metrics.workerEnded(),
      }),
  )
  const owner = (room: string): Worker => {
    const worker = workers[shareOf(room, workers.length)]
    if (worker === undefined) throw new Error('there is a worker for every room')
    return worker
  }
  try {
    await Promise.all(workers.map((worker) => worker.start()))
  } catch (error) {
    await Promise.allSettled(workers.map((worker) => worker.close(0, 0)))
    throw error
  }

  return {
    titles: {
      current: async (document, made) => {
        if (made !== true && !owner(document.id).isOpen(document.id)) return document
        const late = Promise.withResolvers<Document>()
        const callOff = clock.after(made === true ? roomWait : titleWait, () => late.resolve(document)) // a busy worker may not even look
        try {
          return await Promise.race([
            owner(document.id).ask('current', document, made === true),
            late.promise,
          ])
        } catch (error) {
          log.warn({ room: shown(document.id), err: error }, 'the title may be an old one')
          return document
        } finally {
          callOff()
        }
      },
      index: (document) =>
        owner(document.id)
          .ask('reindex', document)
          .catch((error: unknown) =>
            log.warn({ room: shown(document.id), err: error }, 'the text was not indexed'),
          ),
      rename: async (document, title, author) => {
        const renamed = await owner(document.id)
          .ask('rename', document, title, author)
          .catch((error: unknown) => {
            throw new NotNow('the title cannot be changed now', { cause: error })
          })
        if (renamed === null) throw new NotNow('the title cannot be changed now')
        return renamed
      },
    },
    rooms: 0,
    questions: 0,
    get wait() {
      return commits.wait
    },
    isOpen: (room) => owner(room).isOpen(room),
    overloaded: (room) =>
      room === undefined ? workers.some(({ overloaded }) => overloaded) : owner(room).overloaded,
    seat: (newcomer, arrival, gone) => owner(newcomer.room).seat(newcomer, arrival, gone),
    assign: (room, ticket, change) => owner(room).assign(ticket, change),
    adopt: (from, to, name) => {
      for (const worker of workers) worker.adopt(from, to, name)
    },
    dismiss: (room, refusal) => owner(room).dismiss(room, refusal),
    rename: (identity, name) => {
      for (const worker of workers) worker.rename(identity, name)
    },
    counted: async () => {
      const counted = await Promise.all(workers.map((worker) => worker.counted()))
      return counted.filter((one) => one !== null)
    },
    close: async (patience) => {
      const people = workers.map((worker) => worker.people)
      const all = people.reduce((sum, count) => sum + count, 0)
      const [outcomes] = await Promise.all([
        Promise.allSettled(workers.map((worker, at) => worker.close(patience, all - (people[at] ?? 0)))),
        handshakes.close(),
      ])
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
      return outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value)
    },
  }
}

const suffixes = siblings.map((sibling) => `/${sibling}`)

/**
 * Which of so many shares a room is in. A room that belongs to a document is in the share of that document.
 */
export const shareOf = (room: string, shares: number): number => {
  const suffix = suffixes.find((end) => room.endsWith(end))
  const name = suffix === undefined ? room : room.slice(0, -suffix.length)
  let hash = 0x811c9dc5 // FNV-1a
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % shares
}
