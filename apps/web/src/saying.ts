import type { Objection, Refusal } from '@quire/sync/error'
import type { Facts } from '@quire/sync/client'
import { covers } from '@quire/sync/role'
import type { Role } from '@quire/sync/role'

/** Why this copy of the document is connected no more. After an objection a fresh copy may go on. */
export type Ending = Refusal | Objection | 'page-too-old' | 'server-too-old' | 'unknown'

/** What is known about one open document, from which everything it says about itself is derived. */
export interface Standing {
  readonly facts: Facts
  /** The document has arrived at least once. */
  readonly synced: boolean
  /** What one may do here, as the server last told; null for a server that does not tell. */
  readonly role: Role | null
  /** The document has been written to by a newer page than this one. */
  readonly behind: boolean
  /** Set when there is no coming back by waiting. */
  readonly ended: Ending | null
  /** Why the last connection was closed, while the next one is awaited. */
  readonly closed: Refusal | null
  /** When the document was opened, and since when there has been a connection or none. */
  readonly openedAt: number
  readonly upSince: number | null
  readonly downSince: number | null
  /** When the next attempt begins. */
  readonly retryAt: number | null
  /** The last change made here; the first one that is not acknowledged, and how many are not. */
  readonly changedAt: number | null
  readonly unsavedSince: number | null
  readonly unsaved: number
  /** When everything was last known to be on the server's disk; null until it was once. */
  readonly savedAt: number | null
}

/** Why one may only read here. */
export type Bar = 'arriving' | 'ended' | 'damaged' | 'schema' | 'role' | 'store'

/** Why one may not write here now, or null when one may. What the server would not take is not typed at all. */
export const barOf = ({ synced, ended, behind, role, facts }: Standing): Bar | null => {
  if (!synced) return 'arriving'
  if (ended !== null) return 'ended'
  if (facts.store === 'damaged') return 'damaged'
  if (behind) return 'schema'
  if (role !== null && !covers(role, 'edit')) return 'role'
  return facts.store === 'read-only' ? 'store' : null
}

/** What the page may honestly say about your words now. */
export type Saying =
  | { readonly state: 'quiet' | 'connecting' | 'live' | 'saving' | 'offline' | 'update needed' | 'damaged' }
  | { readonly state: 'saved'; readonly at: number }
  | { readonly state: 'not saved'; readonly paused: boolean }
  | { readonly state: 'reconnecting'; readonly seconds: number }
  | { readonly state: 'ended'; readonly ending: Ending }

/** How long each thing may last before it is said, in ms. */
export const delays = {
  connecting: 300,
  trouble: 1_500,
  offline: 10_000,
  unsaved: 5_000,
  /** "Saved" waits until nobody has typed here for this long, so that it does not flicker at each key. */
  rest: 700,
} as const

/**
 * What holds at `now`, and until when it holds if no fact changes (null: for ever). "Saved" is never said while
 * a change made here is not acknowledged. (P3)
 */
export const saying = (
  standing: Standing,
  now: number,
  online: boolean,
): { readonly saying: Saying; readonly until: number | null } => {
  const { facts, ended, downSince, unsavedSince, changedAt, savedAt, openedAt } = standing
  const until = (saying: Saying, ...moments: (number | null)[]) => {
    const ahead = moments.filter((moment) => moment !== null).filter((moment) => moment > now)
    return { saying, until: ahead.length > 0 ? Math.min(...ahead) : null }
  }
  const up = facts.connection === 'up'
  if (ended !== null) return until({ state: 'ended', ending: ended })
  if (up && standing.behind && unsavedSince === null) return until({ state: 'update needed' })

  // it was synced without a greeting: a server that acknowledges nothing
  if (up && facts.hello === null && standing.synced && savedAt === null) return until({ state: 'live' })
  if (up && unsavedSince !== null) {
    const tooLong = Math.max(unsavedSince, standing.upSince ?? 0) + delays.unsaved
    if (facts.store !== 'fine' || now >= tooLong)
      return until({ state: 'not saved', paused: facts.store === 'read-only' })
    return until({ state: 'saving' }, tooLong)
  }
  if (up && facts.store === 'damaged') return until({ state: 'damaged' })
  if (up && facts.store === 'read-only') return until({ state: 'not saved', paused: true })

  if (!up) {
    const since = downSince ?? openedAt
    const offline = since + delays.offline
    const trouble = since + delays.trouble
    // a server that asked to be left alone for a while is not out of reach
    const asked = standing.closed === 'too-much' && online && now < (standing.retryAt ?? 0)
    if (!asked && (now >= offline || (!online && now >= trouble))) return until({ state: 'offline' })
    if (savedAt !== null || standing.synced) {
      if (now >= trouble) {
        const left = standing.retryAt === null ? 0 : Math.max(0, standing.retryAt - now)
        const seconds = Math.ceil(left / 1_000)
        return until({ state: 'reconnecting', seconds }, offline, now + (left - (seconds - 1) * 1_000))
      }
      if (unsavedSince !== null) return until({ state: 'saving' }, trouble)
      return savedAt === null
        ? until({ state: 'quiet' }, trouble)
        : until({ state: 'saved', at: savedAt }, trouble)
    }
    const connecting = openedAt + delays.connecting
    return now >= connecting
      ? until({ state: 'connecting' }, offline, trouble)
      : until({ state: 'quiet' }, connecting, trouble)
  }

  if (savedAt === null) {
    const connecting = openedAt + delays.connecting
    return now >= connecting ? until({ state: 'connecting' }) : until({ state: 'quiet' }, connecting)
  }
  const rested = changedAt === null ? now : changedAt + delays.rest
  return now >= rested ? until({ state: 'saved', at: savedAt }) : until({ state: 'saving' }, rested)
}
