import { SyncError } from './error.ts'
import { inspect } from './inspect.ts'
import type { Segment } from './inspect.ts'
import { gather } from './integration-budget.ts'
import { IntegrationModel } from './integration-model.ts'
import { Known } from './known.ts'
import type { Base } from './log.ts'
import { Cutter } from './split.ts'

/** So much of a state goes to a connection before others get their turn. */
export const pieceBytes = 128 * 1024

/**
 * Where each struct of a whole state stands, and where it is cut, encoded as a base keeps them: a room that opens
 * reads this instead of the state. Throws for an update that is damaged or not whole.
 */
export const placesOf = (state: Uint8Array): Pick<Base, 'places' | 'cuts'> => {
  const known = new Known()
  const cutter = new Cutter(pieceBytes)
  const segments: Segment[] = []
  const add = gather(segments)
  const order = (segment: Segment): void => {
    add(segment)
    if (state.length > pieceBytes) cutter.add(segment)
  }
  const verdict = inspect(state, known, undefined, undefined, null, order)
  if (verdict instanceof SyncError) throw new Error(`The state is damaged: ${verdict.detail}.`)
  if (verdict.type === 'gap') throw new Error('The state builds on something that it does not hold.')
  const model = new IntegrationModel()
  if (verdict.type === 'new') {
    known.learn(verdict)
    model.add(state, segments, Number.POSITIVE_INFINITY)
  }
  return { places: known.encodePlaces(model), cuts: cutter.cuts() }
}
