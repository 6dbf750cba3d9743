import { baseKeymap, toggleMark } from '@tiptap/pm/commands'
import { keymap } from '@tiptap/pm/keymap'
import type { Node } from '@tiptap/pm/model'
import { EditorState, NodeSelection, Plugin, PluginKey, TextSelection } from '@tiptap/pm/state'
import type { Command, Transaction } from '@tiptap/pm/state'
import { StepMap } from '@tiptap/pm/transform'
import { Decoration, DecorationSet, EditorView } from '@tiptap/pm/view'
import type { NodeViewConstructor } from '@tiptap/pm/view'
import { words } from '../words.ts'
import { gather } from './gather.ts'
import { keepInside, part } from './part.ts'

const openers = new WeakMap<globalThis.Node, () => void>()

/**
 * A note: its number in the line, and when that is opened its text in an editor of its own. What is written there is
 * written in the document, letter by letter, as anywhere else.
 */
export const footnoteView =
  (undo: Command, redo: Command): NodeViewConstructor =>
  (first, outer, getPos) => {
    let node = first
    let inner: EditorView | null = null
    let box: HTMLElement | null = null
    const mark = part('button', 'footnote-mark')
    mark.type = 'button'
    const dom = part('span', 'footnote', mark)
    const name = (): void => {
      mark.setAttribute('aria-label', words['footnote.label'](node.textContent))
      mark.title = node.textContent
    }

    const send = (tr: Transaction): void => {
      const view = inner
      if (view === null) return
      const { state, transactions } = view.state.applyTransaction(tr)
      view.updateState(state)
      const at = getPos()
      if (tr.getMeta('outside') === true || at === undefined || !outer.editable) return
      const change = outer.state.tr
      const offset = StepMap.offset(at + 1)
      for (const each of transactions)
        for (const step of each.steps) {
          const moved = step.map(offset)
          if (moved !== null) change.step(moved)
        }
      if (change.docChanged) outer.dispatch(change)
    }

    const close = (towards: 'after' | 'stay'): void => {
      if (inner === null) return
      const closing = inner
      inner = null
      closing.destroy()
      box?.remove()
      box = null
      dom.classList.remove('open')
      const at = getPos()
      if (towards !== 'after' || at === undefined) return
      const { state } = outer
      const after = at + (state.doc.nodeAt(at)?.nodeSize ?? 0)
      outer.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(after))))
      outer.focus()
    }

    const open = (): void => {
      if (inner !== null) return
      box = part('span', 'footnote-panel')
      box.setAttribute('role', 'dialog')
      box.setAttribute('aria-label', words['footnote.dialog'])
      dom.append(box)
      keepInside(box)
      dom.classList.add('open')
      const leave: Command = () => {
        close('after')
        return true
      }
      const { marks } = outer.state.schema
      const toggles = Object.fromEntries(
        (
          [
            ['Mod-b', marks['bold']],
            ['Mod-i', marks['italic']],
            ['Mod-u', marks['underline']],
          ] as const
        ).flatMap(([key, type]) => (type === undefined ? [] : [[key, toggleMark(type)] as const])),
      )
      inner = new EditorView(box, {
        state: EditorState.create({
          doc: node,
          plugins: [
            keymap({
              ...baseKeymap,
              ...toggles,
              Enter: leave,
              'Mod-Enter': leave,
              Escape: leave,
              'Mod-z': () => undo(outer.state, outer.dispatch, outer),
              'Mod-Shift-z': () => redo(outer.state, outer.dispatch, outer),
              'Mod-y': () => redo(outer.state, outer.dispatch, outer),
            }),
          ],
        }),
        editable: () => outer.editable,
        attributes: {
          class: 'footnote-text',
          role: 'textbox',
          'aria-label': words['footnote.text'],
          'data-placeholder': words['footnote.hint'],
        },
        dispatchTransaction: send,
        handleDOMEvents: {
          blur: (_view, event) => {
            if (!(event.relatedTarget instanceof globalThis.Node && dom.contains(event.relatedTarget)))
              close('stay')
          },
        },
      })
      inner.focus()
      const size = inner.state.doc.content.size
      inner.dispatch(inner.state.tr.setSelection(TextSelection.create(inner.state.doc, size)))
    }

    mark.addEventListener('mousedown', (event) => event.preventDefault())
    mark.addEventListener('click', () => (inner === null ? open() : close('after')))
    openers.set(dom, open)
    name()
    return {
      dom,
      update: (next: Node) => {
        if (next.type !== first.type) return false
        node = next
        name()
        const view = inner
        const start = view === null ? null : next.content.findDiffStart(view.state.doc.content)
        if (view === null || start === null) return true
        const end = next.content.findDiffEnd(view.state.doc.content)
        if (end === null) return true
        const overlap = Math.max(start - Math.min(end.a, end.b), 0)
        view.dispatch(
          view.state.tr
            .replace(start, end.b + overlap, next.slice(start, end.a + overlap))
            .setMeta('outside', true),
        )
        return true
      },
      selectNode: () => {
        dom.classList.add('ProseMirror-selectednode')
        if (node.childCount === 0)
          queueMicrotask(() => {
            const { selection } = outer.state
            if (outer.hasFocus() && selection instanceof NodeSelection && selection.from === getPos()) open()
          })
      },
      deselectNode: () => dom.classList.remove('ProseMirror-selectednode'),
      stopEvent: ({ target }) =>
        target instanceof globalThis.Node &&
        dom.contains(target) &&
        (inner !== null || mark.contains(target)),
      ignoreMutation: () => true,
      destroy: () => {
        const closing = inner
        inner = null
        closing?.destroy()
      },
    }
  }

/** Opens the note that is selected. */
export const writeNote = (dom: globalThis.Node | null): boolean => {
  const open = dom === null ? undefined : openers.get(dom)
  open?.()
  return open !== undefined
}

const key = new PluginKey<DecorationSet>('notes')

/** The notes in their order, below the text. Each leads to its place. */
export const notes = (): Plugin => {
  const all = gather('footnote')
  const listOf = (doc: Node): DecorationSet => {
    const found = all(doc)
    if (found.length === 0) return DecorationSet.empty
    const texts = found.map(({ node }) => node.textContent)
    const draw = (view: EditorView): HTMLElement => {
      const list = part('ol', '')
      texts.forEach((text, i) => {
        const item = part('button', '', text === '' ? words['footnote.empty'] : text)
        item.type = 'button'
        item.addEventListener('mousedown', (event) => event.preventDefault())
        item.addEventListener('click', () => {
          const at = all(view.state.doc)[i]?.at
          if (at === undefined) return
          const dom = view.nodeDOM(at)
          if (dom instanceof Element) dom.scrollIntoView({ block: 'center' })
          writeNote(dom)
        })
        list.append(part('li', '', item))
      })
      const box = part('div', 'notes', list)
      box.contentEditable = 'false'
      box.setAttribute('role', 'doc-endnotes')
      box.setAttribute('aria-label', words['footnote.list'])
      return box
    }
    const name = JSON.stringify(texts)
    return DecorationSet.create(doc, [
      Decoration.widget(doc.content.size, draw, {
        side: 1,
        key: name,
        ignoreSelection: true,
        stopEvent: () => true,
      }),
    ])
  }
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: (_config, { doc }) => listOf(doc),
      apply: (tr, before) => (tr.docChanged ? listOf(tr.doc) : before),
    },
    props: { decorations: (state) => key.getState(state) },
  })
}
