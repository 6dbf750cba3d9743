import type { CommandProps } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { NodeSelection, Selection, TextSelection } from '@tiptap/pm/state'

/**
 * Puts a block where the caret is: in place of an empty paragraph, else behind the block of the caret, at the
 * nearest level that can hold it. The caret goes into it, or behind it if it holds no text, with `select` on it.
 */
export const insertBlock = ({ tr, dispatch }: CommandProps, node: Node, select = false): boolean => {
  const { $to } = tr.selection
  const { selection } = tr
  const isOnBlock = selection instanceof NodeSelection && selection.node.isBlock
  for (let depth = $to.depth; depth >= 0; depth--) {
    const parent = $to.node(depth)
    const index = depth === $to.depth ? $to.index() : $to.indexAfter(depth)
    if (parent.inlineContent || !parent.canReplaceWith(index, index, node.type)) continue
    if (dispatch === undefined) return true
    const inner = depth < $to.depth ? $to.node(depth + 1) : null
    const fills = !isOnBlock && inner?.type.name === 'paragraph' && inner.childCount === 0
    const at = depth === $to.depth ? $to.pos : fills ? $to.before(depth + 1) : $to.after(depth + 1)
    const isLast = index === parent.childCount
    const paragraph = tr.doc.type.schema.nodes['paragraph']
    const after =
      isLast && (node.isAtom || node.type.spec.isolating === true) ? paragraph?.create() : undefined
    const nodes =
      after !== undefined && parent.canReplaceWith(index, index, after.type) ? [node, after] : [node]
    if (fills) tr.replaceWith(at, $to.after(depth + 1), nodes)
    else tr.insert(at, nodes)
    const $at = tr.doc.resolve(at)
    const inside = node.isAtom ? null : Selection.findFrom(tr.doc.resolve(at + 1), 1, true)
    const holds = inside !== null && inside.from < at + node.nodeSize
    if (holds) tr.setSelection(inside)
    else if (select && NodeSelection.isSelectable(node)) tr.setSelection(new NodeSelection($at))
    else tr.setSelection(TextSelection.near(tr.doc.resolve(at + node.nodeSize)))
    tr.scrollIntoView()
    return true
  }
  return false
}
