import { useEffect, useState } from 'react'
import type { OpenDocument } from './document.ts'
import { peopleOf, typingFor } from './people.ts'
import type { Person } from './people.ts'

/** A loss of the connection that is shorter than this changes nothing on screen. */
const grace = 3_000

/** Everyone in the document, kept current. */
export const usePeople = (open: OpenDocument, identity: string): readonly Person[] => {
  const [people, setPeople] = useState<readonly Person[]>([])
  useEffect(() => {
    let later: ReturnType<typeof setTimeout> | undefined
    let last = ''
    const read = (): void => {
      clearTimeout(later)
      const now = Date.now()
      const { downSince } = open.standing
      if (downSince !== null && now - downSince < grace) {
        later = setTimeout(read, downSince + grace - now)
        return
      }
      const you = { client: open.awareness.clientID, identity }
      const next = peopleOf(open.awareness.getStates(), you, open.typed, now, open.known)
      if (next.some(({ typing }) => typing)) later = setTimeout(read, typingFor / 4)
      const look = JSON.stringify(next)
      if (look !== last) setPeople(next)
      last = look
    }
    read()
    open.awareness.on('change', read)
    const stop = open.onKnown(read)
    return () => {
      clearTimeout(later)
      stop()
      open.awareness.off('change', read)
    }
  }, [open, identity])
  return people
}
