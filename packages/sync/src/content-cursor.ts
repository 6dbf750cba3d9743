import * as decoding from 'lib0/decoding'
import { Reader } from './reader.ts'
import { contents, readAny, Struct } from './struct.ts'

/** A clock of one client, and where in an update its content lies: reading can begin here, inside a struct too. */
export interface ContentMark {
  readonly bytes: Uint8Array
  readonly clock: number
  readonly at: number
  /** The struct around it: where it lies, the clocks from its first up to, not including, `end`. */
  readonly structAt: number
  readonly start: number
  readonly end: number
  /** Where the next struct lies, and how many follow in the block. */
  readonly next: number
  readonly left: number
}

/**
 * Walks over the structs of one client in an update that was judged sound, clock by clock, and builds nothing.
 * `moveTo` costs what the bytes cost that are passed over.
 */
export class ContentCursor {
  readonly #client: number
  readonly #struct = new Struct()
  #reader = new Reader(nothing)
  #clock = 0
  #at = 0
  #structAt = 0
  #start = 0
  #end = 0
  #next = 0
  #left = 0
  /** The second half of a surrogate pair, when the clock stands between its halves; else 0. */
  #lowHalf = 0

  constructor(client: number) {
    this.#client = client
  }

  /** The clock it stands at, and the first clock after the struct around it. */
  get clock(): number {
    return this.#clock
  }
  get end(): number {
    return this.#end
  }
  /** Where the content at the clock lies, and where the next struct does. */
  get at(): number {
    return this.#at
  }
  get next(): number {
    return this.#next
  }
  get isText(): boolean {
    return this.#struct.content === contents.text
  }
  /** True where a clock of the struct is more than a number: its content can be walked into. */
  get isDivisible(): boolean {
    return this.isText || this.#isList
  }
  /** False for what was deleted too: nothing is left of what it said. */
  get hasContent(): boolean {
    return this.hasPlace && this.#struct.content !== contents.deleted
  }
  /** False for what was collected, and for a hole: nothing is left of where it stood either. */
  get hasPlace(): boolean {
    const { content } = this.#struct
    return content !== contents.collected && content !== contents.hole
  }

  get #isList(): boolean {
    return this.#struct.content === contents.any || this.#struct.content === contents.json
  }

  /** To the first of `count` structs, which lie one behind the other from `at` on. */
  begin(bytes: Uint8Array, at: number, count: number, clock: number): void {
    this.#reader = new Reader(bytes)
    this.#next = at
    this.#left = count
    this.#end = clock
    this.nextStruct()
  }

  /** To the next struct of the block; false when there is none. */
  nextStruct(): boolean {
    const reader = this.#reader
    if (this.#left === 0 || !reader.ok) return false
    this.#left--
    this.#structAt = reader.at = this.#next
    this.#struct.read(reader, Number.POSITIVE_INFINITY)
    this.#next = reader.at
    this.#start = this.#clock = this.#end
    this.#end += this.#struct.length
    this.#lowHalf = 0
    reader.at = this.#struct.contentFrom
    if (this.isDivisible) reader.varUint() // how many bytes or values
    this.#at = reader.at
    return reader.ok
  }

  /** To this clock, from the same or an earlier one. False when the block ends before it. */
  moveTo(clock: number): boolean {
    while (clock >= this.#end) if (!this.nextStruct()) return false
    const count = clock - this.#clock
    if (this.isText) this.#passUnits(count)
    else if (this.#isList) for (let left = count; left > 0; left--) this.#passValue()
    this.#clock = clock
    return true
  }

  /**
   * Within a text by `size` UTF-16 units, within a list by as many values as take `size` bytes. False when the struct
   * ends before that.
   */
  moveOn(size: number): boolean {
    const from = this.#at
    if (this.isText) {
      if (this.#clock + size >= this.#end) return false
      this.moveTo(this.#clock + size)
      if (this.#lowHalf !== 0) this.moveTo(this.#clock + 1)
      return this.#clock < this.#end
    }
    while (this.#clock + 1 < this.#end) {
      this.#passValue()
      this.#clock++
      if (this.#at - from >= size) return true
    }
    return false
  }

  /** Where it stands now. Not inside a surrogate pair. */
  mark(): ContentMark {
    return {
      bytes: this.#reader.bytes,
      clock: this.#clock,
      at: this.#at,
      structAt: this.#structAt,
      start: this.#start,
      end: this.#end,
      next: this.#next,
      left: this.#left,
    }
  }

  /** To a place that was marked before. */
  resume({ bytes, clock, at, structAt, start, end, next, left }: ContentMark): void {
    this.#reader = new Reader(bytes, structAt)
    this.#struct.readHead(this.#reader)
    this.#clock = clock
    this.#at = at
    this.#structAt = structAt
    this.#start = start
    this.#end = end
    this.#next = next
    this.#left = left
    this.#lowHalf = 0
  }

  /**
   * True when another replica says the same here: both stand at one clock, both have a place, and the next `count`
   * clocks lie in one struct each. Both stand behind what was compared afterwards, or anywhere when it differs.
   */
  agrees(other: ContentCursor, count: number): boolean {
    if (!this.#hasPlaceOf(other)) return false
    if (!this.hasContent || !other.hasContent) return true
    if (this.#isSameStruct(other)) {
      // most often nothing was cut or merged
    } else if (this.isText && other.isText) {
      for (let left = count; left > 0; left--) if (!sameUnit(this.#unit(), other.#unit())) return false
    } else if (this.#isList && other.#isList) {
      for (let left = count; left > 0; left--) if (!this.#agreesOnValue(other)) return false
    } else if (!this.#agreesOnSingle(other)) return false
    this.#clock += count
    other.#clock += count
    return true
  }

  /** A struct can be in several parts elsewhere: each but the first stands right of the clock before it. */
  #hasPlaceOf(other: ContentCursor): boolean {
    const [one, two] = [this.#struct, other.#struct]
    if (one.rightClient !== two.rightClient) return false
    if (one.rightClient >= 0 && one.rightClock !== two.rightClock) return false
    const [isFirst, isOtherFirst] = [this.#clock === this.#start, other.#clock === other.#start]
    if (!isFirst && !isOtherFirst) return true
    const originClient = isFirst ? one.originClient : this.#client
    const otherClient = isOtherFirst ? two.originClient : other.#client
    if (originClient !== otherClient) return false
    if (originClient >= 0) {
      const originClock = isFirst ? one.originClock : this.#clock - 1
      return originClock === (isOtherFirst ? two.originClock : other.#clock - 1)
    }
    // without neighbours it says which type it lies in, and under which key: right behind its kind
    if (one.rightClient >= 0) return true
    return sameBytes(
      this.#reader.bytes.subarray(this.#structAt + 1, one.contentFrom),
      other.#reader.bytes.subarray(other.#structAt + 1, two.contentFrom),
    )
  }

  /** True when both stand at the beginning of a struct that is the same, byte for byte. */
  #isSameStruct(other: ContentCursor): boolean {
    if (this.#clock !== this.#start || other.#clock !== other.#start || this.#end !== other.#end) return false
    if (this.#struct.content !== other.#struct.content) return false
    return sameBytes(
      this.#reader.bytes.subarray(this.#struct.contentFrom, this.#next),
      other.#reader.bytes.subarray(other.#struct.contentFrom, other.#next),
    )
  }

  #agreesOnValue(other: ContentCursor): boolean {
    const [from, otherFrom] = [this.#at, other.#at]
    this.#passValue()
    other.#passValue()
    const one = this.#reader.bytes.subarray(from, this.#at)
    const two = other.#reader.bytes.subarray(otherFrom, other.#at)
    const [kind, otherKind] = [this.#struct.content, other.#struct.content]
    if (kind === otherKind && sameBytes(one, two)) return true
    return sameValue(valueIn(one, kind), valueIn(two, otherKind))
  }

  #agreesOnSingle(other: ContentCursor): boolean {
    const kind = this.#struct.content
    if (kind !== other.#struct.content) return false
    if (kind !== contents.embed && kind !== contents.format) return false
    const reader = new Reader(this.#reader.bytes, this.#struct.contentFrom, this.#next)
    const otherReader = new Reader(other.#reader.bytes, other.#struct.contentFrom, other.#next)
    if (kind === contents.format && reader.string() !== otherReader.string()) return false
    return sameValue(jsonIn(reader), jsonIn(otherReader))
  }

  #passValue(): void {
    const reader = this.#reader
    reader.at = this.#at
    if (this.#struct.content === contents.json) reader.skip(reader.varUint())
    else readAny(reader, 1)
    this.#at = reader.at
  }

  #passUnits(count: number): void {
    let left = count
    if (left > 0 && this.#lowHalf !== 0) {
      this.#lowHalf = 0
      left--
    }
    const { bytes } = this.#reader
    let at = this.#at
    while (left > 1) {
      const first = bytes[at] ?? 0
      at += first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
      left -= first < 0xf0 ? 1 : 2
    }
    this.#at = at
    if (left > 0) this.#unit()
  }

  /** The next UTF-16 unit. */
  #unit(): number {
    const low = this.#lowHalf
    if (low !== 0) {
      this.#lowHalf = 0
      return low
    }
    const { bytes } = this.#reader
    const first = bytes[this.#at++] ?? 0
    if (first < 0x80) return first
    const second = (bytes[this.#at++] ?? 0) & 0x3f
    if (first < 0xe0) return ((first & 0x1f) << 6) | second
    const third = (bytes[this.#at++] ?? 0) & 0x3f
    if (first < 0xf0) return ((first & 0x0f) << 12) | (second << 6) | third
    const point = ((first & 0x07) << 18) | (second << 12) | (third << 6) | ((bytes[this.#at++] ?? 0) & 0x3f)
    this.#lowHalf = 0xdc00 | (point & 0x3ff)
    return 0xd800 | ((point - 0x10000) >> 10)
  }
}

const nothing = new Uint8Array(0)

/** Yjs writes U+FFFD for both halves of a pair that was cut. */
const sameUnit = (one: number, other: number): boolean =>
  one === other || (one === replacement && isHalf(other)) || (other === replacement && isHalf(one))
const replacement = 0xfffd
const isHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}

const valueIn = (bytes: Uint8Array, kind: number): unknown =>
  kind === contents.json ? jsonIn(new Reader(bytes)) : decoding.readAny(decoding.createDecoder(bytes))

const jsonIn = (reader: Reader): unknown => {
  const text = reader.string()
  return text === 'undefined' ? undefined : (JSON.parse(text) as unknown)
}

/** Who encodes a value anew may order its keys and write its numbers in another way. */
const sameValue = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (typeof one === 'number' || typeof other === 'number')
    return Number(one) === Number(other) || (Number.isNaN(one) && Number.isNaN(other))
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (one instanceof Uint8Array || other instanceof Uint8Array)
    return one instanceof Uint8Array && other instanceof Uint8Array && sameBytes(one, other)
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) => Object.hasOwn(other, key) && sameValue(Reflect.get(one, key), Reflect.get(other, key)),
    )
  )
}
