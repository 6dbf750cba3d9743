import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { embedOrigins } from '@quire/editor/embeds'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Policy } from './access.ts'
import { filesIn } from './files.ts'
import type { File } from './files.ts'
import { isGuest, unnamed } from './identity.ts'
import type { Guests } from './identity.ts'
import { nobody } from './who.ts'
import type { Plugins } from './plugins.ts'
import type { Who, Whoever } from './who.ts'

/** What the page is served from. */
export interface Parts {
  /** The folder that `pnpm build` fills. */
  readonly folder: string
  readonly policy: Policy
  readonly guests: Guests
  readonly whoever: Whoever
  /** Sites that may show the page in a frame. */
  readonly frames: readonly string[]
  readonly plugins: Plugins
}

/** The built page as it lay on the disk when it was first asked for. */
interface Built {
  readonly files: ReadonlyMap<string, File>
  readonly index: File
  /** What the content policy calls the scripts that stand in the page itself. */
  readonly scripts: readonly string[]
}

const build = (folder: string): Built | null => {
  if (!existsSync(join(folder, 'index.html'))) return null
  const files = filesIn(folder)
  const index = files.get('/index.html')
  if (index === undefined) return null
  const html = Buffer.from(index.bytes).toString()
  const inline = html.matchAll(/<script(?![^>]*\ssrc\s*=)[^>]*>([\s\S]*?)<\/script\s*>/g)
  const scripts = [...inline].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  )
  return { files, index, scripts }
}

/** The page people type in: `/`, `/d/<id>` and what they load. A page for a document that is not there is a 404. */
export const page = ({ folder, policy, guests, whoever, frames, plugins }: Parts): Hono => {
  let built = build(folder)
  const current = (): Built | null => (built ??= build(folder))

  const send = async (c: Context, file: File, status: 200 | 404): Promise<Response> => {
    c.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    c.header('etag', file.etag)
    c.header('vary', 'accept-encoding')
    if (status === 200 && c.req.header('if-none-match') === file.etag) return c.body(null, 304)
    c.header('content-type', file.type)
    const encoding = file.encoding(c.req.header('accept-encoding') ?? '')
    if (encoding === null) return c.body(file.bytes, status)
    c.header('content-encoding', encoding)
    return c.body(await file.encoded(encoding), status)
  }

  const html = (c: Context, status: 200 | 404): Response | Promise<Response> => {
    const now = current()
    if (now !== null) return send(c, now.index, status)
    return c.text('The page is not built yet. Run `pnpm build` in the folder of Quire, then reload.\n', 503)
  }

  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", () => current()?.scripts.join(' ') ?? ''],
        // a menu that stops the page behind it from scrolling does so by a style element of its own
        styleSrcElem: ["'self'", "'unsafe-inline'"],
        styleSrcAttr: ["'none'"],
        // pictures of other sites, which the page loads when somebody asks for one, and never by itself
        imgSrc: ["'self'", 'data:', 'blob:', 'https:'],
        // older WebKit does not count a WebSocket of the same host as 'self'
        connectSrc: ["'self'", (c) => `ws://${c.req.header('host')} wss://${c.req.header('host')}`],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameSrc: [...embedOrigins, plugins.frames],
        frameAncestors: ["'self'", ...frames],
      },
      referrerPolicy: 'no-referrer',
      // what may frame it says the content policy; this older header knows no list
      xFrameOptions: frames.length === 0 ? 'SAMEORIGIN' : false,
      strictTransportSecurity: false, // whoever ends TLS before us decides that
    }),
  )
  for (const path of ['/', '/sign-in', '/account'])
    app.get(path, async (c) => {
      await welcome(c, guests, whoever)
      return html(c, 200)
    })
  app.get('/d/:id{.+}', async (c) => {
    const { identity, claims } = await welcome(c, guests, whoever)
    c.header('x-robots-tag', 'noindex')
    const id = c.req.param('id')
    const access = policy.names(id) ? await policy.access(identity, id, claims) : null
    // a page that has to sign in, or waits for a token, is no page that is not there
    const missing = access === null || ('refusal' in access && access.refusal !== 'signed-out')
    return html(c, missing ? 404 : 200)
  })
  app.get('*', (c) => {
    const file = c.req.path === '/index.html' ? undefined : current()?.files.get(c.req.path)
    return file === undefined ? html(c, 404) : send(c, file, 200)
  })
  return app
}

/** Who asks; a browser that comes for the first time becomes a guest, and stays that one. */
const welcome = async (c: Context, guests: Guests, whoever: Whoever): Promise<Who> => {
  const known = (await whoever.of({ cookie: c.req.header('cookie'), bearer: null })) ?? nobody
  const who = known.identity === unnamed ? { ...known, identity: guests.welcome() } : known
  if (isGuest(who.identity)) c.header('set-cookie', guests.cookie(who.identity))
  return who
}
