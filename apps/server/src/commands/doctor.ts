import { join } from 'node:path'
import { missingBytes } from '@quire/storage/backupfiles'
import { examine } from '@quire/storage/examine'
import { quarantine } from '@quire/storage/quarantine'
import { unsound } from './sound.ts'

/**
 * Reads everything in a data folder, which may be in use, and says what is wrong with it: with `withFiles` also
 * whether the bytes of files are there. True when nothing is wrong.
 * Changes nothing. Throws one sentence when there is nothing that it can read.
 */
export const doctor = (data: string, withFiles: boolean, say: (line: string) => void): boolean => {
  const findings = examine(data, unsound)
  for (const { room, sentence } of findings) say(room === null ? sentence : `${room}: ${sentence}`)
  const missing = withFiles ? missingBytes(data) : 0
  if (missing > 0)
    say(
      `The bytes of ${missing} files are missing. Copy the quire-files of a backup over ${join(data, 'files')}.`,
    )
  if (findings.length > 0)
    say('A room that is damaged can be read up to there. `doctor --mend ROOM` lets it take writes again.')
  const well = findings.length === 0 && missing === 0
  if (well) say(`Everything in ${data} is as it should be.`)
  return well
}

/**
 * Lets a damaged room take writes again: what cannot be read, and all after it, goes into quarantine. Nothing is
 * deleted. Throws one sentence when the server runs, or when the damage lies where this cannot help.
 */
export const mend = (data: string, room: string, say: (line: string) => void): void => {
  const [first] = examine(data, unsound)
    .filter((finding) => finding.room === room)
    .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
  if (first === undefined) return say(`${room} is as it should be.`)
  if (first.position === null) throw new Error(`${room}: ${first.sentence} Only a backup can bring it back.`)
  const moved = quarantine(data, room, first.position)
  say(`${room}: ${moved} updates, from ${first.position} on, are in quarantine. The room takes writes again.`)
}
