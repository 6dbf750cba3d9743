import type { DatabaseSync } from 'node:sqlite'

/**
 * Tells whether some text stands anywhere in what a room ever stored: in its base, its runs, its newest updates, its
 * history or its quarantine. It looks for the bytes and not for what they mean, so what is deleted and still in the
 * history counts.
 */
export const openMentions = (db: DatabaseSync) => {
  const inRoom = (table: string, column: string) =>
    db.prepare(`SELECT 1 FROM ${table} WHERE room = (SELECT id FROM rooms WHERE name = :room)
      AND instr(${column}, :bytes) LIMIT 1`)
  const places = [
    inRoom('tail', 'bytes'),
    inRoom('bases', 'state'),
    inRoom('runs', 'bytes'),
    inRoom('history', 'bytes'),
    db.prepare('SELECT 1 FROM quarantine WHERE room = :room AND instr(bytes, :bytes) LIMIT 1'),
  ]
  return (room: string, word: string): boolean => {
    const bytes = Buffer.from(word)
    return places.some((place) => place.get({ room, bytes }) !== undefined)
  }
}
