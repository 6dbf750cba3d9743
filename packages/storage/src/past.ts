import type { DatabaseSync } from 'node:sqlite'
import { emptyBase } from '@quire/sync/log'
import type { Base } from '@quire/sync/log'
import { diff, fold, places } from './compact.ts'
import { sittings } from './history.ts'
import { pack } from './pack.ts'
import type { Pack } from './pack.ts'
import { bytes, number, text } from './row.ts'
import type { Sitting } from './store.ts'

/** What the compactor's thread can be asked. */
export type Past = ReturnType<typeof openPast>

/** A base between threads. The parts: state, vector, deletes, places. */
export interface PackedBase {
  readonly position: number
  readonly parts: Pack
}

/** What compaction would put in the place of the base at `from` and of the updates after it. */
export interface Folded {
  readonly from: number
  readonly base: PackedBase
  readonly sittings: readonly Sitting[]
}

/** Reads a database, and builds what takes long to build. */
export const openPast = (db: DatabaseSync) => {
  const sql = {
    base: db.prepare(`SELECT position, vector, deletes, state, places FROM bases
      WHERE room = (SELECT id FROM rooms WHERE name = ?)`),
    state: db.prepare(`SELECT position, deletes, state FROM bases
      WHERE room = (SELECT id FROM rooms WHERE name = ?)`),
    tail: db.prepare(`SELECT position, a.name AS author, time, bytes FROM updates JOIN authors AS a ON a.id = author
      WHERE room = (SELECT id FROM rooms WHERE name = ?) AND position > ? AND position <= ? ORDER BY position`),
    history: db.prepare(`SELECT first, last, a.name AS author, since, until, bytes FROM history
      JOIN authors AS a ON a.id = author WHERE room = (SELECT id FROM rooms WHERE name = ?) ORDER BY first`),
  }
  const stateOf = (room: string): Pick<Base, 'position' | 'state' | 'deletes'> => {
    const row = sql.state.get(room)
    return row
      ? { position: number(row, 'position'), state: bytes(row, 'state'), deletes: bytes(row, 'deletes') }
      : emptyBase
  }
  const unchanged = (room: string): PackedBase => {
    const row = sql.base.get(room)
    if (!row) {
      const { position, state, vector, deletes, places: none } = emptyBase
      return { position, parts: pack([state, vector, deletes, none]) }
    }
    const state = bytes(row, 'state')
    const placed = row['places'] === null ? places(state) : bytes(row, 'places')
    const parts = pack([state, bytes(row, 'vector'), bytes(row, 'deletes'), placed])
    return { position: number(row, 'position'), parts }
  }

  return {
    /** Folds the updates up to a position that is known to be on disk. */
    fold: (room: string, upTo: number): Folded => {
      const { position: from, state } = stateOf(room)
      const rows = sql.tail.all(room, from, upTo).map((row) => ({
        position: number(row, 'position'),
        author: text(row, 'author'),
        time: number(row, 'time'),
        update: bytes(row, 'bytes'),
      }))
      if (rows.length === 0) return { from, base: unchanged(room), sittings: [] }
      if (rows.length !== upTo - from) throw new Error(`The log of ${room} lacks updates before ${upTo}.`)
      const body = fold([state, ...rows.map(({ update }) => update)])
      return {
        from,
        base: { position: upTo, parts: pack([body.state, body.vector, body.deletes, body.places]) },
        sittings: sittings(rows),
      }
    },

    diff: (room: string, vector: Uint8Array): { position: number; updates: Pack } => {
      const { position, state, deletes } = stateOf(room)
      return { position, updates: pack(diff(state, deletes, vector)) }
    },

    /** Where the structs of a base stand that was made before this was kept. */
    places: (room: string): { position: number; places: Uint8Array } => {
      const { position, state } = stateOf(room)
      return { position, places: places(state) }
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
