import { Socket as Wire } from 'node:net'
import { schemaVersion } from '@quire/editor/version'
import { rulesOf } from '../access.ts'
import { Backlog } from '../backlog.ts'
import { Handshakes, untilSeated } from '../handshakes.ts'
import { memoryLimit } from '../limits/memory-limit.ts'
import { Load, processGauge } from '../load.ts'
import { createLog, openOutput, Sparing } from '../log.ts'
import { Metrics } from '../metrics.ts'
import { createShard } from '../shard.ts'
import type { Shard } from '../shard.ts'
import { time } from '../time.ts'
import { NotNow } from '../titles.ts'
import { keepYoungSmall } from '../young.ts'
import { Channel } from './channel.ts'
import type { Answers } from './channel.ts'
import type { Beginning, OfServer, OfWorker } from './message.ts'
import type { FromWorker, ToWorker } from './message.ts'
import { RemoteStore } from './remote.ts'

// The program of a worker: a process that has some of the rooms of a server, and the connections of those in them.
// It is told and asked everything by the server that started it, and ends with it.

keepYoungSmall()
process.on('disconnect', () => process.exit()) // the store is gone with whoever started it
// these go to the whole group: what is to be done the server says
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {})

/** The part of a server that a worker is. */
const begin = ({ worker, processes, access, limits, logLevel, healing }: Beginning) => {
  const metrics = new Metrics()
  const output = openOutput(metrics)
  const log = createLog(logLevel, output).child({ worker })
  process.on('uncaughtExceptionMonitor', (error) => log.fatal({ err: error }, 'a bug ends a worker'))
  const clock = time
  const handshakes = new Handshakes(limits, metrics)
  const memory = memoryLimit(limits, processes)
  const load = new Load(processGauge(), { delay: limits.delay, memory: memory.process }, clock)
  const until = clock.now() + healing
  const shard = createShard({
    store,
    documents: store.documents,
    search: store.search,
    policy: rulesOf(access, limits),
    limits,
    maxRoomMemory: memory.rooms,
    schema: schemaVersion,
    handshakes,
    backlog: new Backlog(() => store.backlog.bytes, limits.backlog, clock),
    clock,
    metrics,
    log,
    sparing: new Sparing(log, () => clock.now()),
    healing: () => clock.now() < until,
    mayMake: (address) => server.ask('mayMake', address),
    letGo: (room) => store.letGo(room),
  })

  let told = false
  const look = (): void => {
    clock.after(1000, look)
    if (load.over !== told) server.tell({ tell: 'overloaded', is: (told = load.over) })
  }
  look()
  const counted = () =>
    metrics.counted({
      sockets: handshakes.count,
      rooms: shard.rooms,
      questions: shard.questions,
      unsavedUpdates: 0, // the server has the store, and counts what waits for it
      unsavedBytes: 0,
      unsavedSeconds: 0,
      delay: load.last.delay / 1000,
      heap: load.last.heap,
      heapLimit: load.last.heapLimit,
      memory: process.memoryUsage.rss(),
    })
  const end = (): never => {
    output.flushSync()
    process.exit()
  }
  return { shard, counted, end }
}

let begun: ReturnType<typeof begin> | null = null
const here = (): ReturnType<typeof begin> => {
  if (begun === null) throw new Error('A worker is begun before it is used.')
  return begun
}

const hear = (told: ToWorker, wire: Wire | null): void => {
  const shard = (): Shard => here().shard
  switch (told.tell) {
    case 'newcomer': {
      const { seat, newcomer, request, head } = told
      server.tell({ tell: 'taken', seat })
      if (wire === null) return server.tell({ tell: 'gone', seat, refusal: null })
      untilSeated(wire)
      const gone = (refusal: (FromWorker & { tell: 'gone' })['refusal']): void =>
        server.tell({ tell: 'gone', seat, refusal })
      return shard().seat(newcomer, { request, wire, head: Buffer.from(head) }, gone)
    }
    case 'assign':
      return shard().assign('', told.ticket, told.change)
    case 'adopt':
      return shard().adopt(told.from, told.to, told.name)
    case 'dismiss':
      return shard().dismiss(told.room, told.refusal)
    case 'rename':
      return shard().rename(told.identity, told.name)
    case 'stored':
      return store.stored(told.logs, told.counts, told.elsewhere)
    case 'lost':
      return store.lost(told.log, told.problem, told.unfit)
    case 'elsewhere':
      store.elsewhere = told.bytes
      return
    case 'end':
      return here().end()
    default:
      told satisfies never
  }
}

const answers: Answers<OfWorker> = {
  begin: async (beginning) => void (begun = begin(beginning)),
  ping: async () => {},
  current: (document, made) => here().shard.titles.current(document, made),
  reindex: (document) => here().shard.titles.index(document),
  rename: (document, title, author) =>
    here()
      .shard.titles.rename(document, title, author)
      .catch((error: unknown) => {
        if (error instanceof NotNow) return null
        throw error
      }),
  counted: () => here().counted(),
  close: (patience, people) => here().shard.close(patience, people),
}

const server: Channel<FromWorker, ToWorker, OfWorker, OfServer> = new Channel({
  send: (message) => void process.send?.(message, undefined, {}, () => {}), // a server that is gone says so itself
  hear,
  answers,
  first: () => store.flush(),
})
const store = new RemoteStore(server)
process.on('message', (message, wire) => server.receive(message, wire instanceof Wire ? wire : null))
