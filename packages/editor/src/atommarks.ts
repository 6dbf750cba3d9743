import type { Mark, Node, Schema } from '@tiptap/pm/model'
import { formatsOf, marksOf, reformat } from './line.ts'
import type { Formats } from './line.ts'

/** Text carries its marks as formats. A thing in a line has only attributes: each mark is one, with this before. */
const prefix = '_mark_'

type Entry = readonly [string, unknown]

/** What is stored with a thing in a line, its marks apart from its attributes. */
export const apartMarks = (
  entries: readonly Entry[],
  schema: Schema,
): { attributes: Entry[]; marks: readonly Mark[] } => {
  const formats = new Map<string, unknown>()
  const attributes: Entry[] = []
  for (const [key, value] of entries)
    if (key.startsWith(prefix)) formats.set(key.slice(prefix.length), value)
    else attributes.push([key, value])
  return { attributes, marks: formats.size === 0 ? [] : marksOf(formats, schema) }
}

const named = (formats: Formats): Entry[] =>
  Object.entries(formats).map(([key, value]) => [prefix + key, value])

/** The marks of a thing in a line as they are stored with it. */
export const markEntries = ({ marks }: Node): Entry[] => named(formatsOf(marks))

/** What must be stored, or with null taken away, for a thing that has these marks to have the others. */
export const remarked = (from: readonly Mark[], to: readonly Mark[]): Entry[] => named(reformat(from, to))
