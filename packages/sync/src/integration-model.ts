import { Reader } from './reader.ts'
import type { Segment } from './inspect.ts'
import { contents, Struct } from './struct.ts'
import type { Steps } from './turns.ts'

/** Numbers of one node in the array of all nodes. `none` is the node 0, and the client 0. */
const fields = 9
const clientAt = 0
const clockAt = 1
const lengthAt = 2
/** The node that stands right of it in its list. */
const rightAt = 3
/** The list that it stands in, times 16, and the class of its content. */
const listAt = 4
/** What its first struct names as its neighbours. */
const originClientAt = 5
const originClockAt = 6
const rightClientAt = 7
const rightClockAt = 8
const none = 0
/** The class of content of which Yjs never makes one item out of two; others have the number of their content. */
const single = 0
const classes = 16

/** Between two pauses, and as many as a struct takes that takes none. */
const stepsAtOnce = 500_000
const stepsOfStruct = 50

/** Yjs moves so many items along in the array of their client in the time that it takes to pass over one. */
export const movesOfStep = 256

/** What one struct names, with client ids as indexes. */
interface Names {
  originClient: number
  originClock: number
  rightClient: number
  rightClock: number
}

/** How to take back one change: what it was, and up to three numbers. */
const undo = { extend: 0, split: 1, insert: 2, list: 3, client: 4 } as const

/**
 * Counts the steps that Yjs takes to find the places of structs among concurrent ones (`Item.integrate` of Yjs 13.6),
 * by doing the same with numbers only: the items of each list in their order, those that follow one another as one
 * node. A step is one item that Yjs passes over. 36 bytes a node, and about as much for finding it.
 */
export class IntegrationModel {
  #nodes = new Uint32Array(fields * 64)
  #marks = new Uint32Array(64)
  #count = 1
  readonly #clients = new Map<number, number>()
  readonly #ids: number[] = [0]
  /** By client: its nodes by clock. */
  readonly #byClock: number[][] = [[]]
  readonly #heads: number[] = []
  readonly #lists = new Map<number | string, number>()
  /** Marks are never used twice: the steps that were ever taken. */
  #mark = 0
  #steps = 0
  /** Items that moved by one place in the array of their client as others were cut in two, in this update. */
  #moved = 0
  #items = 0
  #journal: (number | string)[] = []
  readonly #struct = new Struct()
  readonly #names: Names = { originClient: 0, originClock: 0, rightClient: 0, rightClock: 0 }

  /** All steps that were taken up to now. */
  get steps(): number {
    return this.#steps
  }

  /** What the last update cost, deletions included, for cutting items in two: in steps. */
  get cutSteps(): number {
    return Math.floor(this.#moved / movesOfStep)
  }

  /** Items that Yjs makes of all that was taken in, about. */
  get items(): number {
    return this.#items
  }

  /** Bytes of memory, about. */
  get memory(): number {
    return this.#nodes.byteLength + this.#marks.byteLength + this.#count * 12 + this.#heads.length * 100
  }

  /**
   * Takes in the new structs of an update, in the order in which `inspect` told them. False when that takes more than
   * `most` steps; then nothing has changed, but these steps were taken and count. Cutting items in two counts only
   * here, and not for the document: whoever builds it from a state has nothing to cut.
   */
  add(update: Uint8Array, segments: readonly Segment[], most: number): boolean {
    const work = this.adding(update, segments, most)
    for (;;) {
      const { done, value } = work.next()
      if (done === true) return value
    }
  }

  /** The same, pausing after every few ms of work. Nothing else may be taken in meanwhile. */
  *adding(update: Uint8Array, segments: readonly Segment[], most: number): Steps<boolean> {
    this.#journal = []
    const until = this.#steps + most
    this.#moved = 0
    const reader = new Reader(update)
    let pause = this.#steps + stepsAtOnce
    for (const { client, clock, count, from } of segments) {
      reader.at = from
      let at = clock
      for (let left = count; left > 0 && this.#isWithin(until); left--) {
        this.#struct.read(reader, Number.POSITIVE_INFINITY)
        this.#integrate(client, at, update, until)
        at += this.#struct.length
        pause -= stepsOfStruct
        if (this.#steps < pause) continue
        pause = this.#steps + stepsAtOnce
        yield
      }
      if (this.#isWithin(until)) continue
      this.#takeBack()
      return false
    }
    this.#journal = []
    return true
  }

  /** Clocks of a client are deleted: Yjs cuts the items at the ends. */
  delete(client: number, from: number, to: number): void {
    const index = this.#clients.get(client)
    if (index === undefined) return
    this.#nodeFrom(index, from)
    this.#nodeFrom(index, to)
    this.#journal = []
  }

  /** The ids of a list from left to right: client, first clock, length. For tests. */
  *list(root: string): Generator<readonly [client: number, clock: number, length: number]> {
    let node = this.#heads[this.#lists.get(`${root}\n`) ?? -1] ?? none
    for (; node !== none; node = this.#get(node, rightAt))
      yield [this.#ids[this.#get(node, clientAt)] ?? 0, this.#get(node, clockAt), this.#get(node, lengthAt)]
  }

  #isWithin(until: number): boolean {
    return this.#steps + this.cutSteps <= until
  }

  #get(node: number, field: number): number {
    return this.#nodes[node * fields + field] ?? 0
  }

  #set(node: number, field: number, value: number): void {
    this.#nodes[node * fields + field] = value
  }

  #itemsOf(node: number): number {
    return this.#get(node, listAt) % classes === single ? this.#get(node, lengthAt) : 1
  }

  #indexOf(client: number): number {
    let index = this.#clients.get(client)
    if (index !== undefined) return index
    index = this.#ids.push(client) - 1
    this.#byClock.push([])
    this.#clients.set(client, index)
    this.#journal.push(client, undo.client)
    return index
  }

  /** Gives the struct that was just read its place in its list. */
  #integrate(id: number, clock: number, update: Uint8Array, until: number): void {
    const struct = this.#struct
    const { content, length } = struct
    if (content === contents.collected || content === contents.hole) return
    const client = this.#indexOf(id)
    const kind = content === contents.type || singles.includes(content) ? single : content
    const names = this.#names
    names.originClient = struct.originClient < 0 ? none : this.#indexOf(struct.originClient)
    names.originClock = struct.originClient < 0 ? 0 : struct.originClock
    names.rightClient = struct.rightClient < 0 ? none : this.#indexOf(struct.rightClient)
    names.rightClock = struct.rightClient < 0 ? 0 : struct.rightClock
    if (this.#extends(client, clock, length, kind, names)) return
    const left = names.originClient === none ? none : this.#nodeTo(names.originClient, names.originClock)
    const right = names.rightClient === none ? none : this.#nodeFrom(names.rightClient, names.rightClock)
    // what hangs on something collected is in no list
    if ((names.originClient !== none && left === none) || (names.rightClient !== none && right === none))
      return
    const neighbour = left === none ? right : left
    const list =
      neighbour === none ? this.#listOf(update) : Math.floor(this.#get(neighbour, listAt) / classes)
    const first = left === none ? (this.#heads[list] ?? none) : this.#get(left, rightAt)
    const place = first === right ? left : this.#placeAmong(id, names, left, first, right, until)
    const node = this.#create(client, clock, length, list * classes + kind, names)
    this.#items += this.#itemsOf(node)
    this.#linkBehind(node, place, list)
    const nodes = this.#byClock[client] ?? []
    nodes.splice(this.#find(nodes, clock) + 1, 0, node)
    this.#journal.push(node, place, list, undo.insert)
  }

  /** Most structs continue what their client wrote last, and become a part of its node. */
  #extends(client: number, clock: number, length: number, kind: number, names: Names): boolean {
    const node = this.#byClock[client]?.at(-1) ?? none
    if (node === none || names.originClient !== client || names.originClock !== clock - 1) return false
    const right = this.#get(node, rightAt)
    const fits =
      this.#get(node, clockAt) + this.#get(node, lengthAt) === clock &&
      this.#get(node, listAt) % classes === kind &&
      this.#get(node, rightClientAt) === names.rightClient &&
      this.#get(node, rightClockAt) === names.rightClock &&
      // and nothing came between it and its right neighbour
      (right === none
        ? names.rightClient === none
        : this.#get(right, clientAt) === names.rightClient && this.#get(right, clockAt) === names.rightClock)
    if (!fits) return false
    this.#set(node, lengthAt, this.#get(node, lengthAt) + length)
    if (kind === single) this.#items += length
    this.#journal.push(node, length, undo.extend)
    return true
  }

  /** The node behind which a struct belongs that was written between `left` and `right`, from `first` on. */
  #placeAmong(id: number, names: Names, left: number, first: number, right: number, until: number): number {
    let place = left
    const start = this.#mark
    /** Those marked after this stand right of the place. */
    let moved = this.#mark
    for (let node = first; node !== none && node !== right; node = this.#get(node, rightAt)) {
      this.#steps += this.#itemsOf(node)
      if (this.#steps > until) return place
      this.#marks[node] = ++this.#mark
      const originClient = this.#get(node, originClientAt)
      const originClock = this.#get(node, originClockAt)
      if (originClient === names.originClient && originClock === names.originClock) {
        if ((this.#ids[this.#get(node, clientAt)] ?? 0) < id) {
          place = node
          moved = this.#mark
        } else if (
          this.#get(node, rightClientAt) === names.rightClient &&
          this.#get(node, rightClockAt) === names.rightClock
        )
          return place
      } else {
        const nodes = this.#byClock[originClient] ?? []
        const origin = nodes[this.#find(nodes, originClock)] ?? none
        const mark = origin === none ? 0 : (this.#marks[origin] ?? 0)
        if (mark <= start) return place
        if (mark <= moved) {
          place = node
          moved = this.#mark
        }
      }
    }
    return place
  }

  /** The index of the last node that begins at this clock or before it, or -1. */
  #find(nodes: readonly number[], clock: number): number {
    let low = 0
    let high = nodes.length
    const last = nodes[high - 1]
    if (last !== undefined && this.#get(last, clockAt) <= clock) return high - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#get(nodes[middle] ?? none, clockAt) <= clock) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** The node that begins with this clock, cut off from what stands before it; `none` when the clock is in no list. */
  #nodeFrom(client: number, clock: number): number {
    const nodes = this.#byClock[client] ?? []
    const at = this.#find(nodes, clock)
    const node = nodes[at] ?? none
    const offset = clock - this.#get(node, clockAt)
    if (node === none || offset >= this.#get(node, lengthAt)) return none
    return offset === 0 ? node : this.#split(nodes, at, node, offset)
  }

  /** The node that ends with this clock, cut off from what stands behind it; `none` when the clock is in no list. */
  #nodeTo(client: number, clock: number): number {
    const nodes = this.#byClock[client] ?? []
    const at = this.#find(nodes, clock)
    const node = nodes[at] ?? none
    const length = clock + 1 - this.#get(node, clockAt)
    if (node === none || length > this.#get(node, lengthAt)) return none
    if (length < this.#get(node, lengthAt)) this.#split(nodes, at, node, length)
    return node
  }

  /** Returns the second part. */
  #split(nodes: number[], at: number, node: number, offset: number): number {
    const client = this.#get(node, clientAt)
    const clock = this.#get(node, clockAt) + offset
    const rest = this.#create(client, clock, this.#get(node, lengthAt) - offset, this.#get(node, listAt), {
      originClient: client,
      originClock: clock - 1,
      rightClient: this.#get(node, rightClientAt),
      rightClock: this.#get(node, rightClockAt),
    })
    this.#set(node, lengthAt, offset)
    this.#set(rest, rightAt, this.#get(node, rightAt))
    this.#set(node, rightAt, rest)
    if (this.#get(node, listAt) % classes !== single) this.#items++
    nodes.splice(at + 1, 0, rest)
    this.#moved += nodes.length - at
    this.#marks[rest] = this.#marks[node] ?? 0
    this.#journal.push(node, rest, undo.split)
    return rest
  }

  #create(client: number, clock: number, length: number, list: number, names: Names): number {
    const node = this.#count++
    if (node === this.#marks.length) {
      this.#nodes = enlarged(this.#nodes)
      this.#marks = enlarged(this.#marks)
    }
    this.#set(node, clientAt, client)
    this.#set(node, clockAt, clock)
    this.#set(node, lengthAt, length)
    this.#set(node, rightAt, none)
    this.#set(node, listAt, list)
    this.#set(node, originClientAt, names.originClient)
    this.#set(node, originClockAt, names.originClock)
    this.#set(node, rightClientAt, names.rightClient)
    this.#set(node, rightClockAt, names.rightClock)
    this.#marks[node] = 0
    return node
  }

  #linkBehind(node: number, place: number, list: number): void {
    if (place === none) {
      this.#set(node, rightAt, this.#heads[list] ?? none)
      this.#heads[list] = node
    } else {
      this.#set(node, rightAt, this.#get(place, rightAt))
      this.#set(place, rightAt, node)
    }
  }

  /** The list of the parent and key that the struct names. */
  #listOf(update: Uint8Array): number {
    const { parentClient, parentClock, rootFrom, rootTo, keyFrom, keyTo } = this.#struct
    const parent = parentClient < 0 ? 0 : this.#indexOf(parentClient) * 2 ** 32 + parentClock
    const key = keyFrom < 0 ? '' : text(update, keyFrom, keyTo)
    const name =
      rootFrom >= 0 ? `${text(update, rootFrom, rootTo)}\n${key}` : keyFrom < 0 ? parent : `${parent}:${key}`
    const known = this.#lists.get(name)
    if (known !== undefined) return known
    const list = this.#heads.push(none) - 1
    this.#lists.set(name, list)
    this.#journal.push(name, undo.list)
    return list
  }

  /** Undoes what the journal holds, the last first. */
  #takeBack(): void {
    const journal = this.#journal
    const pop = (): number => Number(journal.pop())
    const remove = (node: number): void => {
      const nodes = this.#byClock[this.#get(node, clientAt)] ?? []
      nodes.splice(this.#find(nodes, this.#get(node, clockAt)), 1)
      this.#count--
    }
    while (journal.length > 0) {
      switch (pop()) {
        case undo.extend: {
          const length = pop()
          const node = pop()
          this.#items -= this.#itemsOf(node)
          this.#set(node, lengthAt, this.#get(node, lengthAt) - length)
          this.#items += this.#itemsOf(node)
          break
        }
        case undo.split: {
          const rest = pop()
          const node = pop()
          this.#items -= this.#itemsOf(node) + this.#itemsOf(rest)
          this.#set(node, lengthAt, this.#get(node, lengthAt) + this.#get(rest, lengthAt))
          this.#items += this.#itemsOf(node)
          this.#set(node, rightAt, this.#get(rest, rightAt))
          remove(rest)
          break
        }
        case undo.insert: {
          const list = pop()
          const place = pop()
          const node = pop()
          if (place === none) this.#heads[list] = this.#get(node, rightAt)
          else this.#set(place, rightAt, this.#get(node, rightAt))
          this.#items -= this.#itemsOf(node)
          remove(node)
          break
        }
        case undo.list:
          this.#lists.delete(journal.pop() ?? '')
          this.#heads.pop()
          break
        default:
          this.#clients.delete(pop())
          this.#ids.pop()
          this.#byClock.pop()
      }
    }
  }
}

/** Content of one clock that is never merged, besides types: binary, embed, format. */
const singles: readonly number[] = [3, 5, 6]

const enlarged = (numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const larger = new Uint32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}

/** A name as a key of a map: one character a byte. */
const text = (bytes: Uint8Array, from: number, to: number): string => {
  let string = ''
  for (let at = from; at < to; at++) string += String.fromCharCode(bytes[at] ?? 0)
  return string
}
