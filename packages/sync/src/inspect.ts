import * as encoding from 'lib0/encoding'
import { encodeUtf8 } from 'lib0/string'
import { SyncError } from './error.ts'
import type { Objection } from './error.ts'
import { DeleteSetReader, maxClock, readDeletes } from './known.ts'
import type { Known, News, Range } from './known.ts'
import { Reader } from './reader.ts'
import { depthOf, gone, kindOf, kinds, placeOf, Runs } from './runs.ts'
import { contents, Struct } from './struct.ts'

/** What a document may hold. */
export interface Grammar {
  /** Names of the roots that may be used, in UTF-8, and how many others may be besides. */
  readonly roots: readonly Uint8Array[]
  readonly moreRoots: number
  /** How deep types may lie in one another. */
  readonly depth: number
  /** Bytes of one value: an attribute, an embed, the value of a format. */
  readonly value: number
  /** How many client ids it may have. */
  readonly clients: number
}

/** For updates that are in the log already: whatever was accepted once stays accepted. */
export const anything: Grammar = {
  roots: [],
  moreRoots: Number.POSITIVE_INFINITY,
  depth: Number.POSITIVE_INFINITY,
  value: Number.POSITIVE_INFINITY,
  clients: Number.POSITIVE_INFINITY,
}

/**
 * Is this update fit to keep? It is read where it lies, within its own bytes, and nothing is built: Yjs would
 * allocate by counts it is told, create root types while decoding, and stop half-way through a damaged update.
 *
 * - `new`: adds something, and everything that it refers to is known or comes with it. When it `overlaps`, one of
 *   its structs begins with clocks that are known: it must be trimmed, as Yjs throws where those were collected.
 * - `old`: adds nothing. Every reconnecting client sends its whole delete set again.
 * - `gap`: continues something that the room lacks. It is asked for, not kept: Yjs would store it as pending,
 *   unseen and at quadratic cost. `part` makes an update of what lacks nothing, or null when there is none. `claims`
 *   tells all that the whole would add: up to which clock structs of each client, and which deletions.
 * - an error: no honest client of this encoding and grammar makes such bytes.
 *
 * `repeats`: it holds a struct, or a part of one, whose clocks are known. What that says is not compared here.
 */
export type Verdict =
  | ({ readonly type: 'new'; readonly overlaps: boolean; readonly repeats: boolean } & News)
  | { readonly type: 'old'; readonly repeats: boolean }
  | {
      readonly type: 'gap'
      readonly repeats: boolean
      readonly part: () => Uint8Array | null
      readonly claims: (
        structs: (client: number, to: number) => void,
        deletion: (client: number, from: number, to: number) => void,
      ) => void
    }
  | SyncError

/** A run of structs that can be kept when all before it are, as it lies in the update. */
export interface Segment {
  readonly client: number
  readonly clock: number
  readonly count: number
  readonly from: number
  readonly to: number
}

const longestRoot = 64
const stalled = -1
const unfit = -2
const absent = -3

/**
 * Judges an update against what the room has. Changes nothing. Linear in the size of the update, whatever it
 * says. It may bring `newClients` ids that were never seen, and nothing of those that are barred: that is a gap.
 * `order` is told the structs in an order in which each builds only on those before it.
 */
export const inspect = (
  update: Uint8Array,
  known: Known,
  grammar: Grammar = anything,
  newClients = Number.POSITIVE_INFINITY,
  barred: ((client: number) => boolean) | null = null,
  order: ((segment: Segment) => void) | null = null,
): Verdict => {
  const inspection = new Inspection(update, known, grammar, newClients, barred, order, scratch)
  inspection.advance()
  return inspection.verdict()
}

/** The new structs of one client. */
interface Block extends Range {
  to: number
  /** How many structs have their place. */
  taken: number
  /** Where the first lies that has none; the clock that it would have; how many have none. */
  at: number
  placed: number
  left: number
  stalled: boolean
  /** None of the structs that are left can have a place, whatever else the update holds. */
  stuck: boolean
  /** While what waits is placed: it waits for another block. */
  onPath: boolean
}

/** For an inspection that ends before the next one begins. */
const scratch = new Struct()
const none: readonly Uint8Array[] = []

/**
 * An inspection in several turns, for an update that is too large for one: `advance` until it is true, then `verdict`.
 * What is known may grow meanwhile: the verdict is about what was known when each struct was read.
 */
export class Inspection {
  readonly #update: Uint8Array
  readonly #known: Known
  readonly #grammar: Grammar
  readonly #barred: ((client: number) => boolean) | null
  readonly #order: ((segment: Segment) => void) | null
  readonly #reader: Reader
  readonly #struct: Struct
  readonly #blocks: Block[] = []
  /** Null while there is one block at most. */
  #byClient: Map<number, Block> | null = null
  #stage: 'structs' | 'waiting' | 'deletes' = 'structs'
  /** How many blocks and structs of the block are left to read; its client, what is known of it, and the next clock. */
  #blocksLeft = -1
  #structsLeft = 0
  #client = -1
  #knownClock = 0
  #clock = 0
  #structAt = 0
  #current: Block | null = null
  /** The clients of the blocks, while they are not known to descend. */
  #clients: number[] | null = null
  #descending = true
  /** The next block to be looked at for structs that wait, and those that wait for one another. */
  #next = 0
  #path: { readonly block: Block; readonly until: number }[] | null = null
  #deleteSet: DeleteSetReader | null = null
  /** Where the delete set begins, whether it holds anything new, and anything that is missing. */
  #deletesFrom = 0
  #deletes = false
  #gap = false
  #repeats = false
  #roots: readonly Uint8Array[] = none
  /** Ids that were never seen: how many more this connection may bring, and the document may have. */
  #newClients: number
  #moreClients: number
  #problem: string | null = null
  #objection: Objection = 'damaged'
  /** What the struct that found no place waits for. */
  #needClient = -1
  #needClock = 0
  /** New structs, those that do not continue what their client wrote last, and newly deleted ranges. */
  #count = 0
  #jumps = 0
  #ranges = 0

  constructor(
    update: Uint8Array,
    known: Known,
    grammar: Grammar,
    newClients = Number.POSITIVE_INFINITY,
    barred: ((client: number) => boolean) | null,
    order: ((segment: Segment) => void) | null,
    struct = new Struct(),
  ) {
    this.#struct = struct
    this.#update = update
    this.#known = known
    this.#grammar = grammar
    this.#newClients = newClients
    this.#moreClients = grammar.clients - known.clients
    this.#barred = barred
    this.#order = order
    this.#reader = new Reader(update)
  }

  /** Reads on, for about so many bytes. True at the end. */
  advance(bytes = Number.POSITIVE_INFINITY): boolean {
    switch (this.#stage) {
      case 'structs':
        if (!this.#readStructs(this.#reader.at + bytes)) return false
        this.#deletesFrom = this.#reader.at
        this.#stage = this.#blocks.some((block) => block.stalled) ? 'waiting' : 'deletes'
        return this.advance(bytes)
      case 'waiting':
        if (!this.#resolve(bytes)) return false
        this.#stage = 'deletes'
        return this.advance(bytes)
      case 'deletes':
        return this.#readDeletes(this.#reader.at + bytes)
      default:
        return this.#stage satisfies never
    }
  }

  /** To be asked once, at the end. */
  verdict(): Verdict {
    if (!this.#reader.done) this.#problem ??= `update of ${this.#update.length} bytes does not decode`
    if (this.#problem !== null) return new SyncError('bad-bytes', this.#problem, this.#objection)
    const overlaps = this.#blocks.some((block) => block.first < block.from)
    const repeats = this.#repeats || overlaps
    if (this.#gap || this.#blocks.some((block) => block.left > 0))
      return {
        type: 'gap',
        repeats,
        part: () => this.#part(),
        claims: (structs, deletion) => {
          for (const { client, to } of this.#blocks) structs(client, to)
          readDeletes(new Reader(this.#update, this.#deletesFrom), (client, from, to) => {
            if (!this.#known.isDeleted(client, from, to)) deletion(client, from, to)
          })
        },
      }
    if (this.#blocks.length === 0 && !this.#deletes) return { type: 'old', repeats }
    const deletes = this.#deletes ? this.#update.subarray(this.#deletesFrom) : noDeletes
    return {
      type: 'new',
      overlaps,
      repeats,
      structs: this.#blocks,
      deletes,
      roots: this.#roots,
      count: this.#count,
      jumps: this.#jumps,
      ranges: this.#ranges,
    }
  }

  /** False when it stopped at the byte `until`. */
  #readStructs(until: number): boolean {
    const reader = this.#reader
    if (this.#blocksLeft < 0) {
      this.#blocksLeft = reader.varUint()
      if (this.#blocksLeft > 1) this.#clients = []
    }
    while (reader.ok && this.#structsLeft + this.#blocksLeft > 0) {
      if (reader.at >= until) return false
      if (this.#structsLeft > 0) this.#readStruct(until)
      else this.#readHead()
    }
    // Yjs writes them descending; of a client that heads two blocks it keeps only the last
    if (!this.#descending && this.#clients !== null && new Set(this.#clients).size < this.#clients.length)
      this.#problem ??= 'a client id heads two blocks'
    return true
  }

  #readHead(): void {
    const reader = this.#reader
    this.#blocksLeft--
    this.#structsLeft = reader.varUint()
    const client = reader.varUint()
    this.#clock = reader.varUint()
    if (this.#structsLeft === 0) reader.fail()
    if (this.#clients !== null) {
      this.#descending &&= this.#clients.length === 0 || client < this.#client
      this.#clients.push(client)
    }
    this.#client = client
    this.#knownClock = this.#known.clock(client)
    this.#current = null
  }

  #readStruct(until: number): void {
    const reader = this.#reader
    const struct = this.#struct
    if (struct.values === 0) {
      this.#structAt = reader.at
      struct.begin(reader, this.#grammar.value)
    }
    if (struct.values > 0) {
      struct.readValues(reader, this.#grammar.value, until)
      if (struct.values > 0) return // the others in the next turn
    }
    const at = this.#structAt
    const end = this.#clock + struct.length
    if (end > maxClock) reader.fail()
    if (!reader.ok) return
    if (end > this.#knownClock) {
      this.#current ??= this.#begin(this.#client, this.#knownClock, this.#clock, at, this.#structsLeft)
      const block = this.#current
      block.to = end
      if (!block.stalled && !this.#take(block, at)) block.stalled = true
    } else this.#recognize()
    this.#clock = end
    this.#structsLeft--
  }

  /** What is there already adds nothing, but Yjs looks up what it names, and makes the root it names. */
  #recognize(): void {
    this.#repeats = true
    const { originClient, originClock, rightClient, rightClock, rootFrom, rootTo } = this.#struct
    const { parentClient, parentClock } = this.#struct
    const known =
      (originClient < 0 || originClock < this.#known.clock(originClient)) &&
      (rightClient < 0 || rightClock < this.#known.clock(rightClient)) &&
      (parentClient < 0 || parentClock < this.#known.clock(parentClient))
    if (!known) this.#refuse('a known struct that names what is not known')
    if (rootFrom >= 0 && !this.#allows(rootFrom, rootTo)) this.#refuse('a root that is not used here')
  }

  #begin(client: number, from: number, first: number, start: number, left: number): Block {
    if (from === 0) this.#countClient()
    // something of this client is missing, or must not come from here
    const stalled = first > from || this.#barred?.(client) === true
    const block: Block = {
      client,
      from,
      to: from,
      runs: new Runs(),
      start,
      first,
      taken: 0,
      at: start,
      placed: from,
      left,
      stalled,
      stuck: stalled,
      onPath: false,
    }
    this.#blocks.push(block)
    if (this.#byClient !== null) this.#byClient.set(client, block)
    else if (this.#blocks.length > 1)
      this.#byClient = new Map(this.#blocks.map((each) => [each.client, each] as const))
    return block
  }

  #countClient(): void {
    this.#newClients--
    this.#moreClients--
    if (this.#newClients < 0) this.#refuse('more new client ids than one connection may bring')
    else if (this.#moreClients < 0) this.#refuse('more client ids than a document may have', 'full')
  }

  /** Gives the struct that was just read its place, as the next of its block. False when it has to wait. */
  #take(block: Block, at: number): boolean {
    const place = this.#place()
    if (place < 0) return false
    const clock = block.taken === 0 ? block.first : block.placed
    block.runs.add(Math.max(clock, block.from), place)
    block.placed = clock + this.#struct.length
    this.#count++
    const { content, originClient, originClock } = this.#struct
    if ((originClient !== block.client || originClock !== clock - 1) && content !== contents.collected)
      this.#jumps++
    block.at = this.#reader.at
    block.taken++
    block.left--
    this.#order?.({ client: block.client, clock, count: 1, from: at, to: this.#reader.at })
    return true
  }

  #place(): number {
    const { content, originClient, originClock, rightClient, rightClock, rootFrom } = this.#struct
    if (content === contents.collected) return gone
    if (content === contents.hole) return this.#wait(-1, 0)
    let depth = 1
    if (originClient >= 0 || rightClient >= 0) {
      const left = originClient < 0 ? absent : this.#lookUp(originClient, originClock)
      if (left === stalled) return stalled
      const right = rightClient < 0 ? absent : this.#lookUp(rightClient, rightClock)
      if (right === stalled) return stalled
      if (left === gone || right === gone) return gone
      depth = depthOf(left === absent ? right : left)
      if (right !== absent && depthOf(right) !== depth) return this.#refuse('neighbours in two parents')
    } else if (rootFrom >= 0) {
      if (!this.#allows(rootFrom, this.#struct.rootTo)) return this.#refuse('a root that is not used here')
    } else {
      const parent = this.#lookUp(this.#struct.parentClient, this.#struct.parentClock)
      if (parent === stalled) return stalled
      if (parent === gone || kindOf(parent) === kinds.deleted) return gone
      if (kindOf(parent) !== kinds.type) return this.#refuse('a parent that holds nothing')
      depth = depthOf(parent) + 1
      if (depth > this.#grammar.depth) return this.#refuse('types too deep in one another')
    }
    const { type, deleted, leaf } = kinds
    return placeOf(depth, content === contents.type ? type : content === contents.deleted ? deleted : leaf)
  }

  #lookUp(client: number, clock: number): number {
    if (clock < this.#known.clock(client)) return this.#known.place(client, clock)
    const block = this.#block(client)
    if (block !== undefined && clock < block.placed) return block.runs.at(clock)
    return this.#wait(client, clock)
  }

  #block(client: number): Block | undefined {
    if (this.#byClient !== null) return this.#byClient.get(client)
    const [only] = this.#blocks
    return only?.client === client ? only : undefined
  }

  #wait(client: number, clock: number): number {
    this.#needClient = client
    this.#needClock = clock
    return stalled
  }

  #refuse(problem: string, objection: Objection = 'damaged'): number {
    if (this.#problem === null) this.#objection = objection
    this.#problem ??= problem
    this.#reader.fail()
    return unfit
  }

  #allows(from: number, to: number): boolean {
    const { roots, moreRoots } = this.#grammar
    if (this.#names(roots, from, to)) return true
    if (moreRoots === 0) return false
    const used = this.#known.roots
    if (this.#names(used, from, to) || this.#names(this.#roots, from, to)) return true
    if (used.length + this.#roots.length >= moreRoots) return false
    if (to - from > longestRoot && moreRoots < Number.POSITIVE_INFINITY) return false
    // a copy: of a `Buffer`, `slice` is a view, which would keep all of the update for the sake of a name
    this.#roots = [...this.#roots, new Uint8Array(this.#update.subarray(from, to))]
    return true
  }

  #names(names: readonly Uint8Array[], from: number, to: number): boolean {
    for (const name of names) {
      let at = name.length === to - from ? 0 : -1
      while (at >= 0 && at < name.length) at = name[at] === this.#update[from + at] ? at + 1 : -1
      if (at >= 0) return true
    }
    return false
  }

  /**
   * Places what waits, depth first: a block that waits for a struct lets the block of that struct go on until it is
   * placed. A struct waits for three others at most, so each is read four times at most. False when it stopped after so
   * many bytes.
   */
  #resolve(bytes: number): boolean {
    const path = (this.#path ??= [])
    let left = bytes
    while (this.#problem === null && left > 0) {
      const top = path.at(-1)
      if (top === undefined) {
        const first = this.#blocks[this.#next++]
        if (first === undefined) return true
        if (first.left > 0 && !first.stuck) this.#enter(first, Number.POSITIVE_INFINITY)
        continue
      }
      const { block, until } = top
      const from = block.at
      const waits = this.#resume(block, until, left)
      left -= block.at - from + 1
      if (!waits) {
        if (block.left > 0 && block.placed <= until) return false
        block.onPath = false
        path.pop()
        continue
      }
      const other = this.#block(this.#needClient)
      if (other !== undefined && !other.stuck && !other.onPath && this.#needClock < other.to)
        this.#enter(other, this.#needClock)
      // what it waits for does not come, or waits for it: so it is for all that wait for it
      else for (const each of path.splice(0)) each.block.stuck = true
    }
    return this.#problem !== null
  }

  #enter(block: Block, until: number): void {
    block.onPath = true
    this.#path?.push({ block, until })
  }

  /**
   * Places structs until the one at the clock `until` has its place, or so many bytes are read. True when one has to wait
   * before that.
   */
  #resume(block: Block, until: number, bytes: number): boolean {
    const end = this.#reader.at
    const to = block.at + bytes
    this.#reader.at = block.at
    let placed = true
    while (placed && block.left > 0 && block.placed <= until && this.#reader.ok && this.#reader.at < to) {
      const { at } = this.#reader
      this.#struct.read(this.#reader, this.#grammar.value)
      placed = this.#take(block, at)
    }
    if (this.#reader.ok) this.#reader.at = end
    return !placed
  }

  /** False when it stopped at the byte `until`. */
  #readDeletes(until: number): boolean {
    if (!this.#reader.ok) return true
    this.#deleteSet ??= new DeleteSetReader(this.#reader)
    return this.#deleteSet.read((client, from, to) => {
      if (this.#known.isDeleted(client, from, to)) return
      this.#deletes = true
      this.#ranges++
      if (to > this.#reach(client)) this.#gap = true
    }, until)
  }

  /** The next clock of this client when all that has a place is taken in. */
  #reach(client: number): number {
    return Math.max(this.#known.clock(client), this.#block(client)?.placed ?? 0)
  }

  #part(): Uint8Array | null {
    const structs = this.#blocks.filter((block) => block.taken > 0)
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, structs.length)
    for (const { client, first, taken, start, at } of structs) {
      encoding.writeVarUint(encoder, taken)
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, first)
      encoding.writeUint8Array(encoder, this.#update.subarray(start, at))
    }
    const deletes: number[] = []
    readDeletes(new Reader(this.#update, this.#deletesFrom), (client, from, to) => {
      const end = Math.min(to, this.#reach(client))
      if (end > from) deletes.push(client, 1, from, end - from)
    })
    if (structs.length + deletes.length === 0) return null
    encoding.writeVarUint(encoder, deletes.length / 4)
    for (const number of deletes) encoding.writeVarUint(encoder, number)
    return encoding.toUint8Array(encoder)
  }
}

const noDeletes = Uint8Array.of(0)

/** The next clock of each client that has structs in an update which was accepted before. */
export const readClocks = (update: Uint8Array): Map<number, number> => {
  const reader = new Reader(update)
  const struct = new Struct()
  const clocks = new Map<number, number>()
  const blocks = reader.varUint()
  for (let index = 0; index < blocks && reader.ok; index++) {
    const count = reader.varUint()
    const client = reader.varUint()
    let clock = reader.varUint()
    for (let at = 0; at < count && reader.ok; at++) {
      struct.read(reader, Number.POSITIVE_INFINITY)
      clock += struct.length
    }
    clocks.set(client, clock)
  }
  return clocks
}

/** Names as a grammar has them. */
export const rootNames = (names: readonly string[]): Uint8Array[] => names.map(encodeUtf8)
