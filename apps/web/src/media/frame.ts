import type { Node } from '@tiptap/pm/model'
import type { EditorView, NodeView, NodeViewConstructor } from '@tiptap/pm/view'

/** What fills the frame of a picture, film or file. `caption` is the editor's own, of a picture. */
export type Fill = (
  node: Node,
  view: EditorView,
  getPos: () => number | undefined,
  dom: HTMLElement,
  frame: HTMLElement,
  caption: HTMLElement | null,
) => Pick<Required<NodeView>, 'update' | 'destroy'>

/**
 * A block with the room that its picture takes, and nothing in it until what fills it has been loaded. Its caption is
 * there to be read and written from the first moment.
 */
export const framed =
  (kind: 'image' | 'file' | 'video', load: () => Promise<Fill>): NodeViewConstructor =>
  (first, view, getPos) => {
    const dom = document.createElement(kind === 'image' ? 'figure' : 'div')
    const frame = document.createElement('div')
    const caption = kind === 'image' ? document.createElement('figcaption') : null
    dom.className = `media ${kind}`
    frame.className = 'media-frame'
    if (caption !== null) caption.className = 'media-caption'
    frame.contentEditable = 'false'
    frame.draggable = true
    dom.append(frame, ...(caption === null ? [] : [caption]))
    if (caption === null) dom.contentEditable = 'false'

    let node = first
    let gone = false
    let filled: ReturnType<Fill> | null = null
    const size = ({ attrs: { width, natural } }: Node): void => {
      const [wide, high] = String(natural ?? '').split('x')
      dom.style.setProperty('--ratio', high === undefined ? 'auto' : `${wide} / ${high}`)
      dom.style.setProperty(
        '--wide',
        typeof width === 'number' ? `${width}%` : high === undefined ? '100%' : `min(100%, ${wide}px)`,
      )
      if (filled !== null) return
      frame.style.setProperty('width', 'var(--wide)')
      frame.style.setProperty('aspect-ratio', 'var(--ratio)')
    }
    size(first)
    void load().then((fill) => {
      if (gone) return
      for (const name of ['width', 'aspect-ratio']) frame.style.removeProperty(name)
      filled = fill(node, view, getPos, dom, frame, caption)
    })
    return {
      dom,
      ...(caption !== null && { contentDOM: caption }),
      update: (next, outer, inner) => {
        if (next.type !== first.type) return false
        node = next
        size(next)
        return filled?.update(next, outer, inner) ?? true
      },
      selectNode: () => dom.classList.add('chosen'),
      deselectNode: () => dom.classList.remove('chosen'),
      stopEvent: ({ type, target }) =>
        target instanceof globalThis.Node && frame.contains(target) && !/^(?:drag|drop)/.test(type),
      // what stands around the caption, and how the caption looks, is not the text's
      ignoreMutation: ({ type, target }) =>
        caption === null ||
        (type !== 'selection' && (type === 'attributes' || target === dom || !caption.contains(target))),
      destroy: () => {
        gone = true
        filled?.destroy()
      },
    }
  }
