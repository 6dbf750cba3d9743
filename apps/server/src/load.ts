import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Clock } from '@quire/sync/clock'

/** How busy the process was since the last look. */
export interface Reading {
  /** Of its event loop, in ms, 99th percentile. */
  readonly delay: number
  /** How much of a core it used: 1 is all of one. */
  readonly work: number
  /** In bytes. */
  readonly heap: number
  readonly heapLimit: number
  /** Resident memory, in bytes, and what of it JavaScript holds: its heap and the buffers outside of it. */
  readonly resident: number
  readonly held: number
}

/** Looks at the process. */
export interface Gauge {
  read(): Reading
  close(): void
}

/** How often the event loop is looked at, in ms. Each time wakes an idle process. */
const resolution = 100

/** The process that this is. */
export const processGauge = (): Gauge => {
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  let used = process.cpuUsage()
  let at = performance.now()
  return {
    read: () => {
      const { user, system } = process.cpuUsage(used)
      const passed = performance.now() - at
      used = process.cpuUsage()
      at += passed
      const delay = Math.max(histogram.percentile(99) / 1e6 - resolution, 0)
      histogram.reset()
      const { used_heap_size: heap, heap_size_limit: heapLimit, external_memory } = getHeapStatistics()
      const held = heap + external_memory
      const resident = process.memoryUsage.rss()
      const work = (user + system) / 1000 / passed
      return { delay: Number.isFinite(delay) ? delay : 0, work, heap, heapLimit, resident, held }
    },
    close: () => void histogram.disable(),
  }
}

const span = 3 // seconds
// a start is all delay, and sending people away would only put it off
const warmUp = 10_000
const workMarks = { high: 0.5, low: 0.25 }
const heapMarks = { high: 0.75, low: 0.65 }
const residentMarks = { high: 0.85, low: 0.75 }
/** Of the memory limit. What is resident and held by nobody is what the allocator keeps for the next who needs it. */
const heldMark = 0.4

/**
 * Whether the process has more to do than it can. It has after three seconds above a mark, and no more after three
 * below a lower one: in between it stays what it was, so that it does not waver. Its first ten seconds count as one.
 * A process that is late without working much is kept from it by others on the machine: fewer people would not help.
 */
export class Load {
  readonly #gauge: Gauge
  readonly #delay: number
  readonly #memory: number
  readonly #clock: Clock
  #callOff: () => void
  #above = 0
  #below = 0
  #over = false
  #last: Reading = { delay: 0, work: 0, heap: 0, heapLimit: 1, resident: 0, held: 0 }

  /**
   * `delay`: the higher mark of the event loop's delay, in ms. The lower one is half of it. `memory`: what the process
   * may take, in bytes.
   */
  constructor(
    gauge: Gauge,
    { delay, memory }: { readonly delay: number; readonly memory: number },
    clock: Clock,
  ) {
    this.#gauge = gauge
    this.#delay = delay
    this.#memory = memory
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
    const { delay, work, heap, heapLimit, resident, held } = this.#last
    const late = delay > this.#delay && work > workMarks.high
    const isHeld = held > heldMark * this.#memory
    const full = isHeld && resident > residentMarks.high * this.#memory
    const above = late || full || heap > heapMarks.high * heapLimit
    const inTime = delay < this.#delay / 2 || work < workMarks.low
    const roomy = !isHeld || resident < residentMarks.low * this.#memory
    const below = inTime && roomy && heap < heapMarks.low * heapLimit
    this.#above = above ? this.#above + 1 : 0
    this.#below = below ? this.#below + 1 : 0
    if (this.#above >= span) this.#over = true
    if (this.#below >= span) this.#over = false
  }
}
