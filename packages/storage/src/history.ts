import { merge } from '@quire/sync/merge'
import type { Sitting } from './store.ts'

/** One row of the log. */
export interface Row {
  readonly position: number
  readonly author: string
  readonly time: number
  readonly update: Uint8Array
}

/** A longer rest ends a sitting, in ms. */
const rest = 30 * 60 * 1000

/**
 * Rows of the log as sittings: neighbours by one author without a rest between them become one. A sitting is an
 * unbroken run of positions, so everything up to its end is a whole document.
 */
export const sittings = (rows: readonly Row[]): Sitting[] => {
  const runs: [Row, ...Row[]][] = []
  for (const row of rows) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    // the clock may jump either way
    if (run && before?.author === row.author && Math.abs(row.time - before.time) <= rest) run.push(row)
    else runs.push([row])
  }
  return runs.map((run) => {
    const [first] = run
    const last = run.at(-1) ?? first
    return {
      first: first.position,
      last: last.position,
      author: first.author,
      since: first.time,
      until: last.time,
      update: merge(run.map(({ update }) => update)),
    }
  })
}
