import { createServer as createHttp } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { schemaVersion } from '@quire/editor/version'
import type { Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import { documentsPolicy, Knocks, openPolicy } from './access.ts'
import { api } from './api/api.ts'
import { health } from './health.ts'
import { Guests } from './identity.ts'
import { shown } from './log.ts'
import { knowsHost } from './origin.ts'
import { page } from './page.ts'
import { Projector } from './projector.ts'
import { Rooms } from './rooms.ts'
import type { Settings } from './settings.ts'
import { Titles } from './titles.ts'
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
   * Says goodbye to all pages, hangs up with 1012 and resolves when all they said is on disk and the port is
   * free. As long as the store does not take it, this does not resolve. `/ready` says 503 from the first moment.
   */
  close(): Promise<void>
}

/** Puts a server together. It does not listen yet. Any number of them can live in one process. */
export const createServer = async (parts: Parts): Promise<Server> => {
  const { settings, secret, store, clock, log } = parts
  const bounds = settings
  const schema = schemaVersion
  let draining = false

  const wheel = new Wheel(clock)
  const knocks = new Knocks(() => clock.now())
  const guests = new Guests(secret, settings.publicUrl?.protocol === 'https:')
  const policy = settings.access === 'open' ? openPolicy(store.documents) : documentsPolicy(store.documents)
  const projector = new Projector(clock)
  const rooms: Rooms = new Rooms({
    store,
    clock,
    schema,
    witness: (name, event) =>
      event instanceof Error
        ? log.error({ room: shown(name), err: event }, 'a room lives with a fault')
        : log.info(
            { room: shown(name), refusal: event.refusal, detail: event.detail },
            'a client was refused',
          ),
    leaving: (name, room) => titles.note(name, room),
  })
  const titles = new Titles({ documents: store.documents, rooms, projector, clock, log })
  const upgrades = new Upgrades({
    bounds,
    policy,
    guests,
    rooms,
    knocks,
    wheel,
    log,
    schema,
    maxMessage: settings.maxMessage,
  })

  const app = new Hono()
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
  app.route('/', health({ store, clock, schema, draining: () => draining }))
  app.use((c, next) => {
    if (knowsHost(bounds, c.req.header('host'))) return next()
    const sentence = 'This server does not answer to this name. Its operator can set QUIRE_PUBLIC_URL to it.'
    return Promise.resolve(c.text(`${sentence}\n`, 403))
  })
  app.route(
    '/api',
    api({
      documents: store.documents,
      people: store.people,
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
    close: async () => {
      draining = true
      upgrades.stop()
      rooms.farewell()
      await Promise.race([rooms.settled(), new Promise<void>((resolve) => clock.after(2000, resolve))])
      await new Promise<void>((resolve) => clock.soon(resolve)) // behind the rooms' own word that all is saved
      // what pages say from here on they will say again
      const enough = clock.after(3000, () => void projector.close()) // the next start reads the titles that are left
      await Promise.all([rooms.close(), upgrades.close()])
      enough()
      wheel.close()
      await projector.close()
      await new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      })
    },
  }
}
