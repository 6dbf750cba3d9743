import type { People } from '@quire/storage/store'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import type { Guests } from '../identity.ts'
import { knowsOrigin } from '../origin.ts'
import type { Bounds } from '../origin.ts'
import type { Asker } from './asker.ts'
import { documents } from './documents.ts'
import type { Parts as DocumentsParts } from './documents.ts'
import { refuse } from './errors.ts'
import { me } from './me.ts'

/** What the API is made of. */
export interface Parts extends DocumentsParts {
  readonly people: People
  readonly guests: Guests
  readonly bounds: Bounds
  readonly log: Logger
  readonly draining: () => boolean
}

/** Everything under `/api`: JSON in and out, errors from one table. Who has no cookie becomes a new guest. */
export const api = (parts: Parts): Hono<Asker> => {
  const { people, guests, bounds, log, draining } = parts
  const app = new Hono<Asker>()
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
    if (draining()) return refuse(c, 'not-now', 'The server is restarting. Try again in a few seconds.')
    const provenance = {
      host: c.req.header('host'),
      origin: c.req.header('origin'),
      site: c.req.header('sec-fetch-site'),
    }
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && !knowsOrigin(bounds, provenance))
      return refuse(c, 'forbidden', 'A page of another site may not do this.')
    const identity = guests.read(c.req.header('cookie')) ?? guests.welcome()
    c.set('identity', identity)
    c.header('set-cookie', guests.cookie(identity))
    return next()
  })
  app.route('/me', me(people, parts.shard))
  app.route('/documents', documents(parts))
  app.all('*', (c) => refuse(c, 'not-found', 'There is no such address in the API.'))
  app.onError((error, c) => {
    log.error({ err: error }, 'a request failed')
    return refuse(c, 'fault', 'Something went wrong in the server. Try again.')
  })
  return app
}
