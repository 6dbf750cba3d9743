import { emptyBase } from '@quire/sync/log'
import { DatabaseSync } from 'node:sqlite'
import type { Batch } from './batch.ts'
import { migrate, migrations } from './migrate.ts'
import { equal, pack, unpack } from './pack.ts'
import type { Pack } from './pack.ts'
import { bytes, number, text } from './row.ts'
import type { Row } from './row.ts'
import type { Document, Person, Sitting } from './store.ts'

/** A base between threads. The parts: state, vector, deletes. */
export interface PackedBase {
  readonly position: number
  readonly parts: Pack
}

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
    room: db.prepare(`SELECT id, coalesce(b.position, 0) AS base,
      coalesce((SELECT max(position) FROM updates WHERE room = id), b.position, 0) AS last
      FROM rooms LEFT JOIN bases AS b ON b.room = id WHERE name = ?`),
    newRoom: db.prepare('INSERT INTO rooms (name) VALUES (?)'),
    author: db.prepare('SELECT id FROM authors WHERE name = ?'),
    newAuthor: db.prepare('INSERT INTO authors (name) VALUES (?)'),
    append: db.prepare('INSERT INTO updates VALUES (?, ?, ?, ?, ?)'),
    update: db.prepare('SELECT bytes FROM updates WHERE room = ? AND position = ?'),
    base: db.prepare('SELECT position, vector, deletes, state FROM bases WHERE room = ?'),
    tail: db.prepare('SELECT position, bytes FROM updates WHERE room = ? AND position > ? ORDER BY position'),
    rebase: db.prepare('INSERT OR REPLACE INTO bases VALUES (?, ?, ?, ?, ?)'),
    remember: db.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?)'),
    forget: db.prepare('DELETE FROM updates WHERE room = ? AND position <= ?'),
    create: db.prepare('INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, 0, NULL) ON CONFLICT DO NOTHING'),
    document: db.prepare('SELECT * FROM documents WHERE id = ?'),
    mine: db.prepare('SELECT * FROM documents WHERE owner = ? AND deleted IS NULL ORDER BY edited DESC, id'),
    note: db.prepare(`UPDATE documents SET position = :position, title = :title, edited = coalesce(
      (SELECT time FROM updates WHERE room = (SELECT id FROM rooms WHERE name = :id) AND position <= :position
        ORDER BY position DESC LIMIT 1),
      (SELECT until FROM history WHERE room = (SELECT id FROM rooms WHERE name = :id) AND first <= :position
        ORDER BY first DESC LIMIT 1),
      created) WHERE id = :id AND position <= :position`),
    trash: db.prepare('UPDATE documents SET deleted = ? WHERE id = ? AND deleted IS NULL'),
    restore: db.prepare('UPDATE documents SET deleted = NULL WHERE id = ? AND deleted IS NOT NULL'),
    person: db.prepare('SELECT * FROM people WHERE id = ?'),
    writePerson: db.prepare('INSERT OR REPLACE INTO people VALUES (?, ?, ?)'),
    beat: db.prepare('UPDATE pulse SET beat = beat + 1'),
    pulse: db.prepare('SELECT beat FROM pulse'),
  }
  // what batches ask again and again; always as committed, or empty
  const rooms = new Map<string, { id: number; base: number; last: number }>()
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

  const room = (name: string): { id: number; base: number; last: number } | null => {
    const known = rooms.get(name)
    if (known) return known
    const row = sql.room.get(name)
    if (!row) return null
    const found = { id: number(row, 'id'), base: number(row, 'base'), last: number(row, 'last') }
    if (rooms.size >= 10_000) rooms.clear()
    rooms.set(name, found)
    return found
  }
  const newRoom = (name: string): { id: number; base: number; last: number } => {
    const made = { id: Number(sql.newRoom.run(name).lastInsertRowid), base: 0, last: 0 }
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

  return {
    /** For whoever waits until the thread has opened the database. */
    ready: (): void => {},

    /**
     * Stores a batch. What is already stored, with the same bytes, is left as it is. Returns the indexes of
     * updates that do not fit: their position holds other bytes, or is folded, or would leave a gap.
     */
    append: (batch: Batch): number[] => {
      const updates = unpack(batch.updates)
      return transaction(() => {
        const clashes: number[] = []
        const clashed = new Set<string>() // what comes after a clash does not fit either
        for (const [index, update] of updates.entries()) {
          const name = batch.rooms[index] ?? ''
          const position = batch.positions[index] ?? 0
          const to = room(name) ?? newRoom(name)
          if (!clashed.has(name) && position === to.last + 1) {
            sql.append.run(
              to.id,
              position,
              author(batch.authors[index] ?? ''),
              batch.times[index] ?? 0,
              update,
            )
            to.last = position
            continue
          }
          const held = sql.update.get(to.id, position)
          if (!clashed.has(name) && held && equal(bytes(held, 'bytes'), update)) continue
          clashes.push(index)
          clashed.add(name)
        }
        return clashes
      })
    },

    /** A base and the updates after it, which are numbered without gaps; throws when they are not. */
    load: (name: string): { position: number; past: Pack } => {
      const found = room(name)
      const row = found && sql.base.get(found.id)
      const position = row ? number(row, 'position') : 0
      const parts = row
        ? [bytes(row, 'state'), bytes(row, 'vector'), bytes(row, 'deletes')]
        : [emptyBase.state, emptyBase.vector, emptyBase.deletes]
      let last = position
      if (found)
        for (const update of sql.tail.iterate(found.id, position)) {
          if (number(update, 'position') !== ++last)
            throw new Error(`The log of ${name} lacks update ${last}.`)
          parts.push(bytes(update, 'bytes'))
        }
      return { position, past: pack(parts) }
    },

    /** Puts a base in the place of the one at `from`, and sittings in the place of the updates it covers. */
    rebase: (name: string, from: number, base: PackedBase, sittings: readonly Sitting[]): void => {
      const [state = emptyBase.state, vector = emptyBase.vector, deletes = emptyBase.deletes] = unpack(
        base.parts,
      )
      transaction(() => {
        const at = room(name)
        if (at?.base !== from) throw new Error(`The base of ${name} is at ${at?.base ?? 0}, not at ${from}.`)
        sql.rebase.run(at.id, base.position, vector, deletes, state)
        for (const { first, last, author: by, since, until, update } of sittings)
          sql.remember.run(at.id, first, last, author(by), since, until, update)
        sql.forget.run(at.id, base.position)
        at.base = base.position
      })
    },

    create: (id: string, owner: string, epoch: string, title: string, now: number): Document => {
      const { changes } = transaction(() => sql.create.run(id, owner, epoch, title, now, now))
      if (changes === 0) throw new Error(`The document ${id} was made before.`)
      return { id, owner, epoch, title, created: now, edited: now, position: 0, deleted: null }
    },
    read: (id: string): Document | null => {
      const row = sql.document.get(id)
      return row ? document(row) : null
    },
    mine: (owner: string): Document[] => sql.mine.all(owner).map(document),
    note: (id: string, position: number, title: string): void => {
      transaction(() => sql.note.run({ id, position, title }))
    },
    trash: (id: string, now: number): boolean => transaction(() => sql.trash.run(now, id)).changes > 0,
    restore: (id: string): boolean => transaction(() => sql.restore.run(id)).changes > 0,

    person: (id: string): Person | null => {
      const row = sql.person.get(id)
      return row ? { id: text(row, 'id'), name: text(row, 'name'), color: number(row, 'color') } : null
    },
    writePerson: ({ id, name, color }: Person): void => {
      transaction(() => sql.writePerson.run(id, name, color))
    },

    /** A write and a read; throws when either fails. */
    check: (): void => {
      transaction(() => sql.beat.run())
      if (!sql.pulse.get()) throw new Error('The store does not hold what it has taken.')
    },

    /** Also moves the write-ahead log into the database file, unless somebody is reading. */
    close: (): void => db.close(),
  }
}

const document = (row: Row): Document => ({
  id: text(row, 'id'),
  owner: text(row, 'owner'),
  epoch: text(row, 'epoch'),
  title: text(row, 'title'),
  created: number(row, 'created'),
  edited: number(row, 'edited'),
  position: number(row, 'position'),
  deleted: row['deleted'] === null ? null : number(row, 'deleted'),
})
