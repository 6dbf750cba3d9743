import type { Documents, Sharing } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import { roomsOf } from './access.ts'
import type { Deliveries } from './deliveries.ts'
import type { Shard } from './shard.ts'

/** What there is to keep in order. */
export interface Parts {
  readonly documents: Documents
  readonly sharing: Pick<Sharing, 'forget'>
  readonly deliveries: Pick<Deliveries, 'sweep'>
  readonly shard: Pick<Shard, 'isOpen'>
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wall: () => number
  /** Told of each thing that could not be done; it is tried again in an hour. */
  readonly failed: (error: unknown) => void
}

const [first, hourly] = [60_000, 3_600_000]
const day = 86_400_000
const trashAge = 30 * day

/**
 * Every hour: what lies in the trash for thirty days is deleted for good, and old records go. The wall clock may be wrong,
 * as at the boot of a machine that does not know the time yet: what is due must still be so after a day of running. What cannot be done holds
 * up nothing else. Returns how to stop.
 */
export const housekeeping = (parts: Parts): (() => void) => {
  const { documents, sharing, deliveries, shard, clock, wall, failed } = parts
  let callOff = (): void => {}
  /** Up to here the store knows for how long it was in use. */
  let counted = clock.now()
  const purge = async (id: string): Promise<void> => {
    if (roomsOf(id).some((room) => shard.isOpen(room))) return
    if (await documents.purge(id)) await sharing.forget(id)
  }
  const emptyTrash = async (): Promise<void> => {
    const now = clock.now()
    const due = await documents.duePurges(wall() - trashAge, now - counted, day)
    counted = now
    for (const id of due) await purge(id).catch(failed)
  }
  const tidy = async (): Promise<void> => {
    await emptyTrash().catch(failed)
    await deliveries.sweep().catch(failed)
  }
  const wait = (ms: number): void => {
    callOff = clock.after(ms, () => {
      void tidy()
      wait(hourly)
    })
  }
  wait(first)
  return () => callOff()
}
