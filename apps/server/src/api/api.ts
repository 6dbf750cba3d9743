import type { Accounts } from '@quire/storage/store'
import { StoreBusyError } from '@quire/storage/busy'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import { clientAddress } from '../address.ts'
import type { Trust } from '../address.ts'
import type { Endings } from '../endings.ts'
import type { Gate } from '../gate.ts'
import { isAccount, isGuest, unnamed } from '../identity.ts'
import type { Guests } from '../identity.ts'
import type { Metrics } from '../metrics.ts'
import { knowsOrigin } from '../origin.ts'
import type { Bounds } from '../origin.ts'
import { Busy } from '../passwords.ts'
import type { Settings } from '../settings.ts'
import type { Shard } from '../shard.ts'
import type { Standings } from '../standings.ts'
import { bearerIn, forwardedFor } from '../upgrade.ts'
import type { Whoever } from '../who.ts'
import type { Asker } from './asker.ts'
import { audit } from './audit.ts'
import type { Parts as AuditParts } from './audit.ts'
import { documents } from './documents.ts'
import type { Parts as DocumentsParts } from './documents.ts'
import { refuse, signedOut } from './errors.ts'
import { files } from './files.ts'
import type { Parts as FilesParts } from './files.ts'
import { hooks } from './hooks.ts'
import { keys } from './keys.ts'
import { links } from './links.ts'
import { me } from './me.ts'
import { openapi } from './openapi.ts'
import { sealed } from './sealed.ts'
import { search } from './search.ts'
import { session } from './session.ts'
import { templates } from './templates.ts'
import { token } from './token.ts'
import type { Parts as SessionParts } from './session.ts'
import { sharing } from './sharing.ts'
import { routesOf, told } from './told.ts'
import type { Route } from './told.ts'

/** What the API is made of. */
export interface Parts extends DocumentsParts, Omit<FilesParts, 'policy' | 'log' | 'store'> {
  readonly records: AuditParts['records']
  readonly sessions: SessionParts['sessions']
  readonly oidc: SessionParts['oidc']
  readonly mails: SessionParts['mails']
  readonly mail: SessionParts['mail']
  readonly home: () => string
  readonly store: DocumentsParts['store'] & FilesParts['store']
  readonly accounts: Accounts
  readonly guests: Guests
  readonly whoever: Whoever
  readonly standings: Standings
  readonly endings: Endings
  readonly gate: Gate
  readonly metrics: Metrics
  readonly bounds: Bounds
  readonly trust: Trust
  readonly settings: Settings
  readonly shard: Shard
  readonly log: Logger
  readonly draining: () => boolean
}

/** Everything under `/api`: JSON in and out, errors from one table. Who has no cookie becomes a new guest. */
export const api = (parts: Parts): Hono<Asker> => {
  const { people, guests, whoever, gate, metrics, bounds, trust, settings, log, draining } = parts
  const app = new Hono<Asker>()
  let description: object | null = null
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
    if (draining()) return refuse(c, 'not-now', 'The server is restarting. Try again in a few seconds.')
    const incoming = c.env?.incoming
    const address =
      incoming === undefined
        ? ''
        : clientAddress(incoming.socket.remoteAddress ?? '', forwardedFor(incoming), trust)
    if (!gate.request(address)) {
      metrics.turned('requests')
      return refuse(c, 'too-many', 'Too many requests at once. Try again in a second.')
    }
    const provenance = {
      host: c.req.header('host'),
      origin: c.req.header('origin'),
      site: c.req.header('sec-fetch-site'),
    }
    const changes = c.req.method !== 'GET' && c.req.method !== 'HEAD'
    if (changes && !knowsOrigin(bounds, provenance))
      return refuse(c, 'forbidden', 'A page of another site may not do this.')
    const bearer = bearerIn(c.req.header('authorization'))
    const who = await whoever.of({ cookie: c.req.header('cookie'), bearer })
    if (who === null) return signedOut(c)
    if (changes && who.readsOnly) return refuse(c, 'forbidden', 'This key is for reading only.')
    const newcomer = who.identity === unnamed && bearer === null && settings.access !== 'jwt'
    const identity = newcomer ? guests.welcome() : who.identity
    c.set('who', { ...who, identity })
    c.set('identity', identity)
    c.set('address', address)
    if (bearer === null && isGuest(identity)) c.header('set-cookie', guests.cookie(identity))
    return next()
  })
  for (const path of ['/documents', '/documents/*', '/search', '/templates'])
    app.use(path, (c, next) => {
      const { identity, claims } = c.get('who')
      const stranger =
        settings.access === 'jwt'
          ? claims === null
          : settings.access === 'documents' && settings.signIn === 'required' && !isAccount(identity)
      return stranger ? Promise.resolve(signedOut(c)) : next()
    })
  app.route('/me', me(people, parts.shard))
  app.route('/session', session(parts))
  app.route('/keys', keys(parts))
  app.route('/hooks', hooks(parts))
  app.route('/', audit(parts))
  if (settings.access === 'jwt') app.route('/token', token(parts))
  app.route('/documents', files(parts))
  if (parts.seals !== null) app.route('/files', sealed({ ...parts, seals: parts.seals }))
  if (settings.access === 'documents') {
    app.route('/documents', sharing(parts))
    app.route('/links', links(parts))
  }
  app.route('/documents', documents(parts))
  app.route('/search', search(parts))
  app.route('/templates', templates(parts))
  app.get('/openapi.json', told('This description.', { answer: { openapi: '3.1.0' } }), (c) =>
    c.json((description ??= openapi(described(app)))),
  )
  app.all('*', (c) => refuse(c, 'not-found', 'There is no such address in the API.'))
  app.onError((error, c) => {
    if (error instanceof Busy)
      return refuse(c, 'too-many', 'Too many passwords wait to be looked at. Try again in a few seconds.')
    if (error instanceof StoreBusyError)
      return refuse(c, 'not-now', 'The server cannot read or store that now. Try again in a minute.')
    log.error({ err: error }, 'a request failed')
    return refuse(c, 'fault', 'Something went wrong in the server. Try again.')
  })
  return app
}

/** The routes as people ask for them. */
const described = (app: Hono<Asker>): Route[] =>
  routesOf(app).map((route) => ({ ...route, path: `/api${route.path}`.replace(/\/$/, '') }))
