/** Many byte strings as one, so that a message between threads carries one buffer whatever they are views of. */
export interface Pack {
  readonly lengths: readonly number[]
  readonly bytes: Uint8Array
}

/** Copies the parts into one buffer. */
export const pack = (parts: readonly Uint8Array[]): Pack => {
  const lengths = parts.map((part) => part.length)
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return { lengths, bytes }
}

/** The parts again, as views of the one buffer. */
export const unpack = ({ lengths, bytes }: Pack): Uint8Array[] => {
  let at = 0
  return lengths.map((length) => bytes.subarray(at, (at += length)))
}

/** True when both hold the same bytes. */
export const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index])
