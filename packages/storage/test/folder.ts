import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { spoolFiles } from '../src/spool.ts'

/** An empty folder that goes when the tests of this file are over, and so does a spool beside it. */
export const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'quire-storage-'))
  const spools = spoolFiles(path)
  after(() => {
    for (const leftover of [path, ...spools]) rmSync(leftover, { recursive: true, force: true })
  })
  return path
}
