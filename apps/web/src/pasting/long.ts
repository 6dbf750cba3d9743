import { absoluteOf, relativeOf } from '@quire/editor/place'
import type { Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Selection } from '@tiptap/pm/state'
import type { Transaction } from '@tiptap/pm/state'
import { bindingOf } from '../binding.ts'
import { part } from '../blocks/part.ts'
import { undoOf } from '../commands/command.ts'
import { join } from '../late.ts'
import { bringFiles } from '../media/media.ts'
import { words } from '../words.ts'
import { takePictures } from './pictures.ts'
import { piecesOf } from './pieces.ts'
import type { Piece } from './pieces.ts'
import { adopted, readHtml, readText } from './reading.ts'

/** One step may hold up the page for about so long, in ms. */
const step = 40
/** Who waits longer is told, and can stop it. */
const patience = 200

/** What is pasted, as it was copied: HTML, of this editor or another program's; text; or blocks that were read already. */
export type Copied =
  | { readonly kind: 'html'; readonly html: string; readonly own: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'blocks'; readonly nodes: readonly Node[] }

/** Lets the page draw and hear keys. */
const breath = async (): Promise<void> => new Promise((resolve) => void setTimeout(resolve))

const running = new WeakSet<Editor>()

/**
 * Pastes what would hold up the page in one go: it is read and put in by pieces, while the page can be scrolled and
 * "Cancel" or Esc takes all of it back. When it ends it is one step of undo. Nothing can be typed in the meantime.
 */
export const pasteLong = async (
  editor: Editor,
  copied: Copied,
  say: (text: string) => void,
): Promise<void> => {
  if (running.has(editor)) return
  running.add(editor)
  const stop = new AbortController()
  const free = hold(editor, stop)
  const { signal } = stop
  try {
    const nodes = await read(editor, copied, signal)
    const whole = signal.aborted || nodes.length === 0 || (await put(editor, nodes, signal))
    if (editor.isDestroyed) return
    if (signal.aborted) say(words['paste.cancelled'])
    else if (!whole) say(words['paste.stopped'])
  } finally {
    free()
    running.delete(editor)
  }
}

/** Keeps keys and other input from the text, and after a while says what is going on. */
const hold = (editor: Editor, stop: AbortController): (() => void) => {
  const { view } = editor
  const leave = join(view, {
    keydown: (_view, event) => {
      if (event.key === 'Escape') stop.abort()
      return true
    },
  })
  const refuse = (event: Event): void => event.preventDefault()
  view.dom.addEventListener('beforeinput', refuse, { capture: true })
  const cancel = part('button', 'button bare strong')
  cancel.type = 'button'
  cancel.textContent = words['paste.cancel']
  cancel.addEventListener('click', () => stop.abort())
  const said = part('span', '')
  const note = part('div', 'toast', said, cancel)
  note.setAttribute('role', 'status')
  const timer = setTimeout(() => {
    ;(document.querySelector('main') ?? document.body).append(note)
    said.textContent = words['paste.pasting']
  }, patience)
  return () => {
    clearTimeout(timer)
    note.remove()
    leave()
    view.dom.removeEventListener('beforeinput', refuse, { capture: true })
  }
}

const read = async (editor: Editor, copied: Copied, signal: AbortSignal): Promise<readonly Node[]> => {
  const { schema, view } = editor
  if (copied.kind === 'blocks') return copied.nodes
  const { html, files } = copied.kind === 'html' ? takePictures(copied.html) : { html: '', files: new Map() }
  const parts = copied.kind === 'html' ? readHtml(html, schema, copied.own) : readText(copied.text, schema)
  const nodes: Node[] = []
  await breath()
  for (const part of parts) {
    nodes.push(...adopted(view, part, schema))
    await breath()
    if (signal.aborted || editor.isDestroyed) return []
  }
  await bringFiles(editor.state, files, html)
  return nodes
}

/** False when it could not be put in to the end. */
const put = async (editor: Editor, nodes: readonly Node[], signal: AbortSignal): Promise<boolean> => {
  const { view } = editor
  const stacks = undoOf(editor)
  const projection = bindingOf(editor.state)?.projection
  if (projection === undefined || stacks === null) return false
  let size = 2_000
  let at: ReturnType<typeof relativeOf> | null = null
  let isIn = false
  let whole = true
  stacks.stopCapturing()
  for (const piece of piecesOf(nodes, () => size)) {
    if (editor.isDestroyed || !view.editable) return false
    const began = performance.now()
    const { tr } = view.state
    const opening = at === null ? opened(tr, nodes) : null
    const place = at === null ? (opening?.at ?? null) : absoluteOf(at, projection)
    let end = place === null ? null : putPiece(tr, place, piece)
    if (place === null || end === null) {
      whole = false // somebody has taken away what it was put into
      break
    }
    const blank = opening?.blank?.nodeSize ?? 0
    tr.delete(place - blank, place)
    end -= blank
    if (isIn) stacks.lastChange = Date.now() // all of it is one step of undo
    view.dispatch(tr)
    isIn = true
    at = relativeOf(end, projection)
    const took = performance.now() - began
    size = Math.max(200, Math.round(size * Math.min(2, Math.max(0.3, step / Math.max(took, 1)))))
    await breath()
    if (signal.aborted) break
  }
  if (signal.aborted && isIn) {
    stacks.undo()
    stacks.clear(false, true)
  } else if (at !== null && !editor.isDestroyed) {
    const { tr } = view.state
    const end = absoluteOf(at, projection) ?? tr.doc.content.size
    view.dispatch(tr.setSelection(Selection.near(tr.doc.resolve(end), -1)).scrollIntoView())
  }
  stacks.stopCapturing()
  return whole
}

/** Puts a piece in at a place and says where it ends, or null where it cannot stand. */
const putPiece = (tr: Transaction, place: number, { kind, nodes }: Piece): number | null => {
  const into = kind === 'more' ? place - 1 : place
  const $into = tr.doc.resolve(into)
  const [first] = nodes
  if (first === undefined || !$into.parent.canReplaceWith($into.index(), $into.index(), first.type))
    return null
  tr.insert(into, nodes)
  return into + nodes.reduce((sum, { nodeSize }) => sum + nodeSize, 0) + (kind === 'more' ? 1 : 0)
}

interface Opening {
  readonly at: number
  /** The empty paragraph before it that was left for it. */
  readonly blank: Node | null
}

/** Makes room where the caret is: between blocks, at the nearest level that can hold all of them. */
const opened = (tr: Transaction, nodes: readonly Node[]): Opening | null => {
  tr.deleteSelection()
  const { $from } = tr.selection
  const types = [...new Set(nodes.map(({ type }) => type))]
  for (let depth = $from.depth; depth >= 0; depth--) {
    const parent = $from.node(depth)
    const index = depth === $from.depth ? $from.index() : $from.indexAfter(depth)
    if (parent.inlineContent || !types.every((type) => parent.canReplaceWith(index, index, type))) continue
    if (depth === $from.depth) return { at: $from.pos, blank: null }
    const inner = $from.node(depth + 1)
    if (inner.inlineContent && inner.content.size > 0 && $from.parentOffset === 0)
      return { at: $from.before(depth + 1), blank: null }
    if (inner.inlineContent && $from.parentOffset < inner.content.size) {
      tr.split($from.pos)
      return { at: $from.pos + 1, blank: null }
    }
    const isBlank = inner.type.name === 'paragraph' && inner.content.size === 0
    return { at: $from.after(depth + 1), blank: isBlank ? inner : null }
  }
  return null
}
