import * as encoding from 'lib0/encoding'
import { cutStruct } from './cut-struct.ts'
import type { Slice } from './cut-struct.ts'
import { SyncError } from './error.ts'
import { inspect, readClocks } from './inspect.ts'
import type { Base } from './log.ts'
import { Known, readDeletes } from './known.ts'
import { encodeUpdate } from './message.ts'
import { pieceBytes } from './places.ts'
import { Reader } from './reader.ts'
import { gone } from './runs.ts'
import type { SharedFrames } from './shared-frames.ts'
import { Cutter, encodeBlocks, readBlocks } from './split.ts'
import { Struct } from './struct.ts'

/** A part of an update, as a message of its own. */
export interface Frame {
  readonly message: Uint8Array
  /** The next clock of each client in it; null when it holds deletions, which no vector covers. Read when asked for. */
  ends(): ReadonlyMap<number, number> | null
}

interface Part {
  /** Makes the update. Each time the same. */
  readonly build: () => Uint8Array
  readonly deletes: boolean
  message: WeakRef<Uint8Array> | null
  ends: ReadonlyMap<number, number> | null
}

/** Smaller messages are made anew for each reader: that costs less than to remember them. */
const sharedBytes = 16 * 1024

/**
 * An update of a log as messages of about 128 KiB in an order in which each builds only on those before it, the same
 * bytes for all who ask. Structs that are larger are cut (`cutStruct`); only what is one value goes as one message,
 * however large. Nothing is made before it is asked for, and each place of a cut is looked for once.
 */
export class UpdateFrames {
  readonly #shared: SharedFrames
  readonly #sources: Iterator<Omit<Part, 'message' | 'ends'>>
  readonly #parts: Part[] = []

  /** `base` for a whole state: where it is cut, and its deletions as an update. */
  constructor(update: Uint8Array, base: Pick<Base, 'cuts' | 'deletes'> | null, shared: SharedFrames) {
    this.#shared = shared
    this.#sources = sourcesOf(update, base)
  }

  /** The message with this index; null behind the last. Throws for cuts that are damaged. */
  at(index: number): Frame | null {
    while (this.#parts.length <= index) {
      const next = this.#sources.next()
      if (next.done === true) return null
      this.#parts.push({ ...next.value, message: null, ends: null })
    }
    const part = this.#parts[index]
    return part === undefined ? null : this.#make(part)
  }

  #make(part: Part): Frame {
    let message = part.message?.deref()
    if (message === undefined) {
      message = encodeUpdate(part.build())
      if (message.length > sharedBytes) part.message = new WeakRef(message)
    }
    if (message.length > sharedBytes) this.#shared.keep(message)
    return { message, ends: () => (part.deletes ? null : (part.ends ??= readClocks(part.build()))) }
  }
}

type Source = Omit<Part, 'message' | 'ends'>

const sourcesOf = function* (
  update: Uint8Array,
  base: Pick<Base, 'cuts' | 'deletes'> | null,
): Generator<Source> {
  const cut = base ?? (update.length > pieceBytes ? cutUpdate(update) : null)
  const cuts = new Reader(cut?.cuts ?? none)
  const count = cuts.varUint()
  if (cut === null || (count === 0 && update[0] !== 0)) return yield { build: () => update, deletes: true }
  for (let piece = 0; piece < count; piece++) {
    const { at } = cuts
    const blocks = readBlocks(cuts, update.length)
    const [only] = blocks
    const alone = only !== undefined && blocks.length === 1 && only.count === 1
    const slices = alone && only.to - only.from > pieceBytes ? cutStruct(update, only, pieceBytes) : null
    if (slices !== null) yield* sliced(slices)
    else
      yield {
        build: () => encodeBlocks(update, readBlocks(new Reader(cuts.bytes, at), update.length)),
        deletes: false,
      }
  }
  yield* deletesOf(new Reader(cut.deletes, 1))
}

const none = Uint8Array.of(0)

const sliced = function* (slices: Generator<Slice>): Generator<Source> {
  for (const { build } of slices) yield { build, deletes: false }
}

/** A delete set in parts: all at once unless it is large. */
const deletesOf = function* (reader: Reader): Generator<Source> {
  const { bytes, at } = reader
  if (bytes[at] === 0) return
  if (bytes.length <= pieceBytes) return yield { build: () => bytes, deletes: true }
  let ranges: number[] = []
  const parts: number[][] = []
  readDeletes(reader, (client, from, to) => {
    ranges.push(client, from, to - from)
    if (ranges.length < pieceBytes / 4) return
    parts.push(ranges)
    ranges = []
  })
  parts.push(ranges)
  for (const part of parts) yield { build: () => encodeDeletes(part), deletes: true }
}

/** An update that holds these deletions: triples of client, clock and length, each client's side by side. */
const encodeDeletes = (triples: readonly number[]): Uint8Array => {
  const encoder = encoding.createEncoder()
  const byClient = new Map<number, number[]>()
  for (let at = 0; at < triples.length; at += 3) {
    const [client = 0, clock = 0, length = 0] = triples.slice(at, at + 3)
    const ranges = byClient.get(client) ?? []
    byClient.set(client, ranges)
    ranges.push(clock, length)
  }
  encoding.writeVarUint(encoder, 0) // no structs
  encoding.writeVarUint(encoder, byClient.size)
  for (const [client, ranges] of byClient) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, ranges.length / 2)
    for (const number of ranges) encoding.writeVarUint(encoder, number)
  }
  return encoding.toUint8Array(encoder)
}

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(one.length + other.length)
  bytes.set(one)
  bytes.set(other, one.length)
  return bytes
}

/**
 * Where an update of a log is cut, as a base keeps it, and its deletions. What it refers to outside of itself lies
 * before it in the log, so only references within it set an order. Null when it cannot be cut.
 */
const cutUpdate = (update: Uint8Array): Pick<Base, 'cuts' | 'deletes'> | null => {
  const { first, to } = firstClocks(update)
  const cutter = new Cutter(pieceBytes)
  const add = cutter.add.bind(cutter)
  const verdict = inspect(update, new Earlier(first), undefined, Number.POSITIVE_INFINITY, null, add)
  if (verdict instanceof SyncError || verdict.type === 'gap') return null
  return { cuts: cutter.cuts(), deletes: joined(Uint8Array.of(0), update.subarray(to)) }
}

/** The first clock of each client in an update, and where its structs end. */
const firstClocks = (update: Uint8Array): { first: ReadonlyMap<number, number>; to: number } => {
  const reader = new Reader(update)
  const struct = new Struct()
  const first = new Map<number, number>()
  const blocks = reader.varUint()
  for (let index = 0; index < blocks && reader.ok; index++) {
    const count = reader.varUint()
    const client = reader.varUint()
    first.set(client, reader.varUint())
    for (let at = 0; at < count && reader.ok; at++) struct.read(reader, Number.POSITIVE_INFINITY)
  }
  return { first, to: reader.at }
}

/** What an update of a log may rely on, whatever that is: all but what it brings itself. */
class Earlier extends Known {
  readonly #first: ReadonlyMap<number, number>

  constructor(first: ReadonlyMap<number, number>) {
    super()
    this.#first = first
  }

  override clock(client: number): number {
    return this.#first.get(client) ?? Number.POSITIVE_INFINITY
  }

  override place(): number {
    return gone
  }

  override isDeleted(): boolean {
    return true
  }
}
