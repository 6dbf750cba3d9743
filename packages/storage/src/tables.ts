import type { Base, Owner, Run } from '@quire/sync/log'
import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { entriesOf } from './batch.ts'
import type { Batch } from './batch.ts'
import type { FileGuard, FileState, Rescue } from './db/file-guard.ts'
import type { Entry } from './entry.ts'
import { openCopyRoom } from './db/copy-room.ts'
import { openFiles } from './files.ts'
import { openLists } from './lists.ts'
import { openMail } from './mail.ts'
import { migrate, migrations } from './migrate.ts'
import { equal } from './pack.ts'
import { bytes, isCorrupt, isFull, isUnfit, number, text } from './row.ts'
import { openAccounts } from './accounts.ts'
import { openRecords } from './records.ts'
import { run } from './remote.ts'
import { salvage } from './salvage.ts'
import { openSearchIndex } from './search.ts'
import { openSharing } from './sharing.ts'
import type { Sitting } from './store.ts'
import { countJournal, openUsage, uncountUpdates } from './usage.ts'

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
 * and has changed nothing when it throws. With a `guard` nothing is written while it is not known that the path of the
 * database leads to what this connection writes to.
 */
export const openTables = (db: DatabaseSync, guard: FileGuard | null = null) => {
  const sql = {
    room: db.prepare(`SELECT id, schema,
      coalesce((SELECT max(last) FROM runs WHERE room = rooms.id),
        (SELECT position FROM bases WHERE room = rooms.id), 0) AS folded,
      max(coalesce((SELECT max(position) FROM journal WHERE room = rooms.id), 0),
        coalesce((SELECT max(position) FROM updates WHERE room = rooms.id), 0)) AS last
      FROM rooms WHERE name = ?`),
    newRoom: db.prepare('INSERT INTO rooms (name) VALUES (?)'),
    author: db.prepare('SELECT id FROM authors WHERE name = ?'),
    newAuthor: db.prepare('INSERT INTO authors (name) VALUES (?)'),
    append: db.prepare('INSERT INTO journal (room, position, author, time, bytes) VALUES (?, ?, ?, ?, ?)'),
    appendLarge: db.prepare('INSERT INTO updates VALUES (?, ?, ?, ?, ?)'),
    held: db.prepare('SELECT count(*) AS count FROM journal'),
    move: db.prepare(`INSERT INTO updates SELECT room, position, author, time, bytes FROM journal
      ORDER BY room, position`),
    clear: db.prepare('DELETE FROM journal'),
    countJournal: db.prepare(countJournal),
    uncount: db.prepare(uncountUpdates(':id')),
    uncountAll: db.prepare(uncountUpdates(roomsOfDocument)),
    update: db.prepare('SELECT bytes FROM tail WHERE room = ? AND position = ?'),
    bind: db.prepare('INSERT INTO owners (room, client, author) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    schema: db.prepare('UPDATE rooms SET schema = ? WHERE id = ?'),
    quarantine: db.prepare(`INSERT INTO quarantine (room, position, author, time, bytes, moved, unfit)
      SELECT :room, :position, :author, :time, :bytes, :moved, :unfit WHERE NOT EXISTS
      (SELECT 1 FROM quarantine WHERE room = :room AND position = :position AND bytes = :bytes)`),
    rebase: db.prepare('INSERT OR REPLACE INTO bases VALUES (?, ?, ?, ?, ?, ?, ?)'),
    remember: db.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?)'),
    keep: db.prepare('INSERT INTO runs VALUES (?, ?, ?, ?)'),
    unkeep: db.prepare('DELETE FROM runs WHERE room = ? AND first >= ? AND last <= ?'),
    forget: db.prepare('DELETE FROM updates WHERE room = ? AND position <= ?'),
    forgetNew: db.prepare('DELETE FROM journal WHERE room = ? AND position <= ?'),
    erase: ['updates', 'journal', 'runs', 'bases', 'history', 'owners'].map((name) =>
      db.prepare(`DELETE FROM ${name} WHERE room IN (${roomsOfDocument})`),
    ),
    beat: db.prepare('UPDATE pulse SET beat = beat + 1'),
    pulse: db.prepare('SELECT beat FROM pulse'),
    store: db.prepare('SELECT clean, epoch, max(0, stock_refused - running) AS refused FROM store'),
    mark: db.prepare('UPDATE store SET clean = ?'),
  }
  const copyRoom = openCopyRoom(db)
  // what batches ask again and again; always as committed, or empty
  const rooms = new Map<string, Room>()
  const authors = new Map<string, number>()
  /** Rows of the journal, as committed; null when they have to be counted. */
  let held: number | null = null

  /** True while the store is marked as closed in order although it is open: there was no room for the mark. */
  let unmarked = false

  /** When the last transaction failed, and so did its rollback: nobody is to see what it has written. */
  const undo = (): void => {
    if (db.isTransaction) db.exec('ROLLBACK')
  }
  const transaction = <T>(work: () => T): T => {
    undo()
    guard?.before()
    db.exec('BEGIN IMMEDIATE')
    try {
      if (unmarked) sql.mark.run(0)
      const value = work()
      db.exec('COMMIT')
      unmarked = false
      return value
    } catch (error) {
      rooms.clear()
      authors.clear()
      held = null
      undo()
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
      folded: number(row, 'folded'),
      last: Math.max(number(row, 'last'), number(row, 'folded')),
      schema: number(row, 'schema'),
    }
    if (rooms.size >= 10_000) rooms.clear()
    rooms.set(name, found)
    return found
  }
  const roomOrNew = (name: string): Room => {
    const found = room(name)
    if (found) return found
    const made = { id: Number(sql.newRoom.run(name).lastInsertRowid), folded: 0, last: 0, schema: 0 }
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

  const count = (): number => number(sql.held.get() ?? {}, 'count')
  /** Moves the journal into `updates` when it has so many rows. */
  const settle = (rows: number): void => {
    undo()
    if ((held ??= count()) < rows) return
    transaction(() => {
      sql.countJournal.run()
      sql.move.run()
      sql.clear.run()
      held = 0
    })
  }

  const bind = (to: Room, owners: readonly Owner[]): void => {
    for (const { client, identity } of owners) sql.bind.run(to.id, client, author(identity))
  }
  /** Stores what is not stored yet; returns the indexes of what does not fit. */
  const store = (entries: readonly Entry[]): number[] => {
    held ??= count()
    const clashes: number[] = []
    const clashed = new Set<string>() // what comes after a clash does not fit either
    for (const [index, entry] of entries.entries()) {
      const to = roomOrNew(entry.room)
      const next = !clashed.has(entry.room) && entry.position === to.last + 1
      const there = next ? undefined : sql.update.get(to.id, entry.position)
      if (!next && (clashed.has(entry.room) || !there || !equal(bytes(there, 'bytes'), entry.update))) {
        clashes.push(index)
        clashed.add(entry.room)
        continue
      }
      if (next) {
        const large = entry.update.length > shared
        const append = large ? sql.appendLarge : sql.append
        append.run(to.id, entry.position, author(entry.author), entry.time, entry.update)
        to.last = entry.position
        if (!large) held = (held ?? 0) + 1
      }
      bind(to, entry.owners)
      if (entry.schema > to.schema) {
        sql.schema.run(entry.schema, to.id)
        to.schema = entry.schema
      }
    }
    return clashes
  }

  /** Keeps what no log takes. When its bytes do not fit here either, only that it was there is kept. */
  const setAside = (entry: Entry): void => {
    for (const bytes of [entry.update, nothing])
      try {
        transaction(() => sql.quarantine.run({ ...row(entry), bytes, moved: entry.time, unfit: 1 }))
        return
      } catch (error) {
        if (!isUnfit(error)) throw error
      }
  }

  /**
   * Stores entries. Where that fails because one of them fits into no table, halves of them are stored, and halves of
   * those, until that one is alone: it goes into quarantine. A disk that fails throws, and all may be stored again.
   */
  const storeFit = (entries: readonly Entry[], again = false): Stored => {
    try {
      return { clashes: transaction(() => store(entries)), unfit: [] }
    } catch (error) {
      if (!isUnfit(error)) throw error
      if (!again) return storeFit(entries, true) // what was kept in memory of the tables is read anew
      const [entry] = entries
      if (entry !== undefined && entries.length === 1) {
        setAside(entry)
        return { clashes: [], unfit: [{ index: 0, why: String(error) }] }
      }
      const half = entries.length >> 1
      const first = storeFit(entries.slice(0, half), true)
      const second = storeFit(entries.slice(half), true) // what follows an unfit one in its room clashes
      return {
        clashes: [...first.clashes, ...second.clashes.map((index) => index + half)],
        unfit: [...first.unfit, ...second.unfit.map(({ index, why }) => ({ index: index + half, why }))],
      }
    }
  }

  const lists = openLists(db, transaction)
  const sharing = openSharing(db, transaction)
  const accounts = openAccounts(db, transaction)
  const records = openRecords(db, transaction)
  const mail = openMail(db, transaction)

  return {
    /**
     * To be called once per process, before anything else. Says whether the process before ended in order, and how
     * many updates at most were lost with a journal that cannot be read; and notes that this process has not ended.
     */
    begin: (now: number): { clean: boolean; epoch: string; refusesStockFor: number; lost: number } => {
      const row = sql.store.get() ?? {}
      const ended = number(row, 'clean') === 1
      let lost = 0
      try {
        settle(1)
      } catch (error) {
        if (isCorrupt(error)) lost = salvage(db, transaction, now)
        else if (!isFull(error)) throw error // it is read where it is
      }
      try {
        if (ended) transaction(() => sql.mark.run(0))
      } catch (error) {
        if (!isFull(error)) throw error
        unmarked = true // the first write that there is room for brings it along
      }
      guard?.start()
      return {
        clean: ended && lost === 0,
        epoch: text(row, 'epoch'),
        refusesStockFor: number(row, 'refused'),
        lost,
      }
    },

    /**
     * Stores a batch. What is already stored, with the same bytes, is left as it is. Returns what is not stored.
     */
    append: (batch: Batch): Stored => {
      settle(most)
      return storeFit(entriesOf(batch))
    },

    /** Stores a batch that another process left; what does not fit goes into quarantine. Returns what did not. */
    recover: (batch: Batch, now: number): number[] => {
      const entries = entriesOf(batch)
      const { clashes, unfit } = storeFit(entries)
      transaction(() => {
        for (const index of clashes) {
          const entry = entries[index]
          if (entry) sql.quarantine.run({ ...row(entry), moved: now, unfit: 0 })
        }
      })
      return [...clashes, ...unfit.map(({ index }) => index)]
    },

    /** Remembers whose client ids are. The first binding of one holds. */
    bind: (name: string, owners: readonly Owner[]): void => {
      transaction(() => bind(roomOrNew(name), owners))
    },

    /** Copies a room into one that nothing was written to. False, and nothing is written, when it is damaged. */
    copy: (from: string, to: string, by: string, now: number): boolean => {
      const source = sql.room.get(from)
      if (!source) return true
      try {
        transaction(() => {
          const target = roomOrNew(to)
          if (target.last > 0) throw new Error(`The room ${to} was written to.`)
          const count = copyRoom(number(source, 'id'), { to: target.id, author: author(by), now })
          if (count === null) throw new Damaged()
          target.last = count
          target.schema = number(source, 'schema')
          sql.schema.run(target.schema, target.id)
        })
      } catch (error) {
        if (error instanceof Damaged) return false
        throw error
      }
      return true
    },

    /** Puts what was folded in the place of what it holds, and sittings in the place of the updates after `from`. */
    fold: (name: string, from: number, made: Base | Run, sittings: readonly Sitting[]): void => {
      transaction(() => {
        const at = room(name)
        if (at?.folded !== from)
          throw new Error(`The room ${name} is folded up to ${at?.folded ?? 0}, not ${from}.`)
        const last = 'state' in made ? made.position : made.last
        sql.unkeep.run(at.id, 'state' in made ? 0 : made.first, last)
        if ('state' in made) {
          const { position, vector, deletes, state, places, cuts } = made
          sql.rebase.run(at.id, position, vector, deletes, state, places, cuts)
        } else sql.keep.run(at.id, made.first, made.last, made.update)
        for (const { first, last, author: by, since, until, update } of sittings)
          sql.remember.run(at.id, first, last, author(by), since, until, update)
        sql.uncount.run({ id: at.id, last })
        sql.forget.run(at.id, last)
        held = (held ?? count()) - Number(sql.forgetNew.run(at.id, last).changes)
        at.folded = last
      })
    },

    ...lists,
    /** Deletes what lies in the trash for good. */
    purge: (id: string): boolean =>
      transaction(() => {
        if (!lists.bury(id)) return false
        sql.uncountAll.run({ id, last: Number.MAX_SAFE_INTEGER })
        for (const statement of sql.erase) statement.run({ id })
        rooms.clear()
        held = null
        return true
      }),
    sharing: (name: string, args: readonly unknown[]): unknown => run(sharing, name, args),
    accounts: (name: string, args: readonly unknown[]): unknown => run(accounts, name, args),
    records: (name: string, args: readonly unknown[]): unknown => run(records, name, args),
    mail: (name: string, args: readonly unknown[]): unknown => run(mail, name, args),
    ...openSearchIndex(db, transaction),
    ...openFiles(db, transaction),
    ...openUsage(db),

    /** A write and a read; throws when either fails. */
    check: (): void => {
      transaction(() => sql.beat.run())
      if (!sql.pulse.get()) throw new Error('The store does not hold what it has taken.')
    },

    /** Whether the path of the database leads to what is written. `atLeast`: a beat that it is known to have had. */
    fileState: (atLeast: number): FileState => guard?.state(atLeast) ?? { state: 'ours', beat: 0 },

    /** For a database that is not at its path any more (`FileGuard.rescue`). */
    rescue: (target: string): Rescue | null => guard?.rescue(target) ?? null,

    /**
     * The end in order, to be found by the next start unless that shall find the store `unclean`. Also moves the
     * write-ahead log into the database file, unless somebody is reading.
     */
    close: (unclean = false): void => {
      try {
        settle(1)
        if (!unclean) transaction(() => sql.mark.run(1))
      } catch {
        // all is stored; only the next start will heal where nothing is to be healed
      }
      const file = db.location()
      db.close()
      if (file !== null) reserveIndex(file)
    },
  }
}

/** The rooms of the document `:id`, as a range of the index over their names: '0' is the character after '/'. */
export const roomsOfDocument =
  "SELECT id FROM rooms WHERE name = :id OR (name > :id || '/' AND name < :id || '0')"

/**
 * Leaves a file where SQLite makes the index of its write-ahead log when it opens the database next. It empties the file
 * first, and so has room for it on a disk that is full by then.
 */
const reserveIndex = (file: string): void => {
  try {
    writeFileSync(`${file}-shm`, new Uint8Array(64 * 1024), { flag: 'wx' })
  } catch {
    // somebody still reads and has the index in use, or the disk is full now
  }
}

/** An update that says nothing. */
const nothing = Uint8Array.of(0, 0)

/** What of a batch is not stored, as indexes. */
export interface Stored {
  /** Their position holds other bytes, or is folded, or would leave a gap. */
  readonly clashes: readonly number[]
  /** No table takes them. They are in quarantine. */
  readonly unfit: readonly { readonly index: number; readonly why: string }[]
}

/** Ends a transaction that must leave nothing behind. */
class Damaged extends Error {}

/** So many rows of the journal are moved at once. */
const most = 2000
/** An update of more bytes shares no page: it is written once, where it belongs. */
const shared = 1024

/** What is kept in memory of a room: its last position that is folded, its last one, and its newest schema. */
interface Room {
  readonly id: number
  folded: number
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
