import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { syncFile, syncFolder } from './folder.ts'

/**
 * Writes a copy of the data in a folder to a file, which survives power loss when this returns. The store may be
 * in use meanwhile: the copy holds all that was on disk when this was called. Works in the calling thread. Throws
 * one sentence when the file is there already or cannot be written, or when there is no data.
 */
export const backup = (folder: string, file: string): void => {
  const data = join(folder, 'quire.db')
  if (!existsSync(data)) throw new Error(`There is no data in ${folder}.`)
  if (existsSync(file)) throw new Error(`${file} is there already, and stays as it is.`)
  const draft = `${file}.${crypto.randomUUID()}.part` // renamed when it is whole
  try {
    const db = new DatabaseSync(data, { readOnly: true, timeout: 5000 })
    try {
      db.prepare('VACUUM INTO ?').run(draft)
    } finally {
      db.close()
    }
    syncFile(draft)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`The backup ${file} could not be made: ${why}.`, { cause: error })
  }
  syncFolder(dirname(file))
}
