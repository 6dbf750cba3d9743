import { Fragment } from '@tiptap/pm/model'
import type { Node, ResolvedPos } from '@tiptap/pm/model'
import { NodeSelection, Selection, TextSelection } from '@tiptap/pm/state'
import type { EditorState, Transaction } from '@tiptap/pm/state'

/** A block and where it begins. */
export interface Block {
  readonly at: number
  readonly node: Node
}

/** What is directly in one of these can be taken by a handle. */
const holders: ReadonlySet<string> = new Set(['doc', 'blockquote', 'column', 'callout', 'detailsContent'])
const items: ReadonlySet<string> = new Set(['listItem', 'taskItem'])

const isHandled = (node: Node, parent: Node): boolean =>
  node.isBlock && (items.has(node.type.name) || holders.has(parent.type.name))

/** The innermost block around a place that one can take hold of: an item of a list, or a block. Of a table, the whole. */
export const blockAround = ($at: ResolvedPos): Block | null => {
  let found: Block | null = null
  for (let depth = 1; depth <= $at.depth; depth++) {
    const [node, parent] = [$at.node(depth), $at.node(depth - 1)]
    if (isHandled(node, parent)) found = { at: $at.before(depth), node }
    if (node.type.name === 'table') return found
  }
  const { nodeAfter } = $at
  if (nodeAfter !== null && isHandled(nodeAfter, $at.parent)) return { at: $at.pos, node: nodeAfter }
  return found
}

/** The block of the caret, or the one that is selected. */
export const blockOf = ({ selection }: EditorState): Block | null =>
  selection instanceof NodeSelection && selection.node.isBlock
    ? isHandled(selection.node, selection.$from.parent)
      ? { at: selection.from, node: selection.node }
      : blockAround(selection.$from)
    : blockAround(selection.$head)

/** The block that begins at a place. */
export const blockFrom = (doc: Node, at: number): Block | null => {
  if (at < 0 || at >= doc.content.size) return null
  const node = doc.resolve(at).nodeAfter
  return node === null || !node.isBlock ? null : { at, node }
}

/** All blocks that a selection touches, at the level where they are neighbours: from where to where. */
const touched = (state: EditorState): { from: number; to: number; $at: ResolvedPos } | null => {
  const { $from, $to } = state.selection
  const block = blockOf(state)
  if (block === null) return null
  const one = { from: block.at, to: block.at + block.node.nodeSize, $at: state.doc.resolve(block.at) }
  if ($to.pos <= one.to && $from.pos >= one.from) return one
  const range = $from.blockRange(
    $to,
    (node) => holders.has(node.type.name) || node.type.name.endsWith('List'),
  )
  return range === null ? one : { from: range.start, to: range.end, $at: state.doc.resolve(range.start) }
}

/** Where a block now stands among its neighbours. */
export interface Standing {
  readonly tr: Transaction
  readonly nth: number
  readonly of: number
}

/** The selected blocks moved past the neighbour above (-1) or below (1), or null where there is none. */
export const movedBy = (state: EditorState, delta: -1 | 1): Standing | null => {
  const range = touched(state)
  if (range === null) return null
  const { from, to, $at } = range
  const { parent } = $at
  const $to = state.doc.resolve(to)
  const neighbour = delta < 0 ? $at.nodeBefore : $to.nodeAfter
  if (neighbour === null || $to.parent !== parent) return null
  const { tr } = state
  // the neighbour changes places with what is selected, which so keeps its selection
  const size = neighbour.nodeSize
  if (delta < 0) tr.delete(from - size, from).insert(to - size, neighbour)
  else tr.delete(to, to + size).insert(from, neighbour)
  const shift = delta * size
  const { selection } = state
  tr.setSelection(
    selection instanceof NodeSelection
      ? NodeSelection.create(tr.doc, selection.from + shift)
      : TextSelection.between(
          tr.doc.resolve(selection.anchor + shift),
          tr.doc.resolve(selection.head + shift),
        ),
  )
  return { tr: tr.scrollIntoView(), nth: $at.index() + 1 + delta, of: parent.childCount }
}

/** Something as the content of a parent: as it is, an item in a list like its own, or a block as an item. */
const fitted = (node: Node, source: Node, $gap: ResolvedPos): Fragment | null => {
  const { parent } = $gap
  const index = $gap.index()
  const fits = (each: Node): boolean => parent.canReplaceWith(index, index, each.type)
  if (fits(node)) return Fragment.from(node)
  if (items.has(node.type.name)) {
    const list = source.type.create(source.attrs, node)
    if (fits(list)) return Fragment.from(list)
    const item = parent.type.contentMatch.defaultType
    if (item !== null && items.has(item.name) && item.validContent(node.content))
      return Fragment.from(item.create(null, node.content))
    return null
  }
  const item = parent.type.contentMatch.defaultType
  if (item === null || !items.has(item.name) || !item.validContent(Fragment.from(node))) return null
  return Fragment.from(item.create(null, node))
}

/** True if the block may be dropped between blocks at this place. */
export const mayDrop = (doc: Node, { at, node }: Block, gap: number): boolean =>
  !(gap > at && gap < at + node.nodeSize) && fitted(node, doc.resolve(at).parent, doc.resolve(gap)) !== null

/** The block taken from where it is and put between blocks at `gap`, or null if nothing would change. */
export const movedTo = (state: EditorState, { at, node }: Block, gap: number): Standing | null => {
  if (gap >= at && gap <= at + node.nodeSize) return null
  const content = fitted(node, state.doc.resolve(at).parent, state.doc.resolve(gap))
  if (content === null) return null
  const { tr } = state
  tr.insert(gap, content)
  removeFrom(tr, tr.mapping.map(at), node)
  const there = tr.mapping.slice(1).map(gap, -1)
  const $there = tr.doc.resolve(there)
  tr.setSelection(Selection.near(tr.doc.resolve(there + 1)))
  return { tr: tr.scrollIntoView(), nth: $there.index() + 1, of: $there.parent.childCount }
}

/** Takes a block away, with the list that it leaves empty. What must hold something keeps an empty paragraph. */
const removeFrom = (tr: Transaction, at: number, node: Node): void => {
  let $at = tr.doc.resolve(at)
  let [from, to] = [at, at + node.nodeSize]
  while ($at.parent.childCount === 1 && $at.parent.type.name.endsWith('List')) {
    ;[from, to] = [$at.before(), $at.after()]
    $at = tr.doc.resolve(from)
  }
  const paragraph = tr.doc.type.schema.nodes['paragraph']
  if ($at.parent.childCount === 1 && paragraph !== undefined) tr.replaceWith(from, to, paragraph.create())
  else tr.delete(from, to)
}

/** The block taken away; the caret goes to what follows. */
export const without = (state: EditorState, { at, node }: Block): Transaction => {
  const { tr } = state
  removeFrom(tr, at, node)
  return tr.setSelection(Selection.near(tr.doc.resolve(Math.min(at, tr.doc.content.size)))).scrollIntoView()
}

/** The block with a copy of it below, which has the caret. */
export const doubled = (state: EditorState, { at, node }: Block): Transaction => {
  const { tr } = state
  const end = at + node.nodeSize
  tr.insert(end, node)
  return tr.setSelection(Selection.near(tr.doc.resolve(end + 1))).scrollIntoView()
}

/** The neighbouring block in the order of the page, that can be selected as a whole. */
export const neighbourOf = (doc: Node, { at, node }: Block, delta: -1 | 1): Block | null => {
  const $at = doc.resolve(at)
  if (delta > 0) {
    for (let $end = doc.resolve(at + node.nodeSize); ; $end = doc.resolve($end.after())) {
      if ($end.nodeAfter !== null) return { at: $end.pos, node: $end.nodeAfter }
      if ($end.depth === 0) return null
    }
  }
  const { nodeBefore } = $at
  if (nodeBefore !== null) return { at: at - nodeBefore.nodeSize, node: nodeBefore }
  return $at.depth === 0 ? null : blockAround(doc.resolve($at.before()))
}
