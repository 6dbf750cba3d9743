import { Extension } from '@tiptap/core'
import type { Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { NodeSelection, Plugin, PluginKey, TextSelection } from '@tiptap/pm/state'
import type { EditorState } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { carrying, documentMark } from './carrying.ts'
import type { Surroundings } from './desk.ts'
import type { Equipment } from './equipment.ts'
import { framed } from './frame.ts'
import { accepts, pastedFiles } from './kinds.ts'
import type { Kind } from './kinds.ts'

const key = new PluginKey<() => Promise<Equipment>>('media')

/** Lets a person choose files of a kind and puts them where the caret is. */
export const pickFiles = (editor: Editor, kind: Kind): void => {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.accept = accepts(kind)
  input.addEventListener('change', () => {
    void key
      .getState(editor.state)?.()
      .then(({ insert }) => {
        if (editor.isDestroyed) return
        editor.view.focus()
        insert(editor.view, [...(input.files ?? [])], null, kind === 'file' ? 'file' : undefined)
      })
  })
  input.click()
}

/** Sends files whose places are about to be in the text, and asks for those of other documents that this HTML names. */
export const bringFiles = async (
  state: EditorState,
  files: ReadonlyMap<string, File>,
  html: string,
): Promise<void> => {
  if (files.size === 0 && !html.includes(`${documentMark}="`)) return
  const equipment = await key.getState(state)?.()
  equipment?.adopt(html)
  equipment?.send(files)
}

/** Before or behind the block under the pointer, whichever edge is nearer. */
const placeAt = (view: EditorView, { clientX: left, clientY: top }: MouseEvent): number => {
  const { doc } = view.state
  const $at = doc.resolve(view.posAtCoords({ left, top })?.pos ?? doc.content.size)
  if (!$at.parent.isTextblock || $at.depth === 0) return $at.pos
  const block = view.nodeDOM($at.before())
  if (!(block instanceof HTMLElement)) return $at.pos
  const { top: upper, bottom: lower } = block.getBoundingClientRect()
  return top < (upper + lower) / 2 ? $at.before() : $at.after()
}

/** The picture or film that is selected, or null. */
const chosen = ({ selection }: EditorState): Node | null =>
  selection instanceof NodeSelection && ['image', 'video'].includes(selection.node.type.name)
    ? selection.node
    : null

/** Makes the selected picture wider or narrower by so many percent. */
const resize = ({ state, view, isEditable }: Editor, by: number): boolean => {
  const node = chosen(state)
  const dom = node === null ? null : view.nodeDOM(state.selection.from)
  if (node === null || !(dom instanceof HTMLElement) || !isEditable) return false
  const wide = dom.querySelector('.media-frame')?.getBoundingClientRect().width ?? 0
  const now: unknown = node.attrs['width']
  const width = typeof now === 'number' ? now : (wide / dom.clientWidth) * 100
  const next = Math.min(100, Math.max(10, Math.round(width / 5) * 5 + by))
  view.dispatch(state.tr.setNodeAttribute(state.selection.from, 'width', next))
  return true
}

/** The caret leaves a caption for a line of its own below the picture. */
const leaveCaption = ({ state, view }: Editor): boolean => {
  const { $from, empty } = state.selection
  const paragraph = state.schema.nodes['paragraph']
  if ($from.parent.type.name !== 'image' || !empty || paragraph === undefined) return false
  const { tr } = state
  const end = $from.after()
  tr.insert(end, paragraph.create()).setSelection(TextSelection.create(tr.doc, end + 1))
  view.dispatch(tr.scrollIntoView())
  return true
}

/**
 * Pictures, films and files: pasted, dropped or chosen, sent to the server, and shown to everybody from the first
 * moment on. A text without any of them never loads what shows them.
 */
export const Media = Extension.create<{ around: Surroundings | null }>({
  name: 'media',
  priority: 1_150, // its keys concern what is selected: before those of the whole text

  addOptions() {
    return { around: null }
  },

  addKeyboardShortcuts() {
    const by = (step: number) => (): boolean => resize(this.editor, step)
    return {
      'Alt-ArrowRight': by(5),
      'Alt-ArrowUp': by(5),
      'Alt-ArrowLeft': by(-5),
      'Alt-ArrowDown': by(-5),
      Enter: () => leaveCaption(this.editor),
      'Alt-F10': () => {
        const { selection } = this.editor.state
        const { $from } = selection
        const inCaption = $from.parent.type.name === 'image'
        const at = selection instanceof NodeSelection ? selection.from : inCaption ? $from.before() : null
        const dom = at === null ? null : this.editor.view.nodeDOM(at)
        const tool = dom instanceof Element ? dom.querySelector('.media-tools [tabindex="0"]') : null
        if (!(tool instanceof HTMLElement)) return false
        tool.focus()
        return true
      },
    }
  },

  addProseMirrorPlugins() {
    const { around } = this.options
    if (around === null) return []
    let made: Promise<Equipment> | null = null
    const load = (): Promise<Equipment> =>
      (made ??= import('./equipment.ts').then(({ equip }) => equip(around)))
    const insert = (view: EditorView, files: readonly File[], at: number | null): boolean => {
      if (files.length === 0) return false
      void load().then((equipment) => {
        if (!view.isDestroyed)
          equipment.insert(view, files, at === null ? null : Math.min(at, view.state.doc.content.size))
      })
      return true
    }
    const view = (kind: Kind) => framed(kind, () => load().then(({ fills }) => fills[kind]))
    return [
      new Plugin<() => Promise<Equipment>>({
        key,
        state: { init: () => load, apply: () => load },
        view: () => ({ destroy: () => void made?.then(({ close }) => close()) }),
        props: {
          nodeViews: { image: view('image'), file: view('file'), video: view('video') },
          clipboardSerializer: carrying(this.editor.schema, around.room),
          transformPastedHTML: (html) => {
            if (html.includes(`${documentMark}="`) && around.editable())
              void load().then(({ adopt }) => adopt(html))
            return html
          },
          handlePaste: (editing, { clipboardData }) =>
            clipboardData !== null && insert(editing, pastedFiles(clipboardData), null),
          handleDrop: (editing, event, _slice, moved) => {
            const files = moved ? [] : [...(event.dataTransfer?.files ?? [])]
            if (files.length > 0) event.preventDefault()
            return insert(editing, files, placeAt(editing, event))
          },
        },
      }),
    ]
  },
})
