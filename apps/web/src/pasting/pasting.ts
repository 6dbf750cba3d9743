import { Extension } from '@tiptap/core'
import type { Editor } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { undoOf } from '../commands/command.ts'
import { words } from '../words.ts'
import { boundOf, isShort, sizeOf, withoutData } from './bounds.ts'
import { looksLikeMarkdown } from './looks.ts'

/** HTML of this editor's own says so. */
const own = /^\s*(?:<meta [^>]*>\s*)?<[a-z0-9]+ [^>]*\bdata-pm-slice=/i

/**
 * What is pasted is judged before it is read: what would hold up the page is refused with a sentence, what is nested
 * without end comes as its plain text, and plain text that was written as Markdown becomes blocks. With Shift it
 * stays plain.
 */
export const Pasting = Extension.create<{ readonly say: (text: string) => void }>({
  name: 'pasting',
  priority: 1_060,

  addOptions() {
    return { say: () => {} }
  },

  addProseMirrorPlugins() {
    const { editor } = this
    const { say } = this.options
    let isPlain = false
    return [
      new Plugin({
        props: {
          transformPastedHTML: withoutData,
          handleDOMEvents: {
            keydown: (_view, event) => {
              if (event.key.toLowerCase() === 'v')
                isPlain = event.shiftKey && (event.metaKey || event.ctrlKey)
              return false
            },
            paste: (view, event) => {
              const data = event.clipboardData
              if (data === null || !view.editable) return false
              const plain = isPlain
              isPlain = false
              const text = data.getData('text/plain')
              const html = plain ? '' : withoutData(data.getData('text/html'))
              const bound = html === '' ? 'fits' : boundOf(html)
              if (bound === 'too large' || !isShort(text)) {
                say(words['paste.tooLarge'](sizeOf(html.length > text.length ? html : text)))
                event.preventDefault()
                return true
              }
              if (bound === 'too deep') {
                say(words['paste.tooDeep'])
                event.preventDefault()
                view.pasteText(text)
                return true
              }
              const isCode = view.state.selection.$from.parent.type.spec.code === true
              if (plain || isCode || own.test(html)) return false
              const isBare = html === '' || /^\s*(?:<meta [^>]*>\s*)?<pre\b[^>]*>[^<]*<\/pre>\s*$/i.test(html)
              if (!isBare || !looksLikeMarkdown(text)) return false
              event.preventDefault()
              void pasteMarkdown(editor, text)
              return true
            },
          },
        },
      }),
    ]
  },
})

/** Puts Markdown into the text as blocks, as one step of undo; as it is if what reads it cannot be loaded. */
const pasteMarkdown = async (editor: Editor, text: string): Promise<void> => {
  const read = await import('@quire/editor/markdown').then(
    ({ readMarkdown }) => readMarkdown,
    () => null,
  )
  const { view } = editor
  if (editor.isDestroyed || !view.editable) return
  undoOf(editor)?.stopCapturing()
  if (read === null) view.pasteText(text)
  else {
    const { content = [] } = read(text)
    const [only] = content
    // one line of text goes into the line where the caret is
    const inLine = content.length === 1 && only?.type === 'paragraph' ? (only.content ?? []) : content
    editor.chain().insertContent(inLine).scrollIntoView().run()
  }
  undoOf(editor)?.stopCapturing()
}
