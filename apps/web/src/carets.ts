import { relativeOf } from '@quire/editor/place'
import { Extension } from '@tiptap/core'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import { Plugin, PluginKey, Selection } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { EditorView } from '@tiptap/pm/view'
import type { Awareness } from 'y-protocols/awareness'
import { bindingOf, isArrival } from './binding.ts'
import { catchUp } from './catchup.ts'
import { Flags } from './flags.ts'
import type { Caret } from './flags.ts'
import { peopleOf } from './people.ts'
import type { Known } from './people.ts'
import { placeOf } from './place.ts'

/** A selection is painted for this long after it changed. */
const paintedFor = 10_000

/** What is drawn of the others: places are those of this page's document. */
interface Drawn {
  readonly carets: readonly Caret[]
  readonly painted: DecorationSet
}

const key = new PluginKey<Drawn>('carets')
const nothing: Drawn = { carets: [], painted: DecorationSet.empty }

/** Where presence said that somebody is, as told, and since when. */
type Seen = Map<number, { readonly told: string; readonly since: number }>

/**
 * The carets and selections of the others, and the telling of one's own. Presence is anybody's bytes: a name is
 * only ever text, a colour only ever one of twelve classes, and a place that makes no sense is not drawn. A
 * selection is a colour behind the text; carets lie over it, in no way part of it.
 */
export const Carets = Extension.create<{
  awareness: Awareness | null
  identity: () => string
  /** Who is who, and a call at each change of that. */
  known: () => Known
  onKnown: (call: () => void) => () => void
}>({
  name: 'carets',

  addOptions() {
    return { awareness: null, identity: () => '', known: () => null, onKnown: () => () => {} }
  },

  addProseMirrorPlugins() {
    const { awareness, identity, known, onKnown } = this.options
    if (awareness === null) return []
    const seen: Seen = new Map()
    const read = (state: EditorState): Drawn => draw(state, awareness, identity(), known(), seen)
    return [
      new Plugin<Drawn>({
        key,
        state: {
          init: (_config, state) => read(state),
          apply: (transaction, drawn, _before, state) => {
            if (isArrival(transaction) || transaction.getMeta(key) === true) return read(state)
            return transaction.docChanged ? mapped(drawn, transaction) : drawn
          },
        },
        props: { decorations: (state) => key.getState(state)?.painted },
        view: (view) => {
          const flags = new Flags(view, () => key.getState(view.state)?.carets ?? [])
          const ends = [watch(view, awareness, known, onKnown, seen, flags), tellOwn(view, awareness)]
          return {
            update: (_view, before) => {
              if (key.getState(before) !== key.getState(view.state)) flags.place()
              if (before.selection !== view.state.selection || before.doc !== view.state.doc)
                announce(view, awareness)
            },
            destroy: () => {
              for (const end of ends) end()
              flags.remove()
            },
          }
        },
      }),
    ]
  },
})

const draw = (
  state: EditorState,
  awareness: Awareness,
  identity: string,
  known: Known,
  seen: Seen,
): Drawn => {
  const projection = bindingOf(state)?.projection
  if (projection === undefined) return nothing
  const self = awareness.clientID
  const last = Math.max(state.doc.content.size - 1, 0)
  const inText = (at: number): number => {
    const $at = state.doc.resolve(Math.min(at, last))
    return $at.parent.inlineContent ? $at.pos : Selection.near($at).head
  }
  const carets: Caret[] = []
  const painted: Decoration[] = []
  const you = { client: self, identity }
  for (const { name, verified, hue, clients } of peopleOf(awareness.getStates(), you, undefined, 0, known))
    for (const client of clients) {
      const cursor: unknown = client === self ? null : awareness.getStates().get(client)?.['cursor']
      if (typeof cursor !== 'object' || cursor === null) continue
      const anchor = placeOf(Reflect.get(cursor, 'anchor'), projection)
      const head = placeOf(Reflect.get(cursor, 'head'), projection)
      if (anchor === null || head === null) continue
      const caret = { client, name, verified, hue, at: inText(head) }
      carets.push(caret)
      const [from, to] = [inText(anchor), caret.at].toSorted((a, b) => a - b)
      if (from === undefined || to === undefined || from === to) continue
      const old = Date.now() - (seen.get(client)?.since ?? 0) >= paintedFor
      painted.push(
        Decoration.inline(from, to, {
          class: `selected hue-${hue}${old ? ' old' : ''}`,
          'data-selector': String(client),
        }),
      )
    }
  return carets.length === 0 ? nothing : { carets, painted: DecorationSet.create(state.doc, painted) }
}

const mapped = (drawn: Drawn, { mapping, doc }: Transaction): Drawn =>
  drawn.carets.length === 0
    ? drawn
    : {
        carets: drawn.carets.map((caret) => ({ ...caret, at: mapping.map(caret.at, -1) })),
        painted: drawn.painted.map(mapping, doc),
      }

/** Redraws when somebody's place, name or colour changed, at most once a frame. */
const watch = (
  view: EditorView,
  awareness: Awareness,
  known: () => Known,
  onKnown: (call: () => void) => () => void,
  seen: Seen,
  flags: Flags,
): (() => void) => {
  let frame = 0
  let last = ''
  const moved = new Set<number>()
  const fading = new Map<number, ReturnType<typeof setTimeout>>()
  const fade = (client: number): void => {
    clearTimeout(fading.get(client))
    const old = (): void => {
      for (const part of view.dom.querySelectorAll(`[data-selector="${client}"]`)) part.classList.add('old')
    }
    fading.set(client, setTimeout(old, paintedFor))
  }
  const redraw = (): void => {
    frame = 0
    if (view.isDestroyed) return
    catchUp(view)
    view.dispatch(view.state.tr.setMeta(key, true).setMeta('addToHistory', false))
    for (const client of moved) flags.unfold(client)
    moved.clear()
  }
  const changed = (): void => {
    const looks: unknown[] = []
    for (const [client, state] of awareness.getStates()) {
      if (client === awareness.clientID) continue
      const told = JSON.stringify(state['cursor']) ?? ''
      looks.push(client, told, state['user'], known()?.get(client))
      if (seen.get(client)?.told === told) continue
      seen.set(client, { told, since: Date.now() })
      moved.add(client)
      fade(client)
    }
    for (const client of seen.keys()) if (!awareness.getStates().has(client)) seen.delete(client)
    const look = JSON.stringify(looks)
    if (look !== last && frame === 0) frame = requestAnimationFrame(redraw)
    last = look
  }
  awareness.on('change', changed)
  const stop = onKnown(changed)
  changed()
  return () => {
    awareness.off('change', changed)
    stop()
    cancelAnimationFrame(frame)
    for (const timer of fading.values()) clearTimeout(timer)
  }
}

/** Tells the others where the own caret is, from the first focus on. It stays where it was when focus leaves. */
const tellOwn = (view: EditorView, awareness: Awareness): (() => void) => {
  const focused = (): void => announce(view, awareness)
  view.dom.addEventListener('focusin', focused)
  return () => {
    view.dom.removeEventListener('focusin', focused)
    if (awareness.getLocalState() !== null) awareness.setLocalStateField('cursor', null)
  }
}

const announce = (view: EditorView, awareness: Awareness): void => {
  const projection = bindingOf(view.state)?.projection
  const told: unknown = awareness.getLocalState()?.['cursor']
  if (projection === undefined || !(view.hasFocus() || told != null)) return
  const { anchor, head } = view.state.selection
  const cursor = { anchor: relativeOf(anchor, projection), head: relativeOf(head, projection) }
  if (JSON.stringify(cursor) !== JSON.stringify(told)) awareness.setLocalStateField('cursor', cursor)
}
