/** One of the goals, and how far it was reached. */
export interface Goal {
  readonly what: string
  readonly goal: string
  /** Null when nothing could be measured. */
  readonly measured: number | null
  /** What `measured` is to be: at most this, or at least when `atLeast` is set. */
  readonly limit: number
  readonly atLeast?: boolean
  readonly unit: string
}

/** What a benchmark found, beside what was predicted. */
export interface Result {
  readonly name: string
  readonly prediction: string
  /** Above the columns; without it there are two, what and how much. */
  readonly head?: readonly string[]
  /** What was measured, and how much it was. */
  readonly rows: readonly (readonly string[])[]
  /** True when the prediction held. */
  readonly holds: boolean
  /** What the reader must know to read the figures. */
  readonly notes?: readonly string[]
  readonly goals?: readonly Goal[]
  /** What a profile shows in the way of the goals; told when one is missed. */
  readonly obstacle?: string
}

/** True when a goal was reached; false also when it could not be measured. */
export const reached = ({ measured, limit, atLeast }: Goal): boolean =>
  measured !== null && (atLeast === true ? measured >= limit : measured <= limit)
