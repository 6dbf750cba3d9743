import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'

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

/** A room's name as it may stand in a log: whoever has the whole of it may come in. */
export const shown = (room: string): string => (room.length > 6 ? `${room.slice(0, 6)}…` : room)
