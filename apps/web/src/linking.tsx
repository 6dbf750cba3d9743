import { safeHref, wholeHref } from '@quire/editor/href'
import { getMarkRange } from '@tiptap/core'
import type { Editor } from '@tiptap/core'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { Copy, ExternalLink, Unlink } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { asOneStep } from './commands/command.ts'
import { join, paint, painted } from './late.ts'
import { copyText } from './copying.ts'
import { TextPanel } from './textpanel.tsx'
import { useToast } from './toast.tsx'
import { words } from './words.ts'
import { Wrong } from './ui/wrong.tsx'

interface Range {
  readonly from: number
  readonly to: number
}

/** What a link is made of here: the link of the caret, else what is selected. */
const meant = ({ state: { selection, schema } }: Editor): Range => {
  const type = schema.marks['link']
  const around = type === undefined ? undefined : getMarkRange(selection.$from, type)
  return around !== undefined && selection.to <= around.to ? around : selection
}

const inOneLine = ({ state: { doc } }: Editor, { from, to }: Range): boolean =>
  doc.resolve(from).sameParent(doc.resolve(to))

/**
 * Gives what is selected an address, changes the text and address of a link, or takes the link away. Without a
 * selection the address becomes the text. What is meant is painted and moves with the text; if others remove it, the
 * panel goes.
 */
export const Linking = ({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }) => {
  const { view } = editor
  const toast = useToast()
  const [range] = useState(() => meant(editor))
  const [old] = useState((): string => safeHref(editor.getAttributes('link')['href']) ?? '')
  const [text] = useState((): string | null =>
    inOneLine(editor, range) ? editor.state.doc.textBetween(range.from, range.to, undefined, '\ufffc') : null,
  )
  const asksText = text !== null && text !== '' && !text.includes('\ufffc')
  const field = useRef<HTMLInputElement>(null)
  const label = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState(false)

  useEffect(() => {
    if (range.from === range.to) return
    const mark = Decoration.inline(range.from, range.to, { class: 'held' })
    paint(view, 'place', DecorationSet.create(view.state.doc, [mark]))
    const leave = join(view, {
      changed: () => {
        if (painted(view.state, 'place').find().length === 0) onClose()
      },
    })
    return () => {
      leave()
      paint(view, 'place', DecorationSet.empty)
    }
  }, [view, range, onClose])

  /** Where what is meant stands now. */
  const now = (): Range => painted(view.state, 'place').find()[0] ?? view.state.selection
  const remove = (): void => {
    const { from, to } = now()
    const type = editor.schema.marks['link']
    if (type !== undefined) asOneStep(editor, () => view.dispatch(view.state.tr.removeMark(from, to, type)))
    onClose()
  }
  const apply = (): void => {
    const address = field.current?.value ?? ''
    if (address.trim() === '') {
      if (old === '') onClose()
      else remove()
      return
    }
    const href = wholeHref(address)
    const type = editor.schema.marks['link']
    if (href === null || type === undefined) {
      setWrong(true)
      return
    }
    const { from, to } = now()
    const wanted = from === to ? address.trim() : (label.current?.value ?? '').trim()
    const changed = wanted !== '' && (from === to || (asksText && wanted !== text))
    asOneStep(editor, () => {
      const { tr } = view.state
      if (changed) tr.insertText(wanted, from, to)
      const end = changed ? from + wanted.length : to
      view.dispatch(tr.removeMark(from, end, type).addMark(from, end, type.create({ href })))
    })
    onClose()
  }

  return (
    <TextPanel editor={editor} range={range} label={words['tools.link']} onClose={onClose}>
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
        <Wrong>{wrong ? words['link.wrong'] : null}</Wrong>
        {asksText ? (
          <label className="field">
            <span>{words['link.text']}</span>
            <input ref={label} defaultValue={text} />
          </label>
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
              <button
                type="button"
                className="button"
                onClick={() => void copyText(old).then(() => toast({ text: words['share.copied'] }))}
              >
                <Copy aria-hidden="true" />
                {words['link.copy']}
              </button>
              <button type="button" className="button" onClick={remove}>
                <Unlink aria-hidden="true" />
                {words['link.remove']}
              </button>
            </>
          )}
        </div>
      </form>
    </TextPanel>
  )
}
