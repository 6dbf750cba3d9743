import { createServer as createHttp } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { schemaVersion } from '@quire/editor/version'
import type { Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import { documentsPolicy, openPolicy } from './access.ts'
import { api } from './api/api.ts'
import { Backlog } from './backlog.ts'
import { Gate } from './gate.ts'
import { Handshakes } from './handshakes.ts'
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
import type { Settings } from './settings.ts'
import { createShard } from './shard.ts'
import type { Shard } from './shard.ts'
import { Upgrades } from './upgrade.ts'

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
  const knocks = new Knocks(now)
  const gate = new Gate(limits, now)
  const load = new Load(parts.gauge ?? processGauge(), limits.delay, clock)
  const backlog = new Backlog(() => store.backlog.bytes, limits.backlog, clock)
  const sparing = new Sparing(log, now)
  const guests = new Guests(secret, settings.publicUrl?.protocol === 'https:')
  const policy =
    settings.access === 'open'
      ? openPolicy(store.documents, limits, store.epoch)
      : documentsPolicy(store.documents, limits)
  const handshakes = new Handshakes(limits, metrics)
  const { documents, people } = store
  const mayMake = (address: string): boolean => gate.room(address)
  const here = (): Shard =>
    createShard({
      store,
      documents,
      policy,
      limits,
      schema,
      handshakes,
      backlog,
      clock,
      metrics,
      log,
      sparing,
      healing: () => store.unclean && now() - started < healingTime,
      mayMake,
      letGo: () => {},
    })
  const elsewhere = async (): Promise<Shard> => {
    const { startWorkers } = await import('./workers/workers.ts') // whoever has one process never loads it
    const { maxConnections = Number.POSITIVE_INFINITY } = parts
    const healing = healingTime
    return startWorkers({
      settings,
      store,
      handshakes,
      clock,
      metrics,
      log,
      healing,
      mayMake,
      maxConnections,
    })
  }
  const shard = settings.workers === 1 ? here() : await elsewhere()
  const upgrades = new Upgrades({
    bounds,
    trust: settings.trust,
    policy,
    guests,
    people,
    shard,
    handshakes,
    knocks,
    gate,
    load,
    backlog,
    clock,
    metrics,
    sparing,
  })
  const measures = (): Measures => ({
    sockets: handshakes.count,
    rooms: shard.rooms,
    unsavedUpdates: store.backlog.updates,
    unsavedBytes: store.backlog.bytes,
    unsavedSeconds: shard.wait / 1000,
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
  const busy = (): 'backlog' | 'overload' | null =>
    backlog.over ? 'backlog' : load.over || shard.overloaded() ? 'overload' : null
  app.route(
    '/',
    health({ store, clock, schema, draining: () => draining, busy, late: () => shard.wait > late }),
  )
  app.get('/metrics', async (c) =>
    c.body(await metrics.text(measures(), await shard.counted()), 200, {
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
      shard,
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
      void store.check().catch(() => {}) // a store that was at fault and is well again need not wait for its next try
      const stored = await shard.close(patience)
      load.close()
      await new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      })
      return stored
    },
  }
}
