import type { Node } from '@tiptap/pm/model'
import { Fragment } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { apartMarks, markEntries, remarked } from './atommarks.ts'
import type { Attic } from './attic.ts'
import { childrenOf, entriesOf, idOf, setAttribute } from './children.ts'
import type { Child } from './children.ts'
import { changeOf, formatsOf, inText, lineOf, reformat } from './line.ts'
import type { Line } from './line.ts'
import { pairs } from './pairs.ts'
import type { Projection } from './projection.ts'
import { attributesOf, storedOf } from './sound.ts'
import { isUnknown, standsFor } from './unknown.ts'

/** What the page shows at one place: a block or the like, or the nodes of a line. */
type Wanted = Node | readonly Node[]

/** What is stored at one place. Texts that follow one another are one line. */
type Stored =
  | {
      readonly kind: 'line'
      readonly texts: Y.XmlText[]
      readonly shown: readonly Node[]
      readonly last: Y.Item
    }
  | { readonly kind: 'thing'; readonly child: Child; readonly shown: Node | null; readonly last: Y.Item }

/**
 * Makes the shared document say what the page now shows, by the smallest changes: what stays keeps its identity,
 * so that what others write in it at the same time stays too. What the page does not know, be it a block, an
 * attribute or a format, changes only if it was itself removed.
 */
export const write = (doc: Node, projection: Projection, attic: Attic): void => {
  writeChildren(projection.root, doc, { projection, attic })
  projection.claim(projection.root, doc)
}

interface Hands {
  readonly projection: Projection
  readonly attic: Attic
}

const writeChildren = (parent: Y.XmlFragment, node: Node, hands: Hands): void => {
  const { children, nodes, before } = apart(parent, node, hands.projection)
  const stored = storedIn(children, node, hands.projection)
  const wanted = wantedIn(nodes)
  const found = pairs(stored, wanted, { same, key: keyOf, looks, fits })
  const kept = new Set(found)
  for (const place of stored.toReversed()) if (!kept.has(place)) remove(parent, place, hands)
  let last = before
  wanted.forEach((want, i) => {
    const place = found[i] ?? null
    if (place === null) {
      const made = make(want, hands)
      if (made === null) return
      parent.insertAfter(last, [made])
      hands.projection.relist(parent)
      last = made._item
      return
    }
    ;({ last } = place)
    if (place.kind === 'line') {
      if (isLine(want) && !same(place, want)) writeLine(place.texts, want, hands)
    } else if (!isLine(want) && place.shown !== want && !isUnknown(want)) {
      const { type } = place.child
      if (!(type instanceof Y.XmlElement)) return
      if (!same(place, want)) {
        writeAttributes(type, want)
        writeChildren(type, want, hands)
      }
      hands.projection.claim(type, want)
    }
  })
}

/** What is stored and what is wanted, without what is the same at both ends where that is quickly told. */
const apart = (parent: Y.XmlFragment, { content }: Node, projection: Projection) => {
  const row = projection.row(parent)
  if (row === null) return { children: childrenOf(parent), nodes: content.content, before: null }
  const [from, to] = [row.shown.content, content.content]
  const most = Math.min(from.length, to.length)
  let head = 0
  while (head < most && from[head] === to[head]) head++
  let tail = 0
  while (tail < most - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++
  return {
    children: row.children.slice(head, from.length - tail),
    nodes: to.slice(head, to.length - tail),
    before: row.children[head - 1]?.item ?? null,
  }
}

const storedIn = (
  children: readonly Child[],
  { type: { inlineContent } }: Node,
  projection: Projection,
): Stored[] => {
  const stored: Stored[] = []
  for (const child of children) {
    const { type, item } = child
    const shown = type === null ? undefined : projection.shown(type)
    if (type instanceof Y.XmlText && (inlineContent || type.length === 0)) {
      const line = shown === undefined || 'nodeSize' in shown ? [] : shown
      const before = stored.at(-1)
      if (before?.kind === 'line')
        stored[stored.length - 1] = {
          kind: 'line',
          texts: [...before.texts, type],
          shown: [...before.shown, ...line],
          last: item,
        }
      else if (inlineContent) stored.push({ kind: 'line', texts: [type], shown: line, last: item })
      continue
    }
    stored.push({
      kind: 'thing',
      child,
      shown: shown !== undefined && 'nodeSize' in shown ? shown : null,
      last: item,
    })
  }
  return stored
}

const wantedIn = (nodes: readonly Node[]): Wanted[] => {
  const wanted: Wanted[] = []
  let line: Node[] = []
  for (const child of nodes) {
    if (child.isText || (isUnknown(child) && standsFor(child).startsWith(inText))) {
      if (line.length === 0) wanted.push(line)
      line.push(child)
    } else {
      line = []
      wanted.push(child)
    }
  }
  return wanted
}

const isLine = (wanted: Wanted): wanted is readonly Node[] => !('nodeSize' in wanted)

const same = (stored: Stored, wanted: Wanted): boolean => {
  if (stored.kind === 'line')
    return isLine(wanted) && Fragment.fromArray(stored.shown).eq(Fragment.fromArray(wanted))
  if (isLine(wanted)) return false
  const { shown, child } = stored
  if (isUnknown(wanted))
    return standsFor(wanted) === idOf(child.item.id) && (shown === null || isUnknown(shown))
  return shown === wanted || shown?.eq(wanted) === true
}

/** What tells a thing from all others of its parent, wherever it now stands. */
const keyOf = (place: Stored | Wanted): unknown => {
  if (!('kind' in place)) return isLine(place) ? null : isUnknown(place) ? standsFor(place) : place
  if (place.kind === 'line') return null
  return place.shown === null || isUnknown(place.shown) ? idOf(place.child.item.id) : place.shown
}

/** What something says, in short; null for what says nothing, and is like all others of its kind. */
const looks = (place: Stored | Wanted): string | null => {
  const node = 'kind' in place ? (place.kind === 'line' ? null : place.shown) : isLine(place) ? null : place
  if (node === null || node.isInline || isUnknown(node)) return null
  const text = node.textBetween(0, Math.min(node.content.size, 80))
  return text === '' ? null : `${node.type.name} ${node.nodeSize} ${text}`
}

/** True if what is stored can become what is wanted and stay itself. */
const fits = (stored: Stored, wanted: Wanted): boolean => {
  if (stored.kind === 'line') return isLine(wanted)
  if (isLine(wanted) || stored.shown === null || isUnknown(stored.shown) || isUnknown(wanted)) return false
  return stored.shown.type === wanted.type
}

const remove = (parent: Y.XmlFragment, place: Stored, { projection, attic }: Hands): void => {
  const keep = (node: Node): void => {
    if (isUnknown(node)) attic.keep(standsFor(node))
  }
  if (place.kind === 'line') {
    place.shown.forEach(keep)
    // a text is emptied and not removed: somebody may be writing in it
    for (const text of place.texts) {
      projection.forget([text])
      if (text.length > 0) text.delete(0, text.length)
    }
    return
  }
  if (place.shown === null) attic.keep(idOf(place.child.item.id))
  else {
    keep(place.shown)
    place.shown.descendants(keep)
  }
  parent.delete(place.child.at, place.child.length)
  projection.relist(parent)
}

const writeAttributes = (element: Y.XmlElement, node: Node): void => {
  const { attributes: entries, marks } = node.isInline
    ? apartMarks(entriesOf(element), node.type.schema)
    : { attributes: entriesOf(element), marks: [] }
  for (const [key, value] of remarked(marks, node.marks))
    if (value === null) element.removeAttribute(key)
    else setAttribute(element, key, value)
  const shown = node.type.create(attributesOf(node.type, entries)).attrs
  const has = new Map(entries)
  for (const [key, value] of Object.entries(node.attrs)) {
    if (key === 'unknown' || JSON.stringify(value) === JSON.stringify(shown[key])) continue
    if (value === null || value === undefined) element.removeAttribute(key)
    else setAttribute(element, key, value)
  }
  for (const [key, value] of storedOf(node.attrs))
    if (!Object.hasOwn(node.attrs, key) && !has.has(key)) setAttribute(element, key, value)
}

const make = (wanted: Wanted, { projection, attic }: Hands): Y.XmlElement | Y.XmlText | null => {
  if (isLine(wanted)) {
    const text = new Y.XmlText()
    let at = 0
    const line = lineOf(wanted)
    for (const { from, to } of stretches(line, 0, line.units.length))
      at = insert(text, at, line, from, to, attic)
    return text
  }
  if (isUnknown(wanted)) {
    const copy = attic.copy(standsFor(wanted))
    return copy instanceof Y.XmlElement || copy instanceof Y.XmlText ? copy : null
  }
  const element = new Y.XmlElement(wanted.type.name)
  for (const [key, value] of storedOf(wanted.attrs)) setAttribute(element, key, value)
  for (const [key, value] of markEntries(wanted)) setAttribute(element, key, value)
  const inner = wantedIn(wanted.content.content)
    .map((child) => make(child, { projection, attic }))
    .filter((child) => child !== null)
  element.insert(0, inner)
  projection.claim(element, wanted)
  return element
}

const writeLine = (
  texts: readonly Y.XmlText[],
  nodes: readonly Node[],
  { projection, attic }: Hands,
): void => {
  const shown = texts.flatMap((text) => {
    const line = projection.shown(text)
    return line === undefined || 'nodeSize' in line ? [] : line
  })
  projection.forget(texts)
  const from = lineOf(shown)
  const to = lineOf(nodes)
  const change = changeOf(from, to)
  const stays = (at: number): number => at - change.remove + change.insert
  const after = change.at + change.remove
  for (const [start, end, moved] of [
    [0, change.at, (at: number) => at],
    [after, from.units.length, stays],
  ] as const)
    for (const stretch of alike(from, to, start, end, moved))
      each(texts, stretch.from, stretch.to, (text, at, length) => text.format(at, length, stretch.formats))
  for (const unit of from.units.slice(change.at, after))
    if (unit.startsWith(inText) && unit.length > 1) attic.keep(unit)
  const landing = landingAt(texts, change.at)
  each(texts, change.at, after, (text, at, length) => text.delete(at, length))
  if (landing === null) return
  let { at } = landing
  for (const stretch of stretches(to, change.at, change.at + change.insert))
    at = insert(landing.text, at, to, stretch.from, stretch.to, attic)
}

/** The stretches of units that stay and whose formats change, and how. */
const alike = (from: Line, to: Line, start: number, end: number, moved: (at: number) => number) => {
  const found: { from: number; to: number; formats: ReturnType<typeof reformat> }[] = []
  for (let i = start; i < end;) {
    const [was, is] = [from.marks[i] ?? [], to.marks[moved(i)] ?? []]
    let stop = i + 1
    while (stop < end && from.marks[stop] === was && to.marks[moved(stop)] === is) stop++
    const formats = reformat(was, is)
    if (Object.keys(formats).length > 0) found.push({ from: i, to: stop, formats })
    i = stop
  }
  return found
}

/** The units between two places in pieces that can be inserted at once: letters of the same marks, or one thing. */
const stretches = ({ units, marks }: Line, start: number, end: number): { from: number; to: number }[] => {
  const found: { from: number; to: number }[] = []
  for (let i = start; i < end;) {
    let stop = i + 1
    while (stop < end && !isThing(units[i]) && !isThing(units[stop]) && marks[stop] === marks[i]) stop++
    found.push({ from: i, to: stop })
    i = stop
  }
  return found
}

const isThing = (unit: string | undefined): boolean => unit !== undefined && unit.length > 1

const insert = (text: Y.XmlText, at: number, line: Line, from: number, to: number, attic: Attic): number => {
  const units = line.units.slice(from, to)
  const formats = formatsOf(line.marks[from] ?? [])
  const [first = ''] = units
  if (!isThing(first)) {
    text.insert(at, units.join(''), formats)
    return at + units.length
  }
  const copy = attic.copy(first)
  if (copy === null) return at
  text.insertEmbed(at, copy, formats)
  return at + 1
}

/** Each text's own part of a stretch of the line. */
const each = (
  texts: readonly Y.XmlText[],
  from: number,
  to: number,
  act: (text: Y.XmlText, at: number, length: number) => void,
): void => {
  let start = 0
  const partly = texts.flatMap((text) => {
    const [at, end] = [Math.max(from - start, 0), Math.min(to - start, text.length)]
    start += text.length
    return end > at ? [{ text, at, length: end - at }] : []
  })
  for (const { text, at, length } of partly) act(text, at, length)
}

/** The text that takes in what is written at a place of the line, and where in it. */
const landingAt = (texts: readonly Y.XmlText[], at: number): { text: Y.XmlText; at: number } | null => {
  let start = 0
  for (const text of texts) {
    if (at <= start + text.length) return { text, at: at - start }
    start += text.length
  }
  return null
}
