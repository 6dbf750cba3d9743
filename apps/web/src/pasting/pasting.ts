import { Extension } from '@tiptap/core'
import type { Editor } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { undoOf } from '../commands/command.ts'
import { words } from '../words.ts'
import { pastedFiles } from '../media/kinds.ts'
import { patiently } from '../patiently.ts'
import { boundOf, boundOfText, carriesPictures, sizeOf, withoutData } from './bounds.ts'
import type { Copied } from './long.ts'
import { looksLikeMarkdown } from './looks.ts'

/** What takes long comes in pieces, by a part of the page that is loaded when it is needed. */
const loadLong = patiently(() => import('./long.ts'))
/** Markdown of more blocks does. */
const manyBlocks = 100

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
    const inPieces = async (copied: Copied): Promise<void> => {
      const { pasteLong } = await loadLong()
      if (!editor.isDestroyed) await pasteLong(editor, copied, say)
    }
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
              const whole = plain ? '' : data.getData('text/html')
              const html = withoutData(whole)
              const bound = html === '' ? 'fits' : boundOf(html)
              const isCode = view.state.selection.$from.parent.type.spec.code === true
              const boundText = boundOfText(text, isCode)
              if (bound === 'too large' || boundText === 'too large') {
                say(words['paste.tooLarge'](sizeOf(html.length > text.length ? html : text)))
                event.preventDefault()
                return true
              }
              if (bound === 'too deep') {
                say(words['paste.tooDeep'])
                event.preventDefault()
                if (boundText === 'fits') view.pasteText(text)
                else void inPieces({ kind: 'text', text })
                return true
              }
              if (isCode) return false
              const isWhole = pastedFiles(data).length === 0
              if (isWhole && (bound === 'long' || carriesPictures(whole))) {
                event.preventDefault()
                void inPieces({ kind: 'html', html: whole, own: own.test(whole) })
                return true
              }
              if (boundText === 'long' && html === '' && (plain || !looksLikeMarkdown(text))) {
                event.preventDefault()
                void inPieces({ kind: 'text', text })
                return true
              }
              if (plain || own.test(html)) return false
              const isBare = html === '' || /^\s*(?:<meta [^>]*>\s*)?<pre\b[^>]*>[^<]*<\/pre>\s*$/i.test(html)
              if (!isBare || !looksLikeMarkdown(text)) return false
              event.preventDefault()
              void pasteMarkdown(editor, text, inPieces)
              return true
            },
          },
        },
      }),
    ]
  },
})

/** Puts Markdown into the text as blocks, as one step of undo; as it is if what reads it cannot be loaded. */
const pasteMarkdown = async (
  editor: Editor,
  text: string,
  inPieces: (copied: Copied) => Promise<void>,
): Promise<void> => {
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
    if (content.length > manyBlocks) {
      await inPieces({ kind: 'blocks', nodes: content.map((each) => editor.schema.nodeFromJSON(each)) })
      return
    }
    // one line of text goes into the line where the caret is
    const inLine = content.length === 1 && only?.type === 'paragraph' ? (only.content ?? []) : content
    editor.chain().insertContent(inLine).scrollIntoView().run()
  }
  undoOf(editor)?.stopCapturing()
}
