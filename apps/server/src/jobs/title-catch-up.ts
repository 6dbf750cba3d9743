import type { Documents } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Shard } from '../shard.ts'

/** Dependencies of the title catch-up. */
export interface TitleCatchUpDeps {
  readonly documents: Pick<Documents, 'outdated'>
  readonly shard: Pick<Shard, 'isOpen' | 'titles'>
  readonly clock: Clock
  /** Told why the list could not be read; it is tried again in an hour. */
  readonly onError: (error: unknown) => void
}

const [firstMs, hourlyMs] = [1000, 3_600_000]
/** So many documents are compared in one question to the store, and so long the next one waits. */
const [batchSize, pauseMs] = [200, 100]

/**
 * Brings the titles and the index of documents up to date that nobody has open: the last process may have ended between
 * storing an update and noting the title. The store compares positions; only documents that are behind are opened, one
 * at a time. Runs soon after the start and then every hour. Returns a function that stops it.
 */
export const startTitleCatchUp = ({ documents, shard, clock, onError }: TitleCatchUpDeps): (() => void) => {
  let isStopped = false
  let cancel = (): void => {}
  const wait = (ms: number, after: string): void => {
    if (isStopped) return
    cancel = clock.after(ms, () => void catchUp(after))
  }
  const catchUp = async (after: string): Promise<void> => {
    try {
      const { documents: outdated, next } = await documents.outdated(after, batchSize)
      for (const document of outdated) {
        if (isStopped) return
        if (!shard.isOpen(document.id)) await shard.titles.index(document)
      }
      wait(next === null ? hourlyMs : pauseMs, next ?? '')
    } catch (error) {
      if (!isStopped) onError(error)
      wait(hourlyMs, '')
    }
  }
  wait(firstMs, '')
  return () => {
    isStopped = true
    cancel()
  }
}
