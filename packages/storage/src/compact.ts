import * as Y from 'yjs'
import { pieceBytes, placesOf } from '@quire/sync/places'
import { cutPieces } from '@quire/sync/split'
import type { Base } from '@quire/sync/log'

/**
 * The document that these updates make together, with deleted content collected. Throws when a part waits for
 * something that none of them holds: a base must not be less than the updates it stands for.
 */
export const fold = (updates: readonly Uint8Array[]): Omit<Base, 'position'> => {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) throw lacking()
  const vector = Y.encodeStateVector(doc)
  const state = Y.encodeStateAsUpdate(doc)
  const deletes = Y.encodeStateAsUpdate(doc, vector) // nothing is newer than the newest: only the delete set remains
  doc.destroy()
  return { state, vector, deletes, ...placesOf(state) }
}

/** Throws when something is missing between the structs of an update, which was merged from what a log holds. */
export const checkWhole = (update: Uint8Array): void => {
  if (Y.decodeUpdate(update).structs.some((struct) => struct instanceof Y.Skip)) throw lacking()
}

const lacking = (): Error => new Error('Some updates build on others that the log does not hold.')

/** Where the structs of a state stand and where it is cut, for a base that was made before this was kept. */
export const places = placesOf

/**
 * What the state has and a holder of the vector has not, with the whole delete set, in parts each of which builds
 * only on those before it. `cuts` is null in a base that was made before they were kept.
 */
export const diff = (
  { state, deletes, cuts }: Pick<Base, 'state' | 'deletes'> & { readonly cuts: Uint8Array | null },
  vector: Uint8Array,
): Uint8Array[] => {
  const whole = Y.diffUpdate(state, vector)
  if (whole.length <= pieceBytes) return [whole]
  const parts = Array.from(cutPieces(state, cuts ?? places(state).cuts), (part) => Y.diffUpdate(part, vector))
  return [...parts.filter(([clients]) => clients !== 0), deletes] // the parts of a state are without deletions
}
