import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { getuid } from 'node:process'
import type { Entry } from './entry.ts'
import { syncFolder } from './folder.ts'
import { pack, unpack } from './pack.ts'

/** An entry without its bytes. */
export type Head = Omit<Entry, 'update'>

// A spool file:
//
//     quire spool 1\n              what it is
//     {"heads":[…],"lengths":[…]}\n  the entries, and how long each update is
//     the updates
//     SHA-256 of all that, 32 bytes

const title = 'quire spool '
const version = 1
const hash = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

const headOf = ({ room, position, author, time, owners, schema }: Entry): Head => ({
  room,
  position,
  author,
  time,
  owners: owners.map(({ client, identity }) => ({ client, identity })),
  schema,
})

/**
 * Where the spool of a data folder may lie: in the folder, in the system's folder for temporary files, or beside the
 * data folder, which need not be there.
 */
export const spoolFiles = (folder: string): readonly [within: string, temporary: string, beside: string] => {
  const path = resolve(folder)
  const name = hash(Buffer.from(existsSync(path) ? realpathSync(path) : path))
    .toString('hex')
    .slice(0, 32)
  return [join(folder, 'quire.spool'), join(tmpdir(), `quire-${name}.spool`), `${path}.quire.spool`]
}

/**
 * Writes entries to the first of the files that takes them, and returns which. They survive power loss when this
 * returns. It does not wait for any other thread. Throws one sentence when no file takes them.
 */
export const writeSpool = (files: readonly string[], entries: readonly Entry[]): string => {
  const heads = entries.map(headOf)
  const updates = pack(entries.map(({ update }) => update))
  const body = Buffer.concat([
    Buffer.from(`${title}${version}\n${JSON.stringify({ heads, lengths: updates.lengths })}\n`),
    updates.bytes,
  ])
  const whole = Buffer.concat([body, hash(body)])
  const problems: string[] = []
  for (const file of files) {
    try {
      write(file, whole)
      return file
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }
  throw new Error(`No file could take them: ${problems.join('; ')}.`)
}

/** What lies where a spool may lie. */
export type Found =
  | { readonly state: 'nothing' }
  | { readonly state: 'whole'; readonly entries: readonly Entry[] }
  | { readonly state: 'damaged' } // not what was written
  | { readonly state: 'foreign' } // put there by somebody else

/** Reads a spool file. Throws one sentence when it is of a newer version, or the system's error. */
export const readSpool = (file: string): Found => {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return { state: 'nothing' }
  if (!isOwnSpool(file)) return { state: 'foreign' }
  const whole = readFileSync(file)
  const body = whole.subarray(0, -32)
  if (whole.length < 32 || !hash(body).equals(whole.subarray(-32))) return { state: 'damaged' }
  const first = body.indexOf('\n')
  const second = body.indexOf('\n', first + 1)
  if (body.toString('utf8', 0, first) !== `${title}${version}`)
    throw new Error(`${file} is from a newer Quire.`)
  // the hash says that we wrote it
  const { heads, lengths }: { heads: Head[]; lengths: number[] } = JSON.parse(
    body.toString('utf8', first + 1, second),
  )
  const updates = unpack({ lengths, bytes: new Uint8Array(body.subarray(second + 1)) })
  const entries = heads.map((head, index) => ({ ...head, update: updates[index] ?? new Uint8Array() }))
  return { state: 'whole', entries }
}

/** True when a file is there that nobody else can have put there. */
export const isOwnSpool = (file: string): boolean => {
  if (!existsSync(file)) return false
  const found = lstatSync(file, { throwIfNoEntry: false })
  // anybody may put a file among the temporary ones, or beside the folder
  const inFolder = basename(file) === 'quire.spool'
  return found?.isFile() === true && (inFolder || getuid === undefined || found.uid === getuid())
}

/** Takes a spool away for good. */
export const removeSpool = (file: string): void => {
  rmSync(file)
  syncFolder(dirname(file))
}

/** Keeps a spool that cannot be used, under a name of its own, which is returned. */
export const setAside = (file: string): string => {
  let aside = `${file}.damaged`
  for (let count = 2; existsSync(aside); count++) aside = `${file}.damaged-${count}`
  renameSync(file, aside)
  syncFolder(dirname(file))
  return aside
}

const write = (file: string, bytes: Uint8Array): void => {
  const draft = `${file}.part` // renamed when it is whole
  rmSync(draft, { force: true })
  try {
    const handle = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(handle, bytes)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true }) // a full disk needs the room
    throw error
  }
  syncFolder(dirname(file))
}
