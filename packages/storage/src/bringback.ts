import { constants, copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { problems, schemaOf } from './check.ts'
import { makeFolder, syncFile, syncFolder } from './folder.ts'
import { lock, unwritable } from './lock.ts'
import { advance, migrations } from './migrate.ts'
import { number } from './row.ts'
import { spoolFiles } from './spool.ts'

/** What `bringBack` has done. */
export interface BroughtBack {
  /** How many documents there are now. */
  readonly documents: number
  /** Where the data that was there before is kept, or null when there was none. */
  readonly kept: string | null
}

/**
 * Puts a backup in the place of the data in a folder. What was there before is kept beside it. Everything gets
 * a new epoch, so that copies that people hold are offered to them and not merged in. With `heal` epochs stay
 * and the store counts as not closed in order, so that people bring back what the backup lacks. Clients that tell no
 * epoch, as every y-websocket client but our page, merge what they hold all the same; with `refuseStock` they are not let
 * in for 24 hours in which the server runs.
 *
 * Throws one sentence, and has changed nothing, when the folder is in use or the backup is not sound. When the
 * process is killed meanwhile the folder holds the old data or the new, at the latest when it is opened next.
 */
export const bringBack = (
  file: string,
  folder: string,
  { heal = false, refuseStock = false } = {},
): BroughtBack => {
  try {
    makeFolder(folder)
  } catch (error) {
    throw unwritable(folder, error)
  }
  const unlock = lock(folder, join(folder, 'quire.lock'))
  try {
    const draft = join(folder, 'quire.db.part')
    rmSync(draft, { force: true })
    copySound(file, draft)
    const documents = prepare(draft, heal, refuseStock)
    syncFile(draft)
    renameSync(draft, join(folder, readyToBringBack)) // whole, and from here on it will take its place
    syncFolder(folder)
    return { documents, kept: finishBringingBack(folder) }
  } finally {
    unlock()
  }
}

/** Of running: as long a page may lie asleep in a browser, as a rule. */
const refusedMs = 86_400_000

/** In a data folder: a backup that takes the place of the data at the next start, if not at once. */
export const readyToBringBack = 'quire.db.restored'

/** Puts what `bringBack` made ready in its place, if there is such. Returns where the data before is kept. */
export const finishBringingBack = (folder: string): string | null => {
  const made = join(folder, readyToBringBack)
  if (!existsSync(made)) return null
  const data = join(folder, 'quire.db')
  const kept = existsSync(data) ? nameFor(data) : null
  if (kept !== null) copy(data, kept)
  // it may hold what the file does not, or all that is left
  if (existsSync(`${data}-wal`)) copy(`${data}-wal`, `${kept ?? nameFor(data)}-wal`)
  // changes that continue the data before
  for (const spool of spoolFiles(folder).filter((file) => existsSync(file))) {
    copy(spool, nameFor(join(folder, 'quire.spool')))
    rmSync(spool)
    syncFolder(dirname(spool))
  }
  syncFolder(folder)
  for (const end of ['-wal', '-shm']) rmSync(`${data}${end}`, { force: true })
  syncFolder(folder) // before the new data is there: it must never meet the old log
  renameSync(made, data)
  syncFolder(folder)
  return kept
}

/** Copies a backup that is sound; throws one sentence about one that is not. */
const copySound = (file: string, draft: string): void => {
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`)
  let problem: string | null
  try {
    const source = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
    try {
      const [found, known] = [schemaOf(source), migrations().length]
      if (found > known) problem = `it is from a newer Quire (${found}; this is ${known})`
      else if (found === 0) problem = 'it holds no documents'
      else problem = problems(source)[0] ?? null
      if (problem === null) source.prepare('VACUUM INTO ?').run(draft)
    } finally {
      source.close()
    }
  } catch (error) {
    throw new Error(
      `${file} cannot be brought back: ${error instanceof Error ? error.message : String(error)}.`,
      {
        cause: error,
      },
    )
  }
  if (problem !== null) throw new Error(`${file} cannot be brought back: ${problem}.`)
}

/** Returns how many documents there are. */
const prepare = (draft: string, heal: boolean, refuseStock: boolean): number => {
  const db = new DatabaseSync(draft)
  try {
    advance(db, migrations())
    db.function('new_epoch', () => crypto.randomUUID())
    db.exec('BEGIN')
    if (!heal) db.exec('UPDATE documents SET epoch = new_epoch(); UPDATE store SET epoch = new_epoch()')
    db.exec(`UPDATE store SET clean = ${heal ? 0 : 1}`)
    db.exec(`UPDATE store SET stock_refused = ${refuseStock ? `running + ${refusedMs}` : 0}`)
    const documents = number(db.prepare('SELECT count(*) AS count FROM documents').get() ?? {}, 'count')
    db.exec('COMMIT')
    return documents
  } finally {
    db.close()
  }
}

const nameFor = (file: string): string => {
  const day = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  let name = `${file}.until-${day}`
  for (let count = 2; existsSync(name); count++) name = `${file}.until-${day}-${count}`
  return name
}

/** Gives the file a second name, or where that cannot be, makes a second file. */
const copy = (from: string, to: string): void => {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    if (statSync(from).size !== statSync(to).size) throw new Error(`${from} could not be copied to ${to}.`)
    syncFile(to)
  }
}
