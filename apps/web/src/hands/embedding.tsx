import type { Editor } from '@tiptap/core'
import { useMemo, useRef, useState } from 'react'
import { asOneStep } from '../commands/command.ts'
import { focusText } from '../editor.ts'
import { Panel } from '../ui/panel.tsx'
import { words } from '../words.ts'

/** Asks for the address of what is to be shown within the text. */
export const Embedding = ({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }) => {
  const field = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState(false)
  const anchor = useRef(
    useMemo(
      () => ({
        getBoundingClientRect: (): DOMRect => {
          const { left, top, bottom } = editor.view.coordsAtPos(editor.state.selection.from)
          return new DOMRect(left, top, 0, bottom - top)
        },
      }),
      [editor],
    ),
  )
  return (
    <Panel
      open
      onOpen={(open) => {
        if (!open) onClose()
      }}
      label={words['insert.embed']}
      anchor={anchor}
      align="start"
      onClosed={() => focusText(editor)}
    >
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
        {wrong ? (
          <p className="wrong" role="alert">
            {words['insert.embedWrong']}
          </p>
        ) : null}
        <div className="actions">
          <button type="submit" className="button primary">
            {words['insert.embed']}
          </button>
        </div>
      </form>
    </Panel>
  )
}
