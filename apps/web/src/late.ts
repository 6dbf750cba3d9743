import { Extension } from '@tiptap/core'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import type { EditorState } from '@tiptap/pm/state'
import { DecorationSet } from '@tiptap/pm/view'
import type { EditorView } from '@tiptap/pm/view'

/** What joins an editor that people may already be typing in. */
export interface Guest {
  /** True takes the key: nobody else hears of it. */
  readonly keydown?: (view: EditorView, event: KeyboardEvent) => boolean
  /** Called after the view shows another state. It must not change the state at once. */
  readonly changed?: (view: EditorView, before: EditorState) => void
}

/** What is painted over the text, each by itself: what find has found, a place, what is invisible, what is in focus. */
type Layer = 'find' | 'place' | 'invisible' | 'focus'

const layer = () => new PluginKey<DecorationSet>()
const layers: Record<Layer, PluginKey<DecorationSet>> = {
  find: layer(),
  place: layer(),
  invisible: layer(),
  focus: layer(),
}
const guests = new WeakMap<EditorView, Guest[]>()

/** Lets a guest hear this editor, before those who came earlier, until the returned function is called. */
export const join = (view: EditorView, guest: Guest): (() => void) => {
  guests.get(view)?.unshift(guest)
  return () => {
    const there = guests.get(view) ?? []
    const at = there.indexOf(guest)
    if (at >= 0) there.splice(at, 1)
  }
}

/** Paints over the text without changing it, in place of what this layer showed. It moves with the text. */
export const paint = (view: EditorView, name: Layer, set: DecorationSet): void => {
  if (view.isDestroyed || (set === DecorationSet.empty && painted(view.state, name) === set)) return
  view.dispatch(view.state.tr.setMeta(layers[name], set).setMeta('addToHistory', false))
}

/** What this layer shows, where it is now. */
export const painted = (state: EditorState, name: Layer): DecorationSet =>
  layers[name].getState(state) ?? DecorationSet.empty

/**
 * A place in the editor for what is loaded after the first paint: menus, find, handles. Adding a plugin to an editor
 * that is there would take all the others down and up again.
 */
export const Late = Extension.create({
  name: 'late',
  priority: 1_200, // an open menu hears keys before anybody

  addProseMirrorPlugins() {
    return [
      ...Object.values(layers).map(
        (key) =>
          new Plugin<DecorationSet>({
            key,
            state: {
              init: () => DecorationSet.empty,
              apply: (transaction, set) => {
                const next: unknown = transaction.getMeta(key)
                if (next instanceof DecorationSet) return next
                return transaction.docChanged ? set.map(transaction.mapping, transaction.doc) : set
              },
            },
            props: { decorations: (state) => key.getState(state) },
          }),
      ),
      new Plugin({
        props: {
          handleKeyDown: (view, event) =>
            (guests.get(view) ?? []).slice().some(({ keydown }) => keydown?.(view, event) === true),
        },
        view: (view) => {
          guests.set(view, [])
          return {
            update: (_view, before) => {
              for (const { changed } of (guests.get(view) ?? []).slice()) changed?.(view, before)
            },
            destroy: () => void guests.delete(view),
          }
        },
      }),
    ]
  },
})
