import { execFileSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { number } from '../row.ts'

/** What a fresh connection finds at a path. */
export interface Beat {
  /** A number that the writer raises: it tells one state of one database from every other. */
  readonly beat: number
  /** SQLite's schema version. A copy that SQLite has written anew (`VACUUM`, `VACUUM INTO`) has another one. */
  readonly schema: number
}

/**
 * `other`: what lies there is no database of this kind. `unknown`: it could not be read now, which says nothing about
 * the file.
 */
export type Reading = Beat | 'other' | 'unknown'

/** What a fresh connection looks at: the database file alone, or the file together with its write-ahead log. */
export type Scope = 'file' | 'file-and-log'

/** The beat of a database that is open. */
export const beatOf = (db: DatabaseSync): Beat => ({
  beat: number(db.prepare('SELECT beat FROM pulse').get() ?? {}, 'beat'),
  schema: number(db.prepare('PRAGMA schema_version').get() ?? {}, 'schema_version'),
})

/**
 * Reads the beat in the calling thread. Only for a file that SQLite in this process has open under the same device
 * and inode: SQLite then keeps the descriptor, and so the locks of the process, when the connection is closed.
 */
export const readBeat = (file: string, scope: Scope): Reading => {
  const address = pathToFileURL(file)
  if (scope === 'file') address.searchParams.set('immutable', '1')
  try {
    const db = new DatabaseSync(address, { readOnly: true, timeout: 500 })
    try {
      return beatOf(db)
    } finally {
      db.close()
    }
  } catch (error) {
    return meaning(error)
  }
}

/**
 * The same in a process of its own, for a path that may lead to another file. A file system that changes inode
 * numbers may show SQLite the same file as another one; closing it here would then drop the locks of the writer.
 */
export const readBeatApart = (file: string, scope: Scope): Reading => {
  try {
    if (!statSync(file).isFile()) return 'other'
    accessSync(file, constants.R_OK)
    const script = fileURLToPath(new URL('./read-beat-main.ts', import.meta.url))
    // the script prints a Reading
    return JSON.parse(
      execFileSync(process.execPath, [script, file, scope], {
        env: {},
        timeout: 5000,
        stdio: ['ignore', 'pipe', 'ignore'],
        encoding: 'utf8',
      }),
    ) as Reading
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    return code === 'EACCES' || code === 'ENOENT' ? 'other' : 'unknown'
  }
}

/** SQLITE_ERROR (no such table), SQLITE_CORRUPT, SQLITE_NOTADB. Everything else may pass. */
const foreign = new Set([1, 11, 26])
/** SQLITE_IOERR_SHORT_READ: the log that an index speaks of is not the log that lies there. */
const shortRead = 522

const meaning = (error: unknown): Reading => {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0
  return foreign.has(code & 255) || code === shortRead ? 'other' : 'unknown'
}
