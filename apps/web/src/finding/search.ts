import type { Node } from '@tiptap/pm/model'
import { Slice, Fragment } from '@tiptap/pm/model'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import { TextSelection } from '@tiptap/pm/state'
import { mostMatches } from './match.ts'
import type { Match, Wanted } from './match.ts'

/** The text of a line, one unit for each place in it: what is no text is a sign for an object. */
export const lineText = (line: Node): string => {
  let text = ''
  line.forEach((child) => {
    text += child.isText ? child.text : '\ufffc'.repeat(child.nodeSize)
  })
  return text
}

/** Every line of a document and where its text begins. */
export const linesOf = (doc: Node): { readonly line: Node; readonly at: number }[] => {
  const lines: { line: Node; at: number }[] = []
  doc.descendants((node, at) => {
    if (!node.isTextblock) return true
    if (node.content.size > 0) lines.push({ line: node, at: at + 1 })
    return false
  })
  return lines
}

/**
 * What was found in each line, remembered: lines that nobody has changed since are the same objects, and are not
 * searched again.
 */
export type Known = WeakMap<Node, readonly Match[]>

/** Everything that is found, in order. Lines that are not known are searched and then known. */
export const find = (doc: Node, known: Known, search: (line: Node) => readonly Match[]): Match[] => {
  const found: Match[] = []
  for (const { line, at } of linesOf(doc)) {
    let matches = known.get(line)
    if (matches === undefined) {
      matches = search(line)
      known.set(line, matches)
    }
    for (const { from, to } of matches) found.push({ from: at + from, to: at + to })
    if (found.length >= mostMatches) break
  }
  return found
}

/** The first match that does not begin before a place, else the first of all; -1 where nothing was found. */
export const nextFrom = (matches: readonly Match[], at: number): number => {
  let [low, high] = [0, matches.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((matches[middle]?.from ?? 0) < at) low = middle + 1
    else high = middle
  }
  return matches.length === 0 ? -1 : low % matches.length
}

/** What takes the place of a match: of an expression, with its groups put in. */
export const replacementOf = (text: string, { expression }: Wanted, pattern: RegExp, by: string): string =>
  expression ? text.replace(pattern, by) : by

/** A line with these parts of it replaced, each in the formatting it had. */
const lineWith = (line: Node, matches: readonly Match[], textFor: (text: string) => string): Node => {
  let now = line
  const text = lineText(line)
  for (const { from, to } of matches.toReversed()) {
    const by = textFor(text.slice(from, to))
    const marks = line.resolve(from).marksAcross(line.resolve(to)) ?? []
    const slice = by === '' ? Slice.empty : new Slice(Fragment.from(line.type.schema.text(by, marks)), 0, 0)
    now = now.replace(from, to, slice)
  }
  return now
}

/** Everything that was found replaced at once. The lines in which nothing was found stay the very same. */
export const replacedAll = (
  state: EditorState,
  matchesOf: (line: Node) => readonly Match[],
  textFor: (text: string) => string,
): { readonly tr: Transaction; readonly count: number } => {
  let count = 0
  const rebuilt = (node: Node): Node => {
    if (node.isTextblock) {
      const matches = matchesOf(node)
      count += matches.length
      return matches.length === 0 ? node : lineWith(node, matches, textFor)
    }
    if (node.isLeaf) return node
    const children = node.content.content.map(rebuilt)
    return children.every((child, i) => child === node.child(i))
      ? node
      : node.copy(Fragment.fromArray(children))
  }
  const { doc, tr, selection } = state
  const now = doc.content.content.map(rebuilt)
  const first = now.findIndex((child, i) => child !== doc.child(i))
  if (first < 0) return { tr, count: 0 }
  const last = now.findLastIndex((child, i) => child !== doc.child(i))
  const from = sizeOf(doc.content.content.slice(0, first))
  const to = from + sizeOf(doc.content.content.slice(first, last + 1))
  tr.replaceWith(from, to, now.slice(first, last + 1))
  const near = Math.min(selection.from, tr.doc.content.size)
  return { tr: tr.setSelection(TextSelection.near(tr.doc.resolve(near))), count }
}

const sizeOf = (nodes: readonly Node[]): number => nodes.reduce((size, node) => size + node.nodeSize, 0)
