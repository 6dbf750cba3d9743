import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Browser, house } from './house.ts'
import { postOffice } from './postoffice.ts'

const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `([A-Z]+) (\/api\/[^`]+)`/gm)].map(([, method = '', path = '']) => ({
  method,
  path,
}))

test('docs/api.md: there is every request that the page names', async (t) => {
  const oidc = [
    '--oidc-issuer',
    'http://127.0.0.1:9',
    '--oidc-client-id',
    'quire',
    '--oidc-client-secret',
    'x',
  ]
  const jwt = ['--access', 'jwt', '--jwt-issuer', 'x', '--jwt-secret', 'x'.repeat(32)]
  const [ada, app] = [
    new Browser(await house(t, { flags: [...oidc, ...(await postOffice(t)).flags] })),
    new Browser(await house(t, { flags: jwt })),
  ]
  assert.ok(rows.length > 40)
  for (const { method, path } of rows) {
    const browser = path === '/api/token' ? app : ada
    const answer = await browser.ask(method, path.replaceAll(/:\w+/g, 'x'), method === 'GET' ? undefined : {})
    assert.ok(!(await answer.text()).includes('no such address'), `${method} ${path}`)
  }
})
