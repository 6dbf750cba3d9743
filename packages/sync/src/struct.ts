import { encodeUtf8 } from 'lib0/string'
import type { Reader } from './reader.ts'

/** Numbers of the kinds of content. */
export const contents = {
  collected: 0,
  deleted: 1,
  json: 2,
  binary: 3,
  text: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
  hole: 10,
} as const

/** `any` values may nest this deep; a reader of them calls itself. */
const maxDepth = 100

/**
 * A struct of an update, as far as its shape goes. One object is filled again and again. An id that is not there
 * has the client -1. The grammar is Yjs' update encoding v1.
 */
export class Struct {
  content = 0
  /** How many clocks it takes. */
  length = 0
  originClient = -1
  originClock = 0
  rightClient = -1
  rightClock = 0
  parentClient = -1
  parentClock = 0
  /** Where the name of its root type lies, when it names one; else -1. */
  rootFrom = -1
  rootTo = -1
  /** Where the name of its key lies, when it names one; else -1. */
  keyFrom = -1
  keyTo = -1
  /** Where its content begins; of one that has no neighbours, its length. */
  contentFrom = 0
  /** How many of its values are not read yet. */
  values = 0

  /** Reads the next one; fails the reader when it is none, or none that is allowed. */
  read(reader: Reader, maxValue: number): void {
    this.begin(reader, maxValue)
    if (this.values > 0) this.readValues(reader, maxValue, Number.POSITIVE_INFINITY)
  }

  /** The same, without the values of one that has many: these are read by `readValues`. */
  begin(reader: Reader, maxValue: number): void {
    this.values = 0
    const hasNeighbours = this.readHead(reader)
    if (this.content === contents.json || this.content === contents.any)
      this.length = this.values = reader.varUint()
    else this.length = hasNeighbours ? readContent(reader, this.content, maxValue) : reader.varUint()
    if (this.length < 1) reader.fail()
  }

  /** Reads values, until all are read or the byte `until` is reached. */
  readValues(reader: Reader, maxValue: number, until: number): void {
    const isJson = this.content === contents.json
    for (; this.values > 0 && reader.ok && reader.at < until; this.values--) {
      const from = reader.at
      if (!isJson) readAny(reader, 1)
      else if (!readUndefined(reader)) reader.json()
      if (reader.at - from > maxValue) reader.fail()
    }
    if (!reader.ok) this.values = 0
  }

  /** Reads the kind and the neighbours of the next one, up to its content. False for one that has no neighbours. */
  readHead(reader: Reader): boolean {
    const info = reader.byte()
    this.content = info & 0x1f
    this.originClient = this.rightClient = this.parentClient = this.rootFrom = this.keyFrom = -1
    const hasNeighbours = this.content !== contents.collected && this.content !== contents.hole
    if (hasNeighbours) this.#readNeighbours(reader, info)
    this.contentFrom = reader.at
    return hasNeighbours
  }

  #readNeighbours(reader: Reader, info: number): void {
    if ((info & 0x80) !== 0) {
      this.originClient = reader.varUint()
      this.originClock = reader.varUint()
    }
    if ((info & 0x40) !== 0) {
      this.rightClient = reader.varUint()
      this.rightClock = reader.varUint()
    }
    // a neighbour says where it is, and under which key
    if ((info & 0xc0) !== 0) return
    const named = reader.varUint()
    if (named === 1) {
      reader.text()
      this.rootFrom = reader.textFrom
      this.rootTo = reader.at
    } else if (named === 0) {
      this.parentClient = reader.varUint()
      this.parentClock = reader.varUint()
    } else reader.fail()
    if ((info & 0x20) === 0) return
    readKey(reader)
    this.keyFrom = reader.textFrom
    this.keyTo = reader.at
  }
}

/** Returns how many clocks the content takes; less than 1 when it is none. */
const readContent = (reader: Reader, kind: number, maxValue: number): number => {
  switch (kind) {
    case contents.deleted:
      return reader.varUint()
    case contents.binary:
      reader.buffer()
      return 1
    case contents.text:
      return reader.text()
    case contents.embed:
      readWithin(reader, maxValue, () => reader.json())
      return 1
    case contents.format:
      readKey(reader)
      readWithin(reader, maxValue, () => reader.json())
      return 1
    case contents.type: {
      const type = reader.varUint()
      if (type === 3) reader.text()
      else if (type > 6 || type === 5) reader.fail() // 5 is a hook: code by name
      return 1
    }
    default: // 9 is a subdocument; 11 and up are nothing
      return reader.fail()
  }
}

/** Passes over one element of an array of JSON (2) or of any values (8), however large it is. */
export const readValue = (reader: Reader, kind: number): void => {
  if (kind !== 2) readAny(reader, 1)
  else if (!readUndefined(reader)) reader.json()
}

const repeat = (reader: Reader, read: () => void): number => {
  const count = reader.varUint()
  for (let index = 0; index < count && reader.ok; index++) read()
  return count
}

const readWithin = (reader: Reader, most: number, read: () => void): void => {
  const from = reader.at
  read()
  if (reader.at - from > most) reader.fail()
}

/** A name under which a value is put into an object: one of them would change what the object is. */
const readKey = (reader: Reader): void => {
  const from = reader.at
  reader.text()
  if (reader.at - from === forbidden.length && startsWith(reader.bytes, from, forbidden)) reader.fail()
}

/** Passes over the word `undefined`, which Yjs writes where JSON has no word. */
const readUndefined = (reader: Reader): boolean => {
  const { at } = reader
  if (at + undefinedBytes.length > reader.end || !startsWith(reader.bytes, at, undefinedBytes)) return false
  reader.at = at + undefinedBytes.length
  return true
}

const named = (word: string): readonly number[] => [word.length, ...encodeUtf8(word)]
const undefinedBytes = named('undefined')
const forbidden = named('__proto__')

const startsWith = (bytes: Uint8Array, from: number, word: readonly number[]): boolean => {
  for (let index = 0; index < word.length; index++) if (bytes[from + index] !== word[index]) return false
  return true
}

/** lib0's `any`: one tag byte, then the value. */
export const readAny = (reader: Reader, depth: number): void => {
  if (depth > maxDepth) reader.fail()
  switch (reader.byte()) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return
    case 125: // integer
      return readVarInt(reader)
    case 124: // float32
      return reader.skip(4)
    case 123: // float64
    case 122: // int64
      return reader.skip(8)
    case 119: // string
      reader.text()
      return
    case 118: // object
      repeat(reader, () => {
        readKey(reader)
        readAny(reader, depth + 1)
      })
      return
    case 117: // array
      repeat(reader, () => readAny(reader, depth + 1))
      return
    case 116: // bytes
      reader.buffer()
      return
    default:
      reader.fail()
  }
}

/** Six bits, then seven a byte; lib0 throws beyond 2^53 - 1. */
const readVarInt = (reader: Reader): void => {
  const first = reader.byte()
  if ((first & 0x80) !== 0 && reader.varUint() > 2 ** 47 - 1) reader.fail()
}
