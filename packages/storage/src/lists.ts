import type { DatabaseSync } from 'node:sqlite'
import { number, text } from './row.ts'
import type { Row } from './row.ts'
import type { Document, Outdated, Person } from './store.ts'

/**
 * The statements about documents and people. `transaction` does some work whole or not at all, and durably.
 */
export const openLists = (db: DatabaseSync, transaction: <T>(work: () => T) => T) => {
  const sql = {
    create: db.prepare('INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, 0, NULL) ON CONFLICT DO NOTHING'),
    document: db.prepare('SELECT * FROM documents WHERE id = ?'),
    mine: db.prepare('SELECT * FROM documents WHERE owner = ? AND deleted IS NULL ORDER BY edited DESC, id'),
    note: db.prepare(`UPDATE documents SET position = :position, title = :title, edited = coalesce(
      (SELECT time FROM tail WHERE room = (SELECT id FROM rooms WHERE name = :id) AND position <= :position
        ORDER BY position DESC LIMIT 1),
      (SELECT until FROM history WHERE room = (SELECT id FROM rooms WHERE name = :id) AND first <= :position
        ORDER BY first DESC LIMIT 1),
      created) WHERE id = :id AND position <= :position`),
    trash: db.prepare('UPDATE documents SET deleted = ?, epoch = ? WHERE id = ? AND deleted IS NULL'),
    restore: db.prepare('UPDATE documents SET deleted = NULL WHERE id = ? AND deleted IS NOT NULL'),
    trashed: db.prepare(`SELECT * FROM documents WHERE owner = ? AND deleted IS NOT NULL
      ORDER BY deleted DESC, id`),
    ran: db.prepare('UPDATE store SET running = running + ? RETURNING running'),
    notDue: db.prepare(`DELETE FROM due_purges WHERE NOT EXISTS (SELECT 1 FROM documents
      WHERE id = document AND documents.deleted = due_purges.deleted AND documents.deleted < ? AND owner <> '')`),
    foundDue: db.prepare(`INSERT INTO due_purges SELECT id, deleted, ? FROM documents
      WHERE deleted < ? AND owner <> '' ON CONFLICT DO NOTHING`),
    due: db.prepare('SELECT document FROM due_purges WHERE since <= ?'),
    lastOf: db.prepare(
      'SELECT max(id) AS last FROM (SELECT id FROM documents WHERE id > ? ORDER BY id LIMIT ?)',
    ),
    outdated:
      db.prepare(`WITH newest AS MATERIALIZED (SELECT room, max(position) AS last FROM journal GROUP BY room)
      SELECT * FROM (SELECT documents.*, indexed.position AS indexed,
        max(coalesce(newest.last, 0),
          coalesce((SELECT max(position) FROM updates WHERE room = rooms.id), 0),
          coalesce((SELECT max(last) FROM runs WHERE room = rooms.id), 0),
          coalesce((SELECT position FROM bases WHERE room = rooms.id), 0)) AS last
        FROM documents JOIN rooms ON rooms.name = documents.id
        LEFT JOIN newest ON newest.room = rooms.id LEFT JOIN indexed ON indexed.document = documents.id
        WHERE documents.id > ? AND documents.id <= ? AND documents.deleted IS NULL)
      WHERE position < last OR coalesce(indexed, 0) < last`),
    purge: db.prepare(`UPDATE documents SET owner = '', title = ''
      WHERE id = ? AND deleted IS NOT NULL AND owner <> ''`),
    person: db.prepare('SELECT * FROM people WHERE id = ?'),
    writePerson: db.prepare('INSERT OR REPLACE INTO people VALUES (?, ?, ?)'),
  }
  return {
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
    trash: (id: string, now: number, epoch: string): boolean =>
      transaction(() => sql.trash.run(now, epoch, id)).changes > 0,
    restore: (id: string): boolean => transaction(() => sql.restore.run(id)).changes > 0,

    trashed: (owner: string): Document[] => sql.trashed.all(owner).map(document),
    duePurges: (before: number, ran: number, apart: number): string[] =>
      transaction(() => {
        const running = number(sql.ran.get(Math.round(ran)) ?? {}, 'running')
        sql.notDue.run(before)
        sql.foundDue.run(running, before)
        return sql.due.all(running - apart).map((row) => text(row, 'document'))
      }),
    outdated: (after: string, count: number): Outdated => {
      const last = sql.lastOf.get(after, count)?.['last'] ?? null
      if (typeof last !== 'string') return { documents: [], next: null }
      return { documents: sql.outdated.all(after, last).map(document), next: last }
    },
    /** To be called within a transaction. */
    bury: (id: string): boolean => sql.purge.run(id).changes > 0,

    person: (id: string): Person | null => {
      const row = sql.person.get(id)
      return row ? { id: text(row, 'id'), name: text(row, 'name'), color: number(row, 'color') } : null
    },
    writePerson: ({ id, name, color }: Person): void => {
      transaction(() => sql.writePerson.run(id, name, color))
    },
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
