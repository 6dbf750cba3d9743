import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { objections, refusals } from '../src/error.ts'

const page = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')

test('the protocol page lists exactly the refusals there are', () => {
  const listed = [...page.matchAll(/^\| `([a-z-]+)` +\| (\d{4}) +\|/gm)].map(([, name, code]) => [
    name,
    Number(code),
  ])
  assert.deepEqual(Object.fromEntries(listed), refusals)
})

test('the protocol page lists exactly the objections there are', () => {
  const [, part = ''] = page.split('## Writes that are not taken')
  const listed = [...(part.split('## ')[0] ?? '').matchAll(/^\| `([a-z]+)` /gm)].map(([, name]) => name)
  assert.deepEqual(new Set(listed), new Set(objections))
})
