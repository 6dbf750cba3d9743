import type { DatabaseSync } from 'node:sqlite'
import { number, text } from './row.ts'
import type { Row } from './row.ts'

/** What a room has of a file, besides its bytes. */
export interface StoredFile {
  readonly room: string
  /** 128 random bits in base64url. The same in every room that the file was copied to. */
  readonly id: string
  /** SHA-256 of its bytes, in hex: the name of its bytes. */
  readonly hash: string
  readonly name: string
  /** What its bytes are, as far as they tell. */
  readonly mime: string
  readonly size: number
  /** In pixels, of an image. */
  readonly width: number | null
  readonly height: number | null
  /** Identity of whoever brought it here. */
  readonly author: string
  readonly created: number
}

/** A file of which it is to be looked up whether its room still mentions it. */
export interface DueFile {
  readonly room: string
  readonly id: string
  readonly due: number
  /** True when its room did not mention it the last time, or it was never looked up. */
  readonly missed: boolean
}

/** The files of all rooms. */
export interface Files {
  /**
   * Notes a file in a room, not to be looked up before `due`. False, with nothing changed, when the room's files
   * would be more than `most` bytes with it. A room that has this file already keeps it.
   */
  add(file: StoredFile, due: number, most: number): Promise<boolean>
  read(room: string, id: string): Promise<StoredFile | null>
  /** The files of a room, oldest first. */
  of(room: string): Promise<StoredFile[]>
  /** How many bytes the files of a room are. */
  used(room: string): Promise<number>
  /** All files of one room are files of the other too, from then on: there this person has brought them. */
  share(from: string, to: string, author: string, due: number): Promise<void>
  /** Up to `count` files that are due at this time, the longest first. */
  due(now: number, count: number): Promise<DueFile[]>
  /** The file is mentioned, or not, and due again later. Nothing happens when it was noted anew meanwhile. */
  seen(file: DueFile, mentioned: boolean, due: number): Promise<void>
  /** The room does not have the file any more. Nothing happens when it was noted anew meanwhile. */
  drop(file: DueFile): Promise<void>
  /** True while any room has a file of these bytes. */
  has(hash: string): Promise<boolean>
}

/** The statements about files. `transaction` does some work whole or not at all, and durably. */
export const openFiles = (db: DatabaseSync, transaction: <T>(work: () => T) => T) => {
  const sql = {
    add: db.prepare(`INSERT INTO files VALUES (:room, :id, :hash, :name, :mime, :size, :width, :height, :author,
      :created, :due, 1) ON CONFLICT DO UPDATE SET due = max(due, excluded.due)`),
    read: db.prepare('SELECT * FROM files WHERE room = ? AND id = ?'),
    of: db.prepare('SELECT * FROM files WHERE room = ? ORDER BY created, id'),
    used: db.prepare('SELECT coalesce(sum(size), 0) AS used FROM files WHERE room = ?'),
    share:
      db.prepare(`INSERT INTO files SELECT :to, id, hash, name, mime, size, width, height, :author, created,
      :due, 1 FROM files WHERE room = :from ON CONFLICT DO UPDATE SET due = max(due, excluded.due)`),
    due: db.prepare('SELECT room, id, due, missed FROM files WHERE due <= ? ORDER BY due, room, id LIMIT ?'),
    seen: db.prepare('UPDATE files SET due = ?, missed = ? WHERE room = ? AND id = ? AND due = ?'),
    drop: db.prepare('DELETE FROM files WHERE room = ? AND id = ? AND due = ?'),
    has: db.prepare('SELECT 1 FROM files WHERE hash = ? LIMIT 1'),
  }
  const used = (room: string): number => number(sql.used.get(room) ?? {}, 'used')
  return {
    addFile: (file: StoredFile, due: number, most: number): boolean =>
      transaction(() => {
        const there = sql.read.get(file.room, file.id) !== undefined
        if (!there && used(file.room) + file.size > most) return false
        sql.add.run({ ...file, due })
        return true
      }),
    readFile: (room: string, id: string): StoredFile | null => {
      const row = sql.read.get(room, id)
      return row ? fileIn(row) : null
    },
    filesOf: (room: string): StoredFile[] => sql.of.all(room).map(fileIn),
    filesUsed: used,
    shareFiles: (from: string, to: string, author: string, due: number): void => {
      transaction(() => sql.share.run({ from, to, author, due }))
    },
    dueFiles: (now: number, count: number): DueFile[] =>
      sql.due.all(now, count).map((row) => ({
        room: text(row, 'room'),
        id: text(row, 'id'),
        due: number(row, 'due'),
        missed: number(row, 'missed') === 1,
      })),
    seenFile: ({ room, id, due }: DueFile, mentioned: boolean, next: number): void => {
      transaction(() => sql.seen.run(next, mentioned ? 0 : 1, room, id, due))
    },
    dropFile: ({ room, id, due }: DueFile): void => {
      transaction(() => sql.drop.run(room, id, due))
    },
    hasBytes: (hash: string): boolean => sql.has.get(hash) !== undefined,
  }
}

const fileIn = (row: Row): StoredFile => ({
  room: text(row, 'room'),
  id: text(row, 'id'),
  hash: text(row, 'hash'),
  name: text(row, 'name'),
  mime: text(row, 'mime'),
  size: number(row, 'size'),
  width: row['width'] === null ? null : number(row, 'width'),
  height: row['height'] === null ? null : number(row, 'height'),
  author: text(row, 'author'),
  created: number(row, 'created'),
})
