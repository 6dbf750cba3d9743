import * as Y from 'yjs'
import { childrenOf, entriesOf, itemOf, setAttribute } from './children.ts'
import { inText } from './line.ts'

const deepest = 1_000

/**
 * Copies of unknown things, by name, also of things that are gone: what is cut can be pasted again, whole. A thing
 * that cannot be copied whole has no copy.
 */
export class Attic {
  readonly #doc: Y.Doc
  readonly #kept = new Map<string, () => object | null>()

  constructor(doc: Y.Doc) {
    this.#doc = doc
  }

  /** Remembers a thing that is about to go. */
  keep(name: string): void {
    const copy = this.copy(name)
    if (copy === null) return
    if (!(copy instanceof Y.AbstractType)) {
      this.#kept.set(name, () => copy)
      return
    }
    const shelf = new Y.Doc().getArray<unknown>()
    shelf.insert(0, [copy])
    this.#kept.set(name, () => copyOf(shelf.get(0)))
  }

  /** A new copy that has no place yet, or null if there is none to be had. */
  copy(name: string): object | null {
    const within = name.startsWith(inText)
    const item = itemOf(this.#doc, within ? name.slice(inText.length) : name)
    if (item === null) return this.#kept.get(name)?.() ?? null
    if (within && item.content instanceof Y.ContentEmbed) return copyOf(item.content.embed)
    return item.content instanceof Y.ContentType ? copyOf(item.content.type) : null
  }
}

const copyOf = (thing: unknown, depth = 0): object | null => {
  if (depth > deepest || typeof thing !== 'object' || thing === null) return null
  if (!(thing instanceof Y.AbstractType)) return thing
  if (thing instanceof Y.XmlText) return textOf(thing, depth)
  return thing instanceof Y.XmlElement && !(thing instanceof Y.XmlHook) ? elementOf(thing, depth) : null
}

const elementOf = (element: Y.XmlElement, depth: number): Y.XmlElement | null => {
  const copy = new Y.XmlElement(element.nodeName)
  for (const [key, value] of entriesOf(element)) {
    if (value instanceof Y.AbstractType) return null
    setAttribute(copy, key, value)
  }
  const inner: (Y.XmlElement | Y.XmlText)[] = []
  for (const { type } of childrenOf(element)) {
    const child = type === null ? null : copyOf(type, depth + 1)
    if (!(child instanceof Y.XmlElement || child instanceof Y.XmlText)) return null
    inner.push(child)
  }
  copy.insert(0, inner)
  return copy
}

const textOf = (text: Y.XmlText, depth: number): Y.XmlText | null => {
  const copy = new Y.XmlText()
  for (const [key, value] of entriesOf(text)) {
    if (value instanceof Y.AbstractType) return null
    copy.setAttribute(key, value)
  }
  // what is neither letter nor embed is not in a delta
  if (childrenOf(text).some(({ item, type }) => type === null && !isLine(item))) return null
  const delta: { insert: unknown; attributes?: object }[] = text.toDelta()
  const copied = delta.map((part) => ({
    ...part,
    insert: typeof part.insert === 'string' ? part.insert : copyOf(part.insert, depth + 1),
  }))
  if (copied.some(({ insert }) => insert === null)) return null
  copy.applyDelta(copied, { sanitize: false })
  return copy
}

const isLine = ({ content }: Y.Item): boolean =>
  content instanceof Y.ContentString || content instanceof Y.ContentEmbed
