import type { DatabaseSync } from 'node:sqlite'
import { diff, fold } from './compact.ts'
import { sittings } from './history.ts'
import { pack } from './pack.ts'
import { bytes, number, text } from './row.ts'
import type { PackedBase } from './tables.ts'
import { emptyBase } from '@quire/sync/log'
import type { Diff } from '@quire/sync/log'
import type { Sitting } from './store.ts'

/** What the compactor's thread can be asked. */
export type Past = ReturnType<typeof openPast>

/** What compaction would put in the place of the base at `from` and of the updates after it. */
export interface Folded {
  readonly from: number
  readonly base: PackedBase
  readonly sittings: readonly Sitting[]
}

/** Reads a database, and builds what takes long to build. */
export const openPast = (db: DatabaseSync) => {
  const sql = {
    base: db.prepare(`SELECT position, vector, deletes, state FROM bases
      WHERE room = (SELECT id FROM rooms WHERE name = ?)`),
    tail: db.prepare(`SELECT position, a.name AS author, time, bytes FROM updates JOIN authors AS a ON a.id = author
      WHERE room = (SELECT id FROM rooms WHERE name = ?) AND position > ? AND position <= ? ORDER BY position`),
    history: db.prepare(`SELECT first, last, a.name AS author, since, until, bytes FROM history
      JOIN authors AS a ON a.id = author WHERE room = (SELECT id FROM rooms WHERE name = ?) ORDER BY first`),
  }
  const base = (room: string): { position: number; state: Uint8Array; rest: Uint8Array[] } => {
    const row = sql.base.get(room)
    if (!row) return { position: 0, state: emptyBase.state, rest: [emptyBase.vector, emptyBase.deletes] }
    const rest = [bytes(row, 'vector'), bytes(row, 'deletes')]
    return { position: number(row, 'position'), state: bytes(row, 'state'), rest }
  }

  return {
    /** Folds the updates up to a position that is known to be on disk. */
    fold: (room: string, upTo: number): Folded => {
      const { position: from, state, rest } = base(room)
      const rows = sql.tail.all(room, from, upTo).map((row) => ({
        position: number(row, 'position'),
        author: text(row, 'author'),
        time: number(row, 'time'),
        update: bytes(row, 'bytes'),
      }))
      if (rows.length === 0)
        return { from, base: { position: from, parts: pack([state, ...rest]) }, sittings: [] }
      if (rows.length !== upTo - from) throw new Error(`The log of ${room} lacks updates before ${upTo}.`)
      const body = fold([state, ...rows.map(({ update }) => update)])
      return {
        from,
        base: { position: upTo, parts: pack([body.state, body.vector, body.deletes]) },
        sittings: sittings(rows),
      }
    },

    diff: (room: string, vector: Uint8Array): Diff => {
      const { position, state } = base(room)
      return { position, update: diff(state, vector) }
    },

    history: (room: string): Sitting[] =>
      sql.history.all(room).map((row) => ({
        first: number(row, 'first'),
        last: number(row, 'last'),
        author: text(row, 'author'),
        since: number(row, 'since'),
        until: number(row, 'until'),
        update: bytes(row, 'bytes'),
      })),
  }
}
