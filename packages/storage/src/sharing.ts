import type { DatabaseSync } from 'node:sqlite'
import { number, text } from './row.ts'
import type { Row } from './row.ts'

/** What anyone who has the address of a document may do in it. */
export const generals = ['none', 'view', 'comment', 'edit'] as const
export type General = (typeof generals)[number]

/** What can be given to somebody. */
export const givable = ['view', 'comment', 'edit'] as const
export type Givable = (typeof givable)[number]

/** A role that somebody was given. `who`: an identity, or `mailto:` and an address that has not signed in yet. */
export interface Grant {
  readonly document: string
  readonly who: string
  readonly role: Givable
  /** The role link that gave it, or empty. */
  readonly link: string
  readonly giver: string
  readonly time: number
}

/** A role link as its document keeps it. Times are ms since 1970. */
export interface RoleLink {
  readonly id: string
  readonly document: string
  readonly label: string
  readonly role: Givable
  readonly giver: string
  readonly made: number
  readonly expires: number | null
  /** How many people may use it, or null for any number. */
  readonly most: number | null
  /** An encoded hash, or null when none is asked for. */
  readonly password: string | null
  readonly uses: number
  readonly used: number | null
}

/** Somebody who asks to be let in. */
export interface AccessRequest {
  readonly document: string
  readonly identity: string
  readonly role: Givable
  readonly message: string
  readonly time: number
}

/** What a document is to somebody. */
export interface Kept {
  readonly document: string
  /** When they opened it last; null when they never did. */
  readonly opened: number | null
  readonly starred: boolean
  /** The folder they keep it in, or empty. */
  readonly folder: string
}

/** What is on record about somebody in a document: what everyone may do, and what they were given. */
export interface Standing {
  readonly general: General
  /** True when those who may only read may copy and export. */
  readonly copying: boolean
  /** The highest role that they were given and that holds now, or null. */
  readonly given: Givable | null
}

/** Who may do what: what is on record. What follows from it is decided elsewhere. */
export const openSharing = (db: DatabaseSync, transaction: <T>(work: () => T) => T) => {
  const live = 'revoked IS NULL AND (expires IS NULL OR expires > :now)'
  const sql = {
    access: db.prepare('SELECT general, copying FROM access WHERE document = ?'),
    setAccess: db.prepare('INSERT OR REPLACE INTO access VALUES (?, ?, ?)'),
    given: db.prepare(`SELECT role FROM grants WHERE document = :document AND who = :who
      AND (link = '' OR EXISTS (SELECT 1 FROM links WHERE links.id = grants.link AND ${live}))`),
    grant: db.prepare('INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?, ?)'),
    ungrant: db.prepare('DELETE FROM grants WHERE document = ? AND who = ?'),
    grants: db.prepare('SELECT * FROM grants WHERE document = ? ORDER BY time, who'),
    count: db.prepare('SELECT count(*) AS count FROM grants WHERE document = ?'),
    shared: db.prepare(`SELECT DISTINCT document FROM grants WHERE who = :who
      AND (link = '' OR EXISTS (SELECT 1 FROM links WHERE links.id = grants.link AND ${live}))`),
    addLink:
      db.prepare(`INSERT INTO links (id, document, hash, label, role, giver, made, expires, most, password)
      VALUES (:id, :document, :hash, :label, :role, :giver, :made, :expires, :most, :password)`),
    links: db.prepare(`SELECT * FROM links WHERE document = :document AND ${live} ORDER BY made DESC, id`),
    link: db.prepare(`SELECT * FROM links WHERE hash = :hash AND ${live}`),
    use: db.prepare('UPDATE links SET uses = uses + 1, used = ? WHERE id = ?'),
    revoke: db.prepare('UPDATE links SET revoked = ? WHERE id = ? AND document = ? AND revoked IS NULL'),
    unlink: db.prepare('DELETE FROM grants WHERE document = ? AND link = ?'),
    usedBy: db.prepare('SELECT 1 FROM grants WHERE document = ? AND who = ? AND link = ?'),
    hand: db.prepare('UPDATE documents SET owner = ? WHERE id = ? AND owner = ?'),
    ask: db.prepare('INSERT OR REPLACE INTO requests VALUES (?, ?, ?, ?, ?)'),
    requests: db.prepare('SELECT * FROM requests WHERE document = ? ORDER BY time, identity'),
    asked: db.prepare('SELECT count(*) AS count FROM requests WHERE document = ?'),
    answer: db.prepare('DELETE FROM requests WHERE document = ? AND identity = ?'),
    opened: db.prepare(`INSERT INTO shelf (identity, document, opened) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET opened = excluded.opened`),
    star: db.prepare(`INSERT INTO shelf (identity, document, starred) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET starred = excluded.starred`),
    file: db.prepare(`INSERT INTO shelf (identity, document, folder) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET folder = excluded.folder`),
    shelf: db.prepare('SELECT * FROM shelf WHERE identity = ?'),
    visits: db.prepare(`SELECT identity, opened FROM shelf WHERE document = ? AND opened IS NOT NULL
      ORDER BY opened DESC LIMIT 200`),
    template: db.prepare('INSERT INTO templates VALUES (?) ON CONFLICT DO NOTHING'),
    untemplate: db.prepare('DELETE FROM templates WHERE document = ?'),
    isTemplate: db.prepare('SELECT 1 FROM templates WHERE document = ?'),
    nextEnd: db.prepare('SELECT min(expires) AS time FROM links WHERE expires > ? AND revoked IS NULL'),
    ended: db.prepare(`SELECT DISTINCT document FROM links
      WHERE expires > ? AND expires <= ? AND revoked IS NULL`),
    forget: ['access', 'grants', 'links', 'requests', 'shelf', 'templates'].map((name) =>
      db.prepare(`DELETE FROM ${name} WHERE document = ?`),
    ),
  }
  const access = (document: string): { general: General; copying: boolean } => {
    const row = sql.access.get(document)
    if (!row) return { general: 'edit', copying: true }
    return {
      general: generals.find((known) => known === row['general']) ?? 'none',
      copying: row['copying'] === 1,
    }
  }
  return {
    /** What is on record about somebody, as of `now`. */
    standing: (document: string, who: string, now: number): Standing => ({
      ...access(document),
      given: highest(sql.given.all({ document, who, now }).map(roleIn)),
    }),
    /** What everyone may do. */
    open: (document: string, general: General, copying: boolean): void => {
      transaction(() => sql.setAccess.run(document, general, copying ? 1 : 0))
    },
    /** Gives a role by name. False when the document has as many people as it may have. */
    grant: (document: string, who: string, role: Givable, giver: string, now: number): boolean =>
      transaction(() => {
        const known = sql.usedBy.get(document, who, '') !== undefined
        if (!known && number(sql.count.get(document) ?? {}, 'count') >= most) return false
        sql.grant.run(document, who, '', role, giver, now)
        return true
      }),
    /** Takes everything from somebody that they were given, by name or by link. False when that was nothing. */
    ungrant: (document: string, who: string): boolean =>
      transaction(() => sql.ungrant.run(document, who)).changes > 0,
    grants: (document: string): Grant[] => sql.grants.all(document).map(grantIn),
    /** The documents in which somebody was given a role that holds now. */
    sharedWith: (who: string, now: number): string[] =>
      sql.shared.all({ who, now }).map((row) => text(row, 'document')),

    /** Adds a role link. `hash` is of its token. False when the document has as many as it may have. */
    addLink: (link: Omit<RoleLink, 'uses' | 'used'>, hash: string): boolean =>
      transaction(() => {
        if (sql.links.all({ document: link.document, now: link.made }).length >= most) return false
        sql.addLink.run({ ...link, hash })
        return true
      }),
    /** The links that hold now, the newest first. */
    links: (document: string, now: number): RoleLink[] => sql.links.all({ document, now }).map(linkIn),
    /** The link whose token has this hash, if it holds now. */
    link: (hash: string, now: number): RoleLink | null => {
      const row = sql.link.get({ hash, now })
      return row ? linkIn(row) : null
    },
    /** Gives somebody the role of a link, as long as the link holds. False when as many have used it as may. */
    useLink: (hash: string, who: string, now: number): boolean =>
      transaction(() => {
        const row = sql.link.get({ hash, now })
        if (!row) return false
        const { id, document, role, giver, uses, most: limit } = linkIn(row)
        if (sql.usedBy.get(document, who, id)) return true // again, from the same browser
        if (limit !== null && uses >= limit) return false
        if (number(sql.count.get(document) ?? {}, 'count') >= mostByLink) return false
        sql.use.run(now, id)
        sql.grant.run(document, who, id, role, giver, now)
        return true
      }),
    /** Ends a link, and what it gave. False when there was none. */
    revoke: (document: string, link: string, now: number): boolean =>
      transaction(() => {
        if (sql.revoke.run(now, link, document).changes === 0) return false
        sql.unlink.run(document, link)
        return true
      }),
    /** Makes somebody else the owner; who was it may edit. False when that was not the owner. */
    hand: (document: string, from: string, to: string, now: number): boolean =>
      transaction(() => {
        if (sql.hand.run(to, document, from).changes === 0) return false
        sql.ungrant.run(document, to)
        sql.grant.run(document, from, '', 'edit', to, now)
        return true
      }),

    /** Notes that somebody asks to be let in; they do so once. False when too many do already. */
    request: ({ document, identity, role, message, time }: AccessRequest): boolean =>
      transaction(() => {
        if (number(sql.asked.get(document) ?? {}, 'count') >= 100) return false
        sql.ask.run(document, identity, role, message, time)
        return true
      }),
    requests: (document: string): AccessRequest[] => sql.requests.all(document).map(requestIn),
    /** The request is answered, one way or the other. False when there was none. */
    answered: (document: string, identity: string): boolean =>
      transaction(() => sql.answer.run(document, identity)).changes > 0,

    /** Notes that somebody opened it. */
    opened: (identity: string, document: string, now: number): void => {
      transaction(() => sql.opened.run(identity, document, now))
    },
    star: (identity: string, document: string, starred: boolean): void => {
      transaction(() => sql.star.run(identity, document, starred ? 1 : 0))
    },
    file: (identity: string, document: string, folder: string): void => {
      transaction(() => sql.file.run(identity, document, folder))
    },
    /** What somebody has opened, starred or put in a folder. */
    shelf: (identity: string): Kept[] => sql.shelf.all(identity).map(keptIn),
    /** Who opened it and when, the last first. */
    visits: (document: string): { identity: string; time: number }[] =>
      sql.visits
        .all(document)
        .map((row) => ({ identity: text(row, 'identity'), time: number(row, 'opened') })),
    /** Marks a document as one that others begin with, or takes the mark off. */
    setTemplate: (document: string, marked: boolean): void => {
      transaction(() => (marked ? sql.template : sql.untemplate).run(document))
    },
    /** Those of these documents that others begin with. */
    templatesAmong: (documents: readonly string[]): string[] =>
      documents.filter((document) => sql.isTemplate.get(document) !== undefined),

    /** When the next link ends by itself after `now`, or null. */
    nextEnd: (now: number): number | null => {
      const row = sql.nextEnd.get(now)
      return row ? maybe(row, 'time') : null
    },
    /** The documents of the links that ended by themselves after `from`, up to `to`. */
    ended: (from: number, to: number): string[] =>
      sql.ended.all(from, to).map((row) => text(row, 'document')),

    /** Nothing of all this is on record any more, and nobody may do anything. */
    forget: (document: string): void => {
      transaction(() => {
        for (const statement of sql.forget) statement.run(document)
        sql.setAccess.run(document, 'none', 0)
      })
    },
  }
}

/** The most people that one document is shared with by name, and its most links. */
const most = 500
const mostByLink = 10_000

const highest = (roles: readonly Givable[]): Givable | null =>
  givable.findLast((role) => roles.includes(role)) ?? null

const roleIn = (row: Row): Givable => givable.find((role) => role === row['role']) ?? 'view'
const maybe = (row: Row, column: string): number | null => (row[column] === null ? null : number(row, column))

const grantIn = (row: Row): Grant => ({
  document: text(row, 'document'),
  who: text(row, 'who'),
  role: roleIn(row),
  link: text(row, 'link'),
  giver: text(row, 'giver'),
  time: number(row, 'time'),
})

const linkIn = (row: Row): RoleLink => ({
  id: text(row, 'id'),
  document: text(row, 'document'),
  label: text(row, 'label'),
  role: roleIn(row),
  giver: text(row, 'giver'),
  made: number(row, 'made'),
  expires: maybe(row, 'expires'),
  most: maybe(row, 'most'),
  password: row['password'] === null ? null : text(row, 'password'),
  uses: number(row, 'uses'),
  used: maybe(row, 'used'),
})

const requestIn = (row: Row): AccessRequest => ({
  document: text(row, 'document'),
  identity: text(row, 'identity'),
  role: roleIn(row),
  message: text(row, 'message'),
  time: number(row, 'time'),
})

const keptIn = (row: Row): Kept => ({
  document: text(row, 'document'),
  opened: maybe(row, 'opened'),
  starred: row['starred'] === 1,
  folder: text(row, 'folder'),
})
