import type { Program } from './program.ts'
import type { Listed } from './house.ts'

/** Where the rooms of a server are: `ws://127.0.0.1:port/sync`. */
export const syncOf = async (program: Program): Promise<string> =>
  `${(await program.url()).replace('http', 'ws')}/sync`

/** A new document. */
export const make = async (program: Program, headers: Record<string, string> = {}): Promise<Listed> =>
  (await (await fetch(`${await program.url()}/api/documents`, { method: 'POST', headers })).json()) as Listed
