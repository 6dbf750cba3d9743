import type { Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'

/** What is gone to stands so far below the top of the window, in px. */
const below = 120

/** Scrolls a block to the top of the window. */
export const showBlock = (editor: Editor, at: number): void => {
  const element = editor.view.nodeDOM(at)
  if (!(element instanceof HTMLElement)) return
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const top = element.getBoundingClientRect().top + window.scrollY - below
  window.scrollTo({ top, behavior: still ? 'auto' : 'smooth' })
}

/** Puts the caret at the end of a block's first line and shows it. */
export const goTo = (editor: Editor, at: number): void => {
  const { doc, tr } = editor.state
  if (at >= doc.content.size) return
  const { nodeAfter } = doc.resolve(at)
  const end = nodeAfter?.isTextblock === true ? at + nodeAfter.nodeSize - 1 : at + 1
  editor.view.dispatch(tr.setSelection(TextSelection.near(doc.resolve(Math.min(end, doc.content.size)), -1)))
  editor.view.focus()
  showBlock(editor, at)
}
