import { join } from 'node:path'
import { lock } from './lock.ts'
import { number } from './row.ts'
import { openDatabase } from './tables.ts'

/**
 * Moves the updates of a room from a position on into quarantine, where they are kept, so that the room takes
 * writes again. The store then counts as not closed in order, so that people may bring back what they still have
 * of it. Returns how many it moved. Throws one sentence, and has changed nothing, when the folder is in use,
 * there is no such room, or the position lies in its base.
 */
export const quarantine = (folder: string, room: string, from: number, now = Date.now()): number => {
  const unlock = lock(folder, join(folder, 'quire.lock'))
  try {
    const db = openDatabase(join(folder, 'quire.db'))
    try {
      const row = db
        .prepare(
          `SELECT id, coalesce((SELECT position FROM bases WHERE room = id), 0) AS base
            FROM rooms WHERE name = ?`,
        )
        .get(room)
      if (!row) throw new Error(`There is no room ${JSON.stringify(room)}.`)
      const [id, base] = [number(row, 'id'), number(row, 'base')]
      if (from <= base)
        throw new Error(
          `Position ${from} of the room ${JSON.stringify(room)} lies in its base, which ends at ${base}. ` +
            'Only a backup can bring it back.',
        )
      db.exec('BEGIN IMMEDIATE')
      db.prepare(
        `INSERT INTO quarantine (room, position, author, time, bytes, moved)
          SELECT ?, position, coalesce(a.name, ''), time, bytes, ? FROM updates LEFT JOIN authors AS a ON a.id = author
          WHERE room = ? AND position >= ? ORDER BY position`,
      ).run(room, now, id, from)
      const { changes } = db.prepare('DELETE FROM updates WHERE room = ? AND position >= ?').run(id, from)
      // what was noted of a later position would keep the list of documents from what is written next
      db.prepare('UPDATE documents SET position = ? WHERE id = ? AND position >= ?').run(from - 1, room, from)
      db.exec('UPDATE store SET clean = 0')
      db.exec('COMMIT')
      return Number(changes)
    } finally {
      db.close()
    }
  } finally {
    unlock()
  }
}
