import { decodeUtf8, encodeUtf8 } from 'lib0/string'

/**
 * A cursor over bytes that somebody sent. It never reads past its end, never allocates by a length it was told,
 * and never throws: after the first mistake `ok` is false for good and every read returns 0 or nothing.
 * Encodings are lib0's.
 */
export class Reader {
  readonly bytes: Uint8Array
  at: number
  readonly end: number
  ok = true
  /** Where the bytes of the last text begin. */
  textFrom = 0

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.bytes = bytes
    this.at = from
    this.end = to
  }

  /** True when everything was read without a mistake. */
  get done(): boolean {
    return this.ok && this.at === this.end
  }

  /** Notes a mistake. */
  fail(): 0 {
    this.ok = false
    this.at = this.end
    return 0
  }

  byte(): number {
    return this.at < this.end ? (this.bytes[this.at++] ?? 0) : this.fail()
  }

  /** At most 2^53 - 1, in at most 8 bytes. */
  varUint(): number {
    let value = 0
    // as long as it fits, in the integers that a processor has: most numbers are small, and they cost no memory
    for (let shift = 0; shift < 28; shift += 7) {
      if (this.at >= this.end) return this.fail()
      const byte = this.bytes[this.at++] ?? 0
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    for (let scale = 2 ** 28; scale <= 2 ** 49; scale *= 128) {
      if (this.at >= this.end) return this.fail()
      const byte = this.bytes[this.at++] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : this.fail()
    }
    return this.fail()
  }

  /** Passes over so many numbers. */
  skipVarUints(count: number): void {
    let left = count
    while (left > 0 && this.at < this.end) if ((this.bytes[this.at++] ?? 0) < 0x80) left--
    if (left > 0) this.fail()
  }

  /** Passes over `length` bytes. */
  skip(length: number): void {
    if (length > this.end - this.at) this.fail()
    else this.at += length
  }

  /** A length, then so many bytes: a view of them. */
  buffer(): Uint8Array {
    const length = this.varUint()
    const from = this.at
    this.skip(length)
    return this.ok ? this.bytes.subarray(from, this.at) : nothing
  }

  /** A length, then so many bytes of UTF-8: how many UTF-16 units they hold, which is what Yjs clocks count. */
  text(): number {
    const length = this.varUint()
    const from = (this.textFrom = this.at)
    this.skip(length)
    if (!this.ok) return 0
    const units = utf16Length(this.bytes, from, this.at)
    return units < 0 ? this.fail() : units
  }

  /** A length, then so many bytes of UTF-8, as a string. */
  string(): string {
    this.text()
    return this.ok ? decodeUtf8(this.bytes.subarray(this.textFrom, this.at)) : ''
  }

  /** A length, then so many bytes of UTF-8 that are one JSON value. */
  json(): void {
    const length = this.varUint()
    const from = this.at
    this.skip(length)
    if (!this.ok) return
    if (utf16Length(this.bytes, from, this.at) < 0 || !isJson(this.bytes, from, this.at)) this.fail()
  }
}

const nothing = new Uint8Array(0)

/** UTF-16 units in strict UTF-8 (RFC 3629), or -1 when it is not that. */
export const utf16Length = (bytes: Uint8Array, from: number, to: number): number => {
  let units = 0
  let at = from
  while (at < to) {
    const start = at
    while (at < to && (bytes[at] ?? 0) < 0x80) at++
    units += at - start
    if (at === to) break
    const first = bytes[at] ?? 0
    const more = first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1
    if (more < 0 || at + more >= to) return -1
    const second = bytes[at + 1] ?? 0
    // the second byte alone decides whether the form is overlong, a surrogate or beyond U+10FFFF
    const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
    const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
    if (second < least || second > most) return -1
    for (let next = 2; next <= more; next++) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return -1
    at += more + 1
    units += more === 3 ? 2 : 1
  }
  return units
}

const maxDepth = 100

/** True when these bytes of valid UTF-8 are one JSON value (RFC 8259), nested at most 100 deep. Builds nothing. */
export const isJson = (bytes: Uint8Array, from: number, to: number): boolean => {
  let at = from
  const blank = () => {
    while (at < to && (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 10 || bytes[at] === 13)) at++
  }
  const word = (letters: string): boolean => {
    for (let index = 0; index < letters.length; index++) {
      if (at >= to || bytes[at++] !== letters.charCodeAt(index)) return false
    }
    return true
  }
  const digits = (): boolean => {
    const start = at
    while (at < to && (bytes[at] ?? 0) >= 48 && (bytes[at] ?? 0) <= 57) at++
    return at > start
  }
  const number = (): boolean => {
    if (bytes[at] === minus) at++
    if (at < to && bytes[at] === 48) at++
    else if (!digits()) return false
    if (at < to && bytes[at] === dot) {
      at++
      if (!digits()) return false
    }
    if (at < to && (bytes[at] === 69 || bytes[at] === 101)) {
      at++
      if (at < to && (bytes[at] === 43 || bytes[at] === minus)) at++
      if (!digits()) return false
    }
    return true
  }
  const string = (): boolean => {
    if (at >= to || bytes[at++] !== quote) return false
    while (at < to) {
      const byte = bytes[at++] ?? 0
      if (byte === quote) return true
      if (byte < 32) return false
      if (byte !== backslash) continue
      const escape = bytes[at++] ?? 0
      if (escape === 117) {
        if (at + 4 > to) return false
        for (let index = 0; index < 4; index++) if (!isHex(bytes[at++] ?? 0)) return false
      } else if (!escapes.includes(escape)) return false
    }
    return false
  }
  const list = (close: number, item: () => boolean): boolean => {
    at++
    blank()
    if (at < to && bytes[at] === close) return ++at <= to
    for (;;) {
      if (!item()) return false
      blank()
      if (at >= to) return false
      const byte = bytes[at++]
      if (byte === close) return true
      if (byte !== comma) return false
    }
  }
  const value = (depth: number): boolean => {
    blank()
    if (at >= to || depth > maxDepth) return false
    switch (bytes[at] ?? 0) {
      case quote:
        return string()
      case 123:
        return list(125, () => {
          blank()
          if (!string()) return false
          blank()
          return at < to && bytes[at++] === colon && value(depth + 1)
        })
      case 91:
        return list(93, () => value(depth + 1))
      case 116:
        return word('true')
      case 102:
        return word('false')
      case 110:
        return word('null')
      default:
        return number()
    }
  }
  if (!value(1)) return false
  blank()
  return at === to
}

const quote = 34
const comma = 44
const minus = 45
const dot = 46
const colon = 58
const backslash = 92
const escapes = encodeUtf8('"\\/bfnrt')
const isHex = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102)
