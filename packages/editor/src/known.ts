import type { Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { bodyRoot } from './roots.ts'

/**
 * The name of something in the body that this grammar has no word for, or null. The binding between the shared
 * document and the page deletes what it cannot name, so it may only be given a body that passes. (P9)
 */
export const strangerIn = (doc: Y.Doc, schema: Schema): string | null => {
  const within = (type: Y.XmlFragment | Y.XmlElement | Y.XmlText): string | null => {
    for (let item = type._start; item !== null; item = item.right) {
      if (item.deleted) continue
      const odd = stranger(item, schema)
      if (odd !== null) return odd
      const inner = item.content instanceof Y.ContentType ? item.content.type : null
      if (inner instanceof Y.XmlElement)
        for (const name of Object.keys(inner.getAttributes())) {
          const strange = strangeAttribute(name, inner, schema)
          if (strange !== null) return strange
        }
      const deeper = inner instanceof Y.XmlElement || inner instanceof Y.XmlText ? within(inner) : null
      if (deeper !== null) return deeper
    }
    return null
  }
  return within(doc.getXmlFragment(bodyRoot))
}

/** The same for what one transaction has brought, at a cost that follows its size and not the document's. */
export const strangerOf = (transaction: Y.Transaction, schema: Schema): string | null => {
  const body = transaction.doc.getXmlFragment(bodyRoot)
  for (const [client, after] of transaction.afterState) {
    const before = transaction.beforeState.get(client) ?? 0
    if (before === after) continue
    const structs = transaction.doc.store.clients.get(client) ?? []
    for (let i = Y.findIndexSS(structs, before); i < structs.length; i++) {
      const item = structs[i]
      if (!(item instanceof Y.Item) || item.deleted || rootOf(item) !== body) continue
      const odd = stranger(item, schema)
      if (odd !== null) return odd
    }
  }
  return null
}

const stranger = (item: Y.Item, schema: Schema): string | null => {
  const { content, parent } = item
  if (item.parentSub !== null)
    return parent instanceof Y.XmlElement ? strangeAttribute(item.parentSub, parent, schema) : null
  if (content instanceof Y.ContentFormat) {
    // a mark that may overlap itself is stored as its name and a hash
    const name = content.key.replace(/--[A-Za-z0-9+/=]{8}$/, '')
    return name === 'ychange' || Object.hasOwn(schema.marks, name) ? null : content.key
  }
  if (content instanceof Y.ContentString || content instanceof Y.ContentDeleted) return null
  if (!(content instanceof Y.ContentType)) return content.constructor.name
  const { type } = content
  if (type instanceof Y.XmlText) return parent instanceof Y.XmlElement ? null : 'text outside of a block'
  if (type instanceof Y.XmlHook || !(type instanceof Y.XmlElement)) return type.constructor.name
  return Object.hasOwn(schema.nodes, type.nodeName) ? null : type.nodeName
}

const strangeAttribute = (name: string, element: Y.XmlElement, schema: Schema): string | null => {
  const attributes = schema.nodes[element.nodeName]?.spec.attrs ?? {}
  return name === 'ychange' || Object.hasOwn(attributes, name) ? null : `${element.nodeName}.${name}`
}

const rootOf = (item: Y.Item): unknown => {
  let { parent } = item
  while (parent instanceof Y.AbstractType && parent._item !== null) parent = parent._item.parent
  return parent
}
