import type { DatabaseSync } from 'node:sqlite'
import { emptyBase } from '@quire/sync/log'
import type { Base, Run } from '@quire/sync/log'
import { diff, fold, places } from './compact.ts'
import { sittings } from './history.ts'
import type { Row } from './history.ts'
import { baseIn } from './load.ts'
import { openMentions } from './mentions.ts'
import { pack } from './pack.ts'
import type { Pack } from './pack.ts'
import { bytes, number, text } from './row.ts'
import { absorbed, absorbedByRun, mergeRun } from './runs.ts'
import type { Sitting } from './store.ts'

/** What the compactor's thread can be asked. */
export type Past = ReturnType<typeof openPast>

/** What compaction would put in the place of what is folded up to `from`, and of the updates after it. */
export interface Folded {
  readonly from: number
  /** A base that takes the place of everything, or a run that takes the place of those that reach into it. */
  readonly made: Base | Run
  readonly sittings: readonly Sitting[]
  /** What it cost, in ms of a processor. */
  readonly cost: number
}

/** Reads a database, and builds what takes long to build. */
export const openPast = (db: DatabaseSync) => {
  const sql = {
    base: db.prepare(`SELECT position, vector, deletes, state, places, cuts FROM bases
      WHERE room = (SELECT id FROM rooms WHERE name = ?)`),
    size: db.prepare(`SELECT position, length(state) AS bytes FROM bases
      WHERE room = (SELECT id FROM rooms WHERE name = ?)`),
    state: db.prepare(`SELECT position, deletes, state, cuts FROM bases
      WHERE room = (SELECT id FROM rooms WHERE name = ?)`),
    spans: db.prepare(`SELECT first, last, length(bytes) AS bytes FROM runs
      WHERE room = (SELECT id FROM rooms WHERE name = ?) ORDER BY first`),
    runs: db.prepare(`SELECT first, last, bytes FROM runs
      WHERE room = (SELECT id FROM rooms WHERE name = ?) AND first >= ? ORDER BY first`),
    tail: db.prepare(`SELECT position, a.name AS author, time, bytes FROM tail JOIN authors AS a ON a.id = author
      WHERE room = (SELECT id FROM rooms WHERE name = ?) AND position > ? AND position <= ? ORDER BY position`),
    owner: db.prepare("SELECT owner FROM documents WHERE id = ? AND owner <> ''"),
    history: db.prepare(`SELECT first, last, coalesce(became.account, a.name) AS author, since, until, bytes
      FROM history JOIN authors AS a ON a.id = author LEFT JOIN became ON became.guest = a.name WHERE room = (SELECT id FROM rooms WHERE name = ?) ORDER BY first`),
  }
  /** `cuts` is null in a base that was made before they were kept. */
  const stateOf = (
    room: string,
  ): Pick<Base, 'position' | 'state' | 'deletes'> & { cuts: Uint8Array | null } => {
    const row = sql.state.get(room)
    return row
      ? {
          position: number(row, 'position'),
          state: bytes(row, 'state'),
          deletes: bytes(row, 'deletes'),
          cuts: row['cuts'] === null ? null : bytes(row, 'cuts'),
        }
      : emptyBase
  }
  const baseOf = (room: string): Base => {
    const row = sql.base.get(room)
    if (!row) return emptyBase
    const { base, placed } = baseIn(row)
    return placed ? base : { ...base, ...places(base.state) }
  }
  /** Sizes of what is folded. Throws when positions are missing. */
  const foldedOf = (room: string): { position: number; bytes: number; spans: Span[] } => {
    const row = sql.size.get(room)
    const [position, size] = row ? [number(row, 'position'), number(row, 'bytes')] : [0, 0]
    const spans = sql.spans.all(room).map((span) => ({
      first: number(span, 'first'),
      last: number(span, 'last'),
      bytes: number(span, 'bytes'),
    }))
    let last = position
    for (const span of spans) {
      if (span.first !== last + 1 || span.last < span.first) throw lacks(room, span.first)
      last = span.last
    }
    return { position: last, bytes: size, spans }
  }
  const runsFrom = (room: string, first: number): Run[] =>
    sql.runs
      .all(room, first)
      .map((run) => ({ first: number(run, 'first'), last: number(run, 'last'), update: bytes(run, 'bytes') }))
  const tailOf = (room: string, from: number, upTo: number): Row[] =>
    sql.tail.all(room, from, upTo).map((row) => ({
      position: number(row, 'position'),
      author: text(row, 'author'),
      time: number(row, 'time'),
      update: bytes(row, 'bytes'),
    }))

  const foldBy = (choose: typeof absorbed, room: string, upTo: number): Folded => {
    const began = process.threadCpuUsage()
    const cost = (): number => process.threadCpuUsage(began).user / 1000
    const { position: from, bytes: size, spans } = foldedOf(room)
    const rows = tailOf(room, from, upTo)
    if (rows.length === 0) {
      const newest = spans.at(-1)
      const [run] = newest ? runsFrom(room, newest.first) : []
      return { from, made: run ?? baseOf(room), sittings: [], cost: cost() }
    }
    if (rows.length !== upTo - from) throw lacks(room, upTo)
    const updates = rows.map(({ update }) => update)
    const count = choose(
      size,
      spans.map((span) => span.bytes),
      updates.reduce((sum, update) => sum + update.length, 0),
    )
    const runs = count === 0 ? [] : runsFrom(room, count === 'base' ? 0 : (spans.at(-count)?.first ?? 0))
    const whole = [...runs.map(({ update }) => update), ...updates]
    const made =
      count === 'base'
        ? { position: upTo, ...fold([stateOf(room).state, ...whole]) }
        : { first: runs[0]?.first ?? from + 1, last: upTo, update: mergeRun(whole) }
    return { from, made, sittings: sittings(rows), cost: cost() }
  }

  return {
    /** Folds the updates up to a position that is known to be on disk. */
    fold: (room: string, upTo: number): Folded => foldBy(absorbed, room, upTo),

    /** The same without building a document: the updates become a run, however large it is beside the base. */
    merge: (room: string, upTo: number): Folded =>
      foldBy((_, runs, updates) => absorbedByRun(runs, updates), room, upTo),

    /** Identity of the owner of the document that a room belongs to, or null when it belongs to none. */
    owner: (room: string): string | null => {
      const row = sql.owner.get(room.split('/', 1)[0] ?? '')
      return row ? text(row, 'owner') : null
    },

    diff: (room: string, vector: Uint8Array): { position: number; updates: Pack } => {
      const base = stateOf(room)
      return { position: base.position, updates: pack(diff(base, vector)) }
    },

    /** What is known of the structs of a base that was made before this was kept. */
    places: (room: string): Pick<Base, 'position' | 'places' | 'cuts'> => {
      const { position, state } = stateOf(room)
      return { position, ...places(state) }
    },

    mentions: openMentions(db),

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

/** Which positions a run holds, and its size. */
interface Span {
  readonly first: number
  readonly last: number
  readonly bytes: number
}

const lacks = (room: string, before: number): Error =>
  new Error(`The log of ${room} lacks updates before ${before}.`)
