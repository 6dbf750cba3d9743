import * as Y from 'yjs'

/** Anything of the shared document that holds other things. */
export type Shared = Y.ContentType['type']

/** One thing among the children of a shared element: `at` is its index there, `length` how much it counts. */
export interface Child {
  readonly item: Y.Item
  /** Null for a bare value, which no page of ours writes. */
  readonly type: Shared | null
  readonly at: number
  readonly length: number
}

/** What an element or fragment holds now, in order. Total, whatever was stored. */
export const childrenOf = (parent: Shared): Child[] => {
  const children: Child[] = []
  let at = 0
  for (let item = parent._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue
    const type = item.content instanceof Y.ContentType ? item.content.type : null
    children.push({ item, type, at, length: item.length })
    at += item.length
  }
  return children
}

/** The attributes that an element holds now. */
export const entriesOf = (element: Shared): (readonly [string, unknown])[] =>
  [...element._map].flatMap(([key, item]) => {
    const values: unknown[] = item.deleted ? [] : item.content.getContent()
    return values.length === 0 ? [] : [[key, values.at(-1)] as const]
  })

/** The name of one stored thing, the same on every page. */
export const idOf = ({ client, clock }: Y.ID): string => `${client}-${clock}`

/** The living thing of that name, or null. */
export const itemOf = (doc: Y.Doc, id: string): Y.Item | null => {
  const [client = Number.NaN, clock = Number.NaN] = id.split('-').map(Number)
  if (!(Number.isSafeInteger(clock) && clock >= 0 && clock < Y.getState(doc.store, client))) return null
  const structs = doc.store.clients.get(client) ?? []
  const found = structs[Y.findIndexSS(structs, clock)]
  return found instanceof Y.Item && !found.deleted ? found : null
}

/** Stores any value as an attribute. */
export const setAttribute = (element: Y.XmlElement, key: string, value: unknown): void =>
  element.setAttribute(key, value as string) // its type speaks of text; it stores whatever JSON can say
