import { safeHref, wholeHref } from '@quire/editor/href'
import type { Editor } from '@tiptap/core'
import { ExternalLink, Unlink } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { undoOf } from './commands.ts'
import { focusText } from './editor.ts'
import { Panel } from './ui/panel.tsx'
import { words } from './words.ts'

/** The place of the selection, for a panel to stand beside. */
const besideSelection = (editor: Editor) => ({
  getBoundingClientRect: (): DOMRect => {
    const { from, to } = editor.state.selection
    const start = editor.view.coordsAtPos(from)
    const end = editor.view.coordsAtPos(to)
    return new DOMRect(start.left, start.top, Math.max(0, end.right - start.left), end.bottom - start.top)
  },
})

/** Gives the selection an address, or takes it away. Without a selection the address becomes the text. */
export const Linking = ({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }) => {
  const anchor = useRef(useMemo(() => besideSelection(editor), [editor]))
  const [old] = useState((): string => safeHref(editor.getAttributes('link')['href']) ?? '')
  const field = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState(false)

  const change = (act: () => void): void => {
    undoOf(editor)?.stopCapturing()
    act()
    undoOf(editor)?.stopCapturing()
    onClose()
  }
  const remove = (): void =>
    change(() => editor.chain().focus().extendMarkRange('link').unsetMark('link').run())
  const apply = (): void => {
    const address = field.current?.value ?? ''
    if (address.trim() === '') {
      if (old === '') onClose()
      else remove()
      return
    }
    const href = wholeHref(address)
    if (href === null) {
      setWrong(true)
      return
    }
    change(() => {
      const mark = { type: 'link', attrs: { href } }
      if (old === '' && editor.state.selection.empty)
        editor
          .chain()
          .focus()
          .insertContent({ type: 'text', text: address.trim(), marks: [mark] })
          .run()
      else editor.chain().focus().extendMarkRange('link').setMark('link', { href }).run()
    })
  }

  return (
    <Panel
      open
      onOpen={(open) => {
        if (!open) onClose()
      }}
      label={words['tools.link']}
      anchor={anchor}
      align="start"
      onClosed={() => focusText(editor)}
    >
      <form
        className="linking"
        onSubmit={(event) => {
          event.preventDefault()
          apply()
        }}
      >
        <label className="field">
          <span>{words['link.address']}</span>
          <input
            ref={field}
            defaultValue={old}
            placeholder={words['link.placeholder']}
            inputMode="url"
            autoCapitalize="off"
            spellCheck={false}
            autoFocus
            aria-invalid={wrong}
            onFocus={({ target }) => target.select()}
            onInput={() => setWrong(false)}
          />
        </label>
        {wrong ? (
          <p className="wrong" role="alert">
            {words['link.wrong']}
          </p>
        ) : null}
        <div className="actions">
          <button type="submit" className="button primary">
            {words['link.apply']}
          </button>
          {old === '' ? null : (
            <>
              <a className="button" href={old} target="_blank" rel="noopener noreferrer">
                <ExternalLink aria-hidden="true" />
                {words['link.open']}
              </a>
              <button type="button" className="button" onClick={remove}>
                <Unlink aria-hidden="true" />
                {words['link.remove']}
              </button>
            </>
          )}
        </div>
      </form>
    </Panel>
  )
}
