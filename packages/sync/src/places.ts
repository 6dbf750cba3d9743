import { SyncError } from './error.ts'
import { inspect } from './inspect.ts'
import { Known } from './known.ts'

/**
 * Where each struct of a whole state stands, encoded as a base keeps it: a room that opens reads this instead of
 * the state. Throws for an update that is damaged or not whole.
 */
export const placesOf = (state: Uint8Array): Uint8Array => {
  const known = new Known()
  const verdict = inspect(state, known)
  if (verdict instanceof SyncError) throw new Error(`The state is damaged: ${verdict.detail}.`)
  if (verdict.type === 'gap') throw new Error('The state builds on something that it does not hold.')
  if (verdict.type === 'new') known.learn(verdict)
  return known.encodePlaces()
}
