import { DatabaseSync } from 'node:sqlite'

/**
 * Claims a folder for this process. Throws one sentence when somebody else holds it, or when it cannot be
 * written. The operating system lets go when the process ends, however it ends; else the returned function does.
 *
 * The claim is on an empty database of its own, so that others may still read the data, for a backup say.
 */
export const lock = (folder: string, file: string): (() => void) => {
  const claim = open(folder, file)
  try {
    // the journal in memory: a claim writes nothing, so it is to be had on a full disk
    claim.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    claim.close()
    const busy = error instanceof Error && 'errcode' in error && error.errcode === 5
    if (busy) throw new Error(`Another Quire is using the data in ${folder}.`, { cause: error })
    throw unwritable(folder, error)
  }
  return () => claim.close()
}

/** The sentence for a folder that is not ours to write. */
export const unwritable = (folder: string, cause: unknown): Error =>
  new Error(
    `The data folder ${folder} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
    { cause },
  )

const open = (folder: string, file: string): DatabaseSync => {
  try {
    return new DatabaseSync(file, { timeout: 0 })
  } catch (error) {
    throw unwritable(folder, error)
  }
}
