import { blockName } from '@quire/editor/block'
import type { Node } from '@tiptap/pm/model'
import type { EditorView, NodeViewConstructor } from '@tiptap/pm/view'
import { bindingOf } from '../binding.ts'
import { words } from '../words.ts'
import { around, button, part } from './part.ts'

const key = 'quire.closed'
const most = 500

/** The names of the details that this person has closed, the last ones last. Without a store none is remembered. */
const closed = (): string[] => {
  try {
    const names: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
  } catch {
    return []
  }
}

const remember = (name: string, isOpen: boolean): void => {
  const names = closed().filter((each) => each !== name)
  if (!isOpen) names.push(name)
  try {
    localStorage.setItem(key, JSON.stringify(names.slice(-most)))
  } catch {
    // a browser that keeps nothing: it is open again the next time
  }
}

const openers = new WeakMap<globalThis.Node, (isOpen: boolean) => void>()

/** Details that each person opens and closes alone. New ones are open. */
export const detailsView: NodeViewConstructor = (first, view, getPos) => {
  const body = part('div', 'details-body')
  body.dataset['hint'] = words['details.hint']
  const toggle = button('details-toggle', words['details.toggle'], () => {
    const isOpen = dom.dataset['open'] !== 'true'
    open(isOpen)
    const name = nameOf()
    if (name !== null) remember(name, isOpen)
  })
  toggle.contentEditable = 'false'
  const dom = part('div', 'details', toggle, body)
  const nameOf = (): string | null => {
    const at = getPos()
    const projection = bindingOf(view.state)?.projection
    return at === undefined || projection === undefined ? null : blockName(at, projection)
  }
  const open = (isOpen: boolean): void => {
    dom.dataset['open'] = String(isOpen)
    toggle.setAttribute('aria-expanded', String(isOpen))
  }
  openers.set(dom, open)
  open(true)
  // its place and name are known when the change that brought it is shown
  queueMicrotask(() => {
    if (view.isDestroyed || !dom.isConnected) return
    const name = nameOf()
    if (name !== null && closed().includes(name)) open(false)
  })
  return { ...around(dom, body), update: (node: Node) => node.type === first.type }
}

/** Opens all details around a place, for this person only: what is looked for or written in must be seen. */
export const reveal = (view: EditorView, at: number): void => {
  const $at = view.state.doc.resolve(Math.min(at, view.state.doc.content.size))
  for (let depth = $at.depth; depth > 0; depth--) {
    if ($at.node(depth).type.name !== 'detailsContent') continue
    const dom = view.nodeDOM($at.before(depth - 1))
    if (dom !== null) openers.get(dom)?.(true)
  }
}
