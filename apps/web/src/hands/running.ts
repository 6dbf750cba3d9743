import type { EditorView } from '@tiptap/pm/view'

/** True where the document as a whole runs from right to left: lists, quotes and tables begin on the right. */
export const runsLeft = (view: EditorView): boolean => getComputedStyle(view.dom).direction === 'rtl'
