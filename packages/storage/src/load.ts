import { emptyBase } from '@quire/sync/log'
import type { Base, Owner } from '@quire/sync/log'
import type { DatabaseSync } from 'node:sqlite'
import { pack } from './pack.ts'
import type { Pack } from './pack.ts'
import { bytes, isCorrupt, number, text } from './row.ts'
import type { Row } from './row.ts'

/** A room as the database holds it. */
export interface Loaded {
  readonly base: Base
  /** False for a base made by an older Quire. Its `places` and `cuts` are then empty. */
  readonly placed: boolean
  /** Which positions each run holds. */
  readonly spans: readonly { readonly first: number; readonly last: number }[]
  /** The runs, then the updates after them. */
  readonly pieces: Pack
  readonly owners: readonly Owner[]
  readonly schema: number
  /** What no log took, oldest first. */
  readonly unfit: readonly { readonly update: Uint8Array; readonly author: string }[]
  /** Why there is more than could be read, in a sentence, or null when this is everything. */
  readonly damage: string | null
}

/** The buffers of a room that was loaded. */
export const buffersOf = ({ base, pieces }: Loaded): ArrayBuffer[] =>
  base === emptyBase
    ? []
    : [base.state, base.vector, base.deletes, base.places, base.cuts, pieces.bytes].flatMap(({ buffer }) =>
        buffer instanceof ArrayBuffer ? [buffer] : [],
      )

/**
 * Reads rooms. A log that is damaged gives what stands before the damage; when nothing does, reading throws one
 * sentence, because an empty document must not stand for an unreadable one. A disk that fails throws.
 */
export const openLoad = (db: DatabaseSync): ((room: string) => Loaded) => {
  const sql = {
    room: db.prepare('SELECT id, schema FROM rooms WHERE name = ?'),
    base: db.prepare('SELECT position, vector, deletes, state, places, cuts FROM bases WHERE room = ?'),
    unfit: db.prepare('SELECT bytes, author FROM quarantine WHERE room = ? AND unfit = 1 ORDER BY id'),
    // as of a room whose document nobody could build
    fromStart: db.prepare('SELECT 1 FROM runs WHERE room = ? AND first = 1'),
    history: db.prepare('SELECT last FROM history WHERE room = ? ORDER BY first DESC LIMIT 1'),
    runs: db.prepare('SELECT first, last, bytes FROM runs WHERE room = ? AND last > ? ORDER BY first'),
    tail: db.prepare('SELECT position, bytes FROM tail WHERE room = ? AND position > ? ORDER BY position'),
    // what guests showed who have signed in since belongs to their account
    owners: db.prepare(`SELECT client, coalesce(became.account, a.name) AS identity
      FROM owners JOIN authors AS a ON a.id = author LEFT JOIN became ON became.guest = a.name
      WHERE room = ? ORDER BY owners.id`),
  }
  const unfitOf = (name: string): Loaded['unfit'] =>
    sql.unfit.all(name).map((one) => ({ update: bytes(one, 'bytes'), author: text(one, 'author') }))
  /** All at once takes two thirds of the time; one by one, what stands before the damage is found. */
  const tailOf = (id: number, after: number): Iterable<Row> => {
    try {
      return sql.tail.all(id, after)
    } catch (error) {
      if (!isCorrupt(error)) throw error
      return sql.tail.iterate(id, after)
    }
  }
  const baseOf = (name: string, id: number, history: number): { base: Base; placed: boolean } => {
    const row = sql.base.get(id)
    if (!row && history > 0 && !sql.fromStart.get(id))
      throw new Error(`The base of the room ${name} is missing.`)
    return row ? baseIn(row) : { base: emptyBase, placed: true }
  }
  return (name) => {
    const room = sql.room.get(name)
    const unfit = unfitOf(name)
    if (!room) return { ...unknown, unfit }
    const id = number(room, 'id')
    const newest = sql.history.get(id)
    const history = newest ? number(newest, 'last') : 0
    const { base, placed } = baseOf(name, id, history)
    const owners = sql.owners
      .all(id)
      .map((owner) => ({ client: number(owner, 'client'), identity: text(owner, 'identity') }))
    const spans: { first: number; last: number }[] = []
    const pieces: Uint8Array[] = []
    let last = base.position
    let damage: string | null = null
    /** Takes what comes next; false when it does not. */
    const take = (first: number, end: number, piece: Uint8Array): boolean => {
      if (first !== last + 1 || end < first) {
        damage ??= `Update ${last + 1} is missing.`
        return false
      }
      pieces.push(piece)
      last = end
      return true
    }
    try {
      for (const run of sql.runs.iterate(id, last)) {
        const [first, end] = [number(run, 'first'), number(run, 'last')]
        if (!take(first, end, bytes(run, 'bytes'))) break
        spans.push({ first, last: end })
      }
      if (damage === null && history > last)
        damage = `What is folded ends at ${last}, its history at ${history}.`
      for (const update of tailOf(id, last)) {
        const position = number(update, 'position')
        if (!take(position, position, bytes(update, 'bytes'))) break
      }
    } catch (error) {
      if (!isCorrupt(error)) throw error
      damage ??= `Update ${last + 1} cannot be read.`
    }
    if (damage !== null && last === 0) throw new Error(`The room ${name} cannot be read. ${damage}`)
    const schema = number(room, 'schema')
    return { base, placed, spans, pieces: pack(pieces), owners, schema, unfit, damage }
  }
}

/** The base in a row of `bases`; `placed` as in `Loaded`. */
export const baseIn = (row: Row): { base: Base; placed: boolean } => {
  const placed = row['places'] !== null && row['cuts'] !== null
  return {
    placed,
    base: {
      position: number(row, 'position'),
      state: bytes(row, 'state'),
      vector: bytes(row, 'vector'),
      deletes: bytes(row, 'deletes'),
      places: placed ? bytes(row, 'places') : new Uint8Array(),
      cuts: placed ? bytes(row, 'cuts') : new Uint8Array(),
    },
  }
}

const unknown: Loaded = {
  base: emptyBase,
  placed: true,
  spans: [],
  pieces: pack([]),
  owners: [],
  schema: 0,
  unfit: [],
  damage: null,
}
