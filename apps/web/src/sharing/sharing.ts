import { useCallback, useEffect, useState } from 'react'
import { accounts } from '../account/calls.ts'
import type { Session } from '../account/calls.ts'
import { ApiError, saidOf } from '../api.ts'
import { words } from '../words.ts'
import { sharing } from './calls.ts'
import type { Asking, Grant, Opening, RoleLink, Visitor } from './calls.ts'

/** What only the owner of a document sees. */
export interface Owned {
  readonly grants: readonly Grant[]
  readonly links: readonly RoleLink[]
  readonly asking: readonly Asking[]
  readonly visits: readonly Visitor[]
}

/** Who may do what in a document, as the server knows it, and what to do about it. */
export interface Sharing {
  /** Null until it is known, and where the server keeps no such thing. */
  readonly opening: Opening | null
  readonly owned: Owned | null
  /** How this server decides who may open what; null until it is known. */
  readonly house: Pick<Session, 'access' | 'frames'> | null
  /** Why the last change was not made. */
  readonly failed: string | null
  /** Makes a change, then looks what holds. True when it was made. */
  readonly change: (make: () => Promise<unknown>) => Promise<boolean>
}

interface Known {
  readonly opening: Opening | null
  readonly owned: Owned | null
}

const ask = async (room: string): Promise<Known> => {
  const opening = await sharing.opening(room)
  if (opening.role !== 'own') return { opening, owned: null }
  const [grants, links, asking, visits] = await Promise.all([
    sharing.grants(room),
    sharing.links(room),
    sharing.asking(room),
    sharing.visits(room),
  ])
  return { opening, owned: { grants, links, asking, visits } }
}

/** Keeps what is known about who may do what in this document. */
export const useSharing = (room: string): Sharing => {
  const [known, setKnown] = useState<Known>({ opening: null, owned: null })
  const [house, setHouse] = useState<Sharing['house']>(null)
  const [failed, setFailed] = useState<string | null>(null)
  useEffect(() => {
    const look = async (): Promise<void> => {
      const session = await accounts.session()
      setHouse(session)
      if (session.access === 'documents') setKnown(await ask(room))
    }
    look().catch((error: unknown) => {
      // a room of another application is no document: all there is to share is its address
      if (!(error instanceof ApiError && error.status === 404))
        setFailed(saidOf(error, words['share.failed']))
    })
  }, [room])
  const change = useCallback(
    async (make: () => Promise<unknown>): Promise<boolean> => {
      setFailed(null)
      const made = await make().then(
        () => true,
        (error: unknown) => {
          setFailed(saidOf(error, words['share.failed']))
          return false
        },
      )
      await ask(room).then(setKnown, () => {}) // what was known stays
      return made
    },
    [room],
  )
  return { ...known, house, failed, change }
}
