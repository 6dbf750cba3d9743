import type { Editor } from '@tiptap/core'
import { useRef, useState } from 'react'
import { asOneStep } from '../commands/command.ts'
import { TextPanel } from '../textpanel.tsx'
import { words } from '../words.ts'
import { Wrong } from '../ui/wrong.tsx'

/** Asks for the address of what is to be shown within the text. */
export const Embedding = ({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }) => {
  const field = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState(false)
  return (
    <TextPanel editor={editor} label={words['insert.embed']} onClose={onClose}>
      <form
        className="linking"
        onSubmit={(event) => {
          event.preventDefault()
          let done = false
          asOneStep(editor, () => {
            done = editor.commands.insertEmbed(field.current?.value.trim() ?? '')
          })
          if (done) onClose()
          else setWrong(true)
        }}
      >
        <label className="field">
          <span>{words['insert.embedAddress']}</span>
          <input
            ref={field}
            inputMode="url"
            autoCapitalize="off"
            spellCheck={false}
            autoFocus
            placeholder={words['link.placeholder']}
            aria-invalid={wrong}
            onInput={() => setWrong(false)}
          />
        </label>
        <Wrong>{wrong ? words['insert.embedWrong'] : null}</Wrong>
        <div className="actions">
          <button type="submit" className="button primary">
            {words['insert.embed']}
          </button>
        </div>
      </form>
    </TextPanel>
  )
}
