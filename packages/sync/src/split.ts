import * as encoding from 'lib0/encoding'
import { SyncError } from './error.ts'
import { inspect } from './inspect.ts'
import type { Segment } from './inspect.ts'
import { Known } from './known.ts'

/**
 * A whole state as several updates, each of about `most` bytes unless one struct is larger, in an order in which
 * each builds only on those before it. Together they are the state without its delete set. An update that is not
 * a whole state comes back as it is: nothing says in which order its parts could be taken in.
 */
export const split = (state: Uint8Array, most: number): Uint8Array[] => {
  if (state.length <= most) return [state]
  const pieces: Uint8Array[] = []
  const blocks = new Map<number, { clock: number; count: number; from: number; to: number }>()
  let bytes = 0
  const cut = (): void => {
    if (blocks.size > 0) pieces.push(encode(state, blocks))
    blocks.clear()
    bytes = 0
  }
  const verdict = inspect(
    state,
    new Known(),
    undefined,
    undefined,
    null,
    ({ client, clock, count, from, to }: Segment) => {
      if (bytes > 0 && bytes + to - from > most) cut()
      bytes += to - from
      // the structs of a client follow each other in the bytes too
      const block = blocks.get(client)
      if (block === undefined) blocks.set(client, { clock, count, from, to })
      else {
        block.count += count
        block.to = to
      }
    },
  )
  cut()
  return verdict instanceof SyncError || verdict.type !== 'new' ? [state] : pieces
}

const encode = (
  state: Uint8Array,
  blocks: ReadonlyMap<number, { clock: number; count: number; from: number; to: number }>,
): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, blocks.size)
  // as Yjs writes them
  for (const [client, { clock, count, from, to }] of [...blocks].sort(([one], [other]) => other - one)) {
    for (const number of [count, client, clock]) encoding.writeVarUint(encoder, number)
    encoding.writeUint8Array(encoder, state.subarray(from, to))
  }
  encoding.writeVarUint(encoder, 0) // no deletions
  return encoding.toUint8Array(encoder)
}
