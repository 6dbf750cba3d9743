import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { folder, house } from './house.ts'

const withPlugin = async (t: TestContext) => {
  const plugins = folder(t)
  writeFileSync(join(plugins, 'mermaid.js'), 'globalThis.mermaid = {}')
  writeFileSync(join(plugins, 'other.js'), 'alert(1)')
  writeFileSync(join(plugins, '.secret'), 'x')
  return house(t, { flags: ['--plugins', plugins] })
}
type House = Awaited<ReturnType<typeof house>>
const get = (home: House, path: string, headers: Record<string, string> = {}) =>
  home.server.fetch(
    new Request(`${home.url}${path}`, { headers: { host: new URL(home.url).host, ...headers } }),
  )

test('without a folder for plug-ins there are none, and the page frames nothing of this server', async (t) => {
  const home = await house(t)
  assert.deepEqual(await (await get(home, '/plugins.json')).json(), { plugins: [] })
  for (const path of ['/plugins/mermaid', '/plugins/mermaid.js'])
    assert.notEqual((await get(home, path)).status, 200, path)
  const policy = (await get(home, '/')).headers.get('content-security-policy') ?? ''
  assert.ok(!policy.includes('/plugins/'))
})

test('a plug-in is served as a script that nobody takes for anything else, and known by its tag', async (t) => {
  const home = await withPlugin(t)
  assert.deepEqual(await (await get(home, '/plugins.json')).json(), { plugins: ['mermaid'] })
  const answer = await get(home, '/plugins/mermaid.js')
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/javascript/)
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(answer.headers.get('cache-control'), 'no-cache')
  assert.equal(await answer.text(), 'globalThis.mermaid = {}')
  const etag = answer.headers.get('etag') ?? ''
  assert.equal((await get(home, '/plugins/mermaid.js', { 'if-none-match': etag })).status, 304)
})

test('the frame of a plug-in has no origin and may run nothing but the plug-in', async (t) => {
  const home = await withPlugin(t)
  const { host } = new URL(home.url)
  const answer = await get(home, '/plugins/mermaid')
  const policy = answer.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /sandbox allow-scripts(;|$)/)
  assert.match(
    policy,
    new RegExp(`script-src http://${host}/plugins/ https://${host}/plugins/ 'sha256-[^']+'(;|$)`),
  )
  assert.doesNotMatch(policy, /connect-src|unsafe-eval/)
  assert.match(
    (await get(home, '/')).headers.get('content-security-policy') ?? '',
    new RegExp(`frame-src [^;]*${host}/plugins/`),
  )
})

test('nothing else in the folder is served', async (t) => {
  const home = await withPlugin(t)
  for (const path of ['/plugins/other.js', '/plugins/.secret', '/plugins/..%2fmermaid.js', '/plugins/'])
    assert.notEqual((await get(home, path)).status, 200, path)
})
