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
  /** Told of what could not be done; it is tried again in an hour. */
  readonly failed: (error: unknown) => void
}

const [first, hourly] = [60_000, 3_600_000]
const trashAge = 30 * 86_400_000

/** Every hour: what lies in the trash for thirty days is deleted for good, and old records go. Returns how to stop. */
export const housekeeping = (parts: Parts): (() => void) => {
  const { documents, sharing, deliveries, shard, clock, wall, failed } = parts
  let callOff = (): void => {}
  const tidy = async (): Promise<void> => {
    for (const id of await documents.trashedBefore(wall() - trashAge)) {
      if (roomsOf(id).some((room) => shard.isOpen(room))) continue
      if (await documents.purge(id)) await sharing.forget(id)
    }
    await deliveries.sweep()
  }
  const wait = (ms: number): void => {
    callOff = clock.after(ms, () => {
      tidy().catch(failed)
      wait(hourly)
    })
  }
  wait(first)
  return () => callOff()
}
