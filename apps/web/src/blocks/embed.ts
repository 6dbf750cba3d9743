import { embedOf } from '@quire/editor/embeds'
import { safeHref } from '@quire/editor/href'
import type { Node } from '@tiptap/pm/model'
import type { NodeViewConstructor } from '@tiptap/pm/view'
import { words } from '../words.ts'
import { button, part } from './part.ts'

/** Something of another site. That site hears of a reader only when this reader asks to see it. */
export const embedView: NodeViewConstructor = (first) => {
  const dom = part('div', 'embed')
  let shown: unknown
  const show = (node: Node): boolean => {
    if (node.type !== first.type) return false
    const href = safeHref(node.attrs['href'])
    if (href === shown) return true
    shown = href
    dom.replaceChildren()
    const found = href === null ? null : embedOf(href)
    const site = part('div', 'embed-site', found?.site ?? words['embed.unknown'])
    const address = part('a', 'embed-address', href ?? '')
    if (href !== null) {
      address.href = href
      address.target = '_blank'
      address.rel = 'noopener noreferrer nofollow'
    }
    dom.append(site, address)
    if (found === null) return true
    const load = button('embed-load', words['embed.load'](found.site), () => {
      const frame = part('iframe', 'embed-frame')
      frame.title = words['embed.title'](found.site)
      frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-popups allow-presentation')
      frame.setAttribute('referrerpolicy', 'strict-origin-when-cross-origin')
      frame.setAttribute('allow', 'fullscreen; picture-in-picture')
      frame.src = found.src
      dom.replaceChildren(frame)
    })
    load.textContent = words['embed.load'](found.site)
    dom.append(load)
    return true
  }
  show(first)
  return {
    dom,
    update: show,
    stopEvent: ({ target }) => target instanceof Element && target.closest('button, a, iframe') !== null,
    ignoreMutation: () => true,
  }
}
