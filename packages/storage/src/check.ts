import type { DatabaseSync } from 'node:sqlite'
import { number, text } from './row.ts'

/** The version of the schema; 0 for a database that Quire did not make. */
export const schemaOf = (db: DatabaseSync): number =>
  number(db.prepare('PRAGMA user_version').get() ?? {}, 'user_version')

/** What is wrong with the file itself, in a few words each. Reads all of it. */
export const problems = (db: DatabaseSync): string[] => {
  const found = db
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => text(row, 'integrity_check'))
    .filter((words) => words !== 'ok')
  const strays = db.prepare('PRAGMA foreign_key_check').all()
  for (const table of new Set(strays.map((row) => text(row, 'table'))))
    found.push(`rows of the table ${table} refer to what is not there`)
  return found
}
