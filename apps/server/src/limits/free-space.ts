import { statfs } from 'node:fs/promises'
import type { Clock } from '@quire/sync/clock'

/** Tells how much the disk of a folder can still take. */
export type ReadFreeSpace = (folder: string) => Promise<number>

const readFreeSpace: ReadFreeSpace = async (folder) => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Free space is asked for anew after this many ms; a disk that does not answer by then keeps its last value. */
const maxAge = 1_000

/**
 * How many bytes may still be written on the disk of a folder by this user. The system is asked once a second at most.
 * Where it cannot tell, there is room.
 */
export class FreeSpace {
  readonly #folder: string
  readonly #clock: Clock
  readonly #read: ReadFreeSpace
  #known = Number.POSITIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY
  #asking: Promise<void> = Promise.resolve()

  constructor(folder: string, clock: Clock, read: ReadFreeSpace = readFreeSpace) {
    this.#folder = folder
    this.#clock = clock
    this.#read = read
  }

  /** As known now; nothing is asked. */
  get known(): number {
    return this.#known
  }

  /** As known a second ago at most, unless the disk does not answer. */
  async bytes(): Promise<number> {
    const now = this.#clock.now()
    if (now - this.#askedAt >= maxAge) {
      this.#askedAt = now
      const answered = this.#read(this.#folder).then(
        (bytes) => void (this.#known = bytes),
        () => void (this.#known = Number.POSITIVE_INFINITY),
      )
      const late = Promise.withResolvers<void>()
      const cancel = this.#clock.after(maxAge, late.resolve)
      this.#asking = Promise.race([answered, late.promise]).finally(cancel)
    }
    await this.#asking
    return this.#known
  }
}
