import { Fragment, Slice } from '@tiptap/pm/model'
import type { Node, Schema } from '@tiptap/pm/model'
import { Selection } from '@tiptap/pm/state'
import { dropPoint } from '@tiptap/pm/transform'
import type { EditorView } from '@tiptap/pm/view'
import type { Desk } from './desk.ts'
import { kindOf } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { newToken } from './placeholder.ts'

/** What stands for a file in the text until it has arrived. */
const placeholder = (schema: Schema, file: File, token: string, kind: Kind): Node => {
  const name = file.name.slice(0, 300)
  switch (kind) {
    case 'image':
      return schema.node('image', { upload: token })
    case 'video':
      return schema.node('video', { upload: token, title: name })
    case 'file':
      return schema.node('file', { upload: token, name, size: file.size })
    default:
      return kind satisfies never
  }
}

/**
 * Puts files into the text, at a place or where the caret is, and begins to send them. The caret goes behind them.
 * False when they cannot stand there.
 */
export const insertFiles = (
  desk: Desk,
  view: EditorView,
  files: readonly File[],
  at: number | null,
  as?: 'file',
): boolean => {
  if (files.length === 0 || !view.editable) return false
  const { schema, tr, selection } = view.state
  const fresh = files.map((file) => ({ file, token: newToken(), kind: as ?? kindOf(file) }))
  const nodes = fresh.map(({ file, token, kind }) => placeholder(schema, file, token, kind))
  const slice = new Slice(Fragment.fromArray(nodes), 0, 0)
  if (at === null) tr.replaceRange(selection.from, selection.to, slice)
  else {
    const place = dropPoint(tr.doc, at, slice) ?? tr.doc.content.size
    const { nodeBefore: above, nodeAfter: below } = tr.doc.resolve(place)
    // an empty line beside the place makes room
    if (isBlank(above)) tr.replaceWith(place - above.nodeSize, place, slice.content)
    else if (isBlank(below)) tr.replaceWith(place, place + below.nodeSize, slice.content)
    else tr.insert(place, slice.content)
  }
  let end = -1
  tr.doc.descendants((node, from) => {
    if (node.attrs['upload'] === fresh.at(-1)?.token) end = from + node.nodeSize
    return end < 0
  })
  if (end < 0) return false
  const $end = tr.doc.resolve(end)
  const paragraph = schema.nodes['paragraph']
  // one goes on writing below, so there must be a line
  if (
    $end.nodeAfter === null &&
    paragraph !== undefined &&
    $end.parent.canReplaceWith($end.index(), $end.index(), paragraph)
  )
    tr.insert(end, paragraph.create())
  tr.setSelection(Selection.near(tr.doc.resolve(end), 1))
  view.dispatch(tr.scrollIntoView())
  for (const { file, token } of fresh) desk.send(token, file)
  return true
}

const isBlank = (node: Node | null): node is Node =>
  node?.type.name === 'paragraph' && node.content.size === 0
