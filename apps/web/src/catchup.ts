import { TextSelection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/**
 * Makes the editor's selection the one on screen. Browsers report a moved selection a moment after they moved
 * it. What comes within that moment, be it a shortcut or a change by somebody else, would act on the old one,
 * and drawing it would put the caret back.
 */
export const catchUp = (view: EditorView): void => {
  const { state } = view
  const dom = view.dom.ownerDocument.getSelection()
  if (!(state.selection instanceof TextSelection) || !view.hasFocus() || view.composing) return
  if (dom?.anchorNode == null || dom.focusNode == null) return
  if (!view.dom.contains(dom.anchorNode) || !view.dom.contains(dom.focusNode)) return
  const anchor = view.posAtDOM(dom.anchorNode, dom.anchorOffset)
  const head = view.posAtDOM(dom.focusNode, dom.focusOffset)
  const seen = TextSelection.between(state.doc.resolve(anchor), state.doc.resolve(head))
  if (!seen.eq(state.selection)) view.dispatch(state.tr.setSelection(seen))
}
