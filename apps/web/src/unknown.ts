import { isUnknown } from '@quire/editor/unknown'
import { Extension } from '@tiptap/core'
import type { Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { NodeSelection, Plugin, Selection, TextSelection } from '@tiptap/pm/state'
import type { EditorState } from '@tiptap/pm/state'
import type { NodeViewConstructor } from '@tiptap/pm/view'
import { words } from './words.ts'

const labelOf = ({ type, attrs }: Node): string => {
  if (Object.hasOwn(type.schema.nodes, String(attrs['name']))) return words['unknown.misplaced']
  return type.isInline ? words['unknown.inline'] : words['unknown.block']
}

/** A closed thing says that this page does not know it, and shows its text. */
const closed =
  (tag: 'div' | 'span'): NodeViewConstructor =>
  (first) => {
    const dom = document.createElement(tag)
    const label = document.createElement(tag)
    const text = document.createElement(tag)
    dom.className = 'unknown'
    label.className = 'unknown-label'
    text.className = 'unknown-text'
    dom.setAttribute('role', 'note')
    dom.append(label, text)
    const show = (node: Node): boolean => {
      if (node.type !== first.type) return false
      const shown = String(node.attrs['text'])
      label.textContent = labelOf(node)
      text.textContent = shown
      text.hidden = shown === ''
      dom.setAttribute('aria-label', shown === '' ? labelOf(node) : `${labelOf(node)}: ${shown}`)
      return true
    }
    show(first)
    return { dom, update: show, ignoreMutation: () => true }
  }

const isSelected = ({ selection }: EditorState): boolean =>
  selection instanceof NodeSelection && isUnknown(selection.node)

/**
 * Selects the closed thing right beside the caret, so that only a second key, meant for it, removes it. When it is
 * removed the caret goes into the text: another closed thing is not selected in its place.
 */
const removeBeside = ({ state, view }: Editor, side: -1 | 1): boolean => {
  const { selection, doc, tr } = state
  if (isSelected(state)) {
    const $at = tr.deleteSelection().doc.resolve(tr.mapping.map(selection.from))
    const near = Selection.findFrom($at, side, true) ?? Selection.findFrom($at, side < 0 ? 1 : -1, true)
    if (near !== null) tr.setSelection(near)
    view.dispatch(tr.scrollIntoView())
    return true
  }
  if (!(selection instanceof TextSelection) || !selection.empty) return false
  const { $from } = selection
  for (let depth = $from.depth; depth >= 0; depth--) {
    const at = depth === $from.depth ? $from.pos : side < 0 ? $from.before(depth + 1) : $from.after(depth + 1)
    const $at = doc.resolve(at)
    const near = side < 0 ? $at.nodeBefore : $at.nodeAfter
    if (near === null) continue
    if (!isUnknown(near)) return false
    view.dispatch(
      tr.setSelection(NodeSelection.create(doc, side < 0 ? at - near.nodeSize : at)).scrollIntoView(),
    )
    return true
  }
  return false
}

/** What the page does with what it does not know: shows it closed, and lets nobody remove it by accident. */
export const Closed = Extension.create({
  name: 'closed',
  priority: 1_050,

  addKeyboardShortcuts() {
    const beside = (side: -1 | 1) => (): boolean => removeBeside(this.editor, side)
    return {
      Backspace: beside(-1),
      'Mod-Backspace': beside(-1),
      'Alt-Backspace': beside(-1),
      Delete: beside(1),
      'Mod-Delete': beside(1),
      'Alt-Delete': beside(1),
    }
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          nodeViews: { unknownBlock: closed('div'), unknownInline: closed('span') },
          // a letter would take the place of what is selected; what is pasted goes behind it
          handleTextInput: ({ state }) => isSelected(state),
          handlePaste: (view, _event, slice) => {
            const { selection, tr } = view.state
            if (!isSelected(view.state)) return false
            view.dispatch(tr.replaceRange(selection.to, selection.to, slice).scrollIntoView())
            return true
          },
        },
      }),
    ]
  },
})
