import { useCallback } from 'react'
import { saidOf } from '../api.ts'
import { sharing } from '../sharing/calls.ts'
import { useToast } from '../toast.tsx'
import { words } from '../words.ts'
import type { Acquaintance } from './acquaintances.ts'

/** How long that can be taken up, in ms. */
const patience = 10_000

/** Says that somebody cannot see this document, and offers to let them. */
export const useOfferToShare = (room: string): ((person: Acquaintance) => void) => {
  const toast = useToast()
  return useCallback(
    ({ identity, name }) => {
      const share = (): void => {
        sharing.grant(room, { identity }, 'view').then(
          () => toast({ text: words['mention.shared'](name) }),
          (error: unknown) => toast({ text: saidOf(error, words['share.failed']) }),
        )
      }
      toast({
        text: words['mention.cannotSee'](name),
        action: { label: words['mention.share'](name), run: share },
        lasts: patience,
      })
    },
    [room, toast],
  )
}
