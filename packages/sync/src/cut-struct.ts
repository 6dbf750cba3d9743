import * as encoding from 'lib0/encoding'
import { Reader } from './reader.ts'
import { readValue, Struct } from './struct.ts'

/** A run of clocks of one struct, as a struct of its own. */
export interface Slice {
  readonly clock: number
  /** How many clocks it takes. */
  readonly length: number
  /** An update that holds this slice and no deletions. */
  readonly build: () => Uint8Array
}

const kinds = { json: 2, string: 4, any: 8 } as const
const hasOrigin = 0x80
const hasRight = 0x40
const hasKey = 0x20

/**
 * Cuts one struct of an encoded update, which lies from `from` to `to`, into slices of about `maxBytes`, as Yjs itself
 * splits an item: each slice but the first has the last clock before it as its origin, and the struct's right origin.
 * Text is cut between code points, never inside a surrogate pair; JSON and `any` arrays between their elements. Null
 * for a struct that is one value, and for one under a key, where the later slice would replace the earlier. Linear; a
 * slice is looked for only when it is asked for.
 */
export const cutStruct = (
  bytes: Uint8Array,
  { client, clock, from, to }: { client: number; clock: number; from: number; to: number },
  maxBytes: number,
): Generator<Slice> | null => {
  const info = bytes[from] ?? 0
  const kind = info & 0x1f
  const keyed = (info & (hasOrigin | hasRight)) === 0 && (info & hasKey) !== 0
  if (keyed || (kind !== kinds.json && kind !== kinds.string && kind !== kinds.any)) return null
  const struct = new Struct()
  const reader = new Reader(bytes, from, to)
  struct.readHead(reader)
  const headTo = reader.at
  const count = reader.varUint() // bytes of a text, elements of an array
  const right = (info & hasRight) !== 0 ? [struct.rightClient, struct.rightClock] : []
  const build = (at: number, units: number, start: number, end: number) => (): Uint8Array => {
    const encoder = encoding.createEncoder()
    const write = (...numbers: readonly number[]): void => {
      for (const number of numbers) encoding.writeVarUint(encoder, number)
    }
    write(1, 1, client, at) // one client with one struct
    if (at === clock) encoding.writeUint8Array(encoder, bytes.subarray(from, headTo))
    else {
      encoding.writeUint8(encoder, kind | hasOrigin | (info & hasRight))
      write(client, at - 1, ...right)
    }
    write(kind === kinds.string ? end - start : units)
    encoding.writeUint8Array(encoder, bytes.subarray(start, end))
    write(0) // no deletions
    return encoding.toUint8Array(encoder)
  }
  const slices = function* (): Generator<Slice> {
    let at = clock
    let left = count
    while (reader.at < to && reader.ok) {
      const start = reader.at
      let units = 0
      if (kind === kinds.string) {
        const end = endOfText(bytes, start, Math.min(start + maxBytes, to), to)
        units = unitsOf(bytes, start, end)
        reader.at = end
      } else {
        do {
          readValue(reader, kind)
          units++
        } while (--left > 0 && reader.ok && reader.at - start < maxBytes)
      }
      yield { clock: at, length: units, build: build(at, units, start, reader.at) }
      at += units
    }
  }
  return slices()
}

const isInside = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** The nearest end of a code point at or before `end`; `to` is the end of the text. */
const endOfText = (bytes: Uint8Array, from: number, end: number, to: number): number => {
  if (end >= to) return to
  let at = end
  while (at > from && isInside(bytes[at])) at--
  return at > from ? at : to
}

/** UTF-16 units of well-formed UTF-8: one for each code point, two where it takes four bytes. */
const unitsOf = (bytes: Uint8Array, from: number, to: number): number => {
  let units = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1
  }
  return units
}
