import * as encoding from 'lib0/encoding'
import type { Segment } from './inspect.ts'
import { Reader } from './reader.ts'

/** Structs of one client that follow each other: the clock of the first, how many, and their bytes in the state. */
type Block = { -readonly [key in keyof Segment]: Segment[key] }

/** Gathers the structs of an update, in the order in which each builds only on those before it, into pieces. */
export class Cutter {
  readonly #maxBytes: number
  readonly #encoder = encoding.createEncoder()
  #count = 0
  #blocks = new Map<number, Block>()
  #bytes = 0

  /** A piece is of about `maxBytes`; a struct that is larger is a piece of its own. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Structs that come next. */
  add({ client, clock, count, from, to }: Segment): void {
    if (this.#bytes > 0 && this.#bytes + to - from > this.#maxBytes) this.#cut()
    this.#bytes += to - from
    // the structs of a client follow each other in the bytes too
    const block = this.#blocks.get(client)
    if (block === undefined) this.#blocks.set(client, { client, clock, count, from, to })
    else {
      block.count += count
      block.to = to
    }
  }

  /** Where the update is cut, as a base keeps it. To be asked once, at the end. */
  cuts(): Uint8Array {
    if (this.#blocks.size > 0) this.#cut()
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, this.#count)
    encoding.writeUint8Array(encoder, encoding.toUint8Array(this.#encoder))
    return encoding.toUint8Array(encoder)
  }

  #cut(): void {
    this.#count++
    encoding.writeVarUint(this.#encoder, this.#blocks.size)
    // clients as Yjs writes them
    for (const block of [...this.#blocks.values()].sort((one, other) => other.client - one.client))
      for (const number of [block.client, block.clock, block.count, block.from, block.to])
        encoding.writeVarUint(this.#encoder, number)
    this.#blocks = new Map()
    this.#bytes = 0
  }
}

/** The next piece of encoded cuts of an update of `length` bytes. Throws for cuts that are not of this update. */
export const readBlocks = (reader: Reader, length: number): readonly Segment[] => {
  const blocks: Segment[] = []
  for (let left = reader.varUint(); left > 0 && reader.ok; left--) {
    const [client, clock] = [reader.varUint(), reader.varUint()]
    const [count, from, to] = [reader.varUint(), reader.varUint(), reader.varUint()]
    if (from > to || to > length) reader.fail()
    blocks.push({ client, clock, count, from, to })
  }
  if (!reader.ok) throw new Error('the stored cuts are damaged')
  return blocks
}

/**
 * The pieces of a state that was cut so, each made when it is asked for; the whole as one when it was too small to be
 * cut. Throws for cuts that are not of this state.
 */
export const cutPieces = function* (state: Uint8Array, cuts: Uint8Array): Generator<Uint8Array> {
  const reader = new Reader(cuts)
  const count = reader.varUint()
  if (count === 0) yield state
  for (let piece = 0; piece < count; piece++) yield encodeBlocks(state, readBlocks(reader, state.length))
}

/** An update that holds these blocks of another, and no deletions. */
export const encodeBlocks = (update: Uint8Array, blocks: readonly Segment[]): Uint8Array => {
  const encoder = encoding.createEncoder()
  // large enough for all of it: an encoder that grows copies again and again
  encoder.cbuf = new Uint8Array(blocks.reduce((size, { from, to }) => size + to - from + 24, 12))
  encoding.writeVarUint(encoder, blocks.length)
  for (const { client, clock, count, from, to } of blocks) {
    for (const number of [count, client, clock]) encoding.writeVarUint(encoder, number)
    encoding.writeUint8Array(encoder, update.subarray(from, to))
  }
  encoding.writeVarUint(encoder, 0) // no deletions
  return encoder.cbuf.subarray(0, encoder.cpos)
}
