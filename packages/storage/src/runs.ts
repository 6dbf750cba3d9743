import { merge } from '@quire/sync/merge'
import { checkWhole } from './compact.ts'

/** A base below this many bytes is always made anew: that is written in a few pages. */
const small = 16 * 1024
/** More runs than this are merged. */
const most = 16

/**
 * What becomes of updates that are to be folded, by sizes in bytes: `'base'` when the base is to be made anew, or how
 * many of the newest runs they are merged with into one. So what is written per update grows with the logarithm of
 * the document, not with the document: a byte goes into three or four runs before it goes into a base of 10 MB.
 *
 *     base 1 MB │ 200 kB │ 90 kB │ 40 kB │ … │ 6 kB │ 5 kB │ + updates
 *                                        └── these become one when there would be more than 16
 */
export const absorbed = (base: number, runs: readonly number[], updates: number): 'base' | number => {
  const since = runs.reduce((sum, bytes) => sum + bytes, updates)
  return base < small || since * 2 >= base ? 'base' : absorbedByRun(runs, updates)
}

/** With how many of the newest runs updates are merged into one when no base is made. */
export const absorbedByRun = (runs: readonly number[], updates: number): number => {
  if (runs.length < most) return 0
  let count = 1
  for (let bytes = updates + (runs.at(-1) ?? 0); count < runs.length; count++) {
    const before = runs.at(-1 - count) ?? 0
    if (before > bytes) break
    bytes += before
  }
  return count
}

/**
 * Updates as one, with deleted content. It builds no document, so it costs what they are, not what they are about.
 * Throws when one of them does not decode, or lies beyond a gap that another leaves.
 */
export const mergeRun = (updates: readonly Uint8Array[]): Uint8Array => {
  const run = merge(updates)
  checkWhole(run)
  return run
}
