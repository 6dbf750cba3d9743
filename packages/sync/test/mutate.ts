import * as encoding from 'lib0/encoding'
import type { Chance } from './edits.ts'

/** Numbers that break those who believe them. */
const numbers = [0, 1, 2, 127, 128, 16_383, 65_536, 30_000_000, 2 ** 31, 2 ** 32, 2 ** 53 - 1]

const varUint = (value: number): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, value)
  return encoding.toUint8Array(encoder)
}

const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** Where the number that covers a byte ends. */
const numberEnd = (bytes: Uint8Array, at: number): number => {
  let end = at
  while (end < bytes.length - 1 && (bytes[end] ?? 0) >= 128) end++
  return end + 1
}

/**
 * Bytes that are almost like these: bits turned, pieces cut, doubled, swapped, or taken from `other`, and numbers
 * in the place of numbers: counts, clocks, kinds, lengths.
 */
export const mutate = (bytes: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array => {
  const at = chance(Math.max(1, bytes.length))
  const to = at + 1 + chance(Math.max(1, Math.min(12, bytes.length - at)))
  switch (chance(11)) {
    case 0:
      return concat(
        bytes.subarray(0, at),
        Uint8Array.of((bytes[at] ?? 0) ^ (1 << chance(8))),
        bytes.subarray(at + 1),
      )
    case 1:
      return concat(bytes.subarray(0, at), Uint8Array.of(chance(256)), bytes.subarray(at + 1))
    case 2:
      return bytes.slice(0, at)
    case 3:
      return concat(bytes.subarray(0, at), bytes.subarray(to))
    case 4:
      return concat(bytes.subarray(0, to), bytes.subarray(at))
    case 5:
    case 6: // the heads of an update and of its blocks stand near its beginning
    case 7: {
      const near = chance(2) === 0 ? chance(Math.min(12, bytes.length)) : at
      const number = numbers[chance(numbers.length)] ?? 0
      return concat(bytes.subarray(0, near), varUint(number), bytes.subarray(numberEnd(bytes, near)))
    }
    case 8: {
      const near = chance(Math.min(24, bytes.length))
      const more = (bytes[near] ?? 0) + (chance(2) === 0 ? 1 : -1)
      return concat(bytes.subarray(0, near), Uint8Array.of(more), bytes.subarray(near + 1))
    }
    case 9:
      return concat(bytes.subarray(0, at), other.subarray(chance(Math.max(1, other.length))))
    default:
      return concat(
        bytes.subarray(0, at),
        other.subarray(0, chance(Math.max(1, other.length))),
        bytes.subarray(to),
      )
  }
}
