import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { blobPath, copyBlob } from './blobfolder.ts'
import { makeFolder } from './folder.ts'
import { text } from './row.ts'

/** What was done with the bytes that a backup speaks of. */
export interface CopiedFiles {
  /** How many there are where they were to go. */
  readonly files: number
  /** How many could not be found. */
  readonly missing: number
}

/** Where the bytes of files lie that a backup speaks of: beside it, in one folder for all backups there. */
export const besideBackup = (backup: string): string => join(dirname(backup), 'quire-files')

/**
 * Copies the bytes of all files that a backup speaks of from a data folder to the folder beside the backup. What an
 * earlier backup has brought there is not copied again. They survive power loss when this resolves.
 */
export const backupFiles = (folder: string, backup: string): Promise<CopiedFiles> =>
  copyAll(backup, join(folder, 'files'), besideBackup(backup))

/** Copies them back from beside the backup into a data folder, as far as they are not there. */
export const bringBackFiles = (backup: string, folder: string): Promise<CopiedFiles> =>
  copyAll(backup, besideBackup(backup), join(folder, 'files'))

/** How many files of a data folder, which may be in use, have no bytes there. */
export const missingBytes = (folder: string): number => {
  const data = join(folder, 'quire.db')
  if (!existsSync(data)) return 0
  return hashesIn(data).filter((hash) => !existsSync(blobPath(join(folder, 'files'), hash))).length
}

const copyAll = async (backup: string, from: string, to: string): Promise<CopiedFiles> => {
  const hashes = hashesIn(backup)
  let missing = 0
  if (hashes.length > 0) makeFolder(to)
  for (const hash of hashes)
    if (!(await copyBlob(from, to, hash)) && !(await copyBlob(to, to, hash))) missing++
  return { files: hashes.length - missing, missing }
}

/** What a database speaks of: nothing, if it is of a version that knew no files. */
const hashesIn = (backup: string): string[] => {
  const db = new DatabaseSync(backup, { readOnly: true, timeout: 5000 })
  try {
    if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'files'").get() === undefined) return []
    return db
      .prepare('SELECT DISTINCT hash FROM files ORDER BY hash')
      .all()
      .map((row) => text(row, 'hash'))
  } finally {
    db.close()
  }
}
