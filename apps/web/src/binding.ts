import { Attic } from '@quire/editor/attic'
import { absoluteOf, relativeOf } from '@quire/editor/place'
import { Projection } from '@quire/editor/projection'
import { isUnknown, standsFor } from '@quire/editor/unknown'
import { write } from '@quire/editor/writing'
import { Extension } from '@tiptap/core'
import { Fragment, Slice } from '@tiptap/pm/model'
import type { Node, Schema } from '@tiptap/pm/model'
import { AllSelection, NodeSelection, Plugin, PluginKey, Selection, TextSelection } from '@tiptap/pm/state'
import type { Transaction } from '@tiptap/pm/state'
import { ReplaceStep } from '@tiptap/pm/transform'
import type { EditorView } from '@tiptap/pm/view'
import type * as Y from 'yjs'

const key = new PluginKey<Binding>('binding')

/** The binding of an editor in this state, or null if it is bound to nothing. */
export const bindingOf = (state: EditorView['state']): Binding | null => key.getState(state) ?? null

/** True for a change that shows what is stored, in contrast to what a person does here. */
export const isArrival = (transaction: Transaction): boolean => transaction.getMeta(key) === true

/** Where a selection is, in terms of the shared document. */
export interface Held {
  readonly kind: 'all' | 'node' | 'text'
  readonly anchor: Y.RelativePosition
  readonly head: Y.RelativePosition
}

/**
 * Holds an editor and the shared document together. What others write is shown by the smallest change, with the
 * selection where it was; what a person does here is written by the smallest change. Showing never writes, and a
 * page that may not edit writes nothing at all. After each change the page shows exactly what is stored.
 */
export class Binding {
  readonly projection: Projection
  readonly #attic: Attic
  readonly #doc: Y.Doc
  #view: EditorView | null = null
  #shown: Node | null = null
  #writing = false
  #before: Held | null = null

  constructor(root: Y.XmlFragment, schema: Schema) {
    if (root.doc === null) throw new Error('a text outside of any document cannot be bound')
    this.#doc = root.doc
    this.projection = new Projection(root, schema)
    this.#attic = new Attic(root.doc)
  }

  /** What marks this binding's own changes of the shared document. */
  get origin(): object {
    return key
  }

  /** Where the selection was before the change that is under way. */
  get held(): Held | null {
    return this.#before
  }

  /** Shows the document in the view and keeps both together until the returned function is called. */
  open(view: EditorView): () => void {
    this.#view = view
    const { root } = this.projection
    const hold = (): void => {
      this.#before ??= this.#hold(view.state.selection)
    }
    const release = (): void => {
      this.#before = null
    }
    const changed = (_events: unknown, transaction: Y.Transaction): void => {
      this.projection.heard(transaction)
      if (!this.#writing) this.#show(view)
    }
    this.#doc.on('beforeAllTransactions', hold)
    this.#doc.on('afterAllTransactions', release)
    root.observeDeep(changed)
    this.#show(view)
    return () => {
      this.#doc.off('beforeAllTransactions', hold)
      this.#doc.off('afterAllTransactions', release)
      root.unobserveDeep(changed)
      this.#view = null
    }
  }

  /** Writes what the view shows, if a person changed it. `before` is the selection before that. */
  take(view: EditorView, before: Selection): void {
    const { doc } = view.state
    if (doc === this.#shown || this.#writing) return
    this.#before = this.#hold(before)
    this.#writing = true
    try {
      this.#doc.transact(() => write(doc, this.projection, this.#attic), this.origin)
    } finally {
      this.#writing = false
      this.#before = null
    }
    this.#shown = doc
    this.#show(view)
  }

  /** Selects what was held, as far as it is still there. */
  select(held: Held): void {
    const view = this.#view
    if (view === null) return
    const { tr } = view.state
    view.dispatch(tr.setSelection(this.#selection(held, tr, tr.selection)).scrollIntoView())
  }

  /** False for a change that may not happen: no one may edit here, or it would need what cannot be had. */
  allows(transaction: Transaction): boolean {
    if (!transaction.docChanged || isArrival(transaction) || this.#view === null) return true
    if (!this.#view.editable) return false
    return transaction.steps.every((step) => {
      let whole = true
      if (step instanceof ReplaceStep)
        step.slice.content.descendants((node) => {
          if (isUnknown(node) && this.#attic.copy(standsFor(node)) === null) whole = false
        })
      return whole
    })
  }

  /** What is pasted, with the text in place of unknown things of other documents. */
  adopt({ content, openStart, openEnd }: Slice): Slice {
    const adopted = (fragment: Fragment): Fragment =>
      Fragment.fromArray(
        fragment.content.flatMap((node) => {
          if (!isUnknown(node)) return [node.isText ? node : node.copy(adopted(node.content))]
          if (this.#attic.copy(standsFor(node)) !== null) return [node]
          const text = String(node.attrs['text'])
          if (text === '') return []
          const { schema } = node.type
          return [node.isInline ? schema.text(text) : schema.node('paragraph', null, schema.text(text))]
        }),
      )
    return new Slice(adopted(content), openStart, openEnd)
  }

  #show(view: EditorView): void {
    const next = this.projection.read()
    const { state } = view
    const first = this.#shown === null
    this.#shown = state.doc
    const tr = state.tr.setMeta(key, true).setMeta('addToHistory', false)
    if (!become(tr, next)) return
    const held = this.#before
    if (first) tr.setSelection(Selection.atStart(tr.doc))
    else if (held !== null) {
      tr.setSelection(this.#selection(held, tr, state.selection))
      if (isCaretInView(view)) tr.scrollIntoView()
    }
    this.#shown = tr.doc
    view.dispatch(tr)
  }

  #hold(selection: Selection): Held {
    const kind =
      selection instanceof AllSelection ? 'all' : selection instanceof NodeSelection ? 'node' : 'text'
    return {
      kind,
      anchor: relativeOf(selection.anchor, this.projection),
      head: relativeOf(selection.head, this.projection),
    }
  }

  #selection({ kind, anchor, head }: Held, tr: Transaction, before: Selection): Selection {
    const { doc } = tr
    const $place = (relative: Y.RelativePosition, old: number) => {
      const at = absoluteOf(relative, this.projection) ?? again(tr, old)
      return doc.resolve(Math.min(Math.max(at, 0), doc.content.size))
    }
    if (kind === 'all') return new AllSelection(doc)
    const $anchor = $place(anchor, before.anchor)
    if (kind === 'text') return TextSelection.between($anchor, $place(head, before.head))
    const node = $anchor.nodeAfter
    return node !== null && NodeSelection.isSelectable(node)
      ? new NodeSelection($anchor)
      : Selection.near($anchor)
  }
}

/** Changes only what differs. False if nothing does. */
const become = (tr: Transaction, next: Node): boolean => {
  const { doc } = tr
  const start = doc.content.findDiffStart(next.content)
  const end = doc.content.findDiffEnd(next.content)
  if (start === null || end === null) return false
  const overlap = Math.max(start - Math.min(end.a, end.b), 0)
  const slice = next.slice(start, end.b + overlap)
  const { failed } = tr.maybeStep(new ReplaceStep(start, end.a + overlap, slice))
  if (failed !== null || !tr.doc.eq(next)) tr.replaceWith(0, tr.doc.content.size, next.content)
  return true
}

/** Where a place is now whose own block was replaced: in the block that reads the same, or beside what changed. */
const again = (tr: Transaction, old: number): number => {
  const { before: was } = tr
  const $old = was.resolve(Math.min(old, was.content.size))
  const text = $old.parent.textContent
  const alike = (doc: Node): number[] => {
    const places: number[] = []
    doc.descendants((node, at) => {
      if (node.isTextblock && node.textContent === text) places.push(at)
    })
    return places
  }
  const nth = $old.parent.isTextblock && text !== '' ? alike(was).indexOf($old.before()) : -1
  const at = nth < 0 ? undefined : alike(tr.doc)[nth]
  return at === undefined ? tr.mapping.map(old) : at + 1 + $old.parentOffset
}

const isCaretInView = (view: EditorView): boolean => {
  if (!view.hasFocus()) return false
  const { top, bottom } = view.coordsAtPos(view.state.selection.head)
  return bottom >= 0 && top <= window.innerHeight
}

/** Binds the editor to a part of the shared document. */
export const Bound = Extension.create<{ root: Y.XmlFragment | null }>({
  name: 'bound',
  priority: 1_000,

  addOptions() {
    return { root: null }
  },

  addProseMirrorPlugins() {
    const { root } = this.options
    if (root === null) return []
    const binding = new Binding(root, this.editor.schema)
    return [
      new Plugin<Binding>({
        key,
        state: { init: () => binding, apply: () => binding },
        filterTransaction: (transaction) => binding.allows(transaction),
        props: { transformPasted: (slice) => binding.adopt(slice) },
        view: (view) => {
          const close = binding.open(view)
          return { update: (_view, before) => binding.take(view, before.selection), destroy: close }
        },
      }),
    ]
  },
})
