import type { Editor } from '@tiptap/core'
import type { EditorState } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import type { LucideIcon } from 'lucide-react'
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useAnnounce } from '../announce.tsx'
import { undoOf } from '../commands/command.ts'
import { join } from '../late.ts'
import { Popup } from '../ui/popup.tsx'
import { words } from '../words.ts'
import type { Findable } from './ranking.ts'
import { typedAfter } from './trigger.ts'
import type { Trigger } from './trigger.ts'

/** One thing that can be chosen from a list that opens while one types. */
export interface Option extends Findable {
  readonly icon?: LucideIcon
  /** A letter or picture in place of an icon. */
  readonly sign?: string
  readonly hint?: string
  /** Shown at the end of the line: what one can type instead, or a shortcut. */
  readonly aside?: string
  /** The group it stands in; those of one group follow one another. */
  readonly shelf: string
}

/** What a character in the text offers. */
export interface Source {
  readonly trigger: Trigger
  readonly label: string
  /** It opens when so many letters follow the character. */
  readonly least: number
  readonly options: (query: string) => readonly Option[]
  /** False while more may still come: letters without a match do not close the list. */
  readonly complete?: boolean
  /** Called when what was typed, `query` with it, is gone from the text. */
  readonly choose: (option: Option, query: string) => void
}

/** What was typed after whose character, and where that stands. */
interface Hit {
  readonly source: Source
  readonly query: string
  readonly from: number
}

const page = 8
/** So many letters without a match, and the list goes. */
const patience = 2
/** The count is said when the keys have rested so long, in ms. */
const rest = 500

const hitOf = ({ selection, doc }: EditorState, sources: readonly Source[]): Hit | null => {
  const { $from, empty } = selection
  const { parent, parentOffset } = $from
  if (!empty || !parent.isTextblock || parent.type.spec.code === true) return null
  if ($from.marks().some(({ type }) => type.spec.code === true || type.name === 'link')) return null
  const start = Math.max(0, parentOffset - 64)
  const before = doc.textBetween($from.start() + start, $from.pos, undefined, '\ufffc')
  for (const source of sources) {
    const query = typedAfter(before, source.trigger)
    if (query !== null) return { source, query, from: $from.pos - query.length - 1 }
  }
  return null
}

/** True if the caret has just passed this character, which was not there before. */
const isFresh = (hit: Hit, before: EditorState, after: EditorState): boolean =>
  hit.query === '' &&
  before.doc !== after.doc &&
  before.selection.from <= hit.from &&
  after.doc.content.size > before.doc.content.size

/**
 * The lists that open while one types: "/" for blocks, "@" for names, ":" for emoji. The focus stays in the text;
 * the list is read by its place among the choices. What was typed is looked up in the text at each key, so the list
 * stays right while others write in the same line.
 */
export const Suggesting = ({
  editor,
  sources,
}: {
  readonly editor: Editor
  readonly sources: readonly Source[]
}) => {
  const { view } = editor
  const id = useId()
  const announce = useAnnounce()
  const [hit, setHit] = useState<Hit | null>(null)
  const [active, setActive] = useState({ query: '', at: 0 })
  const list = useRef<HTMLDivElement>(null)
  /** Called by a key and not yet dismissed. */
  const called = useRef<Source | null>(null)

  const read = useCallback((): Hit | null => {
    const found = hitOf(view.state, sources)
    return found !== null && found.source.trigger.char === called.current?.trigger.char ? found : null
  }, [view, sources])
  const options = useMemo(() => {
    // the sources may have learnt more since
    const source = sources.find(({ trigger }) => trigger.char === hit?.source.trigger.char)
    return hit === null || source === undefined || hit.query.length < source.least
      ? []
      : source.options(hit.query)
  }, [hit, sources])
  const lastMatch = useRef(0)
  const at = active.query === hit?.query ? Math.min(active.at, options.length - 1) : 0
  const isWanted = hit !== null && hit.query.length >= hit.source.least
  const open = isWanted && (options.length > 0 || hit.source.least === 0)

  const choose = useCallback(
    (chosen: Option, { source, query, from }: Hit): void => {
      called.current = null
      setHit(null)
      const steps = undoOf(editor)
      // what was typed to find it and its removal are one step of undo, which then holds nothing
      if (steps !== null && steps.undoStack.length > 0) steps.lastChange = Date.now()
      const { tr, selection } = view.state
      view.dispatch(tr.delete(from, selection.from).scrollIntoView())
      view.focus()
      source.choose(chosen, query)
    },
    [editor, view],
  )

  useEffect(() => {
    const changed = (_view: EditorView, before: EditorState): void => {
      if (before.doc === view.state.doc && before.selection.eq(view.state.selection)) return
      const found = hitOf(view.state, sources)
      if (found !== null && called.current === null && view.hasFocus()) {
        if (isFresh(found, before, view.state)) {
          called.current = found.source
          lastMatch.current = found.source.least
        }
      }
      const mine = read()
      if (mine === null) called.current = null
      else if (mine.query.length >= mine.source.least) {
        if (mine.source.options(mine.query).length > 0) lastMatch.current = mine.query.length
        else if (mine.source.complete !== false && mine.query.length - lastMatch.current >= patience)
          called.current = null
      }
      setHit(called.current === null ? null : mine)
    }
    return join(view, { changed })
  }, [view, sources, read])

  useEffect(() => {
    const blurred = (): void => {
      // the whole window may have lost the focus: then it is as it was when it comes back
      if (document.activeElement === view.dom) return
      called.current = null
      setHit(null)
    }
    view.dom.addEventListener('blur', blurred)
    return () => view.dom.removeEventListener('blur', blurred)
  }, [view])

  useEffect(() => {
    if (!open) return
    const keydown = (_view: EditorView, event: KeyboardEvent): boolean => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false
      if (event.key === 'Escape') {
        called.current = null
        setHit(null)
        return true
      }
      const now = read()
      if (now === null || event.shiftKey) return false
      const there = now.query === hit?.query ? options : now.source.options(now.query)
      const current = now.query === active.query ? Math.min(active.at, there.length - 1) : 0
      if (there.length === 0) return false
      const go = (to: number): true => {
        setActive({ query: now.query, at: (to + there.length) % there.length })
        return true
      }
      switch (event.key) {
        case 'ArrowDown':
          return go(current + 1)
        case 'ArrowUp':
          return go(current - 1)
        case 'Home':
          return go(0)
        case 'End':
          return go(there.length - 1)
        case 'PageDown':
          return go(Math.min(current + page, there.length - 1))
        case 'PageUp':
          return go(Math.max(current - page, 0))
        case 'Enter':
        case 'Tab': {
          const chosen = there[current]
          if (chosen === undefined) return false
          choose(chosen, now)
          return true
        }
        default:
          return false
      }
    }
    return join(view, { keydown })
  }, [open, view, read, hit, options, active, choose])

  // the text is a combobox while the list is there
  useLayoutEffect(() => {
    if (!open) return
    const { dom } = view
    dom.setAttribute('role', 'combobox')
    dom.removeAttribute('aria-multiline')
    dom.setAttribute('aria-autocomplete', 'list')
    dom.setAttribute('aria-haspopup', 'listbox')
    dom.setAttribute('aria-expanded', 'true')
    dom.setAttribute('aria-controls', `${id}list`)
    return () => {
      dom.setAttribute('role', 'textbox')
      dom.setAttribute('aria-multiline', 'true')
      for (const name of ['autocomplete', 'haspopup', 'expanded', 'controls', 'activedescendant'])
        dom.removeAttribute(`aria-${name}`)
    }
  }, [open, view, id])
  useLayoutEffect(() => {
    if (!open) return
    const option = document.getElementById(`${id}${at}`)
    if (option === null) view.dom.removeAttribute('aria-activedescendant')
    else {
      view.dom.setAttribute('aria-activedescendant', option.id)
      option.scrollIntoView({ block: 'nearest' })
    }
  }, [open, view, id, at, options])
  useEffect(() => {
    if (!open) return
    const timer = setTimeout(() => announce(words['insert.results'](options.length)), rest)
    return () => clearTimeout(timer)
  }, [open, options, announce])

  const from = hit?.from ?? 0
  const place = useCallback(
    () => (view.isDestroyed || from > view.state.doc.content.size ? null : view.coordsAtPos(from)),
    [view, from],
  )
  if (!open) return null
  const shelves = [...new Set(options.map(({ shelf }) => shelf))]
  return (
    <Popup at={place} className="suggesting">
      <div ref={list} role="listbox" id={`${id}list`} aria-label={hit.source.label} className="listbox">
        {shelves.map((shelf) => (
          <div key={shelf} role="group" aria-label={shelf}>
            <div className="menu-label" aria-hidden="true">
              {shelf}
            </div>
            {options.map((option, index) =>
              option.shelf === shelf ? (
                <Line
                  key={option.name}
                  id={`${id}${index}`}
                  option={option}
                  active={index === at}
                  onPoint={() => setActive({ query: hit.query, at: index })}
                  onChoose={() => choose(option, read() ?? hit)}
                />
              ) : null,
            )}
          </div>
        ))}
        {options.length === 0 ? (
          <div role="option" aria-disabled="true" aria-selected="false" className="option none">
            {words['insert.none']}
          </div>
        ) : null}
      </div>
    </Popup>
  )
}

/** One line of a list of choices. The focus stays where it is when it is clicked. */
export const Line = ({
  id,
  option: { icon: Icon, sign, label, hint, aside },
  active,
  onPoint,
  onChoose,
}: {
  readonly id: string
  readonly option: Option
  readonly active: boolean
  readonly onPoint: () => void
  readonly onChoose: () => void
}) => (
  // the keys are those of the text or field that the list belongs to
  <div
    id={id}
    role="option"
    aria-selected={active}
    className="option"
    onPointerDown={(event) => event.preventDefault()}
    onMouseDown={(event) => event.preventDefault()}
    onPointerMove={active ? undefined : onPoint}
    onClick={onChoose}
  >
    {Icon === undefined ? null : <Icon aria-hidden="true" />}
    {sign === undefined ? null : (
      <span className="sign" aria-hidden="true">
        {sign}
      </span>
    )}
    <span className="grow">
      <span className="name">{label}</span>
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </span>
    {aside === undefined ? null : <kbd aria-hidden="true">{aside}</kbd>}
  </div>
)
