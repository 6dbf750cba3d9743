import type { Entry } from './entry.ts'

/**
 * Writes of many rooms in the order of their appends, as they go to the writer's thread. Columns, and one buffer:
 * an object for each would cost 3.2 us an entry to send and to receive, in batches of 15, where this costs 1.2.
 */
export interface Batch {
  /** For each entry the room and the author. */
  readonly names: readonly string[]
  /** For each entry the position, the time, the schema and the length of the update. */
  readonly numbers: Float64Array
  /** Few entries have any. */
  readonly owners: readonly { readonly entry: number; readonly client: number; readonly identity: string }[]
  /** The updates, one after the other. */
  readonly bytes: Uint8Array
}

const columns = 4

/** Entries as one message. */
export const batchOf = (entries: readonly Entry[]): Batch => {
  const names: string[] = []
  const numbers = new Float64Array(entries.length * columns)
  const owners: { entry: number; client: number; identity: string }[] = []
  const bytes = new Uint8Array(entries.reduce((sum, { update }) => sum + update.length, 0))
  let at = 0
  for (const [entry, { room, author, position, time, schema, update, owners: own }] of entries.entries()) {
    names.push(room, author)
    numbers[entry * columns] = position
    numbers[entry * columns + 1] = time
    numbers[entry * columns + 2] = schema
    numbers[entry * columns + 3] = update.length
    for (const { client, identity } of own) owners.push({ entry, client, identity })
    bytes.set(update, at)
    at += update.length
  }
  return { names, numbers, owners, bytes }
}

/** The entries again. */
export const entriesOf = ({ names, numbers, owners, bytes }: Batch): Entry[] => {
  const entries: Entry[] = []
  let at = 0
  let owner = 0
  for (let entry = 0; entry < names.length / 2; entry++) {
    const first = owner
    const length = numbers[entry * columns + 3] ?? 0
    while (owners[owner]?.entry === entry) owner++
    entries.push({
      room: names[entry * 2] ?? '',
      author: names[entry * 2 + 1] ?? '',
      position: numbers[entry * columns] ?? 0,
      time: numbers[entry * columns + 1] ?? 0,
      schema: numbers[entry * columns + 2] ?? 0,
      owners: first === owner ? none : owners.slice(first, owner),
      update: bytes.subarray(at, (at += length)),
    })
  }
  return entries
}

const none: Entry['owners'] = []
