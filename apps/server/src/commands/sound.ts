import { SyncError } from '@quire/sync/error'
import { inspect } from '@quire/sync/inspect'
import { Known } from '@quire/sync/known'
import { emptyBase, piecesOf } from '@quire/sync/log'
import type { Past } from '@quire/sync/log'
import { placesOf } from '@quire/sync/places'

/** Why a room could not be opened with all of its log, in one sentence, or null when it can. */
export const unsound = (past: Past): string | null => {
  const { base } = past
  try {
    placesOf(base.state)
  } catch (error) {
    return `Its base cannot be read. ${error instanceof Error ? error.message : String(error)}`
  }
  const known = new Known()
  const vector = known.learnBase(base.places, emptyBase.deletes) ? known.encodeVector() : null
  if (vector === null || Buffer.compare(vector, base.vector) !== 0)
    return 'What is noted of its base does not fit the base.'
  for (const { last, update } of [{ last: 0, update: base.deletes }, ...piecesOf(past)]) {
    const verdict = inspect(update, known)
    const what = last === 0 ? 'The deletions of its base are' : `Update ${last} is`
    if (verdict instanceof SyncError) return `${what} damaged: ${verdict.detail}.`
    if (verdict.type === 'gap') return `${what} about something that is not there.`
    if (verdict.type === 'new') known.learn(verdict)
  }
  return null
}
