import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'
import type { Metrics } from './metrics.ts'

/**
 * The server's log, one JSON object per line. No document text, cookie, query string or whole document id is
 * ever given to it.
 */
export const createLog = (level: string, to: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    to,
  )

/**
 * The standard output as the log's. It is not `sync`, and holds at most 1 MiB: a reader of the log that hangs neither
 * blocks the server nor fills its memory. Lines for which there is no room are dropped and counted.
 */
export const openOutput = (metrics: Metrics) => {
  process.stdout.on('error', () => {}) // whoever read the output is gone; that is no reason to stop
  const output = pino.destination({ dest: 1, sync: false, maxLength: 1024 * 1024 })
  return output.on('drop', () => metrics.lineDropped())
}

/** A room's name as it may stand in a log: whoever has the whole of it may come in. */
export const shown = (room: string): string => (room.length > 6 ? `${room.slice(0, 6)}…` : room)

const most = 20
const span = 60_000

/**
 * Lines that clients can cause. Of each sentence at most twenty stand in the log in a minute; the first one after
 * that says how many were left out. What was left out is still counted in the metrics.
 */
export class Sparing {
  readonly #log: Logger
  readonly #now: () => number
  readonly #said = new Map<string, { since: number; lines: number }>()

  constructor(log: Logger, now: () => number) {
    this.#log = log
    this.#now = now
  }

  /** `sentence` is fixed in the program: what differs stands in `facts`. */
  say(level: 'info' | 'warn' | 'error', facts: Record<string, unknown>, sentence: string): void {
    const now = this.#now()
    const said = this.#said.get(sentence) ?? { since: now, lines: 0 }
    this.#said.set(sentence, said)
    const fresh = now - said.since >= span
    const leftOut = fresh ? Math.max(0, said.lines - most) : 0
    if (fresh) Object.assign(said, { since: now, lines: 0 })
    if (++said.lines > most) return
    this.#log[level](leftOut === 0 ? facts : { ...facts, leftOut }, sentence)
  }
}
