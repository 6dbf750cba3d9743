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
export const isCorrupt = (error: unknown): boolean => {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 255 : 0
  return code === 11 || code === 26 // SQLITE_CORRUPT, SQLITE_NOTADB
}
