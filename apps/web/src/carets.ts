import { Extension } from '@tiptap/core'
import type { EditorState } from '@tiptap/pm/state'
import { Plugin, PluginKey, Selection } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { EditorView } from '@tiptap/pm/view'
import { absolutePositionToRelativePosition, ySyncPluginKey } from '@tiptap/y-tiptap'
import type { Awareness } from 'y-protocols/awareness'
import { catchUp } from './catchup.ts'
import { labelOf, peopleOf } from './people.ts'
import type { Person } from './people.ts'
import { placeOf } from './place.ts'
import type { Binding } from './place.ts'

/** How long a label stays unfolded after its person moved or typed, and a selection painted after it changed. */
const unfoldedFor = 2_000
const paintedFor = 10_000

const key = new PluginKey<DecorationSet>('carets')

const bindingOf = (state: EditorState): Binding | null => {
  const found: Binding | undefined = ySyncPluginKey.getState(state)
  return found ?? null
}

/** Somebody's caret: where presence says it is, and since when. */
interface Caret {
  readonly anchor: string
  at: number
}

/**
 * The carets and selections of the others, and the telling of one's own. Presence is anybody's bytes: a name is
 * only ever text, a colour only ever one of twelve classes, and a place that makes no sense is not drawn.
 * Carets never catch clicks (only a caret's flag notices a hovering pointer) and are hidden from screen readers,
 * selections, the clipboard and print.
 */
export const Carets = Extension.create<{ awareness: Awareness | null; identity: () => string }>({
  name: 'carets',

  addOptions() {
    return { awareness: null, identity: () => '' }
  },

  addProseMirrorPlugins() {
    const { awareness, identity } = this.options
    if (awareness === null) return []
    const seen = new Map<number, Caret>()

    const draw = (state: EditorState): DecorationSet => {
      const shared = bindingOf(state)
      if (shared?.binding == null) return DecorationSet.empty
      const self = awareness.clientID
      const people = peopleOf(awareness.getStates(), { client: self, identity: identity() })
      const last = Math.max(state.doc.content.size - 1, 0)
      const decorations = people.flatMap((person) =>
        person.clients
          .filter((client) => client !== self)
          .flatMap((client) => {
            const cursor: unknown = awareness.getStates().get(client)?.['cursor']
            if (typeof cursor !== 'object' || cursor === null) return []
            const anchor = placeOf(Reflect.get(cursor, 'anchor'), shared)
            const head = placeOf(Reflect.get(cursor, 'head'), shared)
            if (anchor === null || head === null) return []
            const inText = (at: number): number => {
              const $at = state.doc.resolve(Math.min(at, last))
              return $at.parent.inlineContent ? $at.pos : Selection.near($at).head
            }
            return marks(client, person, inText(anchor), inText(head), seen.get(client)?.at ?? 0)
          }),
      )
      return DecorationSet.create(state.doc, decorations)
    }

    return [
      new Plugin<DecorationSet>({
        key,
        state: {
          init: (_config, state) => draw(state),
          apply: (transaction, drawn, _before, state) => {
            const remote: unknown = transaction.getMeta(ySyncPluginKey)
            if (remote !== undefined || transaction.getMeta(key) === true) return draw(state)
            return transaction.docChanged ? drawn.map(transaction.mapping, transaction.doc) : drawn
          },
        },
        props: { decorations: (state) => key.getState(state) },
        view: (view) => {
          const stop = [watch(view, awareness, seen), tellOwn(view, awareness)]
          return {
            update: (_view, before) => {
              if (before.selection !== view.state.selection || before.doc !== view.state.doc)
                announce(view, awareness)
            },
            destroy: () => {
              for (const end of stop) end()
            },
          }
        },
      }),
    ]
  },
})

/** Brings a person's caret into view with its label unfolded. False when they have none in the text. */
export const showCaret = (view: EditorView, clients: readonly number[]): boolean => {
  for (const client of clients) {
    const caret = caretOf(view, client)
    if (caret === null) continue
    caret.scrollIntoView({ block: 'center', behavior: calm() ? 'instant' : 'smooth' })
    unfold(caret)
    return true
  }
  return false
}

const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

const caretOf = (view: EditorView, client: number): HTMLElement | null =>
  view.dom.querySelector<HTMLElement>(`.caret[data-client="${client}"]`)

const marks = (
  client: number,
  person: Person,
  anchor: number,
  head: number,
  movedAt: number,
): Decoration[] => {
  const { name, hue } = person
  const caret = Decoration.widget(
    head,
    () => flagged(client, name, hue, Date.now() - movedAt < unfoldedFor),
    {
      // redrawn only when it would look different
      key: `${client} ${hue} ${name}`,
      side: 10,
      ignoreSelection: true,
      stopEvent: () => true,
    },
  )
  if (anchor === head) return [caret]
  const old = Date.now() - movedAt >= paintedFor
  const painted = Decoration.inline(
    Math.min(anchor, head),
    Math.max(anchor, head),
    { class: `selected hue-${hue}${old ? ' old' : ''}`, 'data-selector': String(client) },
    { inclusiveEnd: true },
  )
  return [caret, painted]
}

const flagged = (client: number, name: string, hue: number, fresh: boolean): HTMLElement => {
  const caret = document.createElement('span')
  caret.className = `caret hue-${hue}`
  caret.dataset['client'] = String(client)
  caret.setAttribute('aria-hidden', 'true')
  caret.contentEditable = 'false'
  const flag = document.createElement('span')
  flag.className = 'flag'
  const label = document.createElement('span')
  label.className = 'label'
  label.textContent = labelOf(name)
  label.dir = 'auto'
  flag.append(label)
  flag.addEventListener('pointerenter', () => place(caret))
  caret.append(flag)
  if (fresh) requestAnimationFrame(() => unfold(caret))
  return caret
}

const folding = new WeakMap<HTMLElement, ReturnType<typeof setTimeout>>()

const unfold = (caret: HTMLElement): void => {
  place(caret)
  caret.classList.add('unfolded')
  clearTimeout(folding.get(caret))
  folding.set(
    caret,
    setTimeout(() => caret.classList.remove('unfolded'), unfoldedFor),
  )
}

/** Where the label fits: below the line when the header would cover it, to the left at the right edge. */
const place = (caret: HTMLElement): void => {
  const { top, left } = caret.getBoundingClientRect()
  const body = caret.closest('.text')?.getBoundingClientRect()
  const header = document.querySelector('.chrome')?.getBoundingClientRect().bottom ?? 0
  const label = caret.querySelector<HTMLElement>('.label')?.scrollWidth ?? 0
  caret.classList.toggle('below', top - 22 < Math.max(header, 0))
  caret.classList.toggle(
    'leftward',
    body !== undefined && left + label + 16 > Math.min(innerWidth, body.right + 24),
  )
}

/** Redraws when somebody's place, name or colour changed, at most once a frame. */
const watch = (view: EditorView, awareness: Awareness, seen: Map<number, Caret>): (() => void) => {
  let frame = 0
  let last = ''
  const aging = new Map<number, ReturnType<typeof setTimeout>>()
  const age = (client: number): void => {
    clearTimeout(aging.get(client))
    aging.set(
      client,
      setTimeout(() => {
        for (const part of view.dom.querySelectorAll(`[data-selector="${client}"]`)) part.classList.add('old')
      }, paintedFor),
    )
  }
  const redraw = (): void => {
    frame = 0
    if (view.isDestroyed) return
    catchUp(view)
    view.dispatch(view.state.tr.setMeta(key, true).setMeta('addToHistory', false))
  }
  const changed = (): void => {
    const now = Date.now()
    const moved: number[] = []
    const looks: unknown[] = []
    for (const [client, state] of awareness.getStates()) {
      if (client === awareness.clientID) continue
      const anchor = JSON.stringify(state['cursor']) ?? ''
      looks.push(client, anchor, state['user'])
      if (seen.get(client)?.anchor === anchor) continue
      seen.set(client, { anchor, at: now })
      moved.push(client)
      age(client)
    }
    for (const client of seen.keys()) if (!awareness.getStates().has(client)) seen.delete(client)
    const look = JSON.stringify(looks)
    if (look === last) return
    last = look
    if (frame === 0) frame = requestAnimationFrame(redraw)
    requestAnimationFrame(() => {
      for (const client of moved) {
        const caret = caretOf(view, client)
        if (caret !== null) unfold(caret)
      }
    })
  }
  awareness.on('change', changed)
  changed()
  return () => {
    awareness.off('change', changed)
    cancelAnimationFrame(frame)
    for (const timer of aging.values()) clearTimeout(timer)
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
  const shared = bindingOf(view.state)
  const told: unknown = awareness.getLocalState()?.['cursor']
  if (shared?.binding == null || !(view.hasFocus() || told != null)) return
  const { mapping } = shared.binding
  const { anchor, head } = view.state.selection
  const cursor = {
    anchor: absolutePositionToRelativePosition(anchor, shared.type, mapping),
    head: absolutePositionToRelativePosition(head, shared.type, mapping),
  }
  if (JSON.stringify(cursor) !== JSON.stringify(told)) awareness.setLocalStateField('cursor', cursor)
}
