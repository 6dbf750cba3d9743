import type { DatabaseSync } from 'node:sqlite'
import { number, text } from './row.ts'
import type { Row } from './row.ts'

/** Who did what, when and from where. */
export interface Deed {
  readonly time: number
  readonly who: string
  readonly deed: string
  /** The document it was done to, or null. */
  readonly document: string | null
  readonly address: string
  readonly detail: string
}

/** An address that is told of what happens to the documents of its owner. */
export interface Hook {
  readonly id: string
  readonly owner: string
  readonly url: string
  /** Signs what it is told. */
  readonly secret: string
  /** The events it is told of. */
  readonly events: readonly string[]
  readonly made: number
}

/** Something that a hook was or is to be told. */
export interface Delivery {
  readonly id: number
  readonly hook: string
  readonly event: string
  readonly body: string
  readonly made: number
  readonly tries: number
  /** When it is tried next; null when it is done or given up. */
  readonly due: number | null
  /** What became of it last. */
  readonly status: string
}

/** A delivery whose turn it is, and whose hook it is for. */
export interface DueDelivery extends Delivery {
  readonly owner: string
}

/** What happened, for those who look it up and for those who are told. */
export const openRecords = (db: DatabaseSync, transaction: <T>(work: () => T) => T) => {
  const sql = {
    note: db.prepare(`INSERT INTO audit (time, who, deed, document, address, detail)
      VALUES (:time, :who, :deed, :document, :address, :detail)`),
    ofDocument: db.prepare('SELECT * FROM audit WHERE document = ? ORDER BY id DESC LIMIT ?'),
    ofPerson: db.prepare('SELECT * FROM audit WHERE who = ? ORDER BY id DESC LIMIT ?'),
    sweep: db.prepare('DELETE FROM audit WHERE time < ?'),
    addHook: db.prepare('INSERT INTO hooks VALUES (:id, :owner, :url, :secret, :events, :made)'),
    hooks: db.prepare('SELECT * FROM hooks WHERE owner = ? ORDER BY made, id'),
    hook: db.prepare('SELECT * FROM hooks WHERE id = ?'),
    dropHook: db.prepare('DELETE FROM hooks WHERE id = ? AND owner = ?'),
    tell: db.prepare('INSERT INTO deliveries (hook, event, body, made, due) VALUES (?, ?, ?, ?, ?)'),
    waiting: db.prepare(`SELECT count(*) AS count FROM deliveries JOIN hooks ON hooks.id = deliveries.hook
      WHERE hooks.owner = ? AND deliveries.due IS NOT NULL`),
    turns: db.prepare(`SELECT owner FROM hook_turns WHERE guest = ? AND due <= ?
      AND owner NOT IN (SELECT value FROM json_each(?)) ORDER BY due, owner LIMIT ?`),
    first:
      db.prepare(`SELECT deliveries.*, hooks.owner FROM hooks JOIN deliveries ON deliveries.hook = hooks.id
      WHERE hooks.owner = ? AND deliveries.due <= ? ORDER BY deliveries.due, deliveries.id LIMIT 1`),
    turnOver: db.prepare('DELETE FROM hook_turns WHERE owner = ?'),
    nextTurn:
      db.prepare(`INSERT INTO hook_turns SELECT :owner, substr(:owner, 1, 1) NOT IN ('@', '~'), max(min(due), :now)
      FROM hooks JOIN deliveries ON deliveries.hook = hooks.id
      WHERE hooks.owner = :owner AND deliveries.due IS NOT NULL HAVING min(due) IS NOT NULL`),
    ownerOf: db.prepare(`SELECT hooks.id, hooks.owner FROM deliveries JOIN hooks ON hooks.id = deliveries.hook
      WHERE deliveries.id = ?`),
    tried: db.prepare('UPDATE deliveries SET tries = tries + 1, due = ?, status = ? WHERE id = ?'),
    rest: db.prepare('UPDATE deliveries SET due = :due WHERE hook = :hook AND due < :due'),
    trim: db.prepare(`DELETE FROM deliveries WHERE hook = :hook AND due IS NULL AND id <
      (SELECT id FROM deliveries WHERE hook = :hook AND due IS NULL ORDER BY id DESC LIMIT 1 OFFSET 99)`),
    deliveries: db.prepare('SELECT * FROM deliveries WHERE hook = ? ORDER BY id DESC LIMIT 100'),
    old: db.prepare('DELETE FROM deliveries WHERE due IS NULL AND made < ?'),
    changing: db.prepare(`INSERT INTO changing SELECT :document, :due WHERE EXISTS
      (SELECT 1 FROM documents JOIN hooks ON hooks.owner = documents.owner
        WHERE documents.id = :document AND instr(' ' || hooks.events || ' ', ' ' || :event || ' ') > 0)
      ON CONFLICT DO UPDATE SET due = excluded.due`),
    quiet: db.prepare('SELECT document, due FROM changing WHERE due <= ? ORDER BY due LIMIT ?'),
    calm: db.prepare('DELETE FROM changing WHERE document = ? AND due = ?'),
  }
  return {
    note: (deed: Deed): void => {
      transaction(() => sql.note.run({ ...deed }))
    },
    /** What was done to a document, the last first. */
    ofDocument: (document: string, limit: number): Deed[] => sql.ofDocument.all(document, limit).map(deedIn),
    /** What somebody did, the last first. */
    ofPerson: (who: string, limit: number): Deed[] => sql.ofPerson.all(who, limit).map(deedIn),

    addHook: ({ events, ...hook }: Hook): void => {
      transaction(() => sql.addHook.run({ ...hook, events: events.join(' ') }))
    },
    hooks: (owner: string): Hook[] => sql.hooks.all(owner).map(hookIn),
    hook: (id: string): Hook | null => {
      const row = sql.hook.get(id)
      return row ? hookIn(row) : null
    },
    dropHook: (owner: string, id: string): boolean =>
      transaction(() => sql.dropHook.run(id, owner)).changes > 0,
    /**
     * To be told to all hooks of the owner that want to hear of such events, as long as no more than `most` deliveries
     * wait for hooks of this owner.
     */
    tell: (
      owner: string,
      event: string,
      body: string,
      now: number,
      most: number,
    ): { waiting: number; dropped: number } => {
      const wanting = sql.hooks
        .all(owner)
        .map(hookIn)
        .filter(({ events }) => events.includes(event))
      const room = wanting.length === 0 ? 0 : most - number(sql.waiting.get(owner) ?? {}, 'count')
      const waiting = wanting.slice(0, Math.max(0, room))
      if (waiting.length > 0)
        transaction(() => {
          for (const { id } of waiting) sql.tell.run(id, event, body, now, now)
        })
      return { waiting: waiting.length, dropped: wanting.length - waiting.length }
    },
    /** Remembers that a document was changed, if a hook of its owner wants to hear of such an event at `due`. */
    changing: (document: string, event: string, due: number): void => {
      transaction(() => sql.changing.run({ document, event, due }))
    },
    /** What was changed and has been left alone since, the longest first. */
    quiet: (now: number, limit: number): { document: string; due: number }[] =>
      sql.quiet.all(now, limit).map((row) => ({ document: text(row, 'document'), due: number(row, 'due') })),
    /** It was told, unless it was changed again meanwhile. */
    calm: (document: string, due: number): void => {
      transaction(() => sql.calm.run(document, due))
    },
    /**
     * What is to be tried now: one delivery for each of up to `accounts` owners with an account and `guests` without,
     * those first whose turn is the longest ago. Owners in `busy` are left out.
     */
    due: (now: number, accounts: number, guests: number, busy: readonly string[]): DueDelivery[] => {
      const skipped = JSON.stringify(busy)
      const owners = [sql.turns.all(0, now, skipped, accounts), sql.turns.all(1, now, skipped, guests)].flat()
      return owners.flatMap((row) => {
        const owner = text(row, 'owner')
        const found = sql.first.get(owner, now)
        if (found) return [{ ...deliveryIn(found), owner }]
        // a hook was dropped, or its owner has become somebody else
        transaction(() => {
          sql.turnOver.run(owner)
          sql.nextTurn.run({ owner, now })
        })
        return []
      })
    },
    /**
     * Notes what became of a try, and ends the turn of its owner. `due` says when the next try is, and that the hook is
     * left alone until then; or it is null. Of what is done the newest 100 for each hook are kept.
     */
    tried: (id: number, status: string, due: number | null, now: number): void => {
      transaction(() => {
        const row = sql.ownerOf.get(id)
        sql.tried.run(due, status, id)
        if (row === undefined) return
        const [hook, owner] = [text(row, 'id'), text(row, 'owner')]
        if (due === null) sql.trim.run({ hook })
        else sql.rest.run({ hook, due })
        sql.turnOver.run(owner)
        sql.nextTurn.run({ owner, now })
      })
    },
    /** What a hook was told, the last first. */
    deliveries: (hook: string): Delivery[] => sql.deliveries.all(hook).map(deliveryIn),
    /** Forgets what is older than this, but for what is still to be told. */
    forgetBefore: (time: number): void => {
      transaction(() => {
        sql.sweep.run(time)
        sql.old.run(time)
      })
    },
  }
}

const maybe = (row: Row, column: string): number | null => (row[column] === null ? null : number(row, column))

const deedIn = (row: Row): Deed => ({
  time: number(row, 'time'),
  who: text(row, 'who'),
  deed: text(row, 'deed'),
  document: row['document'] === null ? null : text(row, 'document'),
  address: text(row, 'address'),
  detail: text(row, 'detail'),
})

const hookIn = (row: Row): Hook => ({
  id: text(row, 'id'),
  owner: text(row, 'owner'),
  url: text(row, 'url'),
  secret: text(row, 'secret'),
  events: text(row, 'events').split(' '),
  made: number(row, 'made'),
})

const deliveryIn = (row: Row): Delivery => ({
  id: number(row, 'id'),
  hook: text(row, 'hook'),
  event: text(row, 'event'),
  body: text(row, 'body'),
  made: number(row, 'made'),
  tries: number(row, 'tries'),
  due: maybe(row, 'due'),
  status: text(row, 'status'),
})
