import { webSource } from '@quire/editor/media'
import type { Node } from '@tiptap/pm/model'
import { NodeSelection } from '@tiptap/pm/state'
import { part, setAttribute } from '../blocks/part.ts'
import { words } from '../words.ts'
import type { Desk } from './desk.ts'
import type { Fill } from './frame.ts'
import { pending } from './pending.ts'
import type { Pending } from './pending.ts'
import { grips } from './resizing.ts'

/** A film with the browser's own controls. One at another host is not loaded: it is a link. */
export const videoView =
  (desk: Desk): Fill =>
  (first, view, getPos, dom, frame) => {
    let waiting: { token: string; shown: Pending } | null = null
    const film = part('video', 'media-picture')
    film.controls = true
    film.preload = 'metadata'
    film.playsInline = true
    const link = part('a', 'upload-button', words['media.fetch'])
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
    const instead = part(
      'div',
      'media-instead',
      part('span', 'media-why', words['media.filmElsewhere']),
      link,
    )
    frame.append(film, instead)
    frame.append(
      ...grips(
        frame,
        () => view.editable,
        (width) => setAttribute(view, getPos(), first, 'width', width),
      ),
    )
    const remove = (): void => {
      const at = getPos()
      const node = at === undefined ? null : view.state.doc.nodeAt(at)
      if (at !== undefined && node?.type === first.type)
        view.dispatch(view.state.tr.delete(at, at + node.nodeSize))
    }
    const update = (next: Node): boolean => {
      if (next.type !== first.type) return false
      const { file, src, align, upload, title } = next.attrs
      dom.dataset['align'] = String(align)
      film.setAttribute('aria-label', String(title) || words['media.video'])
      const address = typeof file === 'string' ? desk.addressOf(file) : null
      const there = webSource(src)
      if (address !== null && film.getAttribute('src') !== address) film.src = address
      if (address === null) film.removeAttribute('src')
      film.hidden = address === null
      instead.hidden = address !== null || there === null
      if (there !== null) link.href = there
      const token = typeof upload === 'string' && file === null ? upload : null
      dom.dataset['pending'] = String(token !== null)
      if (waiting !== null && waiting.token !== token) {
        waiting.shown.close()
        waiting.shown.dom.remove()
        waiting = null
      }
      if (token !== null && waiting === null) {
        const name = (): string => String(title) || words['media.video']
        waiting = { token, shown: pending(desk, token, name, () => view.editable, remove) }
        frame.prepend(waiting.shown.dom)
        queueMicrotask(() => desk.settle(token))
      }
      return true
    }
    update(first)
    frame.addEventListener('mousedown', (event) => {
      const at = getPos()
      if (at === undefined || (event.target instanceof Element && event.target.closest('a, button') !== null))
        return
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)))
    })
    return { update, destroy: () => waiting?.shown.close() }
  }
