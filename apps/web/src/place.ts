import { bodyRoot } from '@quire/editor/roots'
import { relativePositionToAbsolutePosition } from '@tiptap/y-tiptap'
import * as Y from 'yjs'

/** What the binding keeps about the shared document, as far as carets need it. */
export interface Binding {
  readonly doc: Y.Doc
  readonly type: Y.XmlFragment
  readonly binding: { readonly mapping: Parameters<typeof relativePositionToAbsolutePosition>[3] } | null
}

const isId = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  [Reflect.get(value, 'client'), Reflect.get(value, 'clock')].every(
    (part) => Number.isSafeInteger(part) && part >= 0,
  )

/** One end of somebody's selection as a place in this page, or null for whatever cannot be one. Total. */
export const placeOf = (end: unknown, { doc, type, binding }: Binding): number | null => {
  if (typeof end !== 'object' || end === null || binding === null) return null
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
    return relativePositionToAbsolutePosition(doc, type, relative, binding.mapping)
  } catch {
    return null // it leads to something that is no part of the page
  }
}
