import { encodeUtf8 } from 'lib0/string'
import { SyncError } from './error.ts'
import type { Known, News, Range } from './known.ts'
import { Reader } from './reader.ts'

/**
 * Is this update fit to keep? It is read where it lies, within its own bytes, and nothing is built: Yjs would
 * allocate by counts it is told, create root types while decoding, and stop half-way through a damaged update.
 * The grammar is Yjs' update encoding v1.
 *
 * - `new`: adds something, and everything that it refers to is known or comes with it.
 * - `old`: adds nothing. Every reconnecting client sends its whole delete set again.
 * - `gap`: continues something that the room lacks. It is asked for, not kept: Yjs would store it as pending,
 *   unseen and at quadratic cost.
 * - an error: no honest client of this encoding makes such bytes.
 */
export type Verdict =
  | ({ readonly type: 'new' } & News)
  | { readonly type: 'old' }
  | { readonly type: 'gap' }
  | SyncError

/** Judges an update against what the room has. Changes nothing. Linear in the size of the update. */
export const inspect = (update: Uint8Array, known: Known): Verdict => {
  const reader = new Reader(update)
  const reading: Reading = { structs: [], deletes: [], open: [], holes: false }
  readStructs(reader, known, reading)
  readDeletes(reader, reading)
  if (!reader.done) return new SyncError('bad-bytes', `update of ${update.length} bytes does not decode`)
  const { structs, deletes } = reading
  if (hasDouble(structs)) return new SyncError('bad-bytes', 'a client id heads two blocks')
  if (reading.holes || structs.some((range) => range.from > known.clock(range.client))) return { type: 'gap' }
  const brought = new Map(structs.map((range) => [range.client, range.to]))
  const comes = (client: number, clock: number) =>
    clock < known.clock(client) || clock < (brought.get(client) ?? 0)
  if (reading.open.some((id) => !comes(id.client, id.clock))) return { type: 'gap' }
  if (deletes.some((range) => !comes(range.client, range.to - 1))) return { type: 'gap' }
  const old =
    structs.every((range) => range.to <= known.clock(range.client)) &&
    deletes.every((range) => known.isDeleted(range))
  return old ? { type: 'old' } : { type: 'new', structs, deletes }
}

interface Reading {
  readonly structs: Range[]
  readonly deletes: Range[]
  /** Structs that were referred to before they were known. */
  readonly open: { client: number; clock: number }[]
  /** A Skip was read: the sender itself waits for something. */
  holes: boolean
}

/** Clocks stay below this, far from where a number loses its last digit. */
const maxClock = 2 ** 32
/** `any` values may nest this deep; a reader of them calls itself. */
const maxDepth = 100

const readStructs = (reader: Reader, known: Known, reading: Reading): void => {
  const blocks = reader.varUint()
  for (let block = 0; block < blocks && reader.ok; block++) {
    const count = reader.varUint()
    const client = reader.varUint()
    const from = reader.varUint()
    let clock = from
    const refer = () => {
      const id = { client: reader.varUint(), clock: reader.varUint() }
      const own = id.client === client && id.clock < clock && id.clock >= from
      if (!own && id.clock >= known.clock(id.client)) reading.open.push(id)
    }
    for (let index = 0; index < count && reader.ok; index++) {
      const info = reader.byte()
      const length = readStruct(reader, info, refer, reading)
      if (length < 1) reader.fail()
      clock += length
      if (clock > maxClock) reader.fail()
    }
    if (clock === from) reader.fail()
    reading.structs.push({ client, from, to: clock })
  }
}

/** Returns how many clocks the struct takes; less than 1 when it is not one. */
const readStruct = (reader: Reader, info: number, refer: () => void, reading: Reading): number => {
  const kind = info & 0x1f
  if (kind === 0) return reader.varUint()
  if (kind === 10) {
    reading.holes = true
    return reader.varUint()
  }
  if ((info & 0x80) !== 0) refer()
  if ((info & 0x40) !== 0) refer()
  if ((info & 0xc0) === 0) {
    const named = reader.varUint()
    if (named === 1) reader.text()
    else if (named === 0) refer()
    else return reader.fail()
    if ((info & 0x20) !== 0) reader.text()
  }
  switch (kind) {
    case 1: // deleted
      return reader.varUint()
    case 2: // JSON
      return repeat(reader, () => {
        if (!readUndefined(reader)) reader.json()
      })
    case 3: // binary
      reader.buffer()
      return 1
    case 4: // string
      return reader.text()
    case 5: // embed
      reader.json()
      return 1
    case 6: // format
      reader.text()
      reader.json()
      return 1
    case 7: {
      const type = reader.varUint()
      if (type === 3) reader.text()
      else if (type > 6 || type === 5) reader.fail() // 5 is a hook: code by name
      return 1
    }
    case 8: // any
      return repeat(reader, () => readAny(reader, 1))
    default: // 9 is a subdocument; 11 and up are nothing
      return reader.fail()
  }
}

const repeat = (reader: Reader, read: () => void): number => {
  const count = reader.varUint()
  for (let index = 0; index < count && reader.ok; index++) read()
  return count
}

/** Passes over the word `undefined`, which Yjs writes where JSON has no word. */
const readUndefined = (reader: Reader): boolean => {
  const { at } = reader
  const { length } = undefinedBytes
  for (let index = 0; index < length; index++) {
    if (reader.bytes[at + index] !== undefinedBytes[index] || at + index >= reader.end) return false
  }
  reader.at = at + length
  return true
}

const undefinedBytes = [9, ...encodeUtf8('undefined')]

/** lib0's `any`: one tag byte, then the value. */
const readAny = (reader: Reader, depth: number): void => {
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
        reader.text()
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

const readDeletes = (reader: Reader, reading: Reading): void => {
  const clients = reader.varUint()
  for (let index = 0; index < clients && reader.ok; index++) {
    const client = reader.varUint()
    repeat(reader, () => {
      const from = reader.varUint()
      const to = from + reader.varUint()
      if (to === from || to > maxClock) reader.fail()
      reading.deletes.push({ client, from, to })
    })
  }
}

const hasDouble = (structs: readonly Range[]): boolean => {
  if (structs.length < 2) return false
  return new Set(structs.map((range) => range.client)).size < structs.length
}
