import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Browser, folder, house } from './house.ts'
import type { House, Listed } from './house.ts'

const theme = "document.documentElement.dataset.theme = 'dark'"
const html = `<!doctype html><script>${theme}</script><script type="module" src="/assets/app-a1b2c3d4.js"></script>`
const script = `console.log(${JSON.stringify('quire '.repeat(1000))})`

const built = (t: TestContext): string => {
  const page = folder(t)
  mkdirSync(join(page, 'assets'))
  writeFileSync(join(page, 'index.html'), html)
  writeFileSync(join(page, 'favicon.svg'), '<svg/>')
  writeFileSync(join(page, '.env'), 'SECRET=1')
  writeFileSync(join(page, 'assets', 'app-a1b2c3d4.js'), script)
  return page
}

const get = async (home: House, path: string, headers: Record<string, string> = {}) => {
  const host = new URL(home.url).host
  return home.server.fetch(new Request(`${home.url}${path}`, { headers: { host, ...headers } }))
}

test('the page is served at / and at a document, and makes a guest of who comes', async (t) => {
  const home = await house(t, { page: built(t) })
  const { id } = await new Browser(home).json<Listed>('POST', '/api/documents', {}, 201)
  for (const path of ['/', `/d/${id}`]) {
    const answer = await get(home, path)
    assert.equal(answer.status, 200)
    assert.equal(await answer.text(), html)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
    assert.equal(answer.headers.get('cache-control'), 'no-cache')
    assert.match(answer.headers.get('set-cookie') ?? '', /^quire_guest=/)
    assert.equal(answer.headers.get('x-robots-tag'), path === '/' ? null : 'noindex')
  }
})

test('for a document or an address that is not there the page comes with status 404', async (t) => {
  const home = await house(t, { page: built(t) })
  for (const path of [
    `/d/${'A'.repeat(22)}`,
    '/d/',
    '/d/%00',
    '/d/%zz',
    '/nothing',
    '/assets/none.js',
    '/.env',
  ]) {
    const answer = await get(home, path)
    assert.equal(answer.status, 404, path)
    assert.equal(await answer.text(), html, path)
  }
})

test('under open access any room has a page', async (t) => {
  const home = await house(t, { page: built(t), flags: ['--access', 'open'] })
  assert.equal((await get(home, '/d/lobby')).status, 200)
  assert.equal((await get(home, '/d/team%2Fnotes')).status, 200)
  assert.equal((await get(home, '/d/team/notes')).status, 200)
  assert.equal((await get(home, '/d/a%20b')).status, 404)
})

test('assets are kept for good, the rest is asked for again and mostly not sent again', async (t) => {
  const home = await house(t, { page: built(t) })
  const asset = await get(home, '/assets/app-a1b2c3d4.js')
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.match(asset.headers.get('content-type') ?? '', /^text\/javascript/)
  const icon = await get(home, '/favicon.svg')
  assert.equal(icon.headers.get('cache-control'), 'no-cache')
  const again = await get(home, '/favicon.svg', { 'if-none-match': icon.headers.get('etag') ?? '' })
  assert.equal(again.status, 304)
  assert.equal(await again.text(), '')
})

test('assets travel compressed as far as the browser understands it', async (t) => {
  const home = await house(t, { page: built(t) })
  const ask = async (accepted: string) => {
    const answer = await get(home, '/assets/app-a1b2c3d4.js', { 'accept-encoding': accepted })
    return { by: answer.headers.get('content-encoding'), bytes: Buffer.from(await answer.arrayBuffer()) }
  }
  const br = await ask('gzip, deflate, br, zstd')
  assert.equal(br.by, 'br')
  assert.equal(brotliDecompressSync(br.bytes).toString(), script)
  const gzip = await ask('gzip;q=0.5, br;q=0')
  assert.equal(gzip.by, 'gzip')
  assert.equal(gunzipSync(gzip.bytes).toString(), script)
  assert.ok(gzip.bytes.length < script.length / 10)
  const plain = await ask('identity')
  assert.equal(plain.by, null)
  assert.equal(plain.bytes.toString(), script)
})

test('nothing outside the built page can be asked for, however the path is written', async (t) => {
  const home = await house(t, { page: built(t) })
  const { hostname, port } = new URL(home.url)
  const paths = [
    '/../../etc/passwd',
    '/assets/../../../etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//etc/passwd',
  ]
  for (const path of paths) {
    const [status, text] = await new Promise<[number | undefined, string]>((resolve, reject) => {
      const asking = request({ hostname, port, path }, (answer) => {
        let body = ''
        answer.on('data', (bytes: Buffer) => (body += bytes.toString()))
        answer.on('end', () => resolve([answer.statusCode, body]))
      })
      asking.on('error', reject).end()
    })
    assert.ok(status === 404 || status === 400, `${path}: ${status}`)
    assert.doesNotMatch(text, /root:/)
  }
})

test('[C6] [F10] only our own scripts run, and the one in the page by its hash', async (t) => {
  const home = await house(t, { page: built(t) })
  const { headers } = await get(home, '/')
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split('; ').map((part) => {
      const [name = '', ...values] = part.split(' ')
      return [name, values.filter((value) => value !== '')]
    }),
  )
  const hash = `'sha256-${createHash('sha256').update(theme).digest('base64')}'`
  assert.deepEqual(policy.get('script-src'), ["'self'", hash])
  assert.deepEqual(policy.get('default-src'), ["'self'"])
  assert.deepEqual(policy.get('style-src-attr'), ["'none'"])
  assert.deepEqual(policy.get('object-src'), ["'none'"])
  assert.deepEqual(policy.get('base-uri'), ["'none'"])
  assert.deepEqual(policy.get('frame-ancestors'), ["'self'"])
  assert.equal(headers.get('referrer-policy'), 'no-referrer')
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
})

test('a page that was not built says how to build it, and is there once it is', async (t) => {
  const page = folder(t)
  const home = await house(t, { page })
  const missing = await get(home, '/')
  assert.equal(missing.status, 503)
  assert.match(await missing.text(), /Run `pnpm build`/)
  writeFileSync(join(page, 'index.html'), html)
  assert.equal((await get(home, '/')).status, 200)
})

test('[A19] a name that was made to point here gets no page and no API', async (t) => {
  const home = await house(t, { page: built(t) })
  for (const path of ['/', '/api/me']) {
    const answer = await get(home, path, { host: 'evil.example' })
    assert.equal(answer.status, 403)
    assert.match(await answer.text(), /QUIRE_PUBLIC_URL/)
  }
})
