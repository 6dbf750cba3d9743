import type { Editor } from '@tiptap/core'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { useEffect } from 'react'
import { join, paint } from '../late.ts'
import { looks } from '../view.ts'
import type { Look } from '../view.ts'

/** So far beyond the window signs are shown already, in px. */
const ahead = 400

/** Makes the looks that are on visible: on the page, and in the text. */
export const useLookOf = (editor: Editor, on: ReadonlySet<Look>): void => {
  const { view } = editor
  useEffect(() => {
    const { dataset } = document.documentElement
    for (const look of looks) {
      if (on.has(look)) dataset[look] = ''
      else delete dataset[look]
    }
    return () => {
      for (const look of looks) delete dataset[look]
    }
  }, [on])

  // in focus is the block of the caret
  const focus = on.has('focus')
  useEffect(() => {
    if (!focus) return
    let last = -1
    const mark = (): void => {
      if (view.isDestroyed) return
      const { $head } = view.state.selection
      if ($head.depth === 0) return
      last = $head.before(1)
      const end = $head.after(1)
      paint(
        view,
        'focus',
        DecorationSet.create(view.state.doc, [Decoration.node(last, end, { class: 'current' })]),
      )
    }
    mark()
    const leave = join(view, {
      changed: () => {
        const { $head } = view.state.selection
        if ($head.depth > 0 && $head.before(1) !== last) queueMicrotask(mark)
      },
    })
    return () => {
      leave()
      paint(view, 'focus', DecorationSet.empty)
    }
  }, [view, focus])

  // signs for what is invisible, where it can be seen
  const invisible = on.has('invisible')
  useEffect(() => {
    if (!invisible) return
    let frame = 0
    const show = (): void => {
      frame = 0
      if (view.isDestroyed) return
      const signs: Decoration[] = []
      view.state.doc.forEach((block, start) => {
        const element = view.nodeDOM(start)
        if (!(element instanceof HTMLElement)) return
        const { top, bottom } = element.getBoundingClientRect()
        if (bottom < -ahead || top > window.innerHeight + ahead) return
        view.state.doc.nodesBetween(start, start + block.nodeSize, (node, at) => {
          for (const { index, 0: sign } of (node.text ?? '').matchAll(/[ \t\u00a0]/g)) {
            const name = sign === ' ' ? 'space' : sign === '\t' ? 'tab' : 'nbsp'
            signs.push(Decoration.inline(at + index, at + index + 1, { class: `sign-${name}` }))
          }
        })
      })
      paint(view, 'invisible', DecorationSet.create(view.state.doc, signs))
    }
    const soon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(show)
    }
    soon()
    const leave = join(view, {
      changed: (_view, before) => {
        if (before.doc !== view.state.doc) soon()
      },
    })
    window.addEventListener('scroll', soon, { passive: true })
    return () => {
      leave()
      cancelAnimationFrame(frame)
      window.removeEventListener('scroll', soon)
      paint(view, 'invisible', DecorationSet.empty)
    }
  }, [view, invisible])
}
