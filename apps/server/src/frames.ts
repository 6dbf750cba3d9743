/** Lists that make up more than this are framed one message at a time: copying them would cost more than it saves. */
export const mostBytes = 64 * 1024

/**
 * Binary messages as WebSocket frames of a server, laid back to back in one buffer (RFC 6455 section 5.2: final and
 * unmasked, so they are the same for every reader). A flush sends one list to everybody: the buffer of the list
 * asked for last is kept. One write of a ready buffer costs a third less than `ws` making and writing two for each
 * message, and what costs is the write, not the frames in it.
 */
export class Frames {
  #list: readonly Uint8Array[] | null = null
  #frames: Uint8Array = Buffer.alloc(0)

  /** The frames of a list that is not changed afterwards. */
  of(messages: readonly Uint8Array[]): Uint8Array {
    if (messages === this.#list) return this.#frames
    this.#list = messages
    return (this.#frames = lay(messages))
  }
}

const finalBinary = 0x82

const lay = (messages: readonly Uint8Array[]): Uint8Array => {
  let size = 0
  for (const { length } of messages) size += length + (length < 126 ? 2 : length < 65_536 ? 4 : 10)
  const frames = Buffer.allocUnsafe(size)
  let at = 0
  for (const message of messages) {
    const { length } = message
    frames[at++] = finalBinary
    if (length < 126) frames[at++] = length
    else if (length < 65_536) {
      frames[at++] = 126
      at = frames.writeUInt16BE(length, at)
    } else {
      frames[at++] = 127
      at = frames.writeBigUInt64BE(BigInt(length), at)
    }
    frames.set(message, at)
    at += length
  }
  return frames
}
