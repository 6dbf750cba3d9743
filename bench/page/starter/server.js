// Hocuspocus with the built starter page, and one client of it, on command from the benchmark.
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { HocuspocusProvider } from '@hocuspocus/provider'
import { Server } from '@hocuspocus/server'
import * as Y from 'yjs'

const sync = new Server({ port: 0, address: '127.0.0.1', quiet: true })
await sync.listen()
const { port } = sync.address

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
const dist = join(import.meta.dirname, 'dist')
const files = new Map(
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name)
      return [file.slice(dist.length), gzipSync(readFileSync(file), { level: 9 })]
    }),
)
const web = createServer(({ url }, answer) => {
  const path = files.has(url) ? url : '/index.html'
  answer.writeHead(200, {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'content-encoding': 'gzip',
    'cache-control': path === '/index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
  })
  answer.end(files.get(path))
}).listen(0, '127.0.0.1', () => process.send({ address: `http://127.0.0.1:${web.address().port}/${port}` }))

const clients = new Map()
const enter = async (room) => {
  const known = clients.get(room)
  if (known !== undefined) return known
  const document = new Y.Doc()
  const provider = new HocuspocusProvider({ url: `ws://127.0.0.1:${port}`, name: room, document })
  await new Promise((done) => void provider.on('synced', done))
  clients.set(room, document)
  return document
}

process.on('message', async ({ room, put, at, text }) => {
  const document = await enter(room)
  const body = document.getXmlFragment('default')
  if (put !== undefined) Y.applyUpdate(document, Buffer.from(put, 'base64'))
  const when = Date.now()
  if (text !== undefined) body.get(at).get(0).insert(0, text)
  process.send({ when, says: put === undefined && text === undefined ? body.toString() : '' })
})
