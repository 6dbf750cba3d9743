import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { table } from '../src/settings.ts'

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

test('the README lists exactly the settings there are, with their defaults and meanings', () => {
  const rows = readme
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, name = '']) => /^`[A-Z0-9_]+`$/.test(name))
    .map(([, name = '', standard = '', ...meaning]) => [
      name.replaceAll('`', ''),
      standard,
      meaning.slice(0, -1).join('|'),
    ])
  assert.deepEqual(
    rows,
    table.map((row) => [row.name, row.default, row.meaning]),
  )
})
