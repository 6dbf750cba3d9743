import type { Blobs } from '@quire/storage/blobs'
import type { Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Logger } from 'pino'
import type { Locks } from './locks.ts'

/** What is swept, and how. */
export interface Parts {
  readonly store: Pick<Store, 'files' | 'mentions'>
  readonly blobs: Blobs
  readonly locks: Locks
  /** How long a file stays that nothing mentions, in ms. */
  readonly grace: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Logger
}

const [first, every] = [60_000, 6 * 3_600_000]

/**
 * Removes what no document needs any more. A file is needed as long as its room mentions it anywhere in what is
 * stored: in the document, in its history, in the trash. It goes when that was not so for a whole grace period: the
 * first time it is looked up is a grace period after it came, and it must be missed twice, a grace period apart,
 * unless it was never mentioned. Bytes go when no room has a file of them.
 */
export const sweep = async ({ store, blobs, locks, grace, now, log }: Parts): Promise<void> => {
  let dropped = 0
  for (;;) {
    const due = await store.files.due(now(), 100)
    for (const file of due) {
      const mentioned = await store.mentions(file.room, file.id)
      if (!mentioned && file.missed) {
        await store.files.drop(file)
        dropped++
      } else await store.files.seen(file, mentioned, now() + grace)
    }
    if (due.length < 100) break
  }
  let removed = 0
  for await (const hash of blobs.list())
    await locks.hold(hash, async () => {
      if (await store.files.has(hash)) return
      await blobs.remove(hash)
      removed++
    })
  if (dropped + removed > 0) log.info({ dropped, removed }, 'files that nothing mentions are gone')
}

/** Sweeps a minute from now and then four times a day, until the returned function is called. */
export const sweeping = (parts: Parts, clock: Clock): (() => void) => {
  let callOff: () => void
  let over = false
  const again = (ms: number): void => {
    callOff = clock.after(ms, () => {
      // a store that fails is swept the next time: nothing is lost by files that stay
      const failed = (error: unknown): void => {
        if (!over) parts.log.warn({ err: error }, 'files could not be looked through; they are the next time')
      }
      void sweep(parts)
        .catch(failed)
        .then(() => {
          if (!over) again(every)
        })
    })
  }
  again(first)
  return () => {
    over = true
    callOff()
  }
}
