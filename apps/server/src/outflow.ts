const most = 1024 * 1024
const patience = 30_000

/** What a connection's output looks like: bytes not taken by the network, and a figure that changes as they leave. */
export interface Output {
  readonly buffered: number
  readonly progress: number
}

/**
 * Tells a slow reader from one that does not read. Slow is fine, for as long as bytes leave. What is kept for it is
 * bounded by a mebibyte and the largest thing that was sent at once.
 */
export class Outflow {
  #largest = 0
  #progress = -1
  #moved: number

  constructor(now: number) {
    this.#moved = now
  }

  /** True when so much more may be sent. */
  sends(bytes: number, buffered: number, now: number): boolean {
    if (buffered === 0) {
      this.#largest = 0
      this.#moved = now
    }
    if (buffered > most + this.#largest) return false
    this.#largest = Math.max(this.#largest, bytes)
    return true
  }

  /** What has become of the bytes that wait. 'stuck' when none has left for thirty seconds. To be asked now and then. */
  look({ buffered, progress }: Output, now: number): 'idle' | 'moving' | 'standing' | 'stuck' {
    const moving = progress !== this.#progress
    this.#progress = progress
    if (buffered === 0 || moving) this.#moved = now
    if (buffered === 0) return 'idle'
    if (moving) return 'moving'
    return now - this.#moved >= patience ? 'stuck' : 'standing'
  }
}
