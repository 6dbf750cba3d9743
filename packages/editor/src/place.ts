import * as Y from 'yjs'
import { childrenOf } from './children.ts'
import type { Shared } from './children.ts'
import type { Projection } from './projection.ts'
import { isUnknown } from './unknown.ts'

/** A place of the page as the shared document names it: it stays with the letters around it. Total. */
export const relativeOf = (at: number, projection: Projection): Y.RelativePosition => {
  let parent: Shared = projection.root
  let left = at
  for (;;) {
    let inner: Shared | null = null
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
    for (const child of childrenOf(parent)) {
      if (child.type === type) break
      at += projection.sizeOf(child)
    }
    const shown = projection.shown(type)
    if (shown === undefined) return at
    if (!('nodeSize' in shown)) return type instanceof Y.XmlText ? at + found.index : at
    if (isUnknown(shown)) return at
    at++
    parent = type
  }
  for (const child of childrenOf(parent)) if (child.at < found.index) at += projection.sizeOf(child)
  return at
}
