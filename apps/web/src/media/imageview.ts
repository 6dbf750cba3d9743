import { webSource } from '@quire/editor/media'
import type { Node } from '@tiptap/pm/model'
import { NodeSelection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { part, setAttribute } from '../blocks/part.ts'
import { words } from '../words.ts'
import { button, worded } from './button.ts'
import type { Desk } from './desk.ts'
import { elsewhere } from './elsewhere.ts'
import type { Fill } from './frame.ts'
import { icon } from './icons.ts'
import { showInFull } from './lightbox.ts'
import { pending } from './pending.ts'
import type { Pending } from './pending.ts'
import { grips } from './resizing.ts'

const aligns = ['left', 'center', 'right'] as const

/** Hosts whose pictures somebody has asked for, in this tab. */
const wanted = new Set<string>()

/**
 * A picture with its caption. It has its room before it is there. A picture of another host is loaded when somebody
 * asks for it, since that host would hear who reads; one that cannot be shown can be fetched.
 */
export const imageView =
  (desk: Desk): Fill =>
  (first, view, getPos, dom, frame, caption) => {
    let node = first
    let waiting: { token: string; shown: Pending } | null = null
    let shown = ''
    if (caption === null) throw new Error('a picture has a caption')
    const picture = part('img', 'media-picture')
    picture.draggable = false // the block is what is dragged
    picture.referrerPolicy = 'no-referrer'
    const instead = part('div', 'media-instead')
    frame.append(picture, instead)

    const set = (name: string, value: unknown): void => setAttribute(view, getPos(), node, name, value)
    const tools = imageTools(
      view,
      () => node,
      set,
      () => picture.src,
    )
    const corners = grips(
      frame,
      () => view.editable,
      (width) => set('width', width),
    )
    frame.append(...corners, tools.dom)

    const remove = (): void => {
      const at = getPos()
      if (at !== undefined && view.state.doc.nodeAt(at)?.type === node.type)
        view.dispatch(view.state.tr.delete(at, at + node.nodeSize))
    }
    const say = (text: string, address: string | null, act: (() => void) | null): void => {
      const label = part('span', 'media-why', text)
      instead.replaceChildren(label)
      if (act !== null) {
        instead.append(worded('upload-button', words['media.load'], act))
      } else if (address !== null) {
        const link = part('a', 'upload-button', words['media.fetch'])
        link.href = address
        link.target = '_blank'
        link.rel = 'noopener noreferrer'
        instead.append(link)
      }
      instead.hidden = false
      picture.hidden = true
    }
    const load = (address: string): void => {
      if (address === shown) return
      shown = address
      instead.hidden = true
      picture.hidden = false
      picture.src = address
    }
    const showFile = (file: string): void => {
      const address = desk.addressOf(file)
      if (!desk.isClaimed(file)) return load(address)
      void desk.claimed(file).then(() => {
        if (node.attrs['file'] === file) load(address)
      })
    }
    const showElsewhere = (src: unknown): void => {
      const remote = elsewhere(src)
      if (remote === null) return say(words['media.nowhere'], webSource(src), null)
      if (wanted.has(remote.host)) return load(remote.address)
      shown = ''
      say(words['media.elsewhere'](remote.host), null, () => {
        wanted.add(remote.host)
        load(remote.address)
      })
    }
    picture.addEventListener('error', () => {
      const address = picture.getAttribute('src') ?? ''
      if (address !== '') say(words['media.broken'], address, null)
    })

    const update = (next: Node): boolean => {
      if (next.type !== first.type) return false
      node = next
      const { file, src, alt, align, upload } = node.attrs
      dom.dataset['align'] = String(align)
      dom.dataset['alt'] = alt === '' ? 'missing' : 'there'
      picture.alt = String(alt)
      caption.dataset['placeholder'] = words['media.caption']
      caption.classList.toggle('blank', node.content.size === 0)
      tools.update(node)
      const token = typeof upload === 'string' && file === null ? upload : null
      dom.dataset['pending'] = String(token !== null)
      if (waiting !== null && waiting.token !== token) {
        waiting.shown.close()
        waiting.shown.dom.remove()
        waiting = null
      }
      if (token !== null) {
        if (waiting === null) {
          const made = pending(
            desk,
            token,
            () => words['media.image'],
            () => view.editable,
            remove,
          )
          waiting = { token, shown: made }
          frame.prepend(made.dom)
          queueMicrotask(() => desk.settle(token)) // it may have arrived while this was undone
        }
        picture.hidden = true
        instead.hidden = true
        shown = ''
      } else if (typeof file === 'string') showFile(file)
      else if (src !== null) showElsewhere(src)
      else say(words['media.nothing'], null, null)
      return true
    }
    update(first)

    frame.addEventListener('mousedown', (event) => {
      if (event.target instanceof Element && event.target.closest('button, input, a') !== null) return
      const at = getPos()
      if (at === undefined || event.button !== 0) return
      view.focus()
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)))
    })
    frame.addEventListener('dblclick', () => showInFull(picture))

    return { update, destroy: () => waiting?.shown.close() }
  }

/** The buttons above a picture: where it stands, what it shows, and the whole of it. */
const imageTools = (
  view: EditorView,
  node: () => Node,
  set: (name: string, value: unknown) => void,
  address: () => string,
) => {
  const places = aligns.map((align) => {
    const made = button('media-tool', words['media.align'][align], () => set('align', align))
    made.title = words['media.align'][align]
    made.append(icon(align))
    return { align, made }
  })
  const input = part('input', 'media-alt')
  input.type = 'text'
  input.maxLength = 2_000
  input.placeholder = words['media.altHint']
  input.setAttribute('aria-label', words['media.alt'])
  const form = part('div', 'media-alt-form', input)
  form.hidden = true
  const alt = button('media-tool media-alt-button', words['media.alt'], () => {
    form.hidden = !form.hidden
    alt.setAttribute('aria-expanded', String(!form.hidden))
    if (form.hidden) return
    input.value = String(node().attrs['alt'])
    input.focus()
    input.select()
  })
  alt.setAttribute('aria-expanded', 'false')
  const dot = part('span', 'media-dot')
  alt.append(words['media.altShort'], dot)
  const close = (): void => {
    form.hidden = true
    alt.setAttribute('aria-expanded', 'false')
  }
  const keep = (): void => {
    if (form.hidden) return
    close()
    if (input.value !== node().attrs['alt']) set('alt', input.value)
  }
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    event.preventDefault()
    if (event.key === 'Enter') keep()
    else close()
    view.focus()
  })
  input.addEventListener('blur', keep)
  const whole = button('media-tool', words['media.open'], () => {
    const picture = whole.closest('.media-frame')?.querySelector<HTMLImageElement>('.media-picture')
    if (picture !== null && picture !== undefined && address() !== '') showInFull(picture)
  })
  whole.title = words['media.open']
  whole.append(icon('open'))
  const bar = part('div', 'media-bar', ...places.map(({ made }) => made), alt, whole)
  bar.setAttribute('role', 'toolbar')
  bar.setAttribute('aria-label', words['media.tools'])
  // one stop for Tab, arrows within
  const buttons = [...places.map(({ made }) => made), alt, whole]
  const rove = (at: number): void => buttons.forEach((each, i) => (each.tabIndex = i === at ? 0 : -1))
  rove(0)
  bar.addEventListener('keydown', (event) => {
    const at = buttons.findIndex((each) => each === event.target)
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (event.key === 'Escape') {
      event.preventDefault()
      view.focus()
    }
    if (at < 0 || step === 0) return
    event.preventDefault()
    const next = (at + step + buttons.length) % buttons.length
    rove(next)
    buttons[next]?.focus()
  })
  const dom = part('div', 'media-tools', bar, form)
  return {
    dom,
    update: ({ attrs }: Node): void => {
      for (const { align, made } of places) {
        made.setAttribute('aria-pressed', String(attrs['align'] === align))
        made.hidden = !view.editable
      }
      const missing = attrs['alt'] === ''
      dot.hidden = !missing
      alt.hidden = !view.editable
      const label = missing ? words['media.altMissing'] : words['media.alt']
      alt.setAttribute('aria-label', label)
      alt.title = label
    },
  }
}
