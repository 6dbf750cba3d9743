import { Fragment } from '@tiptap/pm/model'
import type { Attrs, Node, NodeType, Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { apartMarks } from './atommarks.ts'
import { childrenOf, entriesOf, idOf } from './children.ts'
import type { Child, Shared } from './children.ts'
import { nodesOf } from './line.ts'
import { attributesOf } from './sound.ts'
import { tableFits } from './tablesize.ts'
import { isUnknown, longestText } from './unknown.ts'

/** Blocks within blocks are shown so deep; what is below is closed. */
const deepest = 100

/** If more of a list has changed than this, it is read again from its beginning. */
const few = 16

/** A long list of blocks as it was last read: for each child the one node that shows it. */
export interface Row {
  readonly children: readonly Child[]
  readonly shown: Fragment
}

interface Remembered extends Row {
  shown: Fragment
  /** Those that have changed since. */
  readonly stale: Set<Shared>
}

/**
 * The shared document as the page shows it. Reading never changes what is read, and everything there is has its
 * place: what the grammar has no word for, or no room for, is shown closed at the nearest level that can hold it.
 */
export class Projection {
  readonly root: Y.XmlFragment
  readonly schema: Schema
  readonly #longFrom: number
  readonly #shown = new WeakMap<Shared, Node | readonly Node[]>()
  readonly #claims = new WeakMap<Shared, Node>()
  /** In 10,000 blocks a key costs 0.2 ms with these and 30 ms without. */
  readonly #rows = new WeakMap<Shared, Remembered>()

  /** `longFrom` is how many blocks make a list worth remembering. */
  constructor(root: Y.XmlFragment, schema: Schema, longFrom = 32) {
    this.root = root
    this.schema = schema
    this.#longFrom = longFrom
  }

  /** The whole document. What has not changed since the last time is the same object. */
  read(): Node {
    const { topNodeType } = this.schema
    const children = this.#children(this.root, topNodeType, 0)
    const doc =
      children === null || children.childCount === 0
        ? topNodeType.createAndFill()
        : topNodeType.create(null, children)
    if (doc === null) throw new Error('the grammar has no empty document')
    return this.#claimed(this.root, doc)
  }

  /** How something is shown: a text as the nodes of its line. Undefined before it was read. */
  shown(type: Shared): Node | readonly Node[] | undefined {
    return this.#shown.get(type)
  }

  /** How much room one child takes on the page. */
  sizeOf({ type, length }: Child): number {
    const shown = type === null ? undefined : this.#shown.get(type)
    if (shown === undefined) return length
    return 'nodeSize' in shown ? shown.nodeSize : shown.reduce((size, node) => size + node.nodeSize, 0)
  }

  /** The children of something long, each with its node, or null where that is not known or not current. */
  row(parent: Shared): Row | null {
    const row = this.#rows.get(parent)
    return row === undefined || row.stale.size > 0 ? null : row
  }

  /** What the transaction changed is read again the next time, and nothing else. */
  heard({ changed, changedParentTypes }: Y.Transaction): void {
    for (const type of changed.keys()) this.relist(type)
    this.forget(changed.keys())
    this.forget(changedParentTypes.keys())
  }

  /** These have changed and are read again the next time. */
  forget(types: Iterable<Shared>): void {
    for (const type of types) {
      this.#shown.delete(type)
      const { parent } = type
      if (parent !== null) this.#rows.get(parent)?.stale.add(type)
    }
  }

  /** It has other children than before. */
  relist(parent: Shared): void {
    this.#rows.delete(parent)
  }

  /** The page already shows it by this node: reading keeps that very node if it says the same. */
  claim(type: Shared, node: Node): void {
    this.forget([type])
    this.#claims.set(type, node)
  }

  #claimed(type: Shared, node: Node): Node {
    const claim = this.#claims.get(type)
    return claim?.eq(node) === true ? claim : node
  }

  /** The children in an order that the grammar allows, or null if there is none. */
  #children(parent: Shared, type: NodeType, depth: number): Fragment | null {
    const row = this.#rows.get(parent)
    const renewed = row === undefined ? null : this.#renewed(row, depth)
    if (renewed !== null) return renewed
    this.#rows.delete(parent)
    const children = row?.children ?? childrenOf(parent)
    const nodes: Node[] = []
    let match = type.contentMatch
    for (const child of children) {
      if (child.type instanceof Y.XmlText && type.inlineContent) {
        const line = this.#line(child.type, type)
        nodes.push(...line)
        for (const node of line) {
          const next = match.matchType(node.type)
          if (next === null) return null
          match = next
        }
        continue
      }
      if (child.type instanceof Y.XmlText && child.type.length === 0) {
        this.#shown.set(child.type, [])
        continue
      }
      let node = this.#child(child, type.inlineContent, depth + 1)
      let next = match.matchType(node.type)
      if (next === null) {
        node = this.#unknown(child, type.inlineContent)
        next = match.matchType(node.type)
      }
      if (next === null) return null
      if (type.inlineContent) node = node.mark(type.allowedMarks(node.marks))
      if (child.type !== null) this.#shown.set(child.type, node)
      match = next
      nodes.push(node)
    }
    if (!match.validEnd) return null
    const shown = Fragment.fromArray(nodes)
    const each = nodes.length === children.length && children.every((child) => child.type !== null)
    if (each && nodes.length >= this.#longFrom && !type.inlineContent)
      this.#rows.set(parent, { children, shown, stale: new Set() })
    return shown
  }

  /** The list with what is stale in it read again, or null where that may change how the others are shown. */
  #renewed(row: Remembered, depth: number): Fragment | null {
    if (row.stale.size > few) return null
    let { shown } = row
    for (const type of row.stale) {
      const at = row.children.findIndex((child) => child.type === type)
      const child = row.children[at]
      if (child === undefined) return null
      const node = this.#child(child, false, depth + 1)
      if (node.type !== shown.child(at).type) return null
      this.#shown.set(type, node)
      shown = shown.replaceChild(at, node)
    }
    row.stale.clear()
    row.shown = shown
    return shown
  }

  #line(text: Y.XmlText, parent: NodeType): readonly Node[] {
    const before = this.#shown.get(text)
    if (before !== undefined && !('nodeSize' in before)) return before
    const line = nodesOf(text, parent)
    this.#shown.set(text, line)
    return line
  }

  #child(child: Child, inline: boolean, depth: number): Node {
    const { type } = child
    if (!(type instanceof Y.XmlElement) || type instanceof Y.XmlHook) return this.#unknown(child, inline)
    const before = this.#shown.get(type)
    if (before !== undefined && 'nodeSize' in before) return before
    const known = depth > deepest ? null : this.#known(type, depth)
    return known === null || known.isInline !== inline
      ? this.#unknown(child, inline)
      : this.#claimed(type, known)
  }

  #known(element: Y.XmlElement, depth: number): Node | null {
    const { nodes, topNodeType } = this.schema
    const type = Object.hasOwn(nodes, element.nodeName) ? nodes[element.nodeName] : undefined
    if (type === undefined || type === topNodeType || type.isText || type.name.startsWith('unknown'))
      return null
    const children = this.#children(element, type, depth)
    const entries = element._map.size === 0 ? [] : entriesOf(element)
    const { attributes, marks } = type.isInline
      ? apartMarks(entries, this.schema)
      : { attributes: entries, marks: [] }
    const attrs = attributes.length === 0 ? null : attributesOf(type, attributes)
    if (children === null) return emptied(type, attrs, element)
    const node = type.create(attrs, children, marks)
    return type.name === 'table' && !tableFits(node) ? null : node
  }

  #unknown({ item, type }: Child, inline: boolean): Node {
    const node = this.schema.node(inline ? 'unknownInline' : 'unknownBlock', {
      of: idOf(item.id),
      name: type instanceof Y.XmlElement ? type.nodeName.slice(0, 100) : '',
      text: type === null ? '' : textIn(type),
    })
    const before = type === null ? undefined : this.#shown.get(type)
    return before !== undefined && 'nodeSize' in before && isUnknown(before) && before.eq(node)
      ? before
      : node
  }
}

/**
 * A cell, an item or the like whose last paragraph is gone, because each of two people took another one: it is shown
 * with an empty one, which is stored when somebody writes in it. Null for what cannot be so.
 */
const emptied = (type: NodeType, attrs: Attrs | null, element: Y.XmlElement): Node | null => {
  if (childrenOf(element).some(({ type: child }) => !(child instanceof Y.XmlText && child.length === 0)))
    return null
  const node = type.createAndFill(attrs)
  return node?.childCount === 1 && node.child(0).inlineContent ? node : null
}

/** The beginning of the plain text in something, however deep it is: each element on a line of its own. */
const textIn = (type: Shared): string => {
  let text = ''
  const waiting: Shared[] = [type]
  for (let next = waiting.pop(); next !== undefined && text.length < longestText; next = waiting.pop()) {
    if (text !== '' && !(next instanceof Y.XmlText) && !text.endsWith('\n')) text += '\n'
    const inner: Shared[] = []
    for (const { item, type: child } of childrenOf(next)) {
      if (child !== null) inner.push(child)
      else if (item.content instanceof Y.ContentString) text += item.content.str
      if (text.length > longestText) break
    }
    waiting.push(...inner.toReversed())
  }
  return text.slice(0, longestText).trimEnd()
}
