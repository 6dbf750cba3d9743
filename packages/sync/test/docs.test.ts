import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { refusals } from '../src/error.ts'

test('the protocol page lists exactly the refusals there are', () => {
  const page = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `([a-z-]+)` +\| (\d{4}) +\|/gm)].map(([, name, code]) => [
    name,
    Number(code),
  ])
  assert.deepEqual(Object.fromEntries(listed), refusals)
})
