const step = 0.05 // ms
const steps = 400_000

/** How long many things took, in ms, in little memory: exact to 0.05 ms, up to 20 s. */
export class Latencies {
  readonly #counts = new Uint32Array(steps)
  count = 0

  add(ms: number): void {
    const at = Math.min(steps - 1, Math.max(0, Math.floor(ms / step)))
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.count++
  }

  clear(): void {
    this.#counts.fill(0)
    this.count = 0
  }

  /** What a part of them, for example 0.99, did not exceed. */
  percentile(part: number): number {
    let left = this.count * part
    for (let at = 0; at < steps; at++) if ((left -= this.#counts[at] ?? 0) <= 0) return (at + 1) * step
    return Number.NaN
  }
}
