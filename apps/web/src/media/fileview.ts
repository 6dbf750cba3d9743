import type { Node } from '@tiptap/pm/model'
import { NodeSelection } from '@tiptap/pm/state'
import { part } from '../blocks/part.ts'
import { words } from '../words.ts'
import type { Desk } from './desk.ts'
import type { Fill } from './frame.ts'
import { icon } from './icons.ts'
import { sizeInWords } from './kinds.ts'
import { pending } from './pending.ts'
import type { Pending } from './pending.ts'

/** What a file of this kind is called, from the end of its name: that says what it is opened with. */
const endingOf = (name: string): string => /\.(\w{1,5})$/.exec(name)?.[1]?.toUpperCase() ?? ''

const sounds: ReadonlySet<unknown> = new Set(['audio/mpeg', 'audio/ogg'])

/** A file with its name and size, to be fetched; a sound can be heard where it stands. */
export const fileView =
  (desk: Desk): Fill =>
  (first, view, getPos, _dom, dom) => {
    let waiting: { token: string; shown: Pending } | null = null
    const ending = part('span', 'file-ending')
    const name = part('span', 'file-name')
    const size = part('span', 'file-size')
    const link = part('a', 'file-link')
    link.append(icon('download'))
    const sign = part('span', 'file-sign')
    sign.append(icon('file'), ending)
    const row = part('div', 'file-row', sign, part('span', 'file-words', name, size), link)
    dom.append(row)
    let sound: HTMLAudioElement | null = null

    const remove = (): void => {
      const at = getPos()
      const node = at === undefined ? null : view.state.doc.nodeAt(at)
      if (at !== undefined && node?.type === first.type)
        view.dispatch(view.state.tr.delete(at, at + node.nodeSize))
    }
    const update = (next: Node): boolean => {
      if (next.type !== first.type) return false
      const { file, name: called, size: bytes, mime, upload } = next.attrs
      const title = String(called) || words['media.file']
      name.textContent = title
      size.textContent = typeof bytes === 'number' && bytes > 0 ? sizeInWords(bytes) : ''
      ending.textContent = endingOf(title)
      const address = typeof file === 'string' ? desk.addressOf(file) : null
      link.hidden = address === null
      if (address !== null) {
        link.href = address
        link.download = title
        link.setAttribute('aria-label', words['media.download'](title))
        link.title = words['media.download'](title)
      }
      const heard = address !== null && sounds.has(mime)
      if (heard && sound === null) {
        sound = part('audio', 'file-sound')
        sound.controls = true
        sound.preload = 'metadata'
        dom.append(sound)
      }
      if (heard && sound !== null && sound.getAttribute('src') !== address) sound.src = address
      if (!heard) {
        sound?.remove()
        sound = null
      }
      const token = typeof upload === 'string' && file === null ? upload : null
      if (waiting !== null && waiting.token !== token) {
        waiting.shown.close()
        waiting.shown.dom.remove()
        waiting = null
      }
      if (token !== null && waiting === null) {
        waiting = {
          token,
          shown: pending(
            desk,
            token,
            () => title,
            () => view.editable,
            remove,
          ),
        }
        dom.append(waiting.shown.dom)
        queueMicrotask(() => desk.settle(token))
      }
      return true
    }
    update(first)
    row.addEventListener('mousedown', (event) => {
      const at = getPos()
      if (at === undefined || (event.target instanceof Element && event.target.closest('a') !== null)) return
      view.focus()
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)))
    })
    return { update, destroy: () => waiting?.shown.close() }
  }
