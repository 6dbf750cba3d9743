import * as Y from 'yjs'

/** A key of a root, and who made it. */
interface Entry {
  readonly root: string
  owner: string
}

/** Where a struct stands: in an entry, in nothing any more, or where the struct stands that it refers to. */
interface Place {
  readonly clock: number
  readonly length: number
  entry: Entry | null | undefined
  readonly up: Y.ID | null
  /** Which of its clocks are deleted; null while none is. */
  gone: Uint8Array | null
}

type Places = Map<number, Place[]>

/** What an update says about entries. */
interface Found {
  readonly places: Places
  /** Keys that were not there before, by root and key. */
  readonly made: ReadonlyMap<string, Entry>
  readonly deletes: ReadonlyMap<number, readonly { readonly clock: number; readonly len: number }[]>
}

/**
 * Whose each key of a room's maps is: whoever made it, for good. Follows the log by reading every update whole, which
 * costs more than judging it does: for rooms that are small and slow, such as those of comments. Takes only updates
 * that were judged before.
 */
export class Entries {
  readonly #shared: ReadonlySet<string>
  readonly #entries = new Map<string, Entry>()
  readonly #places: Places = new Map()

  /** `shared` names the roots whose keys are everybody's. */
  constructor(shared: readonly string[]) {
    this.#shared = new Set(shared)
  }

  /** True when an update rewrites or deletes what is somebody else's. */
  touches(update: Uint8Array, identity: string): boolean {
    const { places, deletes } = this.read(update, () => identity)
    const foreign = (entry: Entry | null): boolean =>
      entry !== null && entry.owner !== identity && !this.#shared.has(entry.root)
    for (const list of places.values())
      for (const place of list) if (foreign(this.#entryOf(place, places))) return true
    for (const [client, ranges] of deletes)
      for (const { clock, len } of ranges)
        for (const place of within(this.#places.get(client) ?? [], clock, len))
          if (foreign(this.#entryOf(place, places)) && !gone(place, clock, len)) return true
    return false
  }

  /** An update was taken in. What is new in it belongs to whom `ownerOf` says that its client id does. */
  learn(update: Uint8Array, ownerOf: (client: number) => string): void {
    this.keep(this.read(update, ownerOf))
  }

  /** Takes in what `read` found, before anything else is taken in. */
  keep({ places, deletes, made }: Found): void {
    for (const list of places.values()) for (const place of list) this.#entryOf(place, places)
    for (const [name, entry] of made) this.#entries.set(name, entry)
    for (const [client, list] of places) {
      const known = this.#places.get(client)
      if (known === undefined) this.#places.set(client, list)
      else for (const place of list) if (place.clock >= end(known)) known.push(place)
    }
    for (const [client, ranges] of deletes)
      for (const { clock, len } of ranges)
        for (const place of within(this.#places.get(client) ?? [], clock, len)) {
          place.gone ??= new Uint8Array(place.length)
          place.gone.fill(1, Math.max(clock - place.clock, 0), clock + len - place.clock)
        }
  }

  /** What was `from`'s is `to`'s. */
  adopt(from: string, to: string): void {
    for (const entry of this.#entries.values()) if (entry.owner === from) entry.owner = to
  }

  /** Reads an update and changes nothing. What is new in it belongs to whom `ownerOf` says. */
  read(update: Uint8Array, ownerOf: (client: number) => string): Found {
    const { structs, ds } = Y.decodeUpdate(update)
    const places: Places = new Map()
    const made = new Map<string, Entry>()
    for (const struct of structs) {
      if (struct instanceof Y.Skip) continue
      const { client, clock } = struct.id
      const list = places.get(client) ?? []
      places.set(client, list)
      const place = { clock, length: struct.length, gone: null }
      if (!(struct instanceof Y.Item)) {
        list.push({ ...place, entry: null, up: null })
        continue
      }
      const { parent, parentSub, origin, rightOrigin } = struct
      // before an update is applied a root is a name; a struct with a neighbour names neither parent nor key
      const root: unknown = parent
      if (typeof root === 'string') {
        const name = `${root}\n${parentSub ?? ''}`
        const entry = this.#entries.get(name) ?? made.get(name) ?? { root, owner: ownerOf(client) }
        if (!this.#entries.has(name)) made.set(name, entry)
        list.push({ ...place, entry, up: null })
      } else
        list.push({ ...place, entry: undefined, up: root instanceof Y.ID ? root : (origin ?? rightOrigin) })
    }
    return { places, made, deletes: ds.clients }
  }

  /** The entry of a place, found by way of those that it refers to, here or among `fresh` ones. */
  #entryOf(place: Place, fresh: Places): Entry | null {
    const way: Place[] = []
    let at: Place | undefined = place
    while (at !== undefined && at.entry === undefined) {
      way.push(at)
      at.entry = null // for now: whoever refers to itself is in nothing
      at = at.up === null ? undefined : (find(fresh, at.up) ?? find(this.#places, at.up))
    }
    const entry = at?.entry ?? null
    for (const one of way) one.entry = entry
    return entry
  }
}

const end = (list: readonly Place[]): number => {
  const last = list.at(-1)
  return last === undefined ? 0 : last.clock + last.length
}

/** The index of the last place that begins at this clock or before. */
const indexAt = (list: readonly Place[], clock: number): number => {
  let [low, high] = [0, list.length - 1]
  while (low <= high) {
    const middle = (low + high) >>> 1
    if ((list[middle]?.clock ?? 0) <= clock) low = middle + 1
    else high = middle - 1
  }
  return high
}

const find = (places: Places, { client, clock }: Y.ID): Place | undefined => {
  const list = places.get(client) ?? []
  const place = list[indexAt(list, clock)]
  return place !== undefined && clock < place.clock + place.length ? place : undefined
}

/** The places that a range of clocks reaches into. */
function* within(list: readonly Place[], clock: number, length: number): Generator<Place> {
  for (let at = Math.max(0, indexAt(list, clock)); at < list.length; at++) {
    const place = list[at]
    if (place === undefined || place.clock >= clock + length) return
    if (place.clock + place.length > clock) yield place
  }
}

/** True when all that a range has of a place is deleted already. */
const gone = (place: Place, clock: number, length: number): boolean =>
  place.gone !== null &&
  !place.gone
    .subarray(Math.max(clock - place.clock, 0), Math.max(0, clock + length - place.clock))
    .includes(0)
