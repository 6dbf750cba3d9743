import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { piecesOf } from '@quire/sync/log'
import type { Past } from '@quire/sync/log'
import { problems, schemaOf } from './check.ts'
import { openLoad } from './load.ts'
import { apart } from './log.ts'
import { migrations } from './migrate.ts'
import { openPast } from './past.ts'
import { number, text } from './row.ts'

/** Something that is not as it should be. */
export interface Finding {
  /** Where, or null when it is the file as a whole. */
  readonly room: string | null
  /** The first position it touches, or null when it is not about one. */
  readonly position: number | null
  readonly sentence: string
}

/**
 * Reads all data of a folder, which may be in use, and says what is wrong with it. Changes nothing. `check` says in
 * a sentence why a log cannot be read, or null: what it refuses with an update, it also refuses with more after it.
 * Throws one sentence when there is no data, or data of another version.
 */
export const examine = (folder: string, check: (past: Past) => string | null): Finding[] => {
  const file = join(folder, 'quire.db')
  if (!existsSync(file)) throw new Error(`There is no data in ${folder}.`)
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  try {
    const [found, known] = [schemaOf(db), migrations().length]
    if (found > known) throw new Error(`The data is from a newer Quire (${found}; this is ${known}).`)
    if (found < known)
      throw new Error(`The data is from an older Quire (${found}; this is ${known}). Start this one once.`)
    return [...ofFile(db), ...ofRooms(db, check)]
  } finally {
    db.close()
  }
}

const ofFile = (db: DatabaseSync): Finding[] =>
  attempt(null, () =>
    problems(db).map((words) => ({ room: null, position: null, sentence: `The database: ${words}.` })),
  )

const ofRooms = (db: DatabaseSync, check: (past: Past) => string | null): Finding[] => {
  const load = openLoad(db)
  const { places } = openPast(db)
  const sql = {
    rooms: db.prepare('SELECT id, name FROM rooms ORDER BY id'),
    history: db.prepare('SELECT first, last FROM history WHERE room = ? ORDER BY first'),
    under: db.prepare('SELECT min(position) AS position FROM tail WHERE room = ? AND position <= ?'),
  }
  /** Numbers that are missing or there twice. */
  const numbering = (room: string, id: number, folded: number): Finding[] => {
    const findings: Finding[] = []
    let next = 1
    for (const row of sql.history.all(id)) {
      const [first, last] = [number(row, 'first'), number(row, 'last')]
      if (first !== next)
        findings.push({ room, position: next, sentence: `Its history goes on at ${first}, not at ${next}.` })
      next = last + 1
    }
    if (next <= folded)
      findings.push({
        room,
        position: next,
        sentence: `Its history ends at ${next - 1}, what is folded at ${folded}.`,
      })
    const under = sql.under.get(id, folded)?.['position']
    if (typeof under === 'number')
      findings.push({ room, position: under, sentence: `Update ${under} lies under what is folded.` })
    return findings
  }
  const ofRoom = (room: string, id: number): Finding[] => {
    const { base, placed, spans, pieces, owners, schema, damage } = load(room)
    const { position } = base
    const folded = spans.at(-1)?.last ?? position
    const findings = numbering(room, id, folded)
    const { runs, tail } = apart(spans, pieces)
    if (damage !== null) findings.push({ room, position: folded + tail.length + 1, sentence: damage })
    const whole = placed ? base : { ...base, ...places(room) }
    const refused = firstRefused({ base: whole, runs, tail, owners, schema, damaged: damage !== null }, check)
    return refused ? [{ room, ...refused }, ...findings] : findings
  }
  return attempt(null, () => {
    const findings: Finding[] = []
    for (const row of sql.rooms.all()) {
      const [id, room] = [number(row, 'id'), text(row, 'name')]
      db.exec('BEGIN') // one view of the room, whatever is written meanwhile
      findings.push(...attempt(room, () => ofRoom(room, id)))
      db.exec('COMMIT')
    }
    return findings
  })
}

/** Where `check` begins to refuse: at the base, or at the first run or update with which it does. */
const firstRefused = (
  past: Past,
  check: (past: Past) => string | null,
): { position: number; sentence: string } | null => {
  let sentence = check(past)
  if (sentence === null) return null
  const { runs, tail } = past
  const pieces = piecesOf(past)
  let [good, bad] = [-1, pieces.length] // how many of the pieces it takes, and refuses
  while (bad - good > 1) {
    const half = Math.floor((good + bad) / 2)
    const words = check({
      ...past,
      runs: runs.slice(0, half),
      tail: tail.slice(0, Math.max(0, half - runs.length)),
    })
    if (words === null) good = half
    else {
      bad = half
      sentence = words
    }
  }
  const before = bad < 2 ? past.base.position : (pieces[bad - 2]?.last ?? 0)
  return { position: bad === 0 ? past.base.position : before + 1, sentence }
}

/** What cannot be read is a finding too. */
const attempt = (room: string | null, work: () => Finding[]): Finding[] => {
  try {
    return work()
  } catch (error) {
    return [{ room, position: null, sentence: error instanceof Error ? error.message : String(error) }]
  }
}
