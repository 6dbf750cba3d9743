/** What is copied into one buffer. A longer message goes as it is, behind its header. */
const mostBytes = 64 * 1024

/**
 * Binary messages as WebSocket frames of a server, laid back to back in few buffers (RFC 6455 section 5.2: final and
 * unmasked, so they are the same for every reader). A flush sends one list to everybody: the buffers of the list
 * asked for last are kept. One write of a ready buffer costs a third less than `ws` making and writing two for each
 * message, and what costs is the write, not the frames in it.
 */
export class Frames {
  #list: readonly Uint8Array[] | null = null
  #buffers: readonly Uint8Array[] = []

  /** The frames of a list that is not changed afterwards, to be written one after the other. */
  of(messages: readonly Uint8Array[]): readonly Uint8Array[] {
    if (messages === this.#list) return this.#buffers
    this.#list = messages
    return (this.#buffers = lay(messages))
  }
}

const finalBinary = 0x82

const lay = (messages: readonly Uint8Array[]): Uint8Array[] => {
  const buffers: Uint8Array[] = []
  let neighbours: Uint8Array[] = []
  let size = 0
  const end = (): void => {
    if (neighbours.length > 0) buffers.push(copied(neighbours, size))
    neighbours = []
    size = 0
  }
  for (const message of messages) {
    const { length } = message
    const framed = length + headerOf(length)
    if (size + framed > mostBytes) end()
    if (framed > mostBytes) {
      const header = Buffer.allocUnsafe(headerOf(length))
      write(header, 0, length)
      buffers.push(header, message)
    } else {
      neighbours.push(message)
      size += framed
    }
  }
  end()
  return buffers
}

const copied = (messages: readonly Uint8Array[], size: number): Uint8Array => {
  const frames = Buffer.allocUnsafe(size)
  let at = 0
  for (const message of messages) {
    at = write(frames, at, message.length)
    frames.set(message, at)
    at += message.length
  }
  return frames
}

const headerOf = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Writes the header of a message of this length. Returns the place behind it. */
const write = (frames: Buffer, at: number, length: number): number => {
  frames[at] = finalBinary
  if (length < 126) {
    frames[at + 1] = length
    return at + 2
  }
  if (length < 65_536) {
    frames[at + 1] = 126
    return frames.writeUInt16BE(length, at + 2)
  }
  frames[at + 1] = 127
  return frames.writeBigUInt64BE(BigInt(length), at + 2)
}
