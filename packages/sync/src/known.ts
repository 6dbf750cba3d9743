import * as encoding from 'lib0/encoding'
import { Reader } from './reader.ts'
import { gone, Runs } from './runs.ts'
import type { Place } from './runs.ts'

/** Structs of one client that are new: clocks `from` up to, not including, `to`, and where they stand. */
export interface Range {
  readonly client: number
  readonly from: number
  readonly to: number
  readonly runs: Runs
  /** Where they lie in the update, and the clock of the first, which may be known in part. */
  readonly start: number
  readonly first: number
}

/** What an update brings. */
export interface News {
  /** At most one run of clocks for each client; each continues what is known of the client. */
  readonly structs: readonly Range[]
  /** The delete set, encoded. */
  readonly deletes: Uint8Array
  /** Names of root types that were not used before, in UTF-8. */
  readonly roots: readonly Uint8Array[]
  /** New structs, and those among them that do not continue what their client wrote last. */
  readonly count: number
  readonly jumps: number
  /** Ranges of the delete set that are not wholly deleted yet. */
  readonly ranges: number
}

/** The work that a document is: steps that Yjs takes to integrate it at most, and items that it has at most. */
export interface Effort {
  readonly steps: number
  readonly items: number
}

/**
 * What a room has: the next clock of each client, where each struct stands, which structs are deleted, and the
 * names of the roots. It follows the log without building a document. The encodings of vector and deletions are
 * canonical: clients descending, ranges merged, so replicas with equal content give equal bytes.
 *
 * What a base says of a client is unpacked when that client is first asked about: a room that opens to be read
 * unpacks nothing, and of ten thousand clients that ever wrote a keystroke concerns two.
 */
export class Known {
  readonly #clients = new Map<number, Client>()
  readonly #roots: Uint8Array[] = []
  #effort: Effort | null = null

  /** The next clock of this client: 0 for one that was never seen. */
  clock(client: number): number {
    return this.#clients.get(client)?.clock ?? 0
  }

  /** How many clients ever wrote. */
  get clients(): number {
    return this.#clients.size
  }

  /** Bytes of memory that it takes for the client ids, as measured; the bytes of the document are not among them. */
  get memory(): number {
    return this.clients * clientMemory
  }

  /** Where a struct stands whose clock is known. */
  place(client: number, clock: number): Place {
    const known = this.#clients.get(client)
    return known === undefined ? gone : runsOf(known).at(clock)
  }

  /** Names of the roots that were used, in UTF-8. */
  get roots(): readonly Uint8Array[] {
    return this.#roots
  }

  /** What a base says that it takes to build it; null when an older Quire made it. */
  get effort(): Effort | null {
    return this.#effort
  }

  /** Takes in what an update brings. */
  learn({ structs, deletes, roots }: News): void {
    for (const { client, from, to, runs } of structs) {
      const known = from === 0 ? undefined : this.#clients.get(client)
      if (known === undefined) this.#clients.set(client, { clock: to, runs, deleted: null })
      else {
        runsOf(known).append(runs, from)
        known.clock = to
      }
    }
    if (deletes.length > 1) this.#learnDeleted(deletes)
    this.#roots.push(...roots)
  }

  /** True when every struct in the range is deleted. */
  isDeleted(client: number, from: number, to: number): boolean {
    const known = this.#clients.get(client)
    const ranges = known === undefined ? null : deletedOf(known)
    if (ranges === null) return false
    const at = after(ranges, from)
    // an odd index is an end: `from` lies inside the range that ends there
    return at % 2 === 1 && to <= (ranges[at] ?? 0)
  }

  #learnDeleted(deletes: Uint8Array): void {
    let client = -1
    let ranges: number[] = []
    /** Of clients from the first on that comes after a lower one: each may come again, and is added once. */
    const unordered = new Map<number, number[]>()
    let isOrdered = true
    const keep = (): void => {
      const before = unordered.get(client)
      if (isOrdered) this.#addDeleted(client, ranges)
      else if (before === undefined) unordered.set(client, ranges)
      else for (const number of ranges) before.push(number)
    }
    readDeletes(new Reader(deletes), (next, from, to) => {
      if (next === client) return void ranges.push(from, to)
      if (client >= 0) keep()
      isOrdered &&= client < 0 || next < client
      client = next
      ranges = [from, to]
    })
    if (client >= 0) keep()
    for (const [each, more] of unordered) this.#addDeleted(each, more)
  }

  /** The ranges are not used by anybody else afterwards. */
  #addDeleted(client: number, ranges: number[]): void {
    const known = this.#clients.get(client)
    if (known === undefined) return // nothing is deleted that is not there
    const before = deletedOf(known)
    if (before === null) known.deleted = areApart(ranges) ? ranges : union([], ranges)
    else if (ranges.length > few) known.deleted = union(before, ranges)
    else for (let at = 0; at < ranges.length; at += 2) add(before, ranges[at] ?? 0, ranges[at + 1] ?? 0)
  }

  /** As a Yjs state vector, with these clocks in the place of the known ones. */
  encodeVector(instead: ReadonlyMap<number, number> = noClocks): Uint8Array {
    const clocks = Array.from(this.#clients, ([client, { clock }]) => [client, clock] as const)
    return encodeVector(instead.size === 0 ? clocks : [...new Map([...clocks, ...instead])])
  }

  /** The entries of somebody's state vector that concern clients known here, as a state vector. */
  encodeKnownOf(clocks: ReadonlyMap<number, number>): Uint8Array {
    return encodeVector([...clocks].filter(([client]) => this.#clients.has(client)))
  }

  /** As a Yjs update that holds no structs, only the whole delete set. */
  encodeDeletes(): Uint8Array {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 0)
    const ofClients: [client: number, ranges: number[] | Packed][] = []
    for (const [client, { deleted }] of this.#clients) if (deleted !== null) ofClients.push([client, deleted])
    encoding.writeVarUint(encoder, ofClients.length)
    for (const [client, ranges] of ofClients.sort(descending)) {
      encoding.writeVarUint(encoder, client)
      if (ranges instanceof Uint8Array) {
        encoding.writeUint8Array(encoder, ranges)
        continue
      }
      encoding.writeVarUint(encoder, ranges.length / 2)
      for (let at = 0; at < ranges.length; at += 2) {
        const from = ranges[at] ?? 0
        encoding.writeVarUint(encoder, from)
        encoding.writeVarUint(encoder, (ranges[at + 1] ?? 0) - from)
      }
    }
    return encoding.toUint8Array(encoder)
  }

  /** Where everything stands, what the roots are called and what it takes to build it, for `learnBase`. */
  encodePlaces({ steps, items }: Effort): Uint8Array {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, this.#roots.length)
    for (const root of this.#roots) encoding.writeVarUint8Array(encoder, root)
    encoding.writeVarUint(encoder, this.#clients.size)
    for (const [client, { clock, runs }] of this.#clients) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      if (runs instanceof Uint8Array) encoding.writeUint8Array(encoder, runs)
      else runs.encode(encoder)
    }
    encoding.writeVarUint(encoder, steps)
    encoding.writeVarUint(encoder, items)
    return encoding.toUint8Array(encoder)
  }

  /**
   * Takes in all that `encodePlaces` and `encodeDeletes` said, as the first thing. The bytes stay in use. False when
   * they are damaged.
   */
  learnBase(places: Uint8Array, deletes: Uint8Array): boolean {
    return this.#learnPlaces(new Reader(places)) && this.#keepDeletes(new Reader(deletes))
  }

  #learnPlaces(reader: Reader): boolean {
    const roots = reader.varUint()
    for (let index = 0; index < roots && reader.ok; index++) this.#roots.push(new Uint8Array(reader.buffer()))
    const clients = reader.varUint()
    for (let index = 0; index < clients && reader.ok; index++) {
      const client = reader.varUint()
      const clock = reader.varUint()
      this.#clients.set(client, { clock, runs: packed(reader), deleted: null })
    }
    if (reader.at < reader.end) this.#effort = { steps: reader.varUint(), items: reader.varUint() }
    return reader.done
  }

  #keepDeletes(reader: Reader): boolean {
    if (reader.varUint() !== 0) return false // it holds no structs
    const clients = reader.varUint()
    for (let index = 0; index < clients && reader.ok; index++) {
      const client = reader.varUint()
      const known = this.#clients.get(client)
      if (known === undefined) return false
      known.deleted = packed(reader)
    }
    return reader.done
  }
}

/** What is known of a client: its next clock, where its structs stand, and which are deleted. */
interface Client {
  clock: number
  runs: Runs | Packed
  /** Start, end, start, end ... ascending, never touching. */
  deleted: number[] | Packed | null
}

const runsOf = (client: Client): Runs => {
  if (client.runs instanceof Uint8Array) client.runs = Runs.decode(new Reader(client.runs))
  return client.runs
}

const deletedOf = (client: Client): number[] | null => {
  const { deleted } = client
  if (!(deleted instanceof Uint8Array)) return deleted
  const unpacked: number[] = []
  const reader = new Reader(deleted)
  for (let left = reader.varUint(); left > 0; left--) {
    const from = reader.varUint()
    unpacked.push(from, from + reader.varUint())
  }
  client.deleted = unpacked
  return unpacked
}

/** Pairs of numbers as they are stored: how many, then each. */
type Packed = Uint8Array

const packed = (reader: Reader): Packed => {
  const from = reader.at
  reader.skipVarUints(2 * reader.varUint())
  return reader.bytes.subarray(from, reader.at)
}

/** What a room remembers of one client id: its clock, places, deletions and owner. Measured with 200,000 of them. */
export const clientMemory = 400

/** Adds a range to ranges that ascend and never touch. */
const add = (ranges: number[], from: number, to: number): void => {
  let first = after(ranges, from - 1)
  let last = after(ranges, to)
  const start = first % 2 === 1 ? ranges[--first] : from
  const end = last % 2 === 1 ? ranges[last++] : to
  ranges.splice(first, last - first, start ?? from, end ?? to)
}

/** The same for many ranges at once, in any order: one by one, each would move those behind it. */
const union = (ranges: readonly number[], more: readonly number[]): number[] => {
  const ordered = ascending(more)
  const merged: number[] = []
  let end = -1
  let [one, other] = [0, 0]
  while (one < ranges.length || other < ordered.length) {
    const isOne = (ranges[one] ?? Number.POSITIVE_INFINITY) <= (ordered[other] ?? Number.POSITIVE_INFINITY)
    const from = (isOne ? ranges[one] : ordered[other]) ?? 0
    const to = (isOne ? ranges[one + 1] : ordered[other + 1]) ?? 0
    if (isOne) one += 2
    else other += 2
    if (from > end) merged.push(from, to)
    else if (to > end) merged[merged.length - 1] = to
    end = Math.max(end, to)
  }
  return merged
}

/** True when ranges ascend and never touch. */
const areApart = (ranges: readonly number[]): boolean => {
  for (let at = 2; at < ranges.length; at += 2) if ((ranges[at - 1] ?? 0) >= (ranges[at] ?? 0)) return false
  return true
}

/** Ranges in the order of their starts. */
const ascending = (ranges: readonly number[]): readonly number[] => {
  if (areApart(ranges)) return ranges
  const pairs = Array.from(
    { length: ranges.length / 2 },
    (_, index) => [ranges[2 * index] ?? 0, ranges[2 * index + 1] ?? 0] as const,
  )
  return pairs.sort(([one], [other]) => one - other).flat()
}

/** So many numbers of ranges are added one by one. */
const few = 16
/** Clocks stay below this, far from where a number loses its last digit. */
export const maxClock = 2 ** 32
/** Ranges in one delete set: each costs every replica an object. */
const maxRanges = 500_000

/** Calls back for each range of a delete set. False when it does not decode or holds more than any document has. */
export const readDeletes = (reader: Reader, call: DeletedRange): boolean => {
  new DeleteSetReader(reader).read(call)
  return reader.ok
}

type DeletedRange = (client: number, from: number, to: number) => void

/** Reads a delete set in parts. */
export class DeleteSetReader {
  readonly #reader: Reader
  #clientsLeft: number
  #rangesLeft = 0
  #client = 0
  #count = 0

  constructor(reader: Reader) {
    this.#reader = reader
    this.#clientsLeft = reader.varUint()
  }

  /**
   * Calls back for each range that begins before the byte `until`. True at the end; the reader then is not `ok` when this
   * is no delete set, or holds more than any document has.
   */
  read(call: DeletedRange, until = Number.POSITIVE_INFINITY): boolean {
    const reader = this.#reader
    while (reader.ok && this.#clientsLeft + this.#rangesLeft > 0) {
      if (reader.at >= until) return false
      if (this.#rangesLeft === 0) {
        this.#clientsLeft--
        this.#client = reader.varUint()
        this.#rangesLeft = reader.varUint()
        continue
      }
      this.#rangesLeft--
      const from = reader.varUint()
      const to = from + reader.varUint()
      if (to === from || to > maxClock || ++this.#count > maxRanges) reader.fail()
      else call(this.#client, from, to)
    }
    return true
  }
}

const noClocks: ReadonlyMap<number, number> = new Map()

const encodeVector = (clocks: (readonly [client: number, clock: number])[]): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, clocks.length)
  for (const [client, clock] of clocks.sort(descending)) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
  }
  return encoding.toUint8Array(encoder)
}

/** Index of the first number greater than `value`. */
const after = (ascending: readonly number[], value: number): number => {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return low
}

const descending = (one: readonly [number, unknown], other: readonly [number, unknown]): number =>
  other[0] - one[0]

/** The state vector of whoever has nothing. */
export const encodedEmptyVector: Uint8Array = Uint8Array.of(0)

/** More clients than any document has. */
const maxClients = 100_000

/** Reads a state vector whole; null when it is not one. */
export const readVector = (vector: Uint8Array): Map<number, number> | null => {
  const reader = new Reader(vector)
  const clocks = new Map<number, number>()
  const count = reader.varUint()
  if (count > maxClients) return null
  for (let index = 0; index < count && reader.ok; index++) clocks.set(reader.varUint(), reader.varUint())
  return reader.done ? clocks : null
}
