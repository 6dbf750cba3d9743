import type * as Y from 'yjs'
import { titleRoot } from './roots.ts'

/** Where titles are listed, they are at most this long. */
const longest = 200

// oxlint-disable-next-line no-control-regex
const breaks = /[\u0000-\u001f\u007f\u2028\u2029]+/g

/** Any text as one line: breaks and control characters become spaces. */
export const oneLine = (text: string): string => text.replace(breaks, ' ')

/** The title as lists show it: one line, trimmed, cut at 200 characters; empty when there is none. */
export const titleOf = (doc: Y.Doc): string =>
  Array.from(oneLine(doc.getText(titleRoot).toJSON()).trim())
    .slice(0, longest)
    .join('')
    .trimEnd()

/** One replacement inside a text. */
export interface Splice {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

/** The smallest single replacement that makes `to` of `from`. It never cuts a surrogate pair in two. */
export const splice = (from: string, to: string): Splice => {
  const most = Math.min(from.length, to.length)
  let head = 0
  while (head < most && from[head] === to[head]) head++
  if (splits(from, head) || splits(to, head)) head--
  let tail = 0
  while (tail < most - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++
  if (splits(from, from.length - tail) || splits(to, to.length - tail)) tail--
  return { at: head, remove: from.length - head - tail, insert: to.slice(head, to.length - tail) }
}

/** True when a cut at `at` would part a pair. */
const splits = (text: string, at: number): boolean => {
  const before = text.charCodeAt(at - 1)
  const after = text.charCodeAt(at)
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000
}

/** Makes the title read so, changing only what differs: what others write elsewhere in it at the same time stays. */
export const retitle = (doc: Y.Doc, title: string, origin: unknown = null): void => {
  const text = doc.getText(titleRoot)
  const { at, remove, insert } = splice(text.toJSON(), oneLine(title))
  if (remove === 0 && insert === '') return
  doc.transact(() => {
    if (remove > 0) text.delete(at, remove)
    if (insert !== '') text.insert(at, insert)
  }, origin)
}
