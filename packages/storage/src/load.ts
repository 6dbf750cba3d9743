import { emptyBase } from '@quire/sync/log'
import type { Owner } from '@quire/sync/log'
import type { DatabaseSync } from 'node:sqlite'
import { pack } from './pack.ts'
import type { Pack } from './pack.ts'
import { bytes, isCorrupt, number, text } from './row.ts'

/** A room as the database holds it. */
export interface Loaded {
  /** Of the base. */
  readonly position: number
  /** The parts: state, vector, deletes, places, then the tail. */
  readonly past: Pack
  /** False for a base made by an older Quire. Its part is then empty. */
  readonly placed: boolean
  readonly owners: readonly Owner[]
  readonly schema: number
  /** Why there is more than could be read, in a sentence, or null when this is everything. */
  readonly damage: string | null
}

/**
 * Reads rooms. A log that is damaged gives what stands before the damage; when nothing does, reading throws one
 * sentence, because an empty document must not stand for an unreadable one. A disk that fails throws.
 */
export const openLoad = (db: DatabaseSync): ((room: string) => Loaded) => {
  const sql = {
    room: db.prepare('SELECT id, schema FROM rooms WHERE name = ?'),
    base: db.prepare('SELECT position, vector, deletes, state, places FROM bases WHERE room = ?'),
    folded: db.prepare('SELECT last FROM history WHERE room = ? ORDER BY first DESC LIMIT 1'),
    tail: db.prepare('SELECT position, bytes FROM updates WHERE room = ? AND position > ? ORDER BY position'),
    owners: db.prepare(`SELECT client, a.name AS identity FROM owners JOIN authors AS a ON a.id = author
      WHERE room = ? ORDER BY owners.id`),
  }
  return (name) => {
    const room = sql.room.get(name)
    if (!room) return { position: 0, past: emptyPast, placed: true, owners: [], schema: 0, damage: null }
    const id = number(room, 'id')
    const row = sql.base.get(id)
    const history = sql.folded.get(id)
    const folded = history ? number(history, 'last') : 0
    if (!row && folded > 0) throw new Error(`The base of the room ${name} is missing.`)
    const position = row ? number(row, 'position') : 0
    const placed = row?.['places'] !== null
    const parts = row
      ? [
          bytes(row, 'state'),
          bytes(row, 'vector'),
          bytes(row, 'deletes'),
          placed ? bytes(row, 'places') : new Uint8Array(),
        ]
      : [...emptyParts]
    const owners = sql.owners
      .all(id)
      .map((owner) => ({ client: number(owner, 'client'), identity: text(owner, 'identity') }))
    let last = position
    let damage = folded > position ? `Its base is at ${position}, its history at ${folded}.` : null
    try {
      for (const update of sql.tail.iterate(id, position)) {
        if (number(update, 'position') !== last + 1) {
          damage ??= `Update ${last + 1} is missing.`
          break
        }
        parts.push(bytes(update, 'bytes'))
        last++
      }
    } catch (error) {
      if (!isCorrupt(error)) throw error
      damage ??= `Update ${last + 1} cannot be read.`
    }
    if (damage !== null && last === 0) throw new Error(`The room ${name} cannot be read. ${damage}`)
    return { position, past: pack(parts), placed, owners, schema: number(room, 'schema'), damage }
  }
}

const emptyParts = [emptyBase.state, emptyBase.vector, emptyBase.deletes, emptyBase.places]
const emptyPast = pack(emptyParts)
