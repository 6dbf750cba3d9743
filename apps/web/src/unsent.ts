import { bodyRoot, titleRoot } from '@quire/editor/roots'
import * as Y from 'yjs'

/** From which clock on a client's characters count; Infinity for none of them. */
type From = (client: number) => number

/** Whatever holds a sequence of items. */
type Holder = Pick<Y.AbstractType<unknown>, '_start'>

/** Deeper than any document that a server takes: what lies below is not worth the stack. */
const deepest = 200

/**
 * The characters of a document that count, as a person would copy them: the title first, then the body in its
 * order, an empty line between paragraphs, and an ellipsis where text that does not count lies in between.
 */
export const textOf = (doc: Y.Doc, from: From): string => {
  const paragraphs: string[] = []
  const add = (text: string): void => {
    const seen = text.toWellFormed().trim()
    if (seen !== '') paragraphs.push(seen)
  }
  add(joined(runs(doc.getText(titleRoot), from)))
  const within = (type: Holder, depth: number): void => {
    const line: Run[] = []
    for (const inner of childrenOf(type)) {
      if (inner instanceof Y.XmlText) line.push(...runs(inner, from))
      else if (inner instanceof Y.XmlElement && inner.nodeName === 'hardBreak') line.push('\n')
      else {
        add(joined(line.splice(0)))
        if (depth < deepest) within(inner, depth + 1)
      }
    }
    add(joined(line))
  }
  within(doc.getXmlFragment(bodyRoot), 0)
  return paragraphs.join('\n\n')
}

/** True when `doc` holds everything that a copy with these clocks holds, deletions aside. */
export const covers = (doc: Y.Doc, clocks: ReadonlyMap<number, number>): boolean =>
  [...clocks].every(([client, clock]) => Y.getState(doc.store, client) >= clock)

/**
 * Of clients and the clocks that their text counts from, those whose text another copy of the document does not have:
 * at a clock of it that says something else. What either has deleted is no difference.
 */
export const clashesOf = (
  doc: Y.Doc,
  other: Y.Doc,
  from: ReadonlyMap<number, number>,
): Map<number, number> => {
  const isClash = ([client, first]: [number, number]): boolean => {
    const theirs = contentOf(other, client, first)
    return [...contentOf(doc, client, first)].some(([clock, said]) => (theirs.get(clock) ?? said) !== said)
  }
  return new Map([...from].filter(isClash))
}

/** What a document holds of a client from a clock on: for each clock a UTF-16 unit, or a word for what is no text. */
const contentOf = (doc: Y.Doc, client: number, from: number): Map<number, string> => {
  const said = new Map<number, string>()
  for (const struct of doc.store.clients.get(client) ?? []) {
    const { content } = struct as Partial<Y.Item>
    if (content === undefined || content instanceof Y.ContentDeleted) continue
    for (let index = Math.max(0, from - struct.id.clock); index < struct.length; index++)
      said.set(
        struct.id.clock + index,
        content instanceof Y.ContentString ? (content.str[index] ?? '') : `kind ${content.getRef()}`,
      )
  }
  return said
}

/** A run of text that counts; null where something that does not count stands between. */
type Run = string | null

const runs = (text: Holder, from: From): Run[] => {
  const found: Run[] = []
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue
    const { str } = item.content
    const skipped = Math.min(str.length, Math.max(0, from(item.id.client) - item.id.clock))
    if (skipped > 0) found.push(null)
    if (skipped < str.length) found.push(str.slice(skipped))
  }
  return found
}

/** A line break counts only between two runs that do. */
const joined = (runs: readonly Run[]): string => {
  let text = ''
  let breaks = ''
  let cut = false
  for (const run of runs) {
    if (run === null) cut = true
    else if (run === '\n') breaks += run
    else {
      text = text === '' ? run : cut ? `${text.trimEnd()} … ${run.trimStart()}` : text + breaks + run
      breaks = ''
      cut = false
    }
  }
  return text
}

const childrenOf = (type: Holder): Holder[] => {
  const children: Holder[] = []
  for (let item = type._start; item !== null; item = item.right)
    if (!item.deleted && item.content instanceof Y.ContentType) children.push(item.content.type)
  return children
}
