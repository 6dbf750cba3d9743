import { titleRoot } from '@quire/editor/roots'
import { oneLine, retitle, splice, titleOf } from '@quire/editor/title'
import { useEffect, useRef } from 'react'
import * as Y from 'yjs'
import type { OpenDocument } from './document.ts'
import { words } from './words.ts'

/** Where a place in a text is after somebody's change of it. */
const moved = (place: number, delta: Y.YTextEvent['delta']): number => {
  let at = 0
  for (const { retain = 0, insert, delete: gone = 0 } of delta) {
    at += retain
    if (typeof insert === 'string') {
      if (at < place) place += insert.length
      at += insert.length
    }
    if (at < place) place -= Math.min(gone, place - at)
  }
  return place
}

/**
 * The title: one line of the shared document. What others write in it keeps your selection, what you write keeps
 * theirs, and undo takes back only yours.
 */
export const Title = ({
  open,
  editable,
  fresh,
  onEnter,
}: {
  readonly open: OpenDocument
  readonly editable: boolean
  /** Takes the focus when the title is empty: somebody has just made this document. */
  readonly fresh: boolean
  readonly onEnter: () => void
}) => {
  const field = useRef<HTMLInputElement>(null)
  const undo = useRef<Y.UndoManager | null>(null)
  /** What is written in the field right now goes to the document; set while the effect below runs. */
  const write = useRef<() => void>(() => {})

  useEffect(() => {
    const input = field.current
    if (input === null) return
    const text = open.doc.getText(titleRoot)
    const mine = Symbol('title')
    const steps = new Y.UndoManager(text, { trackedOrigins: new Set([mine]) })
    undo.current = steps
    /** What the field showed when it last agreed with the document. */
    let agreed = ''
    const name = (): void => {
      document.title = `${titleOf(open.doc) || words['title.empty']} · ${words['app.name']}`
    }
    const show = (start: number | null, end: number | null): void => {
      agreed = oneLine(text.toJSON())
      if (input.value !== agreed) input.value = agreed
      if (start !== null && end !== null && document.activeElement === input)
        input.setSelectionRange(start, end)
      name()
    }
    let composing = false
    write.current = () => {
      if (composing || input.value === agreed) return
      // a change made against what the field showed, carried over to what the title is by now
      const change = splice(agreed, oneLine(input.value))
      const now = oneLine(text.toJSON())
      const same = now === agreed
      const { at } = change
      retitle(
        open.doc,
        same ? input.value : now.slice(0, at) + change.insert + now.slice(at + change.remove),
        mine,
      )
      agreed = oneLine(text.toJSON())
      if (input.value !== agreed) show(input.selectionStart, input.selectionEnd)
      name()
    }
    const heard = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
      if (transaction.origin === mine || composing) return
      const { selectionStart: start, selectionEnd: end } = input
      const { delta } = event
      show(start === null ? null : moved(start, delta), end === null ? null : moved(end, delta))
    }
    const begins = (): void => {
      composing = true
    }
    const ends = (): void => {
      composing = false
      write.current()
      show(input.selectionStart, input.selectionEnd)
    }
    text.observe(heard)
    input.addEventListener('compositionstart', begins)
    input.addEventListener('compositionend', ends)
    show(null, null)
    return () => {
      text.unobserve(heard)
      input.removeEventListener('compositionstart', begins)
      input.removeEventListener('compositionend', ends)
      steps.destroy()
    }
  }, [open])

  useEffect(() => {
    if (fresh && editable && field.current?.value === '') field.current.focus()
  }, [fresh, editable])

  return (
    <input
      ref={field}
      className="title"
      placeholder={words['title.empty']}
      aria-label={words['title.label']}
      readOnly={!editable}
      dir="auto"
      autoComplete="off"
      spellCheck="true"
      onInput={() => write.current()}
      onBlur={() => undo.current?.stopCapturing()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') {
          event.preventDefault()
          onEnter()
        }
        const mod = (event.metaKey || event.ctrlKey) && !event.altKey
        const key = event.key.toLowerCase()
        if (mod && key === 'z') {
          event.preventDefault()
          if (event.shiftKey) undo.current?.redo()
          else undo.current?.undo()
        }
        if (mod && key === 'y') {
          event.preventDefault()
          undo.current?.redo()
        }
      }}
    />
  )
}
