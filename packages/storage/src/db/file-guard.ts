import { readdirSync, readlinkSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { copyDatabase } from '../migrate.ts'
import { number } from '../row.ts'
import { beatOf, readBeat, readBeatApart } from './read-beat.ts'
import type { Beat, Reading } from './read-beat.ts'

/**
 * What is wrong with the path of an open database. `missing`: there is no file. `log-missing`: the write-ahead log is
 * gone or another file. `copied`: another file with the content that this one had. `replaced`: another file with other
 * content. `overwritten`: other content in the same file.
 */
export type FileFault = 'missing' | 'log-missing' | 'copied' | 'replaced' | 'overwritten'

/** What became of a database that is not at its path any more: where it is, or where a copy of it is. */
export type Rescue = { readonly movedTo: string } | { readonly copy: string }

/** `suspected`: nothing may be written until it is known. */
export type FileState =
  | { readonly state: 'ours'; readonly beat: number }
  | { readonly state: 'suspected' }
  | { readonly state: 'lost'; readonly fault: FileFault }

/** What a file system says about a path. */
export type FileStat = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs'>

/** What a guard may be lent. */
export interface FileGuardDeps {
  /** Null when nothing is there; throws when that cannot be told. */
  readonly stat: (path: string) => FileStat | null
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
}

/** What is at the paths; null where nothing is. */
interface Look {
  readonly file: FileStat | null
  readonly log: FileStat | null
  readonly folder: FileStat | null
}

/** What is copied in about ten seconds. */
const maxRescueBytes = 2 ** 30

/** From a suspicion to the look that confirms it, in ms. */
const confirmMs = 500

/**
 * Watches that the path of a database still leads to the file that its connection writes to. A write to a file without a
 * name succeeds, and is gone with the process.
 *
 * `stat` of the database, its log and its folder only raises a suspicion, since inode numbers change by themselves on
 * some file systems and anybody may touch a file. It is confirmed, twice and half a second apart, by what a fresh
 * connection reads at the path: the writer's beat. In the file itself it must be what the writer's last checkpoint has
 * put there; the log must hold what was committed last.
 *
 * Runs in the thread that writes.
 */
export class FileGuard {
  readonly #db: DatabaseSync
  readonly #file: string
  readonly #deps: FileGuardDeps
  /** What belongs to this connection; null before `start`. */
  #known: Look | null = null
  /** What the last checkpoint has put into the database file, or null when that is not known. */
  #inFile: Beat | null = null
  /** The beat that was committed after it. */
  #raised = 0
  /** True when `#raised` was put into the file, to see whether it shows at the path, and nothing was written since. */
  #probed = false
  /** The last look that did not find everything in order. */
  #doubt: { readonly at: number; readonly fault: FileFault | null } | null = null
  #lost: FileFault | null = null

  constructor(db: DatabaseSync, file: string, deps: Partial<FileGuardDeps> = {}) {
    this.#db = db
    this.#file = file
    this.#deps = { stat, now: () => performance.now(), ...deps }
  }

  /** Takes what is at the path for the file of this connection. It may have no room: then less is known. */
  start(): void {
    this.#raised = beatOf(this.#db).beat
    try {
      this.#checkpoint()
    } catch {
      // a full disk: the file is taken as it is
    }
    this.#remember(readBeat(this.#file, 'file'))
    this.#known = this.#look()
  }

  /** Before a write. Throws while it is not known that the path leads to this database. */
  before(): void {
    if (this.#known === null) return
    const { folder } = this.#known // only `state` looks at it: its files say more
    if (this.#judge(this.#look(folder)).state !== 'ours')
      throw new Error(`${this.#file} may be another file than the one that is in use.`)
  }

  /** Whether the path leads to this database. `atLeast`: a beat that it is known to have had. */
  state(atLeast: number): FileState {
    if (this.#known === null) this.start()
    if (this.#raised < atLeast) this.#lost ??= 'replaced' // of a thread that was started anew
    return this.#judge(this.#look())
  }

  /**
   * Finds the file that this connection has open, where the system tells, or copies all that it holds to `target`: a file
   * without a name is gone with the process. Not for a file that was written over. Throws when it cannot be copied, or is
   * larger than 1 GiB.
   */
  rescue(target: string): Rescue {
    const movedTo = this.#whereNow()
    if (movedTo !== null) return { movedTo }
    const pages = number(this.#db.prepare('PRAGMA page_count').get() ?? {}, 'page_count')
    const bytes = pages * number(this.#db.prepare('PRAGMA page_size').get() ?? {}, 'page_size')
    if (bytes > maxRescueBytes) throw new Error(`${bytes} bytes are too many to be copied in time.`)
    copyDatabase(this.#db, target)
    return { copy: target }
  }

  /** Linux names what a process has open, by the path of now. */
  #whereNow(): string | null {
    try {
      for (const descriptor of readdirSync('/proc/self/fd')) {
        const path = readlinkSync(join('/proc/self/fd', descriptor), 'utf8')
        if (!path.startsWith('/')) continue
        if (this.#known?.file && sameFile(this.#deps.stat(path), this.#known.file)) return path
      }
    } catch {
      // not Linux, or a descriptor that was closed meanwhile
    }
    return null
  }

  #judge(seen: Look | null): FileState {
    if (this.#lost !== null) return { state: 'lost', fault: this.#lost }
    const known = this.#known
    const same = seen !== null && known !== null && sameFiles(seen, known)
    if (same && untouched(seen.file, known.file)) {
      this.#doubt = null
      return { state: 'ours', beat: this.#raised }
    }
    const now = this.#deps.now()
    if (this.#doubt !== null && now - this.#doubt.at < confirmMs) return { state: 'suspected' }
    const found = seen === null || known === null ? 'unknown' : this.#verify(seen, known)
    if (found === 'ours') {
      this.#doubt = null
      this.#known = this.#look() ?? seen
      return { state: 'ours', beat: this.#raised }
    }
    const before = this.#doubt?.fault ?? null
    if (found !== 'unknown' && before !== null) this.#lost = before
    this.#doubt = { at: now, fault: found === 'unknown' ? null : found }
    return this.#lost === null ? { state: 'suspected' } : { state: 'lost', fault: this.#lost }
  }

  #verify(seen: Look, known: Look): 'ours' | 'unknown' | FileFault {
    if (seen.file === null) return 'missing'
    if (seen.log === null && known.log !== null) return 'log-missing'
    // written to, by a checkpoint or by somebody else: the file is this one, and may be read here
    const written = sameFile(seen.file, known.file)
    const inFile = written ? readBeat(this.#file, 'file') : readBeatApart(this.#file, 'file')
    if (inFile === 'unknown') return 'unknown'
    if (inFile === 'other' || !this.#isOurs(inFile)) return written ? 'overwritten' : 'replaced'
    if (sameFiles(seen, known)) {
      this.#remember(inFile)
      return 'ours'
    }
    // its content is right: does the path follow what is written now?
    try {
      // once: a write after a whole checkpoint begins the log anew, and with the log a copy is complete
      if (!this.#probed) this.#raise()
      if (!this.#probed && !this.#checkpoint()) return 'unknown'
      this.#probed = true
      const there = readBeatApart(this.#file, 'file')
      if (there === 'unknown') return 'unknown'
      if (there === 'other' || there.beat !== this.#raised) return 'copied'
      this.#inFile = there
      this.#probed = false
      this.#raise()
      const logged = readBeatApart(this.#file, 'file-and-log')
      if (logged === 'unknown') return 'unknown'
      return logged !== 'other' && logged.beat === this.#raised ? 'ours' : 'log-missing'
    } catch {
      return 'unknown' // a disk that takes no write now
    }
  }

  /**
   * True when the file holds what the last checkpoint before the last look has put there, or what one since then has:
   * others may run a checkpoint too. An older state has another beat; a copy that SQLite has written anew has another schema version.
   */
  #isOurs({ beat, schema }: Beat): boolean {
    const now = beatOf(this.#db)
    return (
      schema === now.schema && (beat === this.#inFile?.beat || (beat >= this.#raised && beat <= now.beat))
    )
  }

  /** Commits a beat that no other state of the database has. */
  #raise(): void {
    const step = 1 + Math.floor(Math.random() * 2 ** 20)
    const row = this.#db.prepare('UPDATE pulse SET beat = beat + ? RETURNING beat').get(step)
    this.#raised = number(row ?? {}, 'beat')
  }

  /** True when everything committed is in the database file. */
  #checkpoint(): boolean {
    const row = this.#db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() ?? {}
    return number(row, 'busy') === 0 && number(row, 'log') === number(row, 'checkpointed')
  }

  /** Notes what is in the database file now, and commits what tells it from all that comes later. */
  #remember(found: Reading): void {
    this.#inFile = typeof found === 'string' ? null : found
    try {
      this.#raise()
    } catch {
      // a disk that takes no write now: a copy of this state cannot be told from it
    }
  }

  /** Null when the file system gives no answer now. With `folder`, that is not asked for. */
  #look(folder?: FileStat | null): Look | null {
    const { stat } = this.#deps
    const file = this.#file
    try {
      return { file: stat(file), log: stat(`${file}-wal`), folder: folder ?? stat(dirname(file)) }
    } catch {
      return null
    }
  }
}

const stat = (path: string): FileStat | null =>
  statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null

const sameFile = (one: FileStat | null, other: FileStat | null): boolean =>
  one === null || other === null ? one === other : one.dev === other.dev && one.ino === other.ino

const untouched = (one: FileStat | null, other: FileStat | null): boolean =>
  sameFile(one, other) && one?.size === other?.size && one?.mtimeNs === other?.mtimeNs

const sameFiles = (one: Look, other: Look): boolean =>
  sameFile(one.file, other.file) && sameFile(one.log, other.log) && sameFile(one.folder, other.folder)
