import { SyncError } from '../src/error.ts'
import { inspect } from '../src/inspect.ts'
import { Known } from '../src/known.ts'
import { Cutter, cutPieces } from '../src/split.ts'

/**
 * A whole state as several updates, each of about `most` bytes unless one struct is larger, in an order in which
 * each builds only on those before it. Together they are the state without its delete set. An update that is not
 * a whole state comes back as it is: nothing says in which order its parts could be taken in.
 */
export const split = (state: Uint8Array, most: number): Uint8Array[] => {
  if (state.length <= most) return [state]
  const cutter = new Cutter(most)
  const verdict = inspect(state, new Known(), undefined, undefined, null, (segment) => cutter.add(segment))
  if (verdict instanceof SyncError || verdict.type !== 'new') return [state]
  return [...cutPieces(state, cutter.cuts())]
}
