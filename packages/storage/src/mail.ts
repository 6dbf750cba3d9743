import type { DatabaseSync } from 'node:sqlite'
import { number, text } from './row.ts'
import type { Row } from './row.ts'

/** A mail that waits to be sent. What `letter` holds is for whoever sends it to read. */
export interface Mailing {
  readonly id: number
  readonly letter: string
  readonly made: number
  readonly tries: number
  readonly due: number
}

/** Mails that are to be sent, and the sign-in links that mails brought. */
export const openMail = (db: DatabaseSync, transaction: <T>(work: () => T) => T) => {
  const sql = {
    keep: db.prepare('INSERT INTO mails (letter, made, due) VALUES (?, ?, ?)'),
    waiting: db.prepare('SELECT count(*) AS count FROM mails'),
    due: db.prepare('SELECT * FROM mails WHERE due <= ? ORDER BY due, id LIMIT ?'),
    again: db.prepare('UPDATE mails SET tries = tries + 1, due = ? WHERE id = ?'),
    done: db.prepare('DELETE FROM mails WHERE id = ?'),
    addPass: db.prepare('INSERT INTO passes VALUES (?, ?, ?)'),
    takePass: db.prepare('DELETE FROM passes WHERE hash = ? RETURNING email, expires'),
    endPasses: db.prepare('DELETE FROM passes WHERE expires <= ?'),
    endPassesOf: db.prepare('DELETE FROM passes WHERE email = ?'),
  }
  return {
    /** To be sent, whatever happens to the process. False when too many wait already. */
    keep: (letter: string, now: number): boolean =>
      transaction(() => {
        if (number(sql.waiting.get() ?? {}, 'count') >= most) return false
        sql.keep.run(letter, now, now)
        return true
      }),
    /** What is to be sent now, the longest due first. */
    due: (now: number, limit: number): Mailing[] => sql.due.all(now, limit).map(mailingIn),
    /** Notes that a mail was tried: it is tried again at `due`, or forgotten when that is null. */
    tried: (id: number, due: number | null): void => {
      transaction(() => (due === null ? sql.done.run(id) : sql.again.run(due, id)))
    },

    /** Whoever shows what has this hash may sign in with the address, once and until it expires. */
    addPass: (hash: string, email: string, expires: number, now: number): void => {
      transaction(() => {
        sql.endPasses.run(now)
        sql.addPass.run(hash, email, expires)
      })
    },
    /** The address that a pass is for; null when there is none that holds. It is used up, and so are all others for it. */
    takePass: (hash: string, now: number): string | null =>
      transaction(() => {
        const row = sql.takePass.get(hash)
        if (!row || number(row, 'expires') <= now) return null
        sql.endPassesOf.run(text(row, 'email'))
        return text(row, 'email')
      }),
  }
}

const most = 10_000

const mailingIn = (row: Row): Mailing => ({
  id: number(row, 'id'),
  letter: text(row, 'letter'),
  made: number(row, 'made'),
  tries: number(row, 'tries'),
  due: number(row, 'due'),
})
