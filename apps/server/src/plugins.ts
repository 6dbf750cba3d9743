import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { File } from './files.ts'

/** The parts of others that an operator can put in. Each is one file of that name in the folder for plug-ins. */
const known = ['mermaid'] as const

/**
 * What draws a diagram: it stands in a frame that has no origin, hears its source from the page and answers with how
 * large the picture is, or why there is none.
 */
const script = `'use strict'
const place = document.getElementById('place')
const tell = (what) => parent.postMessage(what, '*')
let nth = 0
addEventListener('message', async ({ data, source }) => {
  if (source !== parent) return
  try {
    document.documentElement.style.setProperty('color-scheme', data.dark ? 'dark' : 'light')
    mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', maxTextSize: 50000, suppressErrorRendering: true, theme: data.dark ? 'dark' : 'default' })
    const { svg } = await mermaid.render('diagram' + nth++, data.source)
    place.innerHTML = svg
    tell({ drawn: data.nth, height: Math.ceil(place.getBoundingClientRect().height) })
  } catch (error) {
    tell({ drawn: data.nth, error: String(error && error.message || error) })
  }
})
new ResizeObserver(() => { if (place.firstChild) tell({ height: Math.ceil(place.getBoundingClientRect().height) }) }).observe(place)
tell({ ready: typeof mermaid === 'object' })
`
const frame = `<!doctype html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Diagram</title><style>body{margin:0}#place{overflow:hidden}svg{display:block;max-width:100%;margin:auto}</style></head><body><div id="place"></div><script src="/plugins/mermaid.js"></script><script>${script}</script></body></html>`
const hash = createHash('sha256').update(script).digest('base64')

/** The plug-ins of an operator: which there are, their files, and the frames that they work in. */
export interface Plugins {
  readonly routes: Hono
  /** Where the page's frames may lead, for its content policy; nowhere without a plug-in. */
  readonly frames: (c: Context) => string
}

const at = (c: Context): string => {
  const host = c.req.header('host') ?? ''
  return `http://${host}/plugins/ https://${host}/plugins/`
}

/** The plug-ins in a folder, as they lay there when the server started. Null is no folder. */
export const plugins = (folder: string | null): Plugins => {
  const files = new Map<string, File>()
  for (const name of known) {
    const path = folder === null ? null : join(folder, `${name}.js`)
    if (path !== null && existsSync(path))
      files.set(name, new File(`/plugins/${name}.js`, new Uint8Array(readFileSync(path))))
  }
  const routes = new Hono()
  routes.get('/plugins.json', (c) => {
    c.header('cache-control', 'no-cache')
    return c.json({ plugins: [...files.keys()] })
  })
  if (files.has('mermaid'))
    routes.get(
      '/plugins/mermaid',
      secureHeaders({
        contentSecurityPolicy: {
          defaultSrc: ["'none'"],
          // a frame without an origin is nobody's 'self'
          scriptSrc: [at, `'sha256-${hash}'`],
          styleSrc: ["'unsafe-inline'"],
          imgSrc: ['data:'],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'self'"],
          sandbox: ['allow-scripts'],
        },
        referrerPolicy: 'no-referrer',
        strictTransportSecurity: false,
        originAgentCluster: false, // without an origin there is none to ask this for
      }),
      (c) => {
        c.header('cache-control', 'no-cache')
        return c.html(frame)
      },
    )
  routes.get('/plugins/:file', async (c, next) => {
    const file = files.get(c.req.param('file').replace(/\.js$/, ''))
    if (file === undefined) return next()
    c.header('cache-control', 'no-cache')
    c.header('etag', file.etag)
    c.header('vary', 'accept-encoding')
    c.header('x-content-type-options', 'nosniff')
    // the frame that loads it has no origin, so that to a browser it is another site
    c.header('cross-origin-resource-policy', 'cross-origin')
    if (c.req.header('if-none-match') === file.etag) return c.body(null, 304)
    c.header('content-type', 'text/javascript; charset=utf-8')
    const encoding = file.encoding(c.req.header('accept-encoding') ?? '')
    if (encoding === null) return c.body(file.bytes)
    c.header('content-encoding', encoding)
    return c.body(await file.encoded(encoding))
  })
  return { routes, frames: (c) => (files.size === 0 ? '' : at(c)) }
}
