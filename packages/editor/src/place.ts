import * as Y from 'yjs'
import { childrenOf } from './children.ts'
import type { Child, Shared } from './children.ts'
import type { Projection } from './projection.ts'
import { isUnknown } from './unknown.ts'

/** A place of the page as the shared document names it: it stays with the letters around it. Total. */
export const relativeOf = (at: number, projection: Projection): Y.RelativePosition => {
  let parent: Shared = projection.root
  let left = at
  for (;;) {
    let inner: Shared | null = null
    const row = projection.row(parent)
    if (row !== null) {
      let at = 0
      let size = row.shown.maybeChild(0)?.nodeSize
      while (size !== undefined && left >= size) {
        left -= size
        size = row.shown.maybeChild(++at)?.nodeSize
      }
      const child = row.children[at]
      if (child === undefined || child.type === null || left <= 0)
        return Y.createRelativePositionFromTypeIndex(parent, child?.at ?? parent._length)
      left--
      parent = child.type
      continue
    }
    for (const child of childrenOf(parent)) {
      const { type } = child
      const shown = type === null ? undefined : projection.shown(type)
      const size = projection.sizeOf(child)
      if (type instanceof Y.XmlText && shown !== undefined && !('nodeSize' in shown)) {
        const holdsLine = projection.root !== parent && isLineOf(parent, projection)
        if (holdsLine && left <= size) return Y.createRelativePositionFromTypeIndex(type, left, -1)
      } else if (left <= 0) return Y.createRelativePositionFromTypeIndex(parent, child.at)
      else if (left < size && type !== null) {
        inner = type
        left--
        break
      }
      left -= size
    }
    if (inner === null) return Y.createRelativePositionFromTypeIndex(parent, parent._length)
    parent = inner
  }
}

const isLineOf = (parent: Shared, projection: Projection): boolean => {
  const shown = projection.shown(parent)
  return shown !== undefined && 'nodeSize' in shown && shown.inlineContent
}

/**
 * Where that is on the page now, or null if it is gone. Within something that is shown closed it is right before
 * that.
 */
export const absoluteOf = (relative: Y.RelativePosition, projection: Projection): number | null => {
  const { root } = projection
  const found = root.doc === null ? null : Y.createAbsolutePositionFromRelativePosition(relative, root.doc)
  if (found === null) return null
  const path: Shared[] = []
  for (let type: Shared = found.type; type !== root;) {
    const item: Y.Item | null = type._item
    if (item === null || item.deleted || !(item.parent instanceof Y.AbstractType)) return null
    path.unshift(type)
    type = item.parent
  }
  let at = 0
  let parent: Shared = root
  for (const type of path) {
    at += sizeBefore(parent, ({ type: each }) => each === type, projection)
    const shown = projection.shown(type)
    if (shown === undefined) return at
    if (!('nodeSize' in shown)) return type instanceof Y.XmlText ? at + found.index : at
    if (isUnknown(shown)) return at
    at++
    parent = type
  }
  return at + sizeBefore(parent, (child) => child.at >= found.index, projection)
}

/** How much room the children take that stand before the first one of which that is true. */
const sizeBefore = (parent: Shared, isThere: (child: Child) => boolean, projection: Projection): number => {
  const row = projection.row(parent)
  const children = row?.children ?? childrenOf(parent)
  let size = 0
  for (const [i, child] of children.entries()) {
    if (isThere(child)) break
    size += row?.shown.child(i).nodeSize ?? projection.sizeOf(child)
  }
  return size
}
