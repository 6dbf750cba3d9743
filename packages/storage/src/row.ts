import type { SQLOutputValue } from 'node:sqlite'

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>

const wrong = (row: Row, column: string): never => {
  throw new Error(`The column ${column} holds an unexpected ${typeof row[column]}.`)
}

/** The whole number in a column; throws when there is something else. */
export const number = (row: Row, column: string): number => {
  const value = row[column]
  return typeof value === 'number' ? value : wrong(row, column)
}

/** The text in a column; throws when there is something else. */
export const text = (row: Row, column: string): string => {
  const value = row[column]
  return typeof value === 'string' ? value : wrong(row, column)
}

/** The bytes in a column; throws when there is something else. */
export const bytes = (row: Row, column: string): Uint8Array => {
  const value = row[column]
  return value instanceof Uint8Array ? value : wrong(row, column)
}

/** True when SQLite says that what lies on the disk is not what was written, rather than that the disk fails. */
export const isCorrupt = (error: unknown): boolean => [11, 26].includes(codeOf(error)) // SQLITE_CORRUPT, SQLITE_NOTADB

/** True when SQLite says that the disk has no room for more. */
export const isFull = (error: unknown): boolean => codeOf(error) === 13 // SQLITE_FULL

/** True when SQLite says that no table takes this row, however well the disk is. */
export const isUnfit = (error: unknown): boolean => [18, 19].includes(codeOf(error)) // SQLITE_TOOBIG, SQLITE_CONSTRAINT

const codeOf = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 255 : 0
