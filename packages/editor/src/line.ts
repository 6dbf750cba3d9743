import type { Mark, Node, NodeType, Schema } from '@tiptap/pm/model'
import { Mark as Marks } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { idOf } from './children.ts'
import { attributesOf, storedOf } from './sound.ts'
import { isUnknown, isUnknownMark, standsFor } from './unknown.ts'

/**
 * A line of text, unit by unit: a unit is a code unit, or the name of something unknown that stands among the
 * text. `marks` holds the marks of each.
 */
export interface Line {
  readonly units: string[]
  readonly marks: (readonly Mark[])[]
}

/** Things that stand inside a text are named with this before, apart from those that stand beside it. */
export const inText = '+'

/** The text as the page shows it inside a block of that type. */
export const nodesOf = (text: Y.XmlText, parent: NodeType): Node[] => {
  const { schema } = parent
  const nodes: Node[] = []
  const formats = new Map<string, unknown>()
  let marks: readonly Mark[] = []
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted) continue
    const { content } = item
    if (content instanceof Y.ContentFormat) {
      if (content.value === null) formats.delete(content.key)
      else formats.set(content.key, content.value)
      marks = parent.allowedMarks(marksOf(formats, schema))
    } else if (content instanceof Y.ContentString) nodes.push(schema.text(content.str, marks))
    else if (item.countable)
      for (let i = 0; i < item.length; i++) {
        const of = inText + idOf({ client: item.id.client, clock: item.id.clock + i })
        nodes.push(schema.node('unknownInline', { of }, undefined, marks))
      }
  }
  return nodes
}

/** The marks that are stored as these formats. What has no word here becomes an unknown mark. */
export const marksOf = (formats: ReadonlyMap<string, unknown>, schema: Schema): readonly Mark[] =>
  Marks.setFrom(
    Array.from(formats, ([key, value]) => {
      const type = Object.hasOwn(schema.marks, key) && key !== 'unknownMark' ? schema.marks[key] : undefined
      if (type === undefined) return schema.mark('unknownMark', { key, value })
      const stored = typeof value === 'object' && value !== null ? Object.entries(value) : []
      return type.create(attributesOf(type, stored))
    }),
  )

/** The units of some nodes that make a line. */
export const lineOf = (nodes: readonly Node[]): Line => {
  const line: Line = { units: [], marks: [] }
  for (const node of nodes) {
    const units = isUnknown(node) ? [standsFor(node)] : (node.text ?? '').split('')
    for (const unit of units) {
      line.units.push(unit)
      line.marks.push(node.marks)
    }
  }
  return line
}

/** Formats by their names, as the shared document stores them. Keys are anybody's: it has no prototype. */
export type Formats = Record<string, unknown>

const keyOf = (mark: Mark): string => (isUnknownMark(mark) ? String(mark.attrs['key']) : mark.type.name)

const formatsWith = (marks: Iterable<Mark>): Formats => {
  const formats: Formats = Object.create(null)
  for (const mark of marks)
    formats[keyOf(mark)] = isUnknownMark(mark)
      ? mark.attrs['value']
      : Object.fromEntries(storedOf(mark.attrs))
  return formats
}

/** All that is stored with a character that carries these marks. */
export const formatsOf = (marks: readonly Mark[]): Formats => formatsWith(marks)

/** What makes the marks `to` of the marks `from`. An unknown format is never taken off a character that stays. */
export const reformat = (from: readonly Mark[], to: readonly Mark[]): Formats => {
  const formats = formatsWith(to.filter((mark) => !mark.isInSet(from)))
  for (const mark of from) if (!isUnknownMark(mark) && !mark.type.isInSet(to)) formats[mark.type.name] = null
  return formats
}

/** One replacement in a line. */
export interface Change {
  readonly at: number
  readonly remove: number
  readonly insert: number
}

/** The smallest single replacement that makes the units `to` of `from`. It never parts a surrogate pair. */
export const changeOf = (from: Line, to: Line): Change => {
  const [a, b] = [from.units, to.units]
  const most = Math.min(a.length, b.length)
  let head = 0
  while (head < most && a[head] === b[head]) head++
  let tail = 0
  while (tail < most && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  if (head + tail > most) {
    // the same letter stands several times: what was typed is where the marks say so
    let alike = 0
    while (alike < head && Marks.sameSet(from.marks[alike] ?? [], to.marks[alike] ?? [])) alike++
    head = Math.max(alike, most - tail)
    tail = most - head
  }
  while (parts(a, head) || parts(b, head)) head--
  while (parts(a, a.length - tail) || parts(b, b.length - tail)) tail--
  return { at: head, remove: a.length - head - tail, insert: b.length - head - tail }
}

/** True when a cut at `at` would part a pair. */
const parts = (units: readonly string[], at: number): boolean => {
  const before = units[at - 1]
  const after = units[at]
  return /^[\uD800-\uDBFF]$/.test(before ?? '') && /^[\uDC00-\uDFFF]$/.test(after ?? '')
}
