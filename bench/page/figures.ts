import { median } from '../median.ts'

/** What was measured of one side, each figure as often as it was. */
export class Figures {
  readonly #all = new Map<string, number[]>()

  note(name: string, ...values: readonly number[]): void {
    this.#all.set(name, [...(this.#all.get(name) ?? []), ...values])
  }

  median(name: string): number {
    return median(this.#all.get(name) ?? [])
  }

  /** 95 of a hundred are below. */
  p95(name: string): number {
    const sorted = (this.#all.get(name) ?? []).toSorted((one, other) => one - other)
    return sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN
  }
}
