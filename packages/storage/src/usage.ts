import type { DatabaseSync } from 'node:sqlite'
import { number } from './row.ts'

/** Bytes stored, as the database keeps count of them: see `migrations/0012-usage.sql` for what counts for whom. */
export interface Usage {
  /** What counts for one person. */
  readonly own: number
  /** What counts for anybody, and for nobody. */
  readonly total: number
}

/** Counts what is in the journal, of updates of 1024 bytes at most, as bytes of their rooms: for when it moves. */
export const countJournal = `UPDATE rooms SET bytes = rooms.bytes + moved.added
  FROM (SELECT room, sum(length(bytes)) AS added FROM journal GROUP BY room) AS moved WHERE rooms.id = moved.room`

/** No longer counts updates of 1024 bytes at most, up to `:last`, of the rooms in a list: for when they are deleted. */
export const uncountUpdates = (rooms: string): string => `UPDATE rooms SET bytes = bytes - (SELECT
  coalesce(sum(length(bytes)), 0) FROM updates WHERE room = rooms.id AND position <= :last AND length(bytes) <= 1024)
  WHERE id IN (${rooms})`

/** Counts all that is stored of the rooms in a list anew. */
export const recountRooms = (rooms: string): string => `UPDATE rooms SET bytes =
  coalesce((SELECT sum(length(bytes)) FROM updates WHERE room = rooms.id), 0)
  + coalesce((SELECT sum(length(bytes)) FROM runs WHERE room = rooms.id), 0)
  + coalesce((SELECT sum(length(state)) FROM bases WHERE room = rooms.id), 0)
  + coalesce((SELECT sum(length(bytes)) FROM history WHERE room = rooms.id), 0)
  WHERE id IN (${rooms})`

/** The statements about how much is stored. */
export const openUsage = (db: DatabaseSync) => {
  const sql = {
    usage: db.prepare(`SELECT coalesce((SELECT bytes FROM usage WHERE owner = ?), 0) AS own, bytes AS total
      FROM total_usage`),
    document: db.prepare(`SELECT
      (SELECT coalesce(sum(bytes), 0) FROM rooms WHERE name = :id)
      - (SELECT coalesce(sum(length(bytes)), 0) FROM history WHERE room = (SELECT id FROM rooms WHERE name = :id))
      + (SELECT coalesce(sum(size), 0) FROM files WHERE room = :id) AS bytes`),
  }
  return {
    usage: (owner: string): Usage => {
      const row = sql.usage.get(owner) ?? {}
      return { own: number(row, 'own'), total: number(row, 'total') }
    },
    documentSize: (id: string): number => number(sql.document.get({ id }) ?? {}, 'bytes'),
  }
}
