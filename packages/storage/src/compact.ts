import * as Y from 'yjs'
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
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
    throw new Error('Some updates build on others that the log does not hold.')
  const vector = Y.encodeStateVector(doc)
  const body = {
    state: Y.encodeStateAsUpdate(doc),
    vector,
    deletes: Y.encodeStateAsUpdate(doc, vector), // nothing is newer than the newest: only the delete set remains
  }
  doc.destroy()
  return body
}

/** What the state has and a holder of the vector has not, with the state's whole delete set. */
export const diff = (state: Uint8Array, vector: Uint8Array): Uint8Array => Y.diffUpdate(state, vector)
