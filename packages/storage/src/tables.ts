import type { Owner } from '@quire/sync/log'
import { DatabaseSync } from 'node:sqlite'
import { entriesOf } from './batch.ts'
import type { Batch } from './batch.ts'
import type { Entry } from './entry.ts'
import { openLoad } from './load.ts'
import { openLists } from './lists.ts'
import { migrate, migrations } from './migrate.ts'
import { equal, unpack } from './pack.ts'
import type { PackedBase } from './past.ts'
import { bytes, number, text } from './row.ts'
import type { Sitting } from './store.ts'

/** What the writer's thread can be asked. */
export type Tables = ReturnType<typeof openTables>

/** Opens a database for writing, and brings it to the present schema. */
export const openDatabase = (file: string, db = new DatabaseSync(file, { timeout: 5000 })): DatabaseSync => {
  // fullfsync: without it macOS says "written" before the drive has it. The limit frees a log that once grew.
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1;
    PRAGMA checkpoint_fullfsync = 1; PRAGMA foreign_keys = 1; PRAGMA journal_size_limit = 67108864`)
  migrate(db, file, migrations())
  return db
}

/**
 * Every statement that writes, and the short reads that go with them. What writes is durable when it returns,
 * and has changed nothing when it throws.
 */
export const openTables = (db: DatabaseSync) => {
  const sql = {
    room: db.prepare(`SELECT id, schema, coalesce(b.position, 0) AS base,
      coalesce((SELECT max(position) FROM updates WHERE room = id), b.position, 0) AS last
      FROM rooms LEFT JOIN bases AS b ON b.room = id WHERE name = ?`),
    newRoom: db.prepare('INSERT INTO rooms (name) VALUES (?)'),
    author: db.prepare('SELECT id FROM authors WHERE name = ?'),
    newAuthor: db.prepare('INSERT INTO authors (name) VALUES (?)'),
    append: db.prepare('INSERT INTO updates VALUES (?, ?, ?, ?, ?)'),
    update: db.prepare('SELECT bytes FROM updates WHERE room = ? AND position = ?'),
    bind: db.prepare('INSERT INTO owners (room, client, author) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    schema: db.prepare('UPDATE rooms SET schema = ? WHERE id = ?'),
    quarantine: db.prepare(`INSERT INTO quarantine (room, position, author, time, bytes, moved)
      SELECT :room, :position, :author, :time, :bytes, :moved WHERE NOT EXISTS
      (SELECT 1 FROM quarantine WHERE room = :room AND position = :position AND bytes = :bytes)`),
    rebase: db.prepare('INSERT OR REPLACE INTO bases VALUES (?, ?, ?, ?, ?, ?)'),
    remember: db.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?)'),
    forget: db.prepare('DELETE FROM updates WHERE room = ? AND position <= ?'),
    beat: db.prepare('UPDATE pulse SET beat = beat + 1'),
    pulse: db.prepare('SELECT beat FROM pulse'),
    store: db.prepare('SELECT clean, epoch FROM store'),
    mark: db.prepare('UPDATE store SET clean = ?'),
  }
  const load = openLoad(db)
  // what batches ask again and again; always as committed, or empty
  const rooms = new Map<string, Room>()
  const authors = new Map<string, number>()

  const transaction = <T>(work: () => T): T => {
    if (db.isTransaction) db.exec('ROLLBACK') // the last one failed, and so did its rollback
    db.exec('BEGIN IMMEDIATE')
    try {
      const value = work()
      db.exec('COMMIT')
      return value
    } catch (error) {
      rooms.clear()
      authors.clear()
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  const room = (name: string): Room | null => {
    const known = rooms.get(name)
    if (known) return known
    const row = sql.room.get(name)
    if (!row) return null
    const found = {
      id: number(row, 'id'),
      base: number(row, 'base'),
      last: number(row, 'last'),
      schema: number(row, 'schema'),
    }
    if (rooms.size >= 10_000) rooms.clear()
    rooms.set(name, found)
    return found
  }
  const roomOrNew = (name: string): Room => {
    const found = room(name)
    if (found) return found
    const made = { id: Number(sql.newRoom.run(name).lastInsertRowid), base: 0, last: 0, schema: 0 }
    rooms.set(name, made)
    return made
  }
  const author = (name: string): number => {
    const known = authors.get(name)
    if (known !== undefined) return known
    const row = sql.author.get(name)
    const id = row ? number(row, 'id') : Number(sql.newAuthor.run(name).lastInsertRowid)
    if (authors.size >= 10_000) authors.clear()
    authors.set(name, id)
    return id
  }

  const bind = (to: Room, owners: readonly Owner[]): void => {
    for (const { client, identity } of owners) sql.bind.run(to.id, client, author(identity))
  }
  /** Stores what is not stored yet; returns the indexes of what does not fit. */
  const store = (entries: readonly Entry[]): number[] => {
    const clashes: number[] = []
    const clashed = new Set<string>() // what comes after a clash does not fit either
    for (const [index, entry] of entries.entries()) {
      const to = roomOrNew(entry.room)
      const next = !clashed.has(entry.room) && entry.position === to.last + 1
      const held = next ? undefined : sql.update.get(to.id, entry.position)
      if (!next && (clashed.has(entry.room) || !held || !equal(bytes(held, 'bytes'), entry.update))) {
        clashes.push(index)
        clashed.add(entry.room)
        continue
      }
      if (next) {
        sql.append.run(to.id, entry.position, author(entry.author), entry.time, entry.update)
        to.last = entry.position
      }
      bind(to, entry.owners)
      if (entry.schema > to.schema) {
        sql.schema.run(entry.schema, to.id)
        to.schema = entry.schema
      }
    }
    return clashes
  }

  return {
    /** To be called once per process. Says whether the process before ended in order, and that this one has not. */
    begin: (): { clean: boolean; epoch: string } => {
      const row = sql.store.get() ?? {}
      const clean = number(row, 'clean') === 1
      if (clean) transaction(() => sql.mark.run(0))
      return { clean, epoch: text(row, 'epoch') }
    },

    /**
     * Stores a batch. What is already stored, with the same bytes, is left as it is. Returns the indexes of
     * updates that do not fit: their position holds other bytes, or is folded, or would leave a gap.
     */
    append: (batch: Batch): number[] => transaction(() => store(entriesOf(batch))),

    /** Stores a batch that another process left; what does not fit goes into quarantine. Returns what did not. */
    recover: (batch: Batch, now: number): number[] => {
      const entries = entriesOf(batch)
      return transaction(() => {
        const clashes = store(entries)
        for (const index of clashes) {
          const entry = entries[index]
          if (entry) sql.quarantine.run({ ...row(entry), moved: now })
        }
        return clashes
      })
    },

    /** Remembers whose client ids are. The first binding of one holds. */
    bind: (name: string, owners: readonly Owner[]): void => {
      transaction(() => bind(roomOrNew(name), owners))
    },

    load,

    /** Puts a base in the place of the one at `from`, and sittings in the place of the updates it covers. */
    rebase: (name: string, from: number, base: PackedBase, sittings: readonly Sitting[]): void => {
      const [state, vector, deletes, places] = unpack(base.parts)
      if (!state || !vector || !deletes || !places) throw new Error('A base has four parts.')
      transaction(() => {
        const at = room(name)
        if (at?.base !== from) throw new Error(`The base of ${name} is at ${at?.base ?? 0}, not at ${from}.`)
        sql.rebase.run(at.id, base.position, vector, deletes, state, places)
        for (const { first, last, author: by, since, until, update } of sittings)
          sql.remember.run(at.id, first, last, author(by), since, until, update)
        sql.forget.run(at.id, base.position)
        at.base = base.position
      })
    },

    ...openLists(db, transaction),

    /** A write and a read; throws when either fails. */
    check: (): void => {
      transaction(() => sql.beat.run())
      if (!sql.pulse.get()) throw new Error('The store does not hold what it has taken.')
    },

    /** The end in order. Also moves the write-ahead log into the database file, unless somebody is reading. */
    close: (): void => {
      try {
        transaction(() => sql.mark.run(1))
      } catch {
        // all is stored; only the next start will heal where nothing is to be healed
      }
      db.close()
    },
  }
}

/** What is kept in memory of a room: positions of its base and of its last update, and its newest schema. */
interface Room {
  readonly id: number
  base: number
  last: number
  schema: number
}

const row = ({ room, position, author, time, update: bytes }: Entry) => ({
  room,
  position,
  author,
  time,
  bytes,
})
