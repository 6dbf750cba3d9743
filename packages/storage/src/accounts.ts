import type { DatabaseSync } from 'node:sqlite'
import { givable } from './sharing.ts'
import { number, text } from './row.ts'
import type { Row } from './row.ts'

/** Somebody with an account. */
export interface Account {
  readonly id: string
  /** In lower case. */
  readonly email: string
  /** True when somebody who is trusted with that vouches that the address is theirs. */
  readonly verified: boolean
  /** An encoded hash; null for those who sign in elsewhere. */
  readonly password: string | null
  readonly made: number
}

/** Where somebody is signed in. `hash` is of the cookie's token. */
export interface Session {
  readonly hash: string
  readonly account: string
  readonly made: number
  readonly seen: number
  /** What their browser calls itself. */
  readonly agent: string
}

/** A key for programs that act for somebody. */
export interface Key {
  readonly id: string
  readonly identity: string
  readonly label: string
  readonly scopes: string
  readonly made: number
  readonly used: number | null
}

/** Who people are, and where they are signed in. */
export const openAccounts = (db: DatabaseSync, transaction: <T>(work: () => T) => T) => {
  const sql = {
    add: db.prepare('INSERT INTO accounts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    read: db.prepare('SELECT * FROM accounts WHERE id = ?'),
    byEmail: db.prepare('SELECT * FROM accounts WHERE email = ?'),
    password: db.prepare('UPDATE accounts SET password = ? WHERE id = ?'),
    subject: db.prepare('SELECT account FROM subjects WHERE issuer = ? AND subject = ?'),
    addSubject: db.prepare('INSERT INTO subjects VALUES (?, ?, ?)'),
    signIn: db.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?)'),
    session: db.prepare('SELECT * FROM sessions WHERE hash = ? AND seen > ?'),
    sessions: db.prepare('SELECT * FROM sessions WHERE account = ? AND seen > ? ORDER BY seen DESC'),
    seen: db.prepare('UPDATE sessions SET seen = ? WHERE hash = ?'),
    signOut: db.prepare('DELETE FROM sessions WHERE hash = ?'),
    sweep: db.prepare('DELETE FROM sessions WHERE account = ? AND seen <= ?'),
    became: db.prepare('SELECT account FROM became WHERE guest = ?'),
    become: db.prepare('INSERT INTO became VALUES (?, ?) ON CONFLICT DO NOTHING'),
    owns: db.prepare('UPDATE documents SET owner = :account WHERE owner = :guest'),
    brought: db.prepare('UPDATE files SET author = :account WHERE author = :guest'),
    grants: db.prepare('SELECT document, link, role, giver, time FROM grants WHERE who = ?'),
    grant: db.prepare('SELECT role FROM grants WHERE document = ? AND who = ? AND link = ?'),
    give: db.prepare('INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?, ?)'),
    ungrant: db.prepare('DELETE FROM grants WHERE who = ?'),
    shelf: db.prepare('UPDATE OR IGNORE shelf SET identity = :account WHERE identity = :guest'),
    keysOf: db.prepare('UPDATE keys SET identity = :account WHERE identity = :guest'),
    hooksOf: db.prepare('UPDATE hooks SET owner = :account WHERE owner = :guest'),
    claim: db.prepare('UPDATE accounts SET verified = 1, password = NULL WHERE id = ?'),
    vouch: db.prepare('UPDATE accounts SET verified = 1 WHERE id = ?'),
    signOutAll: db.prepare('DELETE FROM sessions WHERE account = ? AND hash <> ?'),
    dropKeys: db.prepare('DELETE FROM keys WHERE identity = ?'),
    dropHooks: db.prepare('DELETE FROM hooks WHERE owner = ?'),
    unshelf: db.prepare('DELETE FROM shelf WHERE identity = ?'),
    named: db.prepare(`INSERT INTO people SELECT :account, name, color FROM people WHERE id = :guest
      ON CONFLICT DO NOTHING`),
    addKey: db.prepare('INSERT INTO keys VALUES (:id, :hash, :identity, :label, :scopes, :made, NULL)'),
    key: db.prepare('SELECT * FROM keys WHERE hash = ?'),
    keys: db.prepare('SELECT * FROM keys WHERE identity = ? ORDER BY made DESC, id'),
    usedKey: db.prepare('UPDATE keys SET used = ? WHERE id = ?'),
    dropKey: db.prepare('DELETE FROM keys WHERE id = ? AND identity = ?'),
  }
  const account = (id: string): Account | null => {
    const row = sql.read.get(id)
    return row ? accountIn(row) : null
  }
  /** What `from` was given is given to `to`; of two roles for the same the higher one stays. */
  const move = (from: string, to: string): void => {
    for (const row of sql.grants.all(from)) {
      const [document, link, role] = [text(row, 'document'), text(row, 'link'), text(row, 'role')]
      const there = sql.grant.get(document, to, link)
      const rank = (name: unknown): number => givable.findIndex((known) => known === name)
      if (there && rank(there['role']) >= rank(role)) continue
      sql.give.run(document, to, link, role, text(row, 'giver'), number(row, 'time'))
    }
    sql.ungrant.run(from)
  }
  return {
    /** Null when there is one with this address. What was shared with the address is theirs if it is verified. */
    add: ({ id, email, verified, password, made }: Account): Account | null =>
      transaction(() => {
        if (sql.add.run(id, email, verified ? 1 : 0, password, made).changes === 0) return null
        if (verified) move(`mailto:${email}`, id)
        return account(id)
      }),
    read: account,
    byEmail: (email: string): Account | null => {
      const row = sql.byEmail.get(email)
      return row ? accountIn(row) : null
    },
    setPassword: (id: string, password: string): void => {
      transaction(() => sql.password.run(password, id))
    },
    /** The account that a provider calls so, or null. */
    bySubject: (issuer: string, subject: string): Account | null => {
      const row = sql.subject.get(issuer, subject)
      return row ? account(text(row, 'account')) : null
    },
    /** From now on this account signs in with that provider. */
    bindSubject: (issuer: string, subject: string, id: string): void => {
      transaction(() => sql.addSubject.run(issuer, subject, id))
    },
    /**
     * The address turns out to be theirs, who did not make the account: whoever made it without showing that has no way
     * in any more.
     */
    claim: (id: string): void => {
      transaction(() => {
        const found = account(id)
        if (found === null) return
        sql.claim.run(id)
        sql.signOutAll.run(id, '')
        sql.dropKeys.run(id)
        sql.dropHooks.run(id)
        move(`mailto:${found.email}`, id)
      })
    },

    /** The address turns out to be theirs, who made the account. */
    vouch: (id: string): void => {
      transaction(() => {
        const found = account(id)
        if (found === null) return
        sql.vouch.run(id)
        move(`mailto:${found.email}`, id)
      })
    },

    /** Signs in; sessions of this account that were last seen before `stale` end. */
    signIn: ({ hash, account: id, made, seen, agent }: Session, stale: number): void => {
      transaction(() => {
        sql.sweep.run(id, stale)
        sql.signIn.run(hash, id, made, seen, agent)
      })
    },
    /** A session that was seen after `stale`, or null. */
    session: (hash: string, stale: number): Session | null => {
      const row = sql.session.get(hash, stale)
      return row ? sessionIn(row) : null
    },
    sessions: (id: string, stale: number): Session[] => sql.sessions.all(id, stale).map(sessionIn),
    seen: (hash: string, now: number): void => {
      transaction(() => sql.seen.run(now, hash))
    },
    signOut: (hash: string): boolean => transaction(() => sql.signOut.run(hash)).changes > 0,

    /** Ends all sessions of an account but this one. */
    signOutOthers: (id: string, hash: string): void => {
      transaction(() => sql.signOutAll.run(id, hash))
    },

    /** The account that this guest became, or null. */
    became: (guest: string): string | null => {
      const row = sql.became.get(guest)
      return row ? text(row, 'account') : null
    },
    /** All that a guest made, wrote, was given and kept is the account's from now on. False when it was done before. */
    become: (guest: string, id: string): boolean =>
      transaction(() => {
        if (sql.become.run(guest, id).changes === 0) return false
        sql.named.run({ guest, account: id })
        sql.owns.run({ guest, account: id })
        sql.brought.run({ guest, account: id })
        move(guest, id)
        sql.shelf.run({ guest, account: id })
        sql.unshelf.run(guest)
        sql.keysOf.run({ guest, account: id })
        sql.hooksOf.run({ guest, account: id })
        return true
      }),

    addKey: (key: Omit<Key, 'used'>, hash: string): void => {
      transaction(() => sql.addKey.run({ ...key, hash }))
    },
    key: (hash: string): Key | null => {
      const row = sql.key.get(hash)
      return row ? keyIn(row) : null
    },
    keys: (identity: string): Key[] => sql.keys.all(identity).map(keyIn),
    usedKey: (id: string, now: number): void => {
      transaction(() => sql.usedKey.run(now, id))
    },
    dropKey: (identity: string, id: string): boolean =>
      transaction(() => sql.dropKey.run(id, identity)).changes > 0,
  }
}

const accountIn = (row: Row): Account => ({
  id: text(row, 'id'),
  email: text(row, 'email'),
  verified: row['verified'] === 1,
  password: row['password'] === null ? null : text(row, 'password'),
  made: number(row, 'made'),
})

const sessionIn = (row: Row): Session => ({
  hash: text(row, 'hash'),
  account: text(row, 'account'),
  made: number(row, 'made'),
  seen: number(row, 'seen'),
  agent: text(row, 'agent'),
})

const keyIn = (row: Row): Key => ({
  id: text(row, 'id'),
  identity: text(row, 'identity'),
  label: text(row, 'label'),
  scopes: text(row, 'scopes'),
  made: number(row, 'made'),
  used: row['used'] === null ? null : number(row, 'used'),
})
