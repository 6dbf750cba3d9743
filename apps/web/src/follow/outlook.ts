import { relativeOf } from '@quire/editor/place'
import type { EditorView } from '@tiptap/pm/view'
import { bindingOf } from '../binding.ts'
import { placeOf } from '../place.ts'

/** What somebody looks at: the block at the top of their screen, and which part of it is above the edge. */
export interface Outlook {
  /** A place of the shared document, as presence carries it. */
  readonly at: unknown
  /** From 0 to 1. */
  readonly above: number
}

const edge = (): number => document.querySelector('.chrome')?.getBoundingClientRect().bottom ?? 0

/** What this page looks at, or null when it shows no text. */
export const outlookOf = (view: EditorView): Outlook | null => {
  const binding = bindingOf(view.state)
  if (binding === null) return null
  const text = view.dom.getBoundingClientRect()
  const top = Math.max(edge(), text.top)
  if (text.bottom <= top) return null
  const found = view.posAtCoords({ left: text.left + text.width / 2, top: top + 1 })
  if (found === null) return null
  const $at = view.state.doc.resolve(found.inside < 0 ? found.pos : found.inside + 1)
  const before = $at.depth === 0 ? $at.pos : $at.before()
  const box = boxOf(view, before)
  const above = box === null || box.height === 0 ? 0 : (top - box.top) / box.height
  return { at: relativeOf(before, binding.projection), above: Math.min(Math.max(above, 0), 1) }
}

/** What presence says that somebody looks at, or null for whatever says nothing. Total. */
export const readOutlook = (told: unknown): Outlook | null => {
  if (typeof told !== 'object' || told === null) return null
  const above: unknown = Reflect.get(told, 'above')
  if (typeof above !== 'number' || !(above >= 0 && above <= 1)) return null
  return { at: Reflect.get(told, 'at'), above }
}

/** Looks at the same. False when that is not in this page's text. */
export const look = (view: EditorView, { at, above }: Outlook): boolean => {
  const binding = bindingOf(view.state)
  const place = binding === null ? null : placeOf(at, binding.projection)
  if (place === null) return false
  const box = boxOf(view, Math.min(place, view.state.doc.content.size))
  if (box === null) return false
  const by = box.top + above * box.height - edge()
  if (Math.abs(by) > 1)
    window.scrollBy({ top: by, behavior: Math.abs(by) < window.innerHeight ? motion() : 'instant' })
  return true
}

/** Brings a person's caret into the screen if it is outside. */
export const lookAtCaret = (view: EditorView, clients: readonly number[]): void => {
  for (const client of clients) {
    const caret = view.dom.parentElement?.querySelector(`.caret[data-client="${client}"]`)
    if (caret == null) continue
    const { top, bottom } = caret.getBoundingClientRect()
    if (top < edge() || bottom > window.innerHeight)
      caret.scrollIntoView({ block: 'center', behavior: motion() })
    return
  }
}

const motion = (): ScrollBehavior =>
  document.visibilityState === 'hidden' || matchMedia('(prefers-reduced-motion: reduce)').matches
    ? 'instant'
    : 'smooth'

const boxOf = (view: EditorView, before: number): DOMRect | null => {
  const dom = view.nodeDOM(before)
  return dom instanceof Element ? dom.getBoundingClientRect() : null
}
