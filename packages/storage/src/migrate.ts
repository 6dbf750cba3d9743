import { readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { schemaOf } from './check.ts'
import { syncFile, syncFolder } from './folder.ts'
import { defineSearchFunctions } from './search.ts'

/** The steps from an empty file to the present schema. Step n leads to version n. */
export const migrations = (): string[] => {
  const folder = new URL('../migrations/', import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return names.toSorted().map((name) => readFileSync(new URL(name, folder), 'utf8'))
}

/**
 * Brings the database to the last of the steps, each in a transaction of its own. A database that holds
 * something is copied first, to a file beside it that names the version. Throws one sentence when the data is
 * newer than the steps.
 */
export const migrate = (db: DatabaseSync, file: string, steps: readonly string[]): void => {
  const found = schemaOf(db)
  const known = steps.length
  if (found > known) throw new Error(`The data is from a newer Quire (${found}; this is ${known}).`)
  if (found === known) return
  if (found > 0) copyDatabase(db, `${file}.v${found}`)
  advance(db, steps)
}

/** Takes the steps that the database has not taken, each in a transaction of its own. */
export const advance = (db: DatabaseSync, steps: readonly string[]): void => {
  const found = schemaOf(db)
  if (found < steps.length) defineSearchFunctions(db)
  for (const [index, step] of steps.entries()) {
    if (index < found) continue
    db.exec(`BEGIN IMMEDIATE;\n${step};\nPRAGMA user_version = ${index + 1};\nCOMMIT`)
  }
}

/** Copies what a connection reads into a new file, which survives power loss when this returns. */
export const copyDatabase = (db: DatabaseSync, target: string): void => {
  const draft = `${target}.part` // renamed when it is whole
  rmSync(draft, { force: true })
  db.prepare('VACUUM INTO ?').run(draft)
  syncFile(draft)
  renameSync(draft, target)
  syncFolder(dirname(target))
}
