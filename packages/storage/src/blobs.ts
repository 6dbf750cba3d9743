import type { ReadableStream } from 'node:stream/web'

/**
 * The bytes of files, each once under their SHA-256 in hex. What lies there never changes, so whoever reads needs no
 * lock.
 */
export interface Blobs {
  /** A folder of this machine where what arrives is written until it is whole. Emptied when the store is opened. */
  readonly drafts: string
  /**
   * Takes in a draft whose bytes have this hash; the draft is gone afterwards. It survives power loss when this
   * resolves. What was there already stays. When this rejects the draft is still there.
   */
  keep(hash: string, draft: string): Promise<void>
  /** The bytes from `first` to before `end`, as they are asked for; null when there are none of this hash. */
  read(hash: string, first: number, end: number): Promise<ReadableStream<Uint8Array> | null>
  /** Nothing of this hash is left. */
  remove(hash: string): Promise<void>
  /** All hashes there are. */
  list(): AsyncIterable<string>
}

/** True for what can be the name of some bytes. */
export const isHash = (name: string): boolean => /^[0-9a-f]{64}$/.test(name)
