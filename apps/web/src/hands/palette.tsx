import type { Editor } from '@tiptap/core'
import { Eye, FileText, Hash, User } from 'lucide-react'
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../api.ts'
import type { Listed } from '../api.ts'
import { shown } from '../commands/command.ts'
import type { Command } from '../commands/command.ts'
import { focusText } from '../editor.ts'
import type { Person } from '../people.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words.ts'
import { goTo } from './going.ts'
import { headingsOf } from './headings.ts'
import { countUse, usesOf } from './memory.ts'
import { ranked } from './ranking.ts'
import { Line } from './suggesting.tsx'
import type { Option } from './suggesting.tsx'

interface Entry extends Option {
  readonly run: () => void
}

const memory = 'quire.done'
const most = 40
const mostOfEach = 6
/** What is not done from a list: it needs the place where one is. */
const unlisted = new Set(['palette', 'link', 'blockMenu'])

/** Finds what one can do or go to by typing a part of its name. */
const Palette = ({
  editor,
  editable,
  commands,
  people,
  onGoToPerson,
  onFollow,
  onClose,
}: {
  readonly editor: Editor
  readonly editable: boolean
  readonly commands: readonly Command[]
  readonly people: readonly Person[]
  readonly onGoToPerson: (person: Person) => void
  /** Null where one cannot follow. */
  readonly onFollow: ((person: Person) => void) | null
  readonly onClose: () => void
}) => {
  const [, navigate] = useLocation()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const [documents, setDocuments] = useState<readonly Listed[]>([])
  const field = useRef<HTMLInputElement>(null)
  const chosen = useRef<Entry | null>(null)
  const id = useId()

  useEffect(() => {
    // without an answer there are the commands and headings, and documents are found on their own page
    api.documents().then(setDocuments, () => {})
  }, [])

  const entries = useMemo(() => {
    const kind = query[0] ?? ''
    const asked = ['#', '>', '@'].includes(kind)
    const rest = asked ? query.slice(1).trim() : query.trim()
    const uses = new Map(usesOf(memory))
    const doable = commands
      .filter((command) => !unlisted.has(command.name))
      .filter(({ able, group }) => (editable || ['navigation', 'view'].includes(group)) && able(editor))
      .map((command): Entry => {
        const { name, label, icon, keys, run } = command
        return {
          name: `do ${name}`,
          label,
          icon,
          shelf: words['palette.commands'],
          ...(keys[0] === undefined ? {} : { aside: shown(keys[0]) }),
          run: () => run(editor),
        }
      })
    const headings = headingsOf(editor.state.doc).map(({ text, at: place }): Entry => ({
      name: `heading ${place}`,
      label: text,
      icon: Hash,
      shelf: words['palette.headings'],
      run: () => goTo(editor, place),
    }))
    const papers = documents.map(({ id: room, title }): Entry => ({
      name: `document ${room}`,
      label: title === '' ? words['title.empty'] : title,
      icon: FileText,
      shelf: words['palette.documents'],
      run: () => navigate(`/d/${room}`),
    }))
    const persons = people.flatMap((person): Entry[] => {
      const shelf = words['palette.people']
      const entry = (kind: string, label: string, icon: typeof User, run: () => void): Entry => ({
        name: `${kind} ${person.identity}`,
        label,
        aliases: person.name,
        icon,
        shelf,
        run,
      })
      const goTo = entry('person', words['people.goTo'](person.name), User, () => onGoToPerson(person))
      if (onFollow === null) return [goTo]
      return [goTo, entry('follow', words['follow.follow'](person.name), Eye, () => onFollow(person))]
    })
    const find = (list: readonly Entry[], count: number) => ranked(list, rest, uses).slice(0, count)
    if (kind === '#') return find(headings, most)
    if (kind === '>') return find(doable, most)
    if (kind === '@') return find(persons, most)
    if (rest === '') {
      const recent = [...uses.keys()].flatMap((name) => doable.find((entry) => entry.name === name) ?? [])
      const others = doable.filter((entry) => !recent.includes(entry))
      return [...recent, ...others].slice(0, most)
    }
    return [
      ...find(doable, mostOfEach),
      ...find(headings, mostOfEach),
      ...find(papers, mostOfEach),
      ...find(persons, mostOfEach),
    ]
  }, [query, commands, documents, people, editor, editable, navigate, onGoToPerson, onFollow])
  const current = Math.min(at, entries.length - 1)

  const choose = (entry: Entry | undefined): void => {
    if (entry === undefined) return
    chosen.current = entry
    if (entry.name.startsWith('do ')) countUse(memory, entry.name)
    onClose()
  }
  useLayoutEffect(() => {
    document.getElementById(`${id}${current}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, current])

  const shelves = [...new Set(entries.map(({ shelf }) => shelf))]
  return (
    <Dialog
      title={words['palette.label']}
      look="bare"
      first={field}
      onClose={onClose}
      onClosed={() => {
        if (chosen.current === null) focusText(editor)
        else chosen.current.run()
      }}
    >
      <input
        ref={field}
        className="palette-field"
        role="combobox"
        aria-label={words['palette.field']}
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls={`${id}list`}
        {...(entries.length > 0 ? { 'aria-activedescendant': `${id}${current}` } : {})}
        placeholder={words['palette.field']}
        spellCheck={false}
        value={query}
        onChange={({ target: { value } }) => {
          setQuery(value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          const to = {
            ArrowDown: current + 1,
            ArrowUp: current - 1,
            PageDown: Math.min(current + 8, entries.length - 1),
            PageUp: Math.max(current - 8, 0),
          }[event.key]
          if (to !== undefined && entries.length > 0) {
            event.preventDefault()
            setAt((to + entries.length) % entries.length)
          } else if (event.key === 'Enter') {
            event.preventDefault()
            choose(entries[current])
          }
        }}
      />
      <div
        role="listbox"
        id={`${id}list`}
        aria-label={words['palette.label']}
        className="listbox palette-list"
        tabIndex={-1}
      >
        {shelves.map((shelf) => (
          <div key={shelf} role="group" aria-label={shelf}>
            <div className="menu-label" aria-hidden="true">
              {shelf}
            </div>
            {entries.map((entry, index) =>
              entry.shelf === shelf ? (
                <Line
                  key={entry.name}
                  id={`${id}${index}`}
                  option={entry}
                  active={index === current}
                  onPoint={() => setAt(index)}
                  onChoose={() => choose(entry)}
                />
              ) : null,
            )}
          </div>
        ))}
        {entries.length === 0 ? (
          <div role="option" aria-disabled="true" aria-selected="false" className="option none">
            {words['palette.none']}
          </div>
        ) : null}
      </div>
      <p className="palette-hint">{words['palette.hint']}</p>
    </Dialog>
  )
}
export default Palette
