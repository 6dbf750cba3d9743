import type { Owner } from '@quire/sync/log'
import type { Entry } from './entry.ts'
import { pack, unpack } from './pack.ts'
import type { Pack } from './pack.ts'

/** Writes of many rooms in the order of their appends, as they go to the writer's thread. */
export interface Batch {
  /** All but the bytes. Entry n belongs to update n. */
  readonly heads: readonly Head[]
  readonly updates: Pack
}

/** An entry without its bytes. */
export interface Head {
  readonly room: string
  readonly position: number
  readonly author: string
  readonly time: number
  readonly owners: readonly Owner[]
  readonly schema: number
}

const headOf = ({ room, position, author, time, owners, schema }: Entry): Head => ({
  room,
  position,
  author,
  time,
  owners: owners.map(({ client, identity }) => ({ client, identity })),
  schema,
})

/** Entries as one message. */
export const batchOf = (entries: readonly Entry[]): Batch => ({
  heads: entries.map(headOf),
  updates: pack(entries.map(({ update }) => update)),
})

/** The entries again. */
export const entriesOf = ({ heads, updates }: Batch): Entry[] => {
  const bodies = unpack(updates)
  return heads.map((head, index) => ({ ...head, update: bodies[index] ?? Uint8Array.of() }))
}
