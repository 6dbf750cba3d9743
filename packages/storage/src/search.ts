import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { number, text } from './row.ts'
import type { Row } from './row.ts'
import { excerptOf, markTitle } from './search-excerpt.ts'
import { distinctWords, entryOf, maxSearchText, needleOf, termsOf } from './search-words.ts'
import type { Term } from './search-words.ts'

/** Whose documents are searched: their own, those they were given a role in, those they opened, and those named. */
export interface SearchScope {
  readonly identity: string
  /** Milliseconds since 1970: links that ended before give nothing. */
  readonly now: number
  readonly documents: readonly string[]
}

/** What is shown of a document that was found. */
export interface Excerpt {
  readonly document: string
  /** The words that were asked for stand between U+0001 and U+0002. */
  readonly title: string
  readonly snippet: string
}

/** What is kept of a document for searching. */
export interface SearchText {
  readonly heading: string
  readonly words: string
  readonly title: string
  readonly body: string
}

/** Of longer titles the rest cannot be found. */
const maxTitle = 10_000

/** Works out what is kept of a document for searching. Takes a few ms for each 100,000 characters. */
export const searchTextOf = (title: string, body: string): SearchText => {
  const heading = clean(title.slice(0, maxTitle))
  const known = clean(body.slice(0, maxSearchText))
  return { heading: distinctWords(heading), words: distinctWords(known), title: heading, body: known }
}

// these mark what was found
const clean = (said: string): string => said.replaceAll('\u0001', ' ').replaceAll('\u0002', ' ')

/** The functions that migrations call. */
export const defineSearchFunctions = (db: DatabaseSync): void => {
  db.function('heading_words', { deterministic: true }, (title) =>
    distinctWords(String(title).slice(0, maxTitle)),
  )
  db.function('body_words', { deterministic: true }, (body) => distinctWords(String(body)))
}

/** What writes the index, and what asks whether a document is up to date in it. */
export const openSearchIndex = (db: DatabaseSync, transaction: <T>(work: () => T) => T) => {
  const sql = {
    at: db.prepare('SELECT id, position FROM indexed WHERE document = ?'),
    add: db.prepare(`INSERT INTO indexed (document, position) VALUES (?, ?)
      ON CONFLICT (document) DO UPDATE SET position = excluded.position`),
    forget: db.prepare('DELETE FROM indexed WHERE document = ?'),
    drop: db.prepare('DELETE FROM texts WHERE id = ?'),
    put: db.prepare('INSERT OR REPLACE INTO texts VALUES (:id, :heading, :words, :title, :body)'),
  }
  return {
    /** Takes the place of what was kept of this document. */
    putText: (document: string, position: number, kept: SearchText): void => {
      transaction(() => {
        sql.add.run(document, position)
        sql.put.run({ id: number(sql.at.get(document) ?? {}, 'id'), ...kept })
      })
    },
    /** The position that is indexed, or null. */
    indexed: (document: string): number | null => {
      const row = sql.at.get(document)
      return row ? number(row, 'position') : null
    },
    unindex: (document: string): void => {
      transaction(() => {
        const row = sql.at.get(document)
        if (row) sql.drop.run(number(row, 'id'))
        sql.forget.run(document)
      })
    },
  }
}

/** A search looks at so many documents at most: those that somebody owns, the last edited first, then the others. */
const maxDocuments = 20_000
/** It stops looking when it has found so many, or after so many ms. Each batch is a question of its own to SQLite. */
const [maxMatches, maxMs, batchSize] = [2000, 500, 100]

/** What searches. No question that it asks SQLite takes more than some ms, as one that runs cannot be interrupted. */
export const openSearcher = (db: DatabaseSync) => {
  const sql = {
    mine: db.prepare(`SELECT id AS document FROM documents WHERE owner = ? AND deleted IS NULL
      ORDER BY edited DESC, id LIMIT ?`),
    shared: db.prepare(`SELECT DISTINCT document FROM grants WHERE who = :who AND (link = ''
      OR EXISTS (SELECT 1 FROM links WHERE links.id = grants.link AND revoked IS NULL
        AND (expires IS NULL OR expires > :now))) LIMIT :count`),
    opened: db.prepare('SELECT document FROM shelf WHERE identity = ? LIMIT ?'),
    kept: db.prepare('SELECT texts.* FROM indexed JOIN texts USING (id) WHERE document = ?'),
  }
  const scopeOf = ({ identity, now, documents }: SearchScope): string[] => {
    const rows = [
      sql.mine.all(identity, maxDocuments),
      sql.shared.all({ who: identity, now, count: maxDocuments }),
      sql.opened.all(identity, maxDocuments),
    ].flat()
    const all = new Set([...rows.map((row) => text(row, 'document')), ...documents])
    return [...all].slice(0, maxDocuments)
  }
  const statements = new Map<number, StatementSync>()
  /** Finds those of some documents in which so many terms stand, and of each term what is noted of its first place. */
  const matching = (terms: number): StatementSync => {
    const known = statements.get(terms)
    if (known) return known
    const each = Array.from({ length: terms }, (_, term) => `:term${term}`)
    const made = db.prepare(`SELECT value AS document,
      ${each.map((term, at) => `instr(heading, ${term}) AS title${at}, substr(words, instr(words, ${term}), 100) AS entry${at}`).join()}
      FROM json_each(:documents) CROSS JOIN indexed ON document = value JOIN texts ON texts.id = indexed.id
      WHERE ${each.map((term) => `(instr(words, ${term}) OR instr(heading, ${term}))`).join(' AND ')}`)
    statements.set(terms, made)
    return made
  }
  return {
    /** For those who index: takes as long as the text is long, so it is not done where others wait. */
    searchTextOf,
    /**
     * The documents in which all words of the query stand, those with the words in their titles first; so many at most.
     * The last word may be the beginning of a longer one.
     */
    find: (query: string, scope: SearchScope, limit: number): string[] => {
      const terms = termsOf(query)
      if (terms.length === 0) return []
      const end = performance.now() + maxMs
      const needles = Object.fromEntries(terms.map((term, at) => [`term${at}`, needleOf(term)]))
      const statement = matching(terms.length)
      const all = scopeOf(scope)
      const found: { document: string; score: number }[] = []
      for (
        let at = 0;
        at < all.length && found.length < maxMatches && performance.now() < end;
        at += batchSize
      ) {
        const documents = JSON.stringify(all.slice(at, at + batchSize))
        for (const row of statement.all({ documents, ...needles }))
          found.push({ document: text(row, 'document'), score: scoreOf(row, terms) })
      }
      return found
        .toSorted((a, b) => b.score - a.score)
        .slice(0, limit)
        .map(({ document }) => document)
    },
    /** What is shown of these documents, which were found for this query. */
    excerpts: (query: string, documents: readonly string[]): Excerpt[] => {
      const terms = termsOf(query)
      return documents.flatMap((document) => {
        const row = sql.kept.get(document)
        if (!row) return []
        const [words, title, body] = [text(row, 'words'), text(row, 'title'), text(row, 'body')]
        const places = terms.flatMap((term) => entryOf(words, term)?.at ?? [])
        return [{ document, title: markTitle(title, terms), snippet: excerptOf(body, terms, places) }]
      })
    },
  }
}

/** The higher the better: a word in the title counts five times, one that is repeated up to twice. */
const scoreOf = (row: Row, terms: readonly Term[]): number =>
  terms.reduce((sum, term, at) => {
    const entry = entryOf(text(row, `entry${at}`), term)
    const count = entry?.count ?? 0
    return sum + (number(row, `title${at}`) > 0 ? 5 : 0) + (2 * count) / (count + 1)
  }, 0)
