import type { Node } from '@tiptap/pm/model'
import type { EditorView, NodeView, ViewMutationRecord } from '@tiptap/pm/view'

/** A new element of that class. */
export const part = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name: string,
  ...inner: (globalThis.Node | string)[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag)
  if (name !== '') element.className = name
  element.append(...inner)
  return element
}

/** A button of a block: it takes no focus from the text when it is clicked, and is reached by Tab from outside. */
export const button = (name: string, label: string, act: () => void): HTMLButtonElement => {
  const made = part('button', `block-button ${name}`)
  made.type = 'button'
  made.setAttribute('aria-label', label)
  made.title = label
  made.addEventListener('mousedown', (event) => event.preventDefault())
  made.addEventListener('click', act)
  return made
}

/** A choice among named values, whose names are not part of the text around it. */
export const choice = (
  name: string,
  label: string,
  options: readonly (readonly [string, string])[],
  chosen: (value: string) => void,
): HTMLSelectElement => {
  const made = part('select', name)
  made.setAttribute('aria-label', label)
  for (const [value, text] of options) {
    const option = part('option', '')
    option.value = value
    option.label = text
    made.append(option)
  }
  made.addEventListener('change', () => chosen(made.value))
  return made
}

/** Moves a panel that hangs on something in a line back into the window, so far as it stands out. */
export const keepInside = (panel: HTMLElement): void => {
  const { left, right } = panel.getBoundingClientRect()
  const over = Math.max(right - (document.documentElement.clientWidth - 12), 0)
  const shift = over > 0 ? -Math.min(over, Math.max(left - 12, 0)) : Math.max(12 - left, 0)
  if (shift !== 0) panel.style.setProperty('translate', `${shift}px`)
}

/** Stores one attribute of the node that a view shows, if it is still there and may be changed. */
export const setAttribute = (
  view: EditorView,
  at: number | undefined,
  node: Node,
  name: string,
  value: unknown,
): void => {
  if (at === undefined || !view.editable || view.state.doc.nodeAt(at)?.type !== node.type) return
  view.dispatch(view.state.tr.setNodeAttribute(at, name, value))
}

/** What the view of a block with text in it leaves to the editor: the text, and nothing of what stands around it. */
export const around = (
  dom: HTMLElement,
  contentDOM: HTMLElement,
): Pick<NodeView, 'dom' | 'contentDOM' | 'ignoreMutation' | 'stopEvent'> => ({
  dom,
  contentDOM,
  ignoreMutation: (mutation: ViewMutationRecord) =>
    mutation.type !== 'selection' && (mutation.target === dom || !contentDOM.contains(mutation.target)),
  stopEvent: ({ target }) =>
    target instanceof Element && !contentDOM.contains(target) && target.closest('button, select') !== null,
})
