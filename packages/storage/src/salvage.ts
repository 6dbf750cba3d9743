import type { DatabaseSync } from 'node:sqlite'
import { isCorrupt, number, text } from './row.ts'
import type { Row } from './row.ts'
import { recountRooms } from './usage.ts'

/**
 * Moves what can be read of a damaged journal into `updates`, and begins a new one; the old one stays in the database
 * under another name. Returns how many updates at most could not be read. A room that lacks one of them between others is
 * damaged from then on; of one that lacks its last, only those who wrote it know.
 */
export const salvage = (db: DatabaseSync, transaction: <T>(work: () => T) => T, now: number): number => {
  // before the transaction: in one in which a page could not be read, SQLite writes no more
  const front = readable(db, 'SELECT * FROM journal ORDER BY id')
  const last = front.at(-1)?.id ?? 0
  const back = readable(db, `SELECT * FROM journal WHERE id > ${last} ORDER BY id DESC`)
  transaction(() => {
    const move = db.prepare(
      'INSERT INTO updates VALUES (:room, :position, :author, :time, :bytes) ON CONFLICT DO NOTHING',
    )
    for (const { row } of [...front, ...back]) {
      const { room = null, position = null, author = null, time = null, bytes = null } = row
      move.run({ room, position, author, time, bytes })
    }
    const rooms = new Set([...front, ...back].map(({ row }) => number(row, 'room')))
    db.exec(recountRooms([...rooms].join()))
    const made = db
      .prepare("SELECT sql FROM sqlite_schema WHERE name IN ('journal', 'tail') ORDER BY type")
      .all()
    db.exec(`DROP VIEW tail; ALTER TABLE journal RENAME TO journal_damaged_${now}`)
    for (const one of made) db.exec(text(one, 'sql'))
  })
  // their numbers; some of them may have been folded
  return Math.max(0, (back.at(-1)?.id ?? last + 1) - last - 1)
}

/** Rows up to the first that cannot be read. */
const readable = (db: DatabaseSync, query: string): { id: number; row: Row }[] => {
  const rows: { id: number; row: Row }[] = []
  try {
    for (const row of db.prepare(query).iterate()) rows.push({ id: number(row, 'id'), row })
  } catch (error) {
    if (!isCorrupt(error)) throw error
  }
  return rows
}
