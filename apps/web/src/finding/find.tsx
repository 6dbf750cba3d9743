import type { Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { TextSelection } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { CaseSensitive, ChevronDown, ChevronUp, Regex, WholeWord, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useAnnounce } from '../announce.tsx'
import { reveal } from '../blocks/details.ts'
import { asOneStep } from '../commands/command.ts'
import { focusText } from '../editor.ts'
import { join, paint } from '../late.ts'
import { Tip } from '../ui/tip.tsx'
import { words } from '../words.ts'
import { searchApart } from './expression.ts'
import { matchesIn, patternOf } from './match.ts'
import type { Match, Wanted } from './match.ts'
import { find, lineText, linesOf, nextFrom, replacedAll, replacementOf } from './search.ts'
import type { Known } from './search.ts'

/** What changes while one looks is searched again when it has rested so long, in ms. */
const rest = 120
/** So many matches are painted, around the one that is looked at. */
const mostPainted = 3_000

type Found =
  | { readonly state: 'found'; readonly matches: readonly Match[] }
  | { readonly state: 'wrong' | 'slow' }

const nothing: Found = { state: 'found', matches: [] }

/** Searches a document, an expression in a thread apart. What is known of unchanged lines is used again. */
const search = async (doc: Node, wanted: Wanted, known: Known, given: AbortSignal): Promise<Found> => {
  const pattern = patternOf(wanted)
  if (pattern === null) return { state: 'wrong' }
  if (wanted.query === '') return nothing
  if (wanted.expression) {
    const lines = linesOf(doc).filter(({ line }) => !known.has(line))
    const texts = lines.map(({ line }) => lineText(line))
    const answer = lines.length === 0 ? [] : await searchApart({ wanted, texts }, undefined, given)
    if (answer === null) return { state: 'slow' }
    lines.forEach(({ line }, i) => known.set(line, answer[i] ?? []))
  }
  return { state: 'found', matches: find(doc, known, (line) => matchesIn(lineText(line), pattern)) }
}

/** The bar that finds, and replaces, at the top of the page. What is found is painted and not changed. */
const Find = ({
  editor,
  editable,
  replacing,
  onReplacing,
  onClose,
}: {
  readonly editor: Editor
  readonly editable: boolean
  readonly replacing: boolean
  readonly onReplacing: () => void
  readonly onClose: () => void
}) => {
  const { view } = editor
  const announce = useAnnounce()
  const [wanted, setWanted] = useState<Wanted>(() => ({
    query: selectedLine(editor),
    exact: false,
    word: false,
    expression: false,
  }))
  const [by, setBy] = useState('')
  const [found, setFound] = useState<Found>(nothing)
  const [at, setAt] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  const known = useRef<Known>(new WeakMap())
  const begun = useRef(view.state.selection.from)

  // the words in the line are read again whenever somebody has changed them
  useEffect(() => {
    known.current = new WeakMap()
    let given = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = (first: boolean): void => {
      given.abort()
      given = new AbortController()
      const { signal } = given
      const { doc } = view.state
      void search(doc, wanted, known.current, signal).then((answer) => {
        if (signal.aborted || view.isDestroyed) return
        if (doc !== view.state.doc) {
          look(first)
          return
        }
        setFound(answer)
        if (answer.state === 'found' && first) setAt(Math.max(nextFrom(answer.matches, begun.current), 0))
      })
    }
    look(true)
    const leave = join(view, {
      changed: (_view, before) => {
        if (before.doc === view.state.doc) return
        clearTimeout(timer)
        timer = setTimeout(() => look(false), rest)
      },
    })
    return () => {
      given.abort()
      clearTimeout(timer)
      leave()
    }
  }, [view, wanted])

  const matches = found.state === 'found' ? found.matches : nothing.matches
  const current = matches.length === 0 ? -1 : Math.min(at, matches.length - 1)

  useEffect(() => {
    const { doc } = view.state
    const first = Math.max(0, current - mostPainted / 2)
    const size = doc.content.size
    const shown = matches.slice(first, first + mostPainted).filter(({ to }) => to <= size)
    paint(
      view,
      'find',
      DecorationSet.create(
        doc,
        shown.map(({ from, to }, i) =>
          Decoration.inline(from, to, { class: first + i === current ? 'found now' : 'found' }),
        ),
      ),
    )
  }, [view, matches, current])
  useEffect(() => () => paint(view, 'find', DecorationSet.empty), [view])

  const show = (index: number): void => {
    setAt(index)
    const match = matches[index]
    if (match === undefined || match.to > view.state.doc.content.size) return
    reveal(view, match.from)
    const { tr, doc } = view.state
    view.dispatch(tr.setSelection(TextSelection.create(doc, match.from, match.to)).scrollIntoView())
    begun.current = match.from
  }
  const step = (delta: 1 | -1): void => {
    if (matches.length > 0) show((current + delta + matches.length) % matches.length)
  }
  const status =
    found.state === 'wrong'
      ? words['find.wrong']
      : found.state === 'slow'
        ? words['find.slow']
        : wanted.query === ''
          ? ''
          : matches.length === 0
            ? words['find.none']
            : words['find.count'](current + 1, matches.length)
  useEffect(() => {
    if (status === '') return
    const timer = setTimeout(() => announce(status), 500)
    return () => clearTimeout(timer)
  }, [status, announce])

  const close = (): void => {
    onClose()
    focusText(editor)
  }
  const pattern = patternOf(wanted)
  const textFor = (text: string): string =>
    pattern === null ? text : replacementOf(text, wanted, pattern, by)
  const replaceOne = (): void => {
    const match = matches[current]
    const { doc } = view.state
    if (match === undefined || match.to > doc.content.size) return
    const text = textFor(doc.textBetween(match.from, match.to, '\n', '\ufffc'))
    asOneStep(editor, () => view.dispatch(view.state.tr.insertText(text, match.from, match.to)))
    begun.current = match.from + text.length
    const rest = matches.filter((_match, i) => i !== current)
    const shift = text.length - (match.to - match.from)
    setFound({
      state: 'found',
      matches: rest.map(({ from, to }) =>
        from > match.from ? { from: from + shift, to: to + shift } : { from, to },
      ),
    })
  }
  const replaceAll = (): void => {
    if (found.state !== 'found') return
    // what others have changed since it was searched is left as it is
    const { tr, count } = replacedAll(view.state, (line) => known.current.get(line) ?? [], textFor)
    if (count > 0) asOneStep(editor, () => view.dispatch(tr))
    announce(words['find.replaced'](count))
  }

  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  const toggle = (option: 'exact' | 'word' | 'expression') =>
    setWanted((before) => ({ ...before, [option]: !before[option] }))

  return (
    <search
      className="find"
      aria-label={words['find.label']}
      onKeyDown={(event) => {
        const option = event.altKey
          ? ({ c: 'exact', w: 'word', r: 'expression' } as const)[event.key]
          : undefined
        if (option !== undefined) {
          event.preventDefault()
          toggle(option)
        } else if (event.key === 'Escape') {
          event.preventDefault()
          close()
        }
      }}
    >
      <div className="find-row">
        <input
          ref={field}
          className="find-field"
          aria-label={words['find.query']}
          placeholder={words['find.query']}
          value={wanted.query}
          spellCheck={false}
          aria-invalid={found.state !== 'found'}
          onChange={({ target: { value } }) => setWanted((before) => ({ ...before, query: value }))}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
            event.preventDefault()
            step(event.shiftKey ? -1 : 1)
          }}
        />
        <span className={matches.length === 0 ? 'find-count none' : 'find-count'}>{status}</span>
        {(
          [
            ['exact', CaseSensitive, 'Alt+C'],
            ['word', WholeWord, 'Alt+W'],
            ['expression', Regex, 'Alt+R'],
          ] as const
        ).map(([option, Icon, keys]) => (
          <Tip key={option} text={words[`find.${option}`]} keys={keys}>
            <button
              type="button"
              className="tool"
              aria-label={words[`find.${option}`]}
              aria-pressed={wanted[option]}
              onClick={() => toggle(option)}
            >
              <Icon aria-hidden="true" />
            </button>
          </Tip>
        ))}
        <Tip text={words['find.previous']} keys="Shift+Enter">
          <button
            type="button"
            className="tool"
            aria-label={words['find.previous']}
            disabled={matches.length === 0}
            onClick={() => step(-1)}
          >
            <ChevronUp aria-hidden="true" />
          </button>
        </Tip>
        <Tip text={words['find.next']} keys="Enter">
          <button
            type="button"
            className="tool"
            aria-label={words['find.next']}
            disabled={matches.length === 0}
            onClick={() => step(1)}
          >
            <ChevronDown aria-hidden="true" />
          </button>
        </Tip>
        <Tip text={words['action.close']} keys="Esc">
          <button type="button" className="tool" aria-label={words['action.close']} onClick={close}>
            <X aria-hidden="true" />
          </button>
        </Tip>
      </div>
      {!editable ? null : replacing ? (
        <div className="find-row">
          <input
            className="find-field"
            aria-label={words['find.by']}
            placeholder={words['find.by']}
            value={by}
            onChange={({ target: { value } }) => setBy(value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
              event.preventDefault()
              replaceOne()
            }}
          />
          <button type="button" className="button" disabled={matches.length === 0} onClick={replaceOne}>
            {words['find.replace']}
          </button>
          <button type="button" className="button" disabled={matches.length === 0} onClick={replaceAll}>
            {words['find.replaceAll']}
          </button>
        </div>
      ) : (
        <button type="button" className="button bare find-more" onClick={onReplacing}>
          {words['find.replaceToo']}
        </button>
      )}
    </search>
  )
}
export default Find

/** What is selected within one line, for a first guess of what is looked for. */
const selectedLine = ({ state: { selection, doc } }: Editor): string => {
  const { $from, $to, from, to } = selection
  return $from.sameParent($to) && to - from <= 200 ? doc.textBetween(from, to) : ''
}
