import { calloutKindOf, calloutKinds } from '@quire/editor/callout'
import type { Node } from '@tiptap/pm/model'
import type { NodeViewConstructor } from '@tiptap/pm/view'
import { words } from '../words.ts'
import { around, choice, part, setAttribute } from './part.ts'

/** A callout with the sign of its kind, by which the kind is chosen. */
export const calloutView: NodeViewConstructor = (first, view, getPos) => {
  const body = part('div', 'callout-body')
  const kinds = choice(
    'callout-kind',
    words['callout.kind'],
    calloutKinds.map((kind) => [kind, words['callout.kinds'][kind]]),
    (kind) => {
      setAttribute(view, getPos(), first, 'kind', kind)
      view.focus()
    },
  )
  const sign = part('div', 'callout-sign', kinds)
  sign.contentEditable = 'false'
  const dom = part('div', 'callout', sign, body)
  dom.setAttribute('role', 'note')
  const update = (node: Node): boolean => {
    if (node.type !== first.type) return false
    const kind = calloutKindOf(node.attrs['kind']) ?? 'note'
    dom.dataset['callout'] = kind
    dom.setAttribute('aria-label', words['callout.kinds'][kind])
    kinds.value = kind
    kinds.disabled = !view.editable
    return true
  }
  update(first)
  return { ...around(dom, body), update }
}
