import '../style/follow.css'
import type { Editor } from '@tiptap/core'
import { Eye, X } from 'lucide-react'
import { useEffect, useSyncExternalStore } from 'react'
import { useAnnounce } from '../announce.tsx'
import type { OpenDocument } from '../document.ts'
import { labelOf } from '../people.ts'
import type { Person } from '../people.ts'
import { words } from '../words.ts'
import { Following } from './following.ts'
import { look, lookAtCaret, outlookOf } from './outlook.ts'

/** Following in this page's editor, from now until the returned function is called. */
const begin = (open: OpenDocument, { view }: Editor): [Following, () => void] => {
  const following = new Following(open.awareness, {
    outlook: () => (view.isDestroyed ? null : outlookOf(view)),
    look: (outlook) => {
      if (!view.isDestroyed) look(view, outlook)
    },
    // the caret is drawn in the next frame
    lookAtCaret: (clients) =>
      requestAnimationFrame(() => {
        if (!view.isDestroyed) lookAtCaret(view, clients)
      }),
  })
  const moved = (): void => following.moved()
  window.addEventListener('scroll', moved, { passive: true })
  return [
    following,
    () => {
      window.removeEventListener('scroll', moved)
      following.close()
    },
  ]
}

/** Following, for as long as this is on the page: whom, who asks to be looked at, and who has left. */
const Follow = ({
  open,
  editor,
  people,
  following,
  onFollowing,
}: {
  readonly open: OpenDocument
  readonly editor: Editor
  readonly people: readonly Person[]
  /** What `onFollowing` was told last. */
  readonly following: Following | null
  readonly onFollowing: (following: Following | null) => void
}) => {
  useEffect(() => {
    const [began, end] = begin(open, editor)
    onFollowing(began)
    return () => {
      onFollowing(null)
      end()
    }
  }, [open, editor, onFollowing])
  return following === null ? null : <Pill following={following} people={people} />
}
export default Follow

const modifiers: ReadonlySet<string> = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock'])

/** Whoever uses their own hands looks for themselves again. */
const useOwnHands = (following: Following): void => {
  useEffect(() => {
    const ends = new AbortController()
    const options = { signal: ends.signal, capture: true, passive: true }
    const stop = (): void => following.stop()
    const inText = (event: Event): void => {
      if (event.target instanceof Element && event.target.closest('.sheet') !== null) stop()
    }
    window.addEventListener('wheel', stop, options)
    window.addEventListener('touchmove', stop, options)
    window.addEventListener('pointerdown', inText, options)
    window.addEventListener('keydown', ({ key }) => modifiers.has(key) || stop(), options)
    return () => ends.abort()
  }, [following])
}

const Pill = ({
  following,
  people,
}: {
  readonly following: Following
  readonly people: readonly Person[]
}) => {
  const { leader, asking, gone } = useSyncExternalStore(following.subscribe, () => following.shown)
  const announce = useAnnounce()
  useEffect(() => following.meet(people.filter(({ you }) => !you)), [following, people])
  useOwnHands(following)
  const sentence =
    leader !== null
      ? words['follow.on'](nameOf(leader))
      : asking !== null
        ? words['follow.asks'](nameOf(asking))
        : gone !== null
          ? words['people.left'](nameOf(gone))
          : null
  useEffect(() => {
    if (sentence !== null) announce(sentence)
  }, [sentence, announce])
  const who = leader ?? asking ?? gone
  if (who === null || sentence === null) return null
  return (
    <div className={`follow hue-${who.hue}`}>
      {leader === null ? null : <div className="follow-frame" aria-hidden="true" />}
      <div className="follow-pill">
        <Eye aria-hidden="true" />
        <span>{sentence}</span>
        {leader === null ? null : (
          <button
            type="button"
            className="icon-button small"
            aria-label={words['follow.stop']}
            onClick={() => following.stop()}
          >
            <X aria-hidden="true" />
          </button>
        )}
        {asking === null ? null : (
          <>
            <button type="button" className="button primary" onClick={() => following.answer(true)}>
              {words['follow.go']}
            </button>
            <button type="button" className="button bare" onClick={() => following.answer(false)}>
              {words['follow.notNow']}
            </button>
          </>
        )}
      </div>
    </div>
  )
}

const nameOf = ({ name }: { readonly name: string }): string => labelOf(name)
