import * as Y from 'yjs'

// Y.mergeUpdates is quadratic in the number of updates: 10,000 at once take 0.7 s, in groups of 16 they take 17 ms
const group = 16

/** The part of a sound update that a holder of this state vector lacks, with its whole delete set. */
export const trim = (update: Uint8Array, vector: Uint8Array): Uint8Array => Y.diffUpdate(update, vector)

/** One update that says what these say, deleted content included. It need not hold what they build on. */
export const merge = (updates: readonly Uint8Array[]): Uint8Array => {
  let parts = updates
  while (parts.length > 1) {
    const whole = parts
    parts = Array.from({ length: Math.ceil(whole.length / group) }, (_, index) =>
      Y.mergeUpdates(whole.slice(index * group, (index + 1) * group)),
    )
  }
  return parts[0] ?? Uint8Array.of(0, 0)
}
