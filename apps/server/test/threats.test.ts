import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const [page = '', rest = ''] = readFileSync(`${root}docs/threats.md`, 'utf8').split('## Not shown yet')
const idsIn = (text: string): string[] =>
  [...text.matchAll(/^\| ([DNOWACL]\d+) +\|/gm)].map(([, id = '']) => id)

const titles = globSync(['{apps,packages}/*/test/*.ts', 'e2e/*.ts'], { cwd: root })
  .map((file) => readFileSync(root + file, 'utf8'))
  .join('\n')
const shown = new Set([...titles.matchAll(/\[([DNOWACL]\d+)\]/g)].map(([, id]) => id))

test('every row of docs/threats.md is shown by a test with its id, or says why it is not', () => {
  const rows = idsIn(page)
  assert.ok(rows.length > 80)
  const missing = idsIn(rest)
  assert.deepEqual(
    rows.filter((id) => !shown.has(id)),
    rows.filter((id) => missing.includes(id)),
  )
  assert.deepEqual(
    missing.filter((id) => !rows.includes(id)),
    [],
  )
})
