import type { Editor } from '@tiptap/core'
import { useEffect, useRef } from 'react'
import type { OpenDocument } from './document.ts'
import { createEditor, focusText } from './editor.ts'
import type { Surroundings } from './editor.ts'
import { useToast } from './toast.tsx'
import { useWriting } from './language.ts'
import { words } from './words.ts'

/** Where the text is. The editor lives exactly as long as this is on the page. */
export const Surface = ({
  open,
  around,
  editor,
  editable,
  title,
  onEditor,
}: {
  readonly open: OpenDocument
  readonly around: Surroundings
  readonly editor: Editor | null
  readonly editable: boolean
  readonly title: string
  readonly onEditor: (editor: Editor | null) => void
}) => {
  const place = useRef<HTMLDivElement>(null)
  const toast = useToast()
  const say = useRef(toast)
  useEffect(() => {
    say.current = toast
  }, [toast])
  useEffect(() => {
    if (place.current === null) return
    const made = createEditor(open, place.current, around, (text) => say.current({ text }))
    onEditor(made)
    return () => {
      onEditor(null)
      made.destroy()
    }
  }, [open, around, onEditor])
  // right after one copy of the document has replaced another, the editor is still that of the one before
  useEffect(() => {
    if (editor === null || editor.isDestroyed) return
    editor.setEditable(editable, false)
    editor.view.dom.setAttribute('aria-readonly', String(!editable))
  }, [editor, editable])
  useEffect(() => {
    if (editor === null || editor.isDestroyed) return
    editor.view.dom.setAttribute('aria-label', words['body.label'](title))
  }, [editor, title])
  useWriting(open, editor)
  return (
    // the space below the last line belongs to the text: a click there goes on writing
    <div
      ref={place}
      className="sheet"
      onMouseDown={(event) => {
        if (editor === null || !editable || event.target !== place.current) return
        const last = editor.view.dom.lastElementChild?.getBoundingClientRect()
        if (last === undefined || event.clientY <= last.bottom) return
        event.preventDefault()
        writeOn(editor)
      }}
    />
  )
}

/** Puts the caret into a paragraph at the very end, making one if the text ends with something else. */
const writeOn = (editor: Editor): void => {
  const { lastChild, content } = editor.state.doc
  if (lastChild?.type.name !== 'paragraph')
    editor.commands.insertContentAt(content.size, { type: 'paragraph' })
  focusText(editor, 'end')
}
