/** What a benchmark found, beside what was predicted. */
export interface Result {
  readonly name: string
  readonly prediction: string
  /** What was measured, and how much it was. */
  readonly rows: readonly (readonly [string, string])[]
  /** True when the prediction held. */
  readonly holds: boolean
}
