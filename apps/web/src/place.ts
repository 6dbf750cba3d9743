import { absoluteOf } from '@quire/editor/place'
import type { Projection } from '@quire/editor/projection'
import { bodyRoot } from '@quire/editor/roots'
import * as Y from 'yjs'

const isId = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  [Reflect.get(value, 'client'), Reflect.get(value, 'clock')].every(
    (part) => Number.isSafeInteger(part) && part >= 0,
  )

/** One end of somebody's selection as a place in this page, or null for whatever cannot be one. Total. */
export const placeOf = (end: unknown, projection: Projection): number | null => {
  const { doc } = projection.root
  if (typeof end !== 'object' || end === null || doc === null) return null
  const at = { type: null, tname: null, item: null, assoc: 0, ...end }
  const sound =
    (at.type === null || isId(at.type)) &&
    (at.item === null || isId(at.item)) &&
    (at.tname === null || at.tname === bodyRoot)
  if (!sound) return null
  // an id of text that has not arrived yet has no place
  for (const id of [at.type, at.item] as ({ client: number; clock: number } | null)[])
    if (id !== null && id.clock >= Y.getState(doc.store, id.client)) return null
  const relative = Y.createRelativePositionFromJSON({ ...at, assoc: at.assoc === -1 ? -1 : 0 })
  try {
    return absoluteOf(relative, projection)
  } catch {
    return null // it leads to something that is no part of the page
  }
}
