import { join } from 'node:path'
import { lock } from './lock.ts'
import { number } from './row.ts'
import { openDatabase } from './tables.ts'
import { recountRooms } from './usage.ts'

/**
 * Moves the updates of a room from a position on into quarantine, where they are kept, so that the room takes
 * writes again; from the beginning of a run, when the position lies in one. The store then counts as not closed in
 * order, so that people may bring back what they still have of it. Returns how many it moved. Throws one sentence,
 * and has changed nothing, when the folder is in use, there is no such room, or the position lies in its base.
 */
export const quarantine = (folder: string, room: string, position: number, now = Date.now()): number => {
  const unlock = lock(folder, join(folder, 'quire.lock'))
  try {
    const db = openDatabase(join(folder, 'quire.db'))
    try {
      const row = db
        .prepare(
          `SELECT id, coalesce((SELECT position FROM bases WHERE room = id), 0) AS base,
            coalesce((SELECT min(first) FROM runs WHERE room = id AND last >= :position), :position) AS run
            FROM rooms WHERE name = :room`,
        )
        .get({ room, position })
      if (!row) throw new Error(`There is no room ${JSON.stringify(room)}.`)
      const [id, base] = [number(row, 'id'), number(row, 'base')]
      if (position <= base)
        throw new Error(
          `Position ${position} of the room ${JSON.stringify(room)} lies in its base, which ends at ${base}. ` +
            'Only a backup can bring it back.',
        )
      const from = Math.min(position, number(row, 'run'))
      db.exec('BEGIN IMMEDIATE')
      const keep = (what: string): void =>
        void db
          .prepare(`INSERT INTO quarantine (room, position, author, time, bytes, moved) ${what}`)
          .run({ room, now, id, from })
      // a run, and who wrote what of it: history must not end after the log
      keep(
        "SELECT :room, first, '', 0, bytes, :now FROM runs WHERE room = :id AND first >= :from ORDER BY first",
      )
      keep(`SELECT :room, first, coalesce(a.name, ''), until, bytes, :now FROM history
        LEFT JOIN authors AS a ON a.id = author WHERE room = :id AND first >= :from ORDER BY first`)
      keep(`SELECT :room, position, coalesce(a.name, ''), time, bytes, :now FROM tail
        LEFT JOIN authors AS a ON a.id = author WHERE room = :id AND position >= :from ORDER BY position`)
      const merged = db
        .prepare('SELECT coalesce(sum(last - first + 1), 0) AS count FROM runs WHERE room = ? AND first >= ?')
        .get(id, from)
      let moved = number(merged ?? {}, 'count')
      for (const table of ['runs', 'history'])
        db.prepare(`DELETE FROM ${table} WHERE room = ? AND first >= ?`).run(id, from)
      for (const table of ['updates', 'journal'])
        moved += Number(
          db.prepare(`DELETE FROM ${table} WHERE room = ? AND position >= ?`).run(id, from).changes,
        )
      db.prepare(recountRooms('?')).run(id)
      // what was noted of a later position would keep the list of documents from what is written next
      db.prepare('UPDATE documents SET position = ? WHERE id = ? AND position >= ?').run(from - 1, room, from)
      db.exec('UPDATE store SET clean = 0')
      db.exec('COMMIT')
      return moved
    } finally {
      db.close()
    }
  } finally {
    unlock()
  }
}
