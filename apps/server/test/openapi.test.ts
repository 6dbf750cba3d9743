import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { api } from '../src/api/api.ts'
import type { Parts } from '../src/api/api.ts'
import * as examples from '../src/api/examples.ts'
import { routesOf } from '../src/api/told.ts'
import { Browser, house, settings } from './house.ts'
import type { Listed } from './house.ts'
import { postOffice } from './postoffice.ts'

interface Operation {
  operationId: string
  summary: string
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { content?: Record<string, { example?: unknown }> }>
}
interface Description {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}

const oidc = ['--oidc-issuer', 'http://127.0.0.1:9', '--oidc-client-id', 'quire', '--oidc-client-secret', 'x']
const jwt = ['--access', 'jwt', '--jwt-issuer', 'x', '--jwt-secret', 'x'.repeat(32)]
const operations = ({ paths }: Description) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
const described = (browser: Browser): Promise<Description> => browser.json('GET', '/api/openapi.json')

test('the description of the API holds every route that there is, and each tells of itself', async (t) => {
  const { flags } = await postOffice(t)
  for (const way of [[...oidc, ...flags], jwt, ['--access', 'open'], []]) {
    const home = await house(t, { flags: way })
    const written = operations(await described(new Browser(home)))
    // the routes of a server are made without using what it is made of
    const parts = {
      settings: settings(way),
      mail: {},
      oidc: {},
      shard: {},
      limits: {},
      seals: way === jwt ? {} : null,
    } as unknown as Parts
    const routes = routesOf(api(parts)).filter(
      ({ path }) => way.includes('--smtp-url') || !/\/(oidc|mail)/.test(path),
    )
    const paths = (list: { method: string; path: string }[]): string[] =>
      list.map(({ method, path }) => `${method} ${path}`).toSorted()
    assert.deepEqual(
      paths(written),
      paths(
        routes.map(({ method, path }) => ({
          method,
          path: `/api${path}`.replace(/\/$/, '').replaceAll(/:(\w+)/g, '{$1}'),
        })),
      ),
    )
    const names = written.map(({ operation }) => operation.operationId)
    assert.equal(new Set(names).size, names.length)
    for (const { method, path, told } of routes) assert.ok((told?.does ?? '') !== '', `${method} ${path}`)
  }
})

test('docs/api.md names no request that the description does not hold, and the other way round', async (t) => {
  const { flags } = await postOffice(t)
  const page = ['api', 'files']
    .map((name) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8'))
    .join('\n')
  const ways = [[...oidc, ...flags], jwt]
  const there = new Set<string>()
  for (const way of ways)
    for (const { method, path } of operations(await described(new Browser(await house(t, { flags: way })))))
      there.add(`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)
  for (const [, method = '', path = ''] of page.matchAll(/^\| `([A-Z]+) (\/api\/[^`?]+)`/gm))
    assert.ok(there.has(`${method} ${path}`), `${method} ${path}`)
  const unnamed = [...there].filter((route) => !page.includes(route.slice(route.indexOf(' ') + 1)))
  assert.deepEqual(unnamed, [])
})

test('every body that the description tells of is what the route reads: anything else is refused by name', async (t) => {
  const { flags } = await postOffice(t)
  const ways = [
    ['--limits', 'off', ...oidc, ...flags],
    [...jwt, '--limits', 'off'],
  ]
  for (const way of ways) {
    const browser = new Browser(await house(t, { flags: way }))
    if (way.includes('jwt')) continue // only its own route differs, and takes no cookie: jwt.test.ts
    for (const { method, path, operation } of operations(await described(browser))) {
      const schema = operation.requestBody?.content['application/json']?.schema
      if (schema === undefined) continue
      assert.ok('properties' in schema, path)
      const at = path.replaceAll(/\{\w+\}/g, 'x')
      if (path === '/api/documents/{id}/files') continue // whether one may comes first
      const { error, message } = await browser.json<{ error: string; message: string }>(
        method,
        at,
        { 'no such thing': 1 },
        400,
      )
      assert.equal(error, 'bad-request', `${method} ${path}: ${message}`)
    }
  }
})

/** The names in an answer, at every depth; of a list those of its first entry. */
const namesIn = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(namesIn)
  if (typeof value !== 'object' || value === null) return 0
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, namesIn(inner)]))
}
const alike = (given: unknown, example: unknown): void => assert.deepEqual(namesIn(given), namesIn(example))

test('answers look like the examples in the description', async (t) => {
  const home = await house(t, { flags: ['--registration', 'trusted', '--webhooks-private', 'yes'] })
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const password = 'correct horse battery staple'
  const register = (browser: Browser, email: string) =>
    browser.json('POST', '/api/session/register', { email, password }, 201)
  alike(await register(ada, 'ada@example.org'), examples.account)
  await register(ben, 'ben@example.org')
  const made = await ada.json<Listed>('POST', '/api/documents', { title: 'Plan' }, 201)
  const at = `/api/documents/${made.id}`
  alike(made, examples.document)
  await ada.json('PATCH', `${at}/access`, { general: 'none' })
  await ben.json('POST', `${at}/requests`, { message: 'me' }, 202)
  alike(await ada.json('GET', `${at}/requests`), examples.requests)
  alike(
    await ada.json('POST', `${at}/grants`, { email: 'ben@example.org', role: 'view' }, 201),
    examples.grant,
  )
  alike(await ada.json('POST', `${at}/links`, { role: 'view' }, 201), examples.newLink)
  alike(await ada.json('POST', '/api/keys', {}, 201), examples.key)
  alike(await ada.json('POST', '/api/hooks', { url: 'http://127.0.0.1:9/' }, 201), examples.newHook)
  await home.store.sharing.opened('@x', made.id, 1)
  const gets: [string, unknown][] = [
    ['/api/documents', examples.documents],
    [at, examples.document],
    [`${at}/access`, examples.access],
    [`${at}/grants`, examples.grants],
    [`${at}/links`, examples.links],
    [`${at}/audit`, examples.deeds],
    ['/api/me/audit', examples.deeds],
    [`${at}/files`, { ...examples.files, files: [] }],
    ['/api/me', examples.me],
    ['/api/session', { ...examples.session, frames: [] }],
    ['/api/session/all', examples.sessions],
    ['/api/keys', examples.keys],
    ['/api/hooks', examples.hooks],
  ]
  for (const [path, example] of gets) alike(await ada.json('GET', path), example)
})
