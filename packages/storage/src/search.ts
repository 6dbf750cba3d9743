import type { DatabaseSync } from 'node:sqlite'
import { number, text } from './row.ts'

/** A document in which all the words stand. */
export interface Found {
  readonly document: string
  /** Around the words, which stand between U+0001 and U+0002. */
  readonly title: string
  readonly snippet: string
  /** The lower the better. */
  readonly rank: number
}

/** The words of all documents, whoever may see them. */
export const openSearch = (db: DatabaseSync, transaction: <T>(work: () => T) => T) => {
  const sql = {
    at: db.prepare('SELECT id, position FROM indexed WHERE document = ?'),
    add: db.prepare(`INSERT INTO indexed (document, position) VALUES (?, ?)
      ON CONFLICT (document) DO UPDATE SET position = excluded.position`),
    forget: db.prepare('DELETE FROM indexed WHERE document = ?'),
    drop: db.prepare('DELETE FROM words WHERE rowid = ?'),
    put: db.prepare('INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)'),
    find: db.prepare(`SELECT document, highlight(words, 0, char(1), char(2)) AS title,
      snippet(words, 1, char(1), char(2), '…', 16) AS snippet, bm25(words, 5, 1) AS rank
      FROM words JOIN indexed ON indexed.id = words.rowid
      WHERE words MATCH ? AND document IN (SELECT value FROM json_each(?)) ORDER BY rank LIMIT ?`),
    behind: db.prepare(`SELECT value FROM json_each(?)
      WHERE value NOT IN (SELECT document FROM indexed) LIMIT ?`),
  }
  return {
    /** Takes the place of what was kept of this document. */
    index: (document: string, position: number, title: string, body: string): void => {
      transaction(() => {
        const row = sql.at.get(document)
        if (row) sql.drop.run(number(row, 'id'))
        sql.add.run(document, position)
        sql.put.run(number(sql.at.get(document) ?? {}, 'id'), title, body)
      })
    },
    /** The position that is indexed, or null. */
    indexed: (document: string): number | null => {
      const row = sql.at.get(document)
      return row ? number(row, 'position') : null
    },
    /** Of these documents those that were never indexed, so many at most. */
    behind: (documents: readonly string[], limit: number): string[] =>
      sql.behind.all(JSON.stringify(documents), limit).map((row) => text(row, 'value')),
    unindex: (document: string): void => {
      transaction(() => {
        const row = sql.at.get(document)
        if (row) sql.drop.run(number(row, 'id'))
        sql.forget.run(document)
      })
    },
    /** Of these documents those in which words begin with all that is asked for, the best first. */
    find: (query: string, documents: readonly string[], limit: number): Found[] => {
      const match = phrase(query)
      if (match === '') return []
      return sql.find.all(match, JSON.stringify(documents), limit).map((row) => ({
        document: text(row, 'document'),
        title: text(row, 'title'),
        snippet: text(row, 'snippet'),
        rank: number(row, 'rank'),
      }))
    },
  }
}

/** What people type, as FTS5 wants it: each word quoted, so that none is an operator, and the beginning of one. */
const phrase = (query: string): string =>
  (query.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])
    .slice(0, 16)
    .map((word) => `"${word}"*`)
    .join(' ')
