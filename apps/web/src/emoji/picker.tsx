import type { Editor } from '@tiptap/core'
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { asOneStep } from '../commands/command.ts'
import { countUse, usesOf } from '../hands/memory.ts'
import { TextPanel } from '../textpanel.tsx'
import { words } from '../words.ts'
import { emoji, findEmoji, groups, keepTone, lastTone, toned } from './emoji.ts'
import type { Emoji } from './emoji.ts'

const columns = 9
const steps = new Map([
  ['ArrowDown', columns],
  ['ArrowUp', -columns],
  ['ArrowRight', 1],
  ['ArrowLeft', -1],
])
const mostFound = 90
const mostRecent = 18
const memory = 'quire.emoji'
const hand = emoji.find(({ name }) => name.startsWith('✋'))

/** All emoji to look through or search, beside the caret. */
const Picker = ({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }) => {
  const id = useId()
  const [query, setQuery] = useState('')
  const [group, setGroup] = useState<number | 'recent'>(() => (usesOf(memory).length > 0 ? 'recent' : 0))
  const [tone, setTone] = useState(lastTone)
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const shown = useMemo((): readonly Emoji[] => {
    const uses = new Map(usesOf(memory))
    if (query.trim() !== '') return findEmoji(query, uses, mostFound)
    if (group === 'recent')
      return [...uses.keys()]
        .slice(0, mostRecent)
        .flatMap((name) => emoji.find((each) => each.name === name) ?? [])
    return emoji.filter((each) => each.group === group)
  }, [query, group])
  const current = Math.min(at, shown.length - 1)
  useLayoutEffect(() => {
    document.getElementById(`${id}${current}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, current])

  const choose = (chosen: Emoji | undefined): void => {
    if (chosen === undefined) return
    countUse(memory, chosen.name)
    asOneStep(editor, () => void editor.chain().insertContent(toned(chosen, tone)).run())
    onClose()
  }
  const show = (which: number | 'recent'): void => {
    setGroup(which)
    setQuery('')
    setAt(0)
  }
  return (
    <TextPanel editor={editor} label={words['insert.emoji']} onClose={onClose}>
      <div className="emoji-picker">
        <div className="find-row">
          <input
            className="find-field"
            role="combobox"
            aria-label={words['emoji.search']}
            aria-expanded="true"
            aria-autocomplete="list"
            aria-controls={`${id}list`}
            {...(shown.length > 0 ? { 'aria-activedescendant': `${id}${current}` } : {})}
            placeholder={words['emoji.search']}
            autoFocus
            spellCheck={false}
            value={query}
            onChange={({ target: { value } }) => {
              setQuery(value)
              setAt(0)
            }}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return
              const by = steps.get(event.key)
              // in what is typed the caret moves sideways
              const own = query !== '' && Math.abs(by ?? 0) === 1
              if (by !== undefined && !own && shown.length > 0) {
                event.preventDefault()
                setAt(Math.max(0, Math.min(current + by, shown.length - 1)))
              } else if (event.key === 'Enter') {
                event.preventDefault()
                choose(shown[current])
              }
            }}
          />
          <button
            type="button"
            className="tool"
            aria-label={words['emoji.tone'](tone)}
            title={words['emoji.tone'](tone)}
            onClick={() => {
              keepTone((tone + 1) % 6)
              setTone((tone + 1) % 6)
            }}
          >
            <span aria-hidden="true">{hand === undefined ? '' : toned(hand, tone)}</span>
          </button>
        </div>
        <div className="emoji-groups" role="group" aria-label={words['emoji.groups']}>
          {(['recent', ...groups] as const).map((each, i) => (
            <button
              key={each}
              type="button"
              className="tool"
              aria-pressed={query === '' && group === each}
              aria-label={words['emoji.group'](i)}
              title={words['emoji.group'](i)}
              onClick={() => show(each)}
            >
              <span aria-hidden="true">
                {each === 'recent' ? '🕘' : (emoji.find((one) => one.group === each)?.name ?? '')}
              </span>
            </button>
          ))}
        </div>
        <div
          ref={list}
          role="listbox"
          id={`${id}list`}
          aria-label={words['insert.emoji']}
          className="emoji-list"
        >
          {shown.map((each, i) => (
            <div
              key={each.name}
              id={`${id}${i}`}
              role="option"
              aria-selected={i === current}
              aria-label={each.label}
              title={each.label}
              className="emoji"
              onPointerMove={i === current ? undefined : () => setAt(i)}
              onClick={() => choose(each)}
            >
              {toned(each, tone)}
            </div>
          ))}
          {shown.length === 0 ? (
            <div role="option" aria-disabled="true" aria-selected="false" className="option none">
              {words['insert.none']}
            </div>
          ) : null}
        </div>
        <p className="emoji-name">{shown[current]?.label ?? ''}</p>
      </div>
    </TextPanel>
  )
}
export default Picker
