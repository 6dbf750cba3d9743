import { createServer as createHttp } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { schemaVersion } from '@quire/editor/version'
import type { Blobs } from '@quire/storage/blobs'
import type { Search, Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import { documentOf, documentsPolicy, openPolicy, tokenPolicy } from './access.ts'
import type { Policy } from './access.ts'
import { api } from './api/api.ts'
import type { Provider } from './admission.ts'
import { Backlog } from './backlog.ts'
import { Deliveries } from './deliveries.ts'
import { Endings } from './endings.ts'
import { Events } from './events.ts'
import { Gate } from './gate.ts'
import { Handshakes } from './handshakes.ts'
import { health } from './health.ts'
import { housekeeping } from './housekeeping.ts'
import { startTitleCatchUp } from './jobs/title-catch-up.ts'
import { Guests, unnamed } from './identity.ts'
import type { Tokens, TokenSettings } from './jwt.ts'
import { Knocks } from './knocks.ts'
import { memoryLimit } from './limits/memory-limit.ts'
import { Load, processGauge } from './load.ts'
import type { Gauge } from './load.ts'
import { shown, Sparing } from './log.ts'
import { FreeSpace } from './limits/free-space.ts'
import type { ReadFreeSpace } from './limits/free-space.ts'
import { Quotas } from './limits/quotas.ts'
import { UploadRate } from './limits/upload-rate.ts'
import type { Measures, Metrics } from './metrics.ts'
import { misses } from './misses.ts'
import type { Reached } from './misses.ts'
import type { Mail } from './mail/mail.ts'
import type { Parts as MailParts } from './mail/mail.ts'
import type { Mailbox } from './mail/mailbox.ts'
import { knowsHost } from './origin.ts'
import type { Oidc } from './oidc.ts'
import { page } from './page.ts'
import { plugins } from './plugins.ts'
import type { Settings } from './settings.ts'
import { Sessions } from './sessions.ts'
import { createShard } from './shard.ts'
import type { Shard } from './shard.ts'
import { Standings } from './standings.ts'
import { Upgrades } from './upgrade.ts'
import { Locks } from './uploads/locks.ts'
import { Patience } from './uploads/patience.ts'
import { Seals } from './uploads/seals.ts'
import { sweeping } from './uploads/sweep.ts'
import { Visits } from './visits.ts'
import { Whoever } from './who.ts'

/** What a server is made of. Whoever opened the store closes it, after the server. */
export interface Parts {
  readonly settings: Settings
  readonly secret: string
  readonly store: Store
  /** The bytes of files. */
  readonly blobs: Blobs
  /** The folder with the built page. */
  readonly page: string
  readonly clock: Clock
  /** Milliseconds since 1970; tests lend another. */
  readonly wall?: () => number
  readonly log: Logger
  readonly metrics: Metrics
  /** Resident memory of the process, in bytes. */
  readonly memory: () => number
  /** Tells how much a disk can take; without it, the system does. */
  readonly freeSpace?: ReadFreeSpace
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
   * `/ready` says 503 from the first moment. Rejects, with the port free, when changes were lost with a worker that
   * ended before it had handed them over.
   */
  close(patience?: number): Promise<boolean>
}

// as long may an update wait for the disk before the server counts as one that does not store
const late = 2000
// how long after a crash others may bring back what it took
const healingTime = 600_000

/** Puts a server together. It does not listen yet. Any number of them can live in one process. */
export const createServer = async (parts: Parts): Promise<Server> => {
  const { settings, secret, store, blobs, clock, log, metrics } = parts
  const bounds = settings
  const { limits } = settings
  const schema = schemaVersion
  const started = clock.now()
  let draining = false

  const now = (): number => clock.now()
  const wall = parts.wall ?? (() => Date.now())
  const files = { store, blobs, locks: new Locks(), grace: settings.keepFiles, now: wall }
  const patience = new Patience()
  const knocks = new Knocks(now)
  const gate = new Gate(limits, now)
  const memory = memoryLimit(limits, settings.workers === 1 ? 1 : settings.workers + 1)
  const load = new Load(parts.gauge ?? processGauge(), { delay: limits.delay, memory: memory.process }, clock)
  const backlog = new Backlog(() => store.backlog.bytes, limits.backlog, clock)
  const sparing = new Sparing(log, now)
  const secure = settings.publicUrl?.protocol === 'https:'
  const guests = new Guests(secret, secure)
  const policy = policyOf(settings, store, wall)
  const tokens = settings.jwt === null ? null : await openTokens(settings.jwt, wall)
  const signInOff = settings.signIn === 'off' || settings.access === 'open'
  const whoever = new Whoever({ guests, accounts: store.accounts, tokens, signInOff, wall })
  const handshakes = new Handshakes(limits, metrics)
  const { documents, people, sharing, accounts, records } = store
  const privately = settings.privateHooks
  const space = new FreeSpace(settings.data, clock, parts.freeSpace)
  const quotas = new Quotas({ store, limits, space, now })
  await quotas.refresh()
  const deliveries = new Deliveries({ records, clock, wall, privately, sparing })
  const events = new Events({
    records,
    documents,
    clock,
    wall,
    sparing,
    waiting: () => deliveries.look(),
    dropped: (count) => metrics.deliveriesDropped(count),
  })
  const search: Pick<Search, 'index' | 'indexed'> = {
    indexed: (document) => store.search.indexed(document),
    index: async (...args) => {
      await store.search.index(...args)
      await events.changed(args[0])
    },
  }
  const mayMake = (address: string): boolean => {
    void space.bytes()
    return space.known >= limits.reserve && gate.room(address)
  }
  const here = (): Shard =>
    createShard({
      store,
      documents,
      search,
      policy,
      limits,
      maxRoomMemory: memory.rooms,
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
      search,
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
  const standings = new Standings({
    policy,
    whoever,
    clock,
    wall,
    assign: (room, ticket, change) => shard.assign(room, ticket, change),
    sparing,
  })
  const endings = new Endings({ sharing, standings, clock, wall, sparing })
  const visits = new Visits(sharing, wall, (error) =>
    sparing.say('error', { err: error }, 'a visit was not noted'),
  )
  const sessions = new Sessions({ accounts, people, shard, standings, secure, wall })
  const oidc = settings.oidc === null ? null : await openOidc(settings.oidc, secret, wall)
  const mail =
    settings.mail === null ? null : await openMail(settings.mail, { mails: store.mail, clock, wall, sparing })
  const upgrades = new Upgrades({
    bounds,
    trust: settings.trust,
    policy,
    guests,
    whoever,
    standings,
    visited: (identity, room) => {
      const document = settings.access === 'documents' ? documentOf(room) : null
      if (document !== null && identity !== unnamed) visits.note(identity, document)
    },
    tokenInAddress: settings.access === 'jwt',
    refusesStock: () => now() - started < store.refusesStockFor,
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
    questions: shard.questions + store.waiting,
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
  app.get('/metrics', async (c) => {
    void quotas.refresh().catch(() => {}) // a store that hangs must not keep the rest from being seen
    metrics.disk(await space.bytes(), quotas.used)
    return c.body(await metrics.text(measures(), await shard.counted()), 200, {
      'content-type': metrics.type,
      'cache-control': 'no-store',
    })
  })
  app.use((c, next) => {
    if (knowsHost(bounds, c.req.header('host'))) return next()
    const sentence = 'This server does not answer to this name. Its operator can set QUIRE_PUBLIC_URL to it.'
    return Promise.resolve(c.text(`${sentence}\n`, 403))
  })
  for (const path of ['/api/documents/*', '/api/links/*', '/d/*'])
    app.use(path, misses({ gate, trust: settings.trust, metrics }))
  app.route(
    '/api',
    api({
      documents,
      people,
      sharing,
      accounts,
      search: store.search,
      policy,
      shard,
      standings,
      endings,
      events,
      knocks,
      guests,
      whoever,
      sessions,
      records,
      oidc,
      mails: store.mail,
      mail,
      home: () => home(),
      gate,
      metrics,
      bounds,
      trust: settings.trust,
      settings,
      wall,
      log,
      draining: () => draining,
      ...files,
      seals: settings.access === 'jwt' ? new Seals(secret, wall) : null,
      patience,
      limits,
      quotas,
      uploadRate: new UploadRate(limits.uploads, clock),
      clock,
    }),
  )
  const added = plugins(settings.plugins)
  app.route('/', added.routes)
  app.route(
    '/',
    page({ folder: parts.page, policy, guests, whoever, frames: settings.frames, plugins: added }),
  )
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
  const home = (): string => {
    if (settings.publicUrl !== null) return settings.publicUrl.origin
    const { host: at } = settings
    const host = at === '0.0.0.0' || at === '::' ? 'localhost' : at.includes(':') ? `[${at}]` : at
    // only null before it listens: a pipe is never listened on
    return `http://${host}:${(http.address() as AddressInfo | null)?.port ?? settings.port}`
  }
  if (parts.maxConnections !== undefined) http.maxConnections = parts.maxConnections
  http.on('upgrade', upgrades.take)
  patience.watch(http)
  const failed = (error: unknown): void => sparing.say('error', { err: error }, 'hourly work failed')
  const stopTidying = housekeeping({ documents, sharing, deliveries, shard, clock, wall, failed })
  const stopTitleCatchUp = startTitleCatchUp({
    documents,
    shard,
    clock,
    onError: (error) => sparing.say('error', { err: error }, 'outdated titles could not be listed'),
  })
  const stopSweeping = sweeping({ ...files, log }, clock)

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
      return home()
    },
    fetch: (request) => app.fetch(request),
    close: async (patience = 10_000) => {
      draining = true
      upgrades.stop()
      standings.close()
      endings.close()
      events.close()
      deliveries.close()
      mail?.close()
      stopSweeping()
      stopTidying()
      stopTitleCatchUp()
      void store.check().catch(() => {}) // a store that was at fault and is well again need not wait for its next try
      try {
        return await shard.close(patience)
      } finally {
        load.close()
        await new Promise<void>((resolve) => {
          http.close(() => resolve())
          http.closeAllConnections()
        })
      }
    },
  }
}

/** Who may do what, as the operator has set it. */
const policyOf = (settings: Settings, { documents, sharing, epoch }: Store, wall: () => number): Policy => {
  const { access, limits, signIn, create } = settings
  switch (access) {
    case 'documents':
      return documentsPolicy({ documents, sharing, signIn, create, limits, wall })
    case 'open':
      return openPolicy(documents, limits, epoch)
    case 'jwt':
      return tokenPolicy(documents, limits, epoch)
    default:
      return access satisfies never
  }
}

/** Whoever takes no tokens never loads what reads them. */
const openTokens = async (how: TokenSettings, wall: () => number): Promise<Tokens> => {
  const { Tokens: Reader } = await import('./jwt.ts')
  return new Reader(how, wall)
}

/** Whoever has no mail never loads what sends it. */
const openMail = async (mailbox: Mailbox, parts: Omit<MailParts, 'carrier'>): Promise<Mail> => {
  const [{ Mail: Sender }, { openCarrier }] = await Promise.all([
    import('./mail/mail.ts'),
    import('./mail/carrier.ts'),
  ])
  return new Sender({ ...parts, carrier: openCarrier(mailbox) })
}

/** Whoever has no provider never loads what speaks to one. */
const openOidc = async (provider: Provider, secret: string, wall: () => number): Promise<Oidc> => {
  const { Oidc: Client } = await import('./oidc.ts')
  return new Client(provider, secret, wall)
}
