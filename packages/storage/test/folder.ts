import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

/** An empty folder that goes when the tests of this file are over. */
export const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'quire-storage-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return path
}
