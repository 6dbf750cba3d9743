import * as encoding from 'lib0/encoding'
import { encodeUtf8 } from 'lib0/string'
import { Reader } from '../reader.ts'
import { contents, Struct } from '../struct.ts'

/** The part of a document that lies directly in one root type. */
export interface RootPart {
  /**
   * As many updates as were given, in their order. They hold the structs of the root as they were; all other structs
   * are collected (GC), so that a document made of these updates costs what the root costs. Ids, clocks and deletions
   * are those of the whole document: what is written into the one fits into the other.
   */
  readonly updates: readonly Uint8Array[]
  /** How many structs of the root they hold. */
  readonly structs: number
}

/**
 * Reads one root out of the updates of a document, in the order in which a log holds them, without building anything:
 * the cost is that of the bytes. What hangs on a struct of the root, as a type inside of it does, is left out.
 * Throws for bytes that are no update.
 */
export const extractRoot = (updates: readonly Uint8Array[], root: string): RootPart => {
  const known = new Ranges()
  const name = encodeUtf8(root)
  let structs = 0
  const parts = updates.map((update) => {
    const table = readTable(update, name)
    resolve(table, known)
    structs += table.places.reduce((sum, place) => sum + (place === inside ? 1 : 0), 0)
    return encode(update, table)
  })
  return { updates: parts, structs }
}

const [unknown, inside, outside, hole, visited] = [0, 1, 2, 3, 4]

/** The structs of one update, a column of each thing that is known of a struct. */
interface Table {
  readonly blocks: { readonly client: number; readonly first: number; readonly end: number }[]
  readonly clocks: number[]
  readonly lengths: number[]
  /** Where the bytes of a struct begin. */
  readonly from: number[]
  readonly to: number[]
  /** `unknown` while only the neighbour tells in which type a struct lies. */
  readonly places: number[]
  readonly neighbourClients: number[]
  readonly neighbourClocks: number[]
  /** Where the deletions begin. */
  deletions: number
}

const readTable = (update: Uint8Array, root: Uint8Array): Table => {
  const table: Table = {
    blocks: [],
    clocks: [],
    lengths: [],
    from: [],
    to: [],
    places: [],
    neighbourClients: [],
    neighbourClocks: [],
    deletions: 0,
  }
  const reader = new Reader(update)
  const struct = new Struct()
  for (let clients = reader.varUint(); clients > 0 && reader.ok; clients--) {
    const count = reader.varUint()
    const client = reader.varUint()
    let clock = reader.varUint()
    const first = table.clocks.length
    for (let index = 0; index < count && reader.ok; index++) {
      const from = reader.at
      struct.read(reader, Number.POSITIVE_INFINITY)
      const byOrigin = struct.originClient !== -1
      table.clocks.push(clock)
      table.lengths.push(struct.length)
      table.from.push(from)
      table.to.push(reader.at)
      table.neighbourClients.push(byOrigin ? struct.originClient : struct.rightClient)
      table.neighbourClocks.push(byOrigin ? struct.originClock : struct.rightClock)
      table.places.push(placeOf(struct, update, root))
      clock += struct.length
    }
    table.blocks.push({ client, first, end: table.clocks.length })
  }
  if (!reader.ok) throw new Error('an update does not decode')
  table.deletions = reader.at
  return table
}

const placeOf = (struct: Struct, update: Uint8Array, root: Uint8Array): number => {
  if (struct.content === contents.hole) return hole
  if (struct.content === contents.collected) return outside
  if (struct.originClient !== -1 || struct.rightClient !== -1) return unknown
  const named = struct.rootTo - struct.rootFrom === root.length && struct.rootFrom !== -1
  return named && root.every((byte, index) => update[struct.rootFrom + index] === byte) ? inside : outside
}

/** Finds out of each struct whether it lies in the root, as its neighbour does: each is looked at twice at most. */
const resolve = (table: Table, known: Ranges): void => {
  const { blocks, places, neighbourClients, neighbourClocks } = table
  const byClient = new Map(blocks.map((block) => [block.client, block]))
  const way: number[] = []
  for (let start = 0; start < places.length; start++) {
    let at = start
    let place = places[at] ?? outside
    while (place === unknown) {
      way.push(at)
      places[at] = visited
      const [client, clock] = [neighbourClients[at] ?? 0, neighbourClocks[at] ?? 0]
      const next = indexOf(table, byClient.get(client), clock)
      if (next === -1) place = known.has(client, clock) ? inside : outside
      else {
        at = next
        place = places[at] ?? outside
      }
    }
    // structs that wait for one another in a ring lie nowhere
    for (const one of way.splice(0)) places[one] = place === inside ? inside : outside
  }
  for (const { client, first, end } of blocks)
    for (let index = first; index < end; index++)
      if (places[index] === inside) known.add(client, table.clocks[index] ?? 0, table.lengths[index] ?? 0)
}

/** The struct of a block in which this clock lies, or -1. */
const indexOf = ({ clocks, lengths }: Table, block: Table['blocks'][number] | undefined, clock: number) => {
  if (block === undefined) return -1
  let [low, high] = [block.first, block.end]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((clocks[middle] ?? 0) <= clock) low = middle + 1
    else high = middle
  }
  const found = low - 1
  if (found < block.first) return -1
  return clock < (clocks[found] ?? 0) + (lengths[found] ?? 0) ? found : -1
}

const encode = (update: Uint8Array, table: Table): Uint8Array => {
  const { blocks, clocks, lengths, places } = table
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, blocks.length)
  for (const { client, first, end } of blocks) {
    encoding.writeVarUint(encoder, countWritten(places, first, end))
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clocks[first] ?? 0)
    for (let index = first; index < end;) {
      const place = places[index]
      if (place === inside) {
        encoding.writeUint8Array(encoder, update.subarray(table.from[index], table.to[index]))
        index++
        continue
      }
      let length = 0
      for (; index < end && places[index] === place; index++) length += lengths[index] ?? 0
      encoding.writeUint8(encoder, place === hole ? contents.hole : contents.collected)
      encoding.writeVarUint(encoder, length)
    }
  }
  encoding.writeUint8Array(encoder, update.subarray(table.deletions))
  return encoding.toUint8Array(encoder)
}

/** How many structs are written for these: neighbours that are not in the root become one. */
const countWritten = (places: readonly number[], first: number, end: number): number => {
  let count = 0
  for (let index = first; index < end; index++)
    if (places[index] === inside || index === first || places[index] !== places[index - 1]) count++
  return count
}

/** Ranges of clocks of many clients. Those of a client are added in ascending order. */
class Ranges {
  readonly #clients = new Map<number, { starts: number[]; ends: number[] }>()

  add(client: number, clock: number, length: number): void {
    const ranges = this.#clients.get(client) ?? { starts: [], ends: [] }
    this.#clients.set(client, ranges)
    const { starts, ends } = ranges
    const end = clock + length
    // what an overlapping update repeats is known already
    if (starts.length > 0 && clock <= (ends.at(-1) ?? 0)) {
      if (end > (ends.at(-1) ?? 0)) ends[ends.length - 1] = end
      return
    }
    starts.push(clock)
    ends.push(end)
  }

  has(client: number, clock: number): boolean {
    const ranges = this.#clients.get(client)
    if (ranges === undefined) return false
    let [low, high] = [0, ranges.starts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ranges.starts[middle] ?? 0) <= clock) low = middle + 1
      else high = middle
    }
    return low > 0 && clock < (ranges.ends[low - 1] ?? 0)
  }
}
