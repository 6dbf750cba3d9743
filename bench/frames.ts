/**
 * One binary frame as a client must send it. Its mask is zero, so that the payload lies in it as it is; the server
 * unmasks it like any other.
 */
export const frame = (payload: Uint8Array, opcode = 2): Buffer => {
  const { length } = payload
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const head = Buffer.alloc(6 + size)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (size === 0 ? length : size === 2 ? 126 : 127)
  if (size === 2) head.writeUInt16BE(length, 2)
  if (size === 8) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

/** Told of each frame. The bytes from `start` to `end` are only its own until this returns. */
export type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void

/** Takes a server's frames out of what a socket reads, whatever the cuts. A frame that lies in one read is not copied. */
export class Frames {
  readonly #heard: OnFrame
  /** The beginning of a head that is not complete. */
  #head: Buffer | null = null
  /** A payload that is not complete, and how much of it is there. */
  #payload: Buffer | null = null
  #filled = 0
  #opcode = 0

  constructor(heard: OnFrame) {
    this.#heard = heard
  }

  read(bytes: Buffer): void {
    let at = 0
    if (this.#payload !== null) {
      at = Math.min(this.#payload.length - this.#filled, bytes.length)
      bytes.copy(this.#payload, this.#filled, 0, at)
      this.#filled += at
      if (this.#filled < this.#payload.length) return
      const payload = this.#payload
      this.#payload = null
      this.#heard(this.#opcode, payload, 0, payload.length)
    } else if (this.#head !== null) {
      bytes = Buffer.concat([this.#head, bytes])
      this.#head = null
    }
    const { length } = bytes
    while (at < length) {
      const start = this.#start(bytes, at)
      if (start > length || start === -1) {
        this.#head = Buffer.from(bytes.subarray(at))
        return
      }
      const opcode = (bytes[at] ?? 0) & 15
      const end = start + this.#length(bytes, at)
      if (end > length) {
        this.#opcode = opcode
        this.#payload = Buffer.allocUnsafe(end - start)
        this.#filled = bytes.copy(this.#payload, 0, start)
        return
      }
      this.#heard(opcode, bytes, start, end)
      at = end
    }
  }

  /** Where the payload of the frame at `at` begins; -1 when that is not known yet. */
  #start(bytes: Buffer, at: number): number {
    const second = bytes[at + 1]
    if (second === undefined) return -1
    return at + (second < 126 ? 2 : second === 126 ? 4 : 10)
  }

  #length(bytes: Buffer, at: number): number {
    if (((bytes[at] ?? 0) & 0x80) === 0) throw new Error('The server fragments its messages.')
    const short = bytes[at + 1] ?? 0
    if (short < 126) return short
    return short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
  }
}
