import type { DatabaseSync } from 'node:sqlite'
import { isCorrupt, number } from '../row.ts'
import { recountRooms } from '../usage.ts'

/** A room to copy into: its id, that of the author, and the time of the copied updates. */
export interface CopyTarget {
  readonly to: number
  readonly author: number
  readonly now: number
}

/**
 * Copies what a room holds into another one, inside the database: the base, each run and each update become updates of
 * the other. To be called within a transaction. Returns how many they are; null when the room is damaged.
 */
export const openCopyRoom = (db: DatabaseSync) => {
  const sql = {
    base: db.prepare('SELECT position FROM bases WHERE room = ?'),
    history: db.prepare('SELECT max(last) AS last FROM history WHERE room = ?'),
    runs: db.prepare('SELECT first, last FROM runs WHERE room = ? AND last > ? ORDER BY first'),
    tail: db.prepare(
      'SELECT count(*) AS count, max(position) AS last FROM tail WHERE room = ? AND position > ?',
    ),
    recount: db.prepare(recountRooms(':to')),
    copyBase: db.prepare(`INSERT INTO updates (room, position, author, time, bytes)
      SELECT :to, 1, :author, :now, state FROM bases WHERE room = :from`),
    copyRuns: db.prepare(`INSERT INTO updates (room, position, author, time, bytes)
      SELECT :to, :before + row_number() OVER (ORDER BY first), :author, :now, bytes
      FROM runs WHERE room = :from AND last > :after`),
    copyTail: db.prepare(`INSERT INTO updates (room, position, author, time, bytes)
      SELECT :to, :before + row_number() OVER (ORDER BY position), :author, :now, bytes
      FROM tail WHERE room = :from AND position > :after`),
  }
  /** The last position that is folded, and the last of all; null when one is missing in between. */
  const extent = (from: number, base: number): { folded: number; last: number } | null => {
    let folded = base
    for (const run of sql.runs.all(from, base)) {
      if (number(run, 'first') !== folded + 1) return null
      folded = number(run, 'last')
    }
    if (Number(sql.history.get(from)?.['last'] ?? 0) > folded) return null
    const tail = sql.tail.get(from, folded)
    const last = Number(tail?.['last'] ?? folded)
    return Number(tail?.['count'] ?? 0) === last - folded ? { folded, last } : null
  }
  return (from: number, { to, author, now }: CopyTarget): number | null => {
    try {
      const row = sql.base.get(from)
      const base = row ? number(row, 'position') : 0
      const found = extent(from, base)
      if (found === null) return null
      const into = { to, from, author, now }
      let count = Number(sql.copyBase.run(into).changes)
      count += Number(sql.copyRuns.run({ ...into, before: count, after: base }).changes)
      count += Number(sql.copyTail.run({ ...into, before: count, after: found.folded }).changes)
      sql.recount.run({ to }) // the database counts only large updates by itself
      return count
    } catch (error) {
      if (isCorrupt(error)) return null
      throw error
    }
  }
}
