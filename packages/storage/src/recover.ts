import type { Entry } from './entry.ts'
import { readSpool, removeSpool, setAside } from './spool.ts'

/**
 * Stores what an earlier process left in a spool file, and takes the file away; or keeps a file that is damaged
 * under another name. `store` returns the indexes of what did not fit. `say` hears what was found, in a sentence
 * each. Rejects with one sentence when the changes cannot be stored now: they are then still in the file.
 */
export const recover = async (
  file: string,
  store: (entries: readonly Entry[]) => Promise<readonly number[]>,
  say: (sentence: string) => void,
): Promise<void> => {
  const spool = readSpool(file)
  switch (spool.state) {
    case 'nothing':
      return
    case 'foreign':
      return say(`${file} was put there by somebody else. Nothing was taken from it.`)
    case 'damaged':
      return say(`${file} is not as it was written. It is kept as ${setAside(file)}.`)
    case 'whole':
  }
  const { entries } = spool
  const clashes = await store(entries).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`The changes in ${file} cannot be stored now: ${why}.`, { cause: error })
  })
  removeSpool(file)
  const stored = entries.length - clashes.length
  if (stored > 0) say(`${changes(stored)} of the last run came from ${file} into the log.`)
  if (clashes.length === 0) return
  const rooms = new Set(clashes.map((index) => entries[index]?.room))
  const names = [...rooms].map((room) => JSON.stringify(room)).join(', ')
  say(`${changes(clashes.length)} from ${file} did not fit the log of ${names} and went into quarantine.`)
}

/** So many changes, in words. */
export const changes = (count: number): string => (count === 1 ? '1 change' : `${count} changes`)
