import type { Node } from '@tiptap/pm/model'
import { NodeSelection, TextSelection } from '@tiptap/pm/state'
import type { NodeViewConstructor } from '@tiptap/pm/view'
import { words } from '../words.ts'
import { keepInside, part, setAttribute } from './part.ts'

/**
 * A formula, drawn when what draws it has been loaded and as its source until then. It is written in a field right
 * below it, and everybody sees it grow.
 */
export const mathView =
  (tag: 'span' | 'div'): NodeViewConstructor =>
  (first, view, getPos) => {
    let node = first
    const picture = part(tag, 'math-picture')
    const dom = part(tag, 'math', picture)
    dom.dataset['math'] = tag === 'div' ? 'block' : 'inline'
    let field: HTMLTextAreaElement | null = null
    let trouble: HTMLElement | null = null
    let drawn = ''

    const redraw = async (): Promise<void> => {
      const { latex } = node.attrs
      const formula = String(latex)
      if (formula.trim() === '') {
        drawn = ''
        picture.textContent = words['math.empty']
        dom.dataset['empty'] = ''
        return
      }
      delete dom.dataset['empty']
      if (drawn === '') picture.textContent = formula
      const { draw } = await import('./formula.ts')
      if (formula !== String(node.attrs['latex'])) return // a newer one is on its way
      const fault = draw(formula, picture, tag === 'div')
      drawn = formula
      dom.classList.toggle('faulty', fault !== null)
      dom.title = fault ?? ''
      if (trouble !== null) trouble.textContent = fault ?? ''
    }
    // what draws could not be loaded: the source stays
    const show = (): void => void redraw().catch(() => dom.classList.add('faulty'))

    const close = (towards: 'after' | 'stay'): void => {
      if (field === null) return
      const box = field.parentElement
      field = null
      trouble = null
      box?.remove()
      const at = getPos()
      if (at === undefined || !view.editable) return
      const { tr, doc } = view.state
      const there = doc.nodeAt(at)
      if (there?.type !== first.type) return
      if (String(there.attrs['latex']).trim() === '') tr.delete(at, at + 1)
      else if (towards === 'after') tr.setSelection(TextSelection.near(doc.resolve(at + 1), 1))
      view.dispatch(tr)
      if (towards === 'after') view.focus()
    }

    const open = (): void => {
      if (field !== null || !view.editable) return
      const area = part('textarea', 'math-field')
      area.value = String(node.attrs['latex'])
      area.rows = tag === 'div' ? 3 : 1
      area.spellcheck = false
      area.setAttribute('aria-label', words['math.field'])
      area.placeholder = words['math.hint']
      const fault = part('div', 'math-fault')
      fault.setAttribute('role', 'status')
      const box = part(tag, 'math-panel', area, fault)
      field = area
      trouble = fault
      area.addEventListener('input', () => {
        setAttribute(view, getPos(), first, 'latex', area.value.slice(0, 10_000))
      })
      area.addEventListener('keydown', (event) => {
        const isDone =
          event.key === 'Escape' ||
          (event.key === 'Enter' && (tag === 'span' || event.metaKey || event.ctrlKey))
        if (!isDone || event.isComposing) return
        event.preventDefault()
        close('after')
      })
      area.addEventListener('blur', () => close('stay'))
      dom.append(box)
      keepInside(box)
      show()
      area.focus()
      area.select()
    }

    dom.addEventListener('click', (event) => {
      if (field !== null && event.target instanceof globalThis.Node && dom.lastChild?.contains(event.target))
        return
      open()
    })
    show()
    return {
      dom,
      update: (next: Node) => {
        if (next.type !== first.type) return false
        const isNew = next.attrs['latex'] !== node.attrs['latex']
        node = next
        if (!isNew) return true
        const latex = String(next.attrs['latex'])
        if (field !== null && field.value !== latex) field.value = latex
        show()
        return true
      },
      selectNode: () => {
        dom.classList.add('ProseMirror-selectednode')
        // one that was just put in has nothing to look at yet. The focus moves when the editor is done with its own
        if (String(node.attrs['latex']) === '')
          queueMicrotask(() => {
            const { selection } = view.state
            if (view.hasFocus() && selection instanceof NodeSelection && selection.from === getPos()) open()
          })
      },
      deselectNode: () => dom.classList.remove('ProseMirror-selectednode'),
      stopEvent: ({ target }) =>
        field !== null &&
        target instanceof globalThis.Node &&
        (field.parentElement?.contains(target) ?? false),
      ignoreMutation: () => true,
      destroy: () => {
        field = null
      },
    }
  }

/** Opens the field of the formula that is selected. */
export const writeFormula = (dom: globalThis.Node | null): boolean => {
  if (!(dom instanceof HTMLElement) || dom.dataset['math'] === undefined) return false
  dom.click()
  return true
}
