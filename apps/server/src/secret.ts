import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The secret kept in this data folder. Made at random on the first run, readable by its owner only. */
export const secretIn = (folder: string): string => {
  const file = join(folder, 'secret')
  try {
    // 'wx' writes only if nothing is there, so a secret is never replaced
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (secret.length < 32) throw new Error(`${file} holds no secret; delete it and a new one is made.`)
  return secret
}
