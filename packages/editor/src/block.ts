import * as Y from 'yjs'
import { absoluteOf, relativeOf } from './place.ts'
import type { Projection } from './projection.ts'

/**
 * The name of the block that begins at a place of the page, for the end of an address: who made it and when, as the
 * shared document itself says it, so that nothing has to be stored. Null where no block begins.
 */
export const blockName = (at: number, projection: Projection): string | null => {
  const { item } = relativeOf(at, projection)
  return item === null ? null : `${item.client.toString(36)}-${item.clock.toString(36)}`
}

/** Where the block of that name begins on the page, or null if it is gone. Total, whatever an address holds. */
export const blockAt = (name: string, projection: Projection): number | null => {
  const { doc } = projection.root
  const found = /^([0-9a-z]{1,7})-([0-9a-z]{1,10})$/.exec(name)
  if (found === null || doc === null) return null
  const [client, clock] = [parseInt(found[1] ?? '', 36), parseInt(found[2] ?? '', 36)]
  if (clock >= Y.getState(doc.store, client)) return null
  let item = Y.getItem(doc.store, Y.createID(client, clock))
  // what came back by undo is the same to whoever looks for it
  while (item instanceof Y.Item && item.redone !== null) item = Y.getItem(doc.store, item.redone)
  if (!(item instanceof Y.Item) || item.deleted || !(item.content instanceof Y.ContentType)) return null
  if (!(item.content.type instanceof Y.XmlElement)) return null
  return absoluteOf(new Y.RelativePosition(null, null, item.id, 0), projection)
}
