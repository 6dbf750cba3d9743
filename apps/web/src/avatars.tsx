import type { Editor } from '@tiptap/core'
import { Check, Eye, Pencil } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useAnnounce } from './announce.tsx'
import type { OpenDocument } from './document.ts'
import { showCaret } from './flags.ts'
import type { Following } from './follow/following.ts'
import { hues } from './hues.ts'
import { useMe } from './me.tsx'
import { cleanName, initialsOf } from './people.ts'
import type { Person } from './people.ts'
import { usePeople } from './presences.ts'
import { useToast } from './toast.tsx'
import { Panel } from './ui/panel.tsx'
import { Tip } from './ui/tip.tsx'
import { words } from './words.ts'
import { patiently } from './patiently.ts'

const Follow = lazy(patiently(() => import('./follow/follow.tsx')))

const mostShown = 5
/** For so long after somebody's caret was shown, in ms, their avatar offers to follow them. */
const offered = 6_000

/** Everyone present in the header, and behind it the list of them, where your own name and colour are changed. */
export const Avatars = ({
  open,
  editor,
  following,
  onFollowing,
}: {
  readonly open: OpenDocument
  /** Null until there is a text to look at. */
  readonly editor: Editor | null
  /** Null until it has been loaded, which is told to `onFollowing`. */
  readonly following: Following | null
  readonly onFollowing: (following: Following | null) => void
}) => {
  const { me } = useMe()
  const people = usePeople(open, me?.id ?? '')
  const [listed, setListed] = useState(false)
  const [near, setNear] = useNear()
  const toast = useToast()
  useComings(people)
  const you = people.find((person) => person.you)
  const others = people.filter((person) => !person.you)
  const shown = others.slice(0, others.length > mostShown - 1 ? mostShown - 1 : others.length)
  const more = others.length - shown.length
  const goTo = useCallback(
    (person: Person) => {
      if (editor !== null) showCaret(editor.view, person.clients)
      setNear(person.identity)
    },
    [editor, setNear],
  )
  const follow = (person: Person): void => {
    setNear(null)
    following?.follow(person)
  }
  const call = (): void => {
    setListed(false)
    following?.call()
    toast({ text: words['follow.brought'] })
  }
  return (
    <div className="people">
      {editor === null ? null : (
        <Suspense>
          <Follow
            open={open}
            editor={editor}
            people={people}
            following={following}
            onFollowing={onFollowing}
          />
        </Suspense>
      )}
      {shown.map((person) => (
        <Tip
          key={person.identity}
          text={near === person.identity ? words['follow.follow'](person.name) : nameAndState(person)}
        >
          <button
            type="button"
            className="avatar-button other"
            aria-label={words[near === person.identity ? 'follow.follow' : 'people.goTo'](spokenName(person))}
            onClick={() => (near === person.identity ? follow(person) : goTo(person))}
          >
            <Avatar person={person} />
          </button>
        </Tip>
      ))}
      <Panel
        open={listed}
        onOpen={setListed}
        label={words['people.here']}
        quiet
        trigger={
          <button
            type="button"
            className="avatar-button self"
            aria-label={words['people.label'](people.length)}
          >
            {more > 0 ? <span className="more" data-text={`+${more}`} /> : null}
            {you === undefined ? null : <Avatar person={you} />}
            {others.length > 0 ? <span className="count" data-text={people.length} /> : null}
          </button>
        }
      >
        <h2>{words['people.here']}</h2>
        {you === undefined ? null : <You key={you.identity} hue={you.hue} />}
        {others.length === 0 ? null : (
          <ul className="list" role="list">
            {others.map((person) => (
              <li key={person.identity} className="person-row">
                <button
                  type="button"
                  className="person"
                  aria-label={words['people.goTo'](
                    `${person.name} ${statesOf(person).join(' · ')}`.trimEnd(),
                  )}
                  onClick={() => {
                    setListed(false)
                    goTo(person)
                  }}
                >
                  <Avatar person={person} />
                  <span className="grow" dir="auto">
                    {person.name}
                  </span>{' '}
                  <span className="state">{statesOf(person).join(' · ')}</span>
                </button>
                <button
                  type="button"
                  className="button bare"
                  aria-label={words['follow.follow'](spokenName(person))}
                  onClick={() => {
                    setListed(false)
                    follow(person)
                  }}
                >
                  {words['follow.short']}
                </button>
              </li>
            ))}
          </ul>
        )}
        {others.length === 0 ? null : (
          <button type="button" className="button" onClick={call}>
            {words['follow.bring']}
          </button>
        )}
      </Panel>
    </div>
  )
}

/** Whose caret was shown just now. */
const useNear = (): [string | null, (identity: string | null) => void] => {
  const [near, setNear] = useState<string | null>(null)
  useEffect(() => {
    if (near === null) return
    const later = setTimeout(() => setNear(null), offered)
    return () => clearTimeout(later)
  }, [near])
  return [near, setNear]
}

/** What is to be said of somebody beside their name, the gravest first. */
const statesOf = ({ verified, typing, at, reads }: Person): string[] => [
  ...(verified ? [] : [words['people.unverified']]),
  ...(typing ? [words['people.typing']] : at === 'here' ? [] : [words[`people.${at}`]]),
  ...(reads ? [words['people.reads']] : []),
]

const nameAndState = (person: Person): string => [person.name, ...statesOf(person)].join(' · ')

/** A name as it is read out: nobody is announced as somebody that they only claim to be. */
const spokenName = ({ name, verified }: Person): string =>
  verified ? name : `${name} (${words['people.unverified'].toLowerCase()})`

const Avatar = ({ person }: { readonly person: Person }) => {
  const { name, hue, at, typing, verified, reads } = person
  return (
    <span className={`avatar hue-${hue} ${at}`} aria-hidden="true">
      <span className="initials" data-text={initialsOf(name)} />
      {typing || reads ? <span className="mark">{typing ? <Pencil /> : <Eye />}</span> : null}
      {verified ? null : <span className="mark doubt" data-text="?" />}
    </span>
  )
}

/** Your own name and colour, changed where they are shown. */
const You = ({ hue }: { readonly hue: number }) => {
  const { me, change } = useMe()
  const field = useRef<HTMLInputElement>(null)
  const [failed, setFailed] = useState(false)
  const save = (wish: { name?: string; color?: number }): void => {
    setFailed(false)
    change(wish).catch(() => setFailed(true))
  }
  const wished = useRef(me?.name ?? '')
  const rename = (): void => {
    const written = field.current?.value ?? ''
    const clean = written.trim() === '' ? wished.current : cleanName(written)
    if (field.current !== null) field.current.value = clean
    if (clean === wished.current) return
    wished.current = clean
    save({ name: clean })
  }
  return (
    <div className="you">
      <label className="field">
        <span>{words['people.name']}</span>
        <input
          ref={field}
          defaultValue={me?.name}
          maxLength={64}
          autoComplete="nickname"
          onBlur={rename}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) rename()
          }}
        />
      </label>
      <fieldset className="hues">
        <legend>{words['people.color']}</legend>
        {hues.map((_, each) => (
          <button
            key={each}
            type="button"
            className={`hue hue-${each}`}
            aria-label={words['people.hue'](each)}
            aria-pressed={each === (me?.color ?? hue)}
            onClick={() => save({ color: each })}
          >
            {each === (me?.color ?? hue) ? <Check aria-hidden="true" /> : null}
          </button>
        ))}
      </fieldset>
      {failed ? <p className="wrong">{words['error.rename']}</p> : null}
    </div>
  )
}

/** Says who came and who left. */
const useComings = (people: readonly Person[]): void => {
  const announce = useAnnounce()
  const before = useRef<ReadonlyMap<string, string> | null>(null)
  useEffect(() => {
    const now = new Map(
      people.filter(({ you }) => !you).map((person) => [person.identity, spokenName(person)]),
    )
    const then = before.current
    before.current = now
    if (then === null) return
    for (const [identity, name] of now) if (!then.has(identity)) announce(words['people.joined'](name))
    for (const [identity, name] of then) if (!now.has(identity)) announce(words['people.left'](name))
  }, [people, announce])
}
