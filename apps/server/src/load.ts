import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Clock } from '@quire/sync/clock'

/** How busy the process is: delay of its event loop in ms, 99th percentile since the last look, and its heap. */
export interface Reading {
  readonly delay: number
  readonly heap: number
  readonly heapLimit: number
}

/** Looks at the process. */
export interface Gauge {
  read(): Reading
  close(): void
}

/** The process that this is. */
export const processGauge = (): Gauge => {
  const histogram = monitorEventLoopDelay({ resolution: 10 })
  histogram.enable()
  return {
    read: () => {
      const delay = histogram.percentile(99) / 1e6
      histogram.reset()
      const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics()
      return { delay: Number.isFinite(delay) ? delay : 0, heap, heapLimit }
    },
    close: () => void histogram.disable(),
  }
}

const span = 3 // seconds
// a start is all delay, and sending people away would only put it off
const warmUp = 10_000
const high = { delay: 200, heap: 0.75 }
const low = { delay: 100, heap: 0.65 }

/**
 * Whether the process has more to do than it can. It has after three seconds above a mark, and no more after three
 * below a lower one: in between it stays what it was, so that it does not waver. Its first ten seconds count as one.
 */
export class Load {
  readonly #gauge: Gauge
  readonly #clock: Clock
  #callOff: () => void
  #above = 0
  #below = 0
  #over = false
  #last: Reading = { delay: 0, heap: 0, heapLimit: 1 }

  constructor(gauge: Gauge, clock: Clock) {
    this.#gauge = gauge
    this.#clock = clock
    this.#callOff = clock.after(warmUp, () => this.#look())
  }

  /** True while newcomers should be sent away for a while. */
  get over(): boolean {
    return this.#over
  }

  /** What was measured in the last second. */
  get last(): Reading {
    return this.#last
  }

  close(): void {
    this.#callOff()
    this.#gauge.close()
  }

  #look(): void {
    this.#callOff = this.#clock.after(1000, () => this.#look())
    this.#last = this.#gauge.read()
    const { delay, heap, heapLimit } = this.#last
    this.#above = delay > high.delay || heap > high.heap * heapLimit ? this.#above + 1 : 0
    this.#below = delay < low.delay && heap < low.heap * heapLimit ? this.#below + 1 : 0
    if (this.#above >= span) this.#over = true
    if (this.#below >= span) this.#over = false
  }
}
