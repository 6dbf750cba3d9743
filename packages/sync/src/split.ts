import * as encoding from 'lib0/encoding'
import type { Segment } from './inspect.ts'
import { Reader } from './reader.ts'

/** Structs of one client that follow each other: the clock of the first, how many, and their bytes in the state. */
type Block = { -readonly [key in keyof Segment]: Segment[key] }

/** Gathers the structs of a whole state, in the order in which each builds only on those before it, into pieces. */
export class Cutter {
  readonly #most: number
  readonly #pieces: Block[][] = []
  #blocks = new Map<number, Block>()
  #bytes = 0

  /** A piece is of about `most` bytes unless one struct is larger. */
  constructor(most: number) {
    this.#most = most
  }

  /** Structs that come next. */
  add({ client, clock, count, from, to }: Segment): void {
    if (this.#bytes > 0 && this.#bytes + to - from > this.#most) this.#cut()
    this.#bytes += to - from
    // the structs of a client follow each other in the bytes too
    const block = this.#blocks.get(client)
    if (block === undefined) this.#blocks.set(client, { client, clock, count, from, to })
    else {
      block.count += count
      block.to = to
    }
  }

  /** All pieces. To be asked once, at the end. */
  pieces(): readonly (readonly Block[])[] {
    if (this.#blocks.size > 0) this.#cut()
    return this.#pieces
  }

  #cut(): void {
    // clients as Yjs writes them
    this.#pieces.push([...this.#blocks.values()].sort((one, other) => other.client - one.client))
    this.#blocks = new Map()
    this.#bytes = 0
  }
}

/** Where a state is cut, as a base keeps it. */
export const encodeCuts = (pieces: readonly (readonly Block[])[]): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, pieces.length)
  for (const blocks of pieces) {
    encoding.writeVarUint(encoder, blocks.length)
    for (const { client, clock, count, from, to } of blocks)
      for (const number of [client, clock, count, from, to]) encoding.writeVarUint(encoder, number)
  }
  return encoding.toUint8Array(encoder)
}

/**
 * The pieces of a state that was cut so, each made when it is asked for; the whole as one when it was too small to be
 * cut. Throws for cuts that are not of this state.
 */
export const cutPieces = function* (state: Uint8Array, cuts: Uint8Array): Generator<Uint8Array> {
  const reader = new Reader(cuts)
  const count = reader.varUint()
  if (count === 0) yield state
  for (let piece = 0; piece < count; piece++) {
    const blocks: Block[] = []
    for (let left = reader.varUint(); left > 0 && reader.ok; left--) {
      const [client, clock] = [reader.varUint(), reader.varUint()]
      const [structs, from, to] = [reader.varUint(), reader.varUint(), reader.varUint()]
      if (from > to || to > state.length) reader.fail()
      blocks.push({ client, clock, count: structs, from, to })
    }
    if (!reader.ok) throw new Error('the stored cuts are damaged')
    yield encode(state, blocks)
  }
}

const encode = (state: Uint8Array, blocks: readonly Block[]): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, blocks.length)
  for (const { client, clock, count, from, to } of blocks) {
    for (const number of [count, client, clock]) encoding.writeVarUint(encoder, number)
    encoding.writeUint8Array(encoder, state.subarray(from, to))
  }
  encoding.writeVarUint(encoder, 0) // no deletions
  return encoding.toUint8Array(encoder)
}
