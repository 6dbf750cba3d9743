import { createServer as createHttp } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { schemaVersion } from '@quire/editor/version'
import type { Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { SyncError } from '@quire/sync/error'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import { documentsPolicy, openPolicy } from './access.ts'
import { api } from './api/api.ts'
import { Backlog } from './backlog.ts'
import { Commits } from './commits.ts'
import { Gate } from './gate.ts'
import { health } from './health.ts'
import { Guests } from './identity.ts'
import { Knocks } from './knocks.ts'
import { Load, processGauge } from './load.ts'
import type { Gauge } from './load.ts'
import { shown, Sparing } from './log.ts'
import type { Measures, Metrics } from './metrics.ts'
import { misses } from './misses.ts'
import type { Reached } from './misses.ts'
import { knowsHost } from './origin.ts'
import { page } from './page.ts'
import { Projector } from './projector.ts'
import { Rooms } from './rooms.ts'
import type { Settings } from './settings.ts'
import { Titles } from './titles.ts'
import { Unfinished } from './unfinished.ts'
import { Upgrades } from './upgrade.ts'
import { Wheel } from './wheel.ts'

/** What a server is made of. Whoever opened the store closes it, after the server. */
export interface Parts {
  readonly settings: Settings
  readonly secret: string
  readonly store: Store
  /** The folder with the built page. */
  readonly page: string
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  /** Resident memory of the process, in bytes. */
  readonly memory: () => number
  /** Tells how busy the process is. */
  readonly gauge?: Gauge
  /** The most connections of any kind at a time, so that files can still be opened. */
  readonly maxConnections?: number
}

/** A server that may listen. */
export interface Server {
  /** Resolves when it takes connections; rejects when the port or address cannot be had. */
  listen(): Promise<void>
  /** Where people find it. */
  readonly url: string
  /** How it answers a request, without a port. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /**
   * Says goodbye to all pages, hangs up with 1012 and resolves when the port is free: with true when all they said
   * is on disk, with false when the store had not taken it after some `patience` (ms). The store then still has it.
   * `/ready` says 503 from the first moment.
   */
  close(patience?: number): Promise<boolean>
}

// as long may an update wait for the disk before the server counts as one that does not store
const late = 2000
// how long after a crash others may bring back what it took
const healingTime = 600_000

/** Puts a server together. It does not listen yet. Any number of them can live in one process. */
export const createServer = async (parts: Parts): Promise<Server> => {
  const { settings, secret, store, clock, log, metrics } = parts
  const bounds = settings
  const { limits } = settings
  const schema = schemaVersion
  const started = clock.now()
  let draining = false

  const now = (): number => clock.now()
  const wheel = new Wheel(clock)
  const knocks = new Knocks(now)
  const gate = new Gate(limits, now)
  const load = new Load(parts.gauge ?? processGauge(), clock)
  const backlog = new Backlog(() => store.backlog.bytes, limits.backlog, clock)
  const commits = new Commits(clock, (seconds) => metrics.committed(seconds))
  const sparing = new Sparing(log, now)
  const guests = new Guests(secret, settings.publicUrl?.protocol === 'https:')
  const policy =
    settings.access === 'open'
      ? openPolicy(store.documents, limits, store.epoch)
      : documentsPolicy(store.documents, limits)
  const projector = new Projector(clock)
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
    schema,
    rules: (name) => policy.rules(name),
    healing: () => store.unclean && now() - started < healingTime,
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
    leaving: (name, room) => titles.note(name, room),
  })
  const titles = new Titles({ documents: store.documents, rooms, projector, clock, log })
  const { documents, people } = store
  const upgrades = new Upgrades({
    bounds,
    trust: settings.trust,
    policy,
    guests,
    people,
    rooms,
    knocks,
    gate,
    load,
    wheel,
    clock,
    limits,
    backlog,
    unfinished: new Unfinished(),
    metrics,
    log,
    sparing,
  })
  const measures = (): Measures => ({
    sockets: upgrades.count,
    rooms: rooms.open.size,
    unsavedUpdates: store.backlog.updates,
    unsavedBytes: store.backlog.bytes,
    unsavedSeconds: commits.wait / 1000,
    delay: load.last.delay / 1000,
    heap: load.last.heap,
    heapLimit: load.last.heapLimit,
    memory: parts.memory(),
  })

  const app = new Hono<Reached>()
  app.use(async (c, next) => {
    const start = clock.now()
    await next()
    const [, first = '', second = '', third = ''] = c.req.path.split('/')
    const path = ['', first, first === 'd' ? shown(second) : second, shown(third)].join('/')
    log.debug(
      { method: c.req.method, path, status: c.res.status, ms: Math.round(clock.now() - start) },
      'request',
    )
  })
  const busy = (): 'backlog' | 'overload' | null => (backlog.over ? 'backlog' : load.over ? 'overload' : null)
  app.route(
    '/',
    health({ store, clock, schema, draining: () => draining, busy, late: () => commits.wait > late }),
  )
  app.get('/metrics', async (c) =>
    c.body(await metrics.text(measures()), 200, {
      'content-type': metrics.type,
      'cache-control': 'no-store',
    }),
  )
  app.use((c, next) => {
    if (knowsHost(bounds, c.req.header('host'))) return next()
    const sentence = 'This server does not answer to this name. Its operator can set QUIRE_PUBLIC_URL to it.'
    return Promise.resolve(c.text(`${sentence}\n`, 403))
  })
  for (const path of ['/api/documents/*', '/d/*'])
    app.use(path, misses({ gate, trust: settings.trust, metrics }))
  app.route(
    '/api',
    api({
      documents,
      people,
      policy,
      rooms,
      titles,
      knocks,
      guests,
      bounds,
      log,
      draining: () => draining,
    }),
  )
  app.route('/', page({ folder: parts.page, policy, guests }))
  app.onError((error, c) => {
    log.error({ err: error }, 'a request failed')
    return c.text('Something went wrong in the server.\n', 500)
  })

  const http = createHttp(
    {
      headersTimeout: 4000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 8 * 1024,
      // what asks for another protocol goes on being HTTP
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  )
  if (parts.maxConnections !== undefined) http.maxConnections = parts.maxConnections
  http.on('upgrade', upgrades.take)

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        http.once('error', reject)
        http.listen(settings.port, settings.host, () => {
          http.off('error', reject)
          http.on('error', (error) => log.error({ err: error }, 'the listener is at fault'))
          resolve()
        })
      }),
    get url() {
      if (settings.publicUrl !== null) return settings.publicUrl.origin
      const { host: at } = settings
      const host = at === '0.0.0.0' || at === '::' ? 'localhost' : at.includes(':') ? `[${at}]` : at
      // only null before it listens: a pipe is never listened on
      return `http://${host}:${(http.address() as AddressInfo | null)?.port ?? settings.port}`
    },
    fetch: (request) => app.fetch(request),
    close: async (patience = 10_000) => {
      draining = true
      upgrades.stop()
      rooms.farewell()
      void store.check().catch(() => {}) // a store that was at fault and is well again need not wait for its next try
      await Promise.race([
        rooms.settled(),
        new Promise<void>((resolve) => clock.after(Math.min(2000, patience), resolve)),
      ])
      await new Promise<void>((resolve) => clock.soon(resolve)) // behind the rooms' own word that all is saved
      // what pages say from here on they will say again
      const enough = clock.after(3000, () => void projector.close()) // the next start reads the titles that are left
      const [stored] = await Promise.all([rooms.close(patience), upgrades.close()])
      enough()
      wheel.close()
      load.close()
      await projector.close()
      await new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      })
      return stored
    },
  }
}
