import { pack } from './pack.ts'
import type { Pack } from './pack.ts'
import type { Entry } from './queue.ts'

/** Updates of many rooms in the order of their appends; entry n of each list belongs to update n. */
export interface Batch {
  readonly rooms: readonly string[]
  readonly positions: readonly number[]
  readonly authors: readonly string[]
  readonly times: readonly number[]
  readonly updates: Pack
}

/** The entries of a queue as they go to the writer's thread. */
export const batchOf = (entries: readonly Entry[]): Batch => ({
  rooms: entries.map(({ source }) => source.room),
  positions: entries.map(({ position }) => position),
  authors: entries.map(({ author }) => author),
  times: entries.map(({ time }) => time),
  updates: pack(entries.map(({ update }) => update)),
})
