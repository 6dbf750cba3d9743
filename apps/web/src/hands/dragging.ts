import type { EditorView } from '@tiptap/pm/view'
import { blockAround, mayDrop } from './moving.ts'
import type { Block } from './moving.ts'

/** From here to the window's edge a drag scrolls, in px. */
const edge = 48
const header = 92

/** The block beside which the pointer is, if any. */
export const blockAtPoint = (view: EditorView, x: number, y: number): Block | null => {
  const box = view.dom.getBoundingClientRect()
  if (y < box.top - 8 || y > box.bottom + 8) return null
  const inside = Math.min(Math.max(x, box.left + 2), box.right - 2)
  const found = view.posAtCoords({ left: inside, top: Math.min(Math.max(y, box.top + 1), box.bottom - 1) })
  if (found === null) return null
  const { doc } = view.state
  const { nodeAfter } = doc.resolve(Math.max(found.inside, 0))
  // of what holds no text only its own place is known
  if (found.inside >= 0 && nodeAfter?.isAtom === true) return blockAround(doc.resolve(found.inside))
  return blockAround(doc.resolve(found.pos))
}

/** Where a block would land: a place between blocks, and the line that shows it. */
export interface Landing {
  readonly gap: number
  readonly left: number
  readonly top: number
  readonly width: number
}

/** Where the block would land if it were let go at this point, or null if it cannot land there. */
export const landingAt = (view: EditorView, block: Block, x: number, y: number): Landing | null => {
  const over = blockAtPoint(view, x, y)
  if (over === null) return null
  const { doc } = view.state
  for (let target: Block | null = over; target !== null;) {
    const element = view.nodeDOM(target.at)
    if (!(element instanceof HTMLElement)) return null
    const { left, top, bottom, width } = element.getBoundingClientRect()
    const below = y > (top + bottom) / 2
    const gap = target.at + (below ? target.node.nodeSize : 0)
    if (mayDrop(doc, block, gap)) return { gap, left, top: below ? bottom + 3 : top - 5, width }
    const $at = doc.resolve(target.at)
    target = $at.depth === 0 ? null : blockAround(doc.resolve($at.before()))
  }
  return null
}

/** Scrolls while the pointer is near the window's edge, until stopped. */
export const scrollAtEdges = (at: () => number): (() => void) => {
  let frame = 0
  const step = (): void => {
    const y = at()
    const above = header + edge - y
    const below = y - (window.innerHeight - edge)
    const by = above > 0 ? -above : Math.max(below, 0)
    if (by !== 0) window.scrollBy(0, Math.sign(by) * Math.min(Math.ceil(Math.abs(by) / 4), 18))
    frame = requestAnimationFrame(step)
  }
  frame = requestAnimationFrame(step)
  return () => cancelAnimationFrame(frame)
}
