import { TextSelection } from '@tiptap/pm/state'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView, NodeViewConstructor } from '@tiptap/pm/view'
import { words } from '../words.ts'
import { reveal } from './details.ts'
import { gather } from './gather.ts'
import { part } from './part.ts'

const views = new WeakMap<EditorView, Set<() => void>>()

/** The table of contents: every heading of the text, in its order, which follows them while they are written. */
export const contentsView: NodeViewConstructor = (_first, view) => {
  const headings = gather('heading')
  const list = part('ol', '')
  const empty = part('p', 'contents-empty', words['toc.empty'])
  const dom = part('nav', 'contents', list, empty)
  dom.setAttribute('aria-label', words['toc.label'])
  let said = ''
  const show = (): void => {
    const found = headings(view.state.doc)
    const now = JSON.stringify(found.map(({ node }) => [node.attrs['level'], node.textContent]))
    if (now === said) return
    said = now
    empty.hidden = found.length > 0
    // a text whose chapters are of the second level begins at the edge all the same
    const highest = Math.min(...found.map(({ node }) => Number(node.attrs['level'])))
    list.replaceChildren(
      ...found.map(({ node }, i) => {
        const link = part('button', '', node.textContent === '' ? words['toc.untitled'] : node.textContent)
        link.type = 'button'
        link.addEventListener('mousedown', (event) => event.preventDefault())
        link.addEventListener('click', () => goTo(i))
        const item = part('li', '', link)
        item.dataset['level'] = String(Number(node.attrs['level']) - highest + 1)
        return item
      }),
    )
  }
  const goTo = (i: number): void => {
    const at = headings(view.state.doc)[i]?.at
    if (at === undefined) return
    reveal(view, at)
    view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at + 1))))
    const heading = view.nodeDOM(at)
    if (heading instanceof Element) heading.scrollIntoView({ block: 'start' })
    view.focus()
  }
  const all = views.get(view) ?? new Set()
  views.set(view, all)
  all.add(show)
  show()
  return {
    dom,
    update: (node) => node.type === _first.type,
    stopEvent: ({ target }) => target instanceof Element && target.closest('button') !== null,
    ignoreMutation: () => true,
    destroy: () => void all.delete(show),
  }
}

/** Keeps the tables of contents of an editor up to date. */
export const contents = (): Plugin =>
  new Plugin({
    view: () => ({
      update: (view, before) => {
        if (before.doc !== view.state.doc) for (const show of views.get(view) ?? []) show()
      },
    }),
  })
