import { existsSync, renameSync } from 'node:fs'
import { realTime } from '../time.ts'
import type { FileFault, FileState } from './file-guard.ts'

/** Between two looks at the file, in ms. Each write looks by itself, so this is for a store that is not written to. */
const lookMs = 500

/**
 * Asks the thread that writes, every half second, whether the path of its database still leads to what it writes to
 * (`FileGuard.state`), and calls back once when it does not. A thread that cannot be started because there is no file
 * counts like one that says so. Returns how to stop.
 */
export const watchFile = (
  file: string,
  ask: (atLeast: number) => Promise<FileState>,
  onLost: (fault: FileFault) => void,
): (() => void) => {
  let beat = 0
  let misses = 0
  let stopped = false
  let cancel = (): void => {}
  const wait = (): void => {
    if (!stopped) cancel = realTime.after(lookMs, look)
  }
  const look = (): void => {
    ask(beat).then(
      (found) => {
        misses = 0
        if (stopped) return
        if (found.state === 'lost') return onLost(found.fault)
        if (found.state === 'ours') beat = found.beat
        wait()
      },
      () => {
        misses = existsSync(file) ? 0 : misses + 1
        if (misses >= 2 && !stopped) onLost('missing')
        else wait()
      },
    )
  }
  wait()
  return () => {
    stopped = true
    cancel()
  }
}

/**
 * Keeps a lost database from harming what lies in its place when its connections are closed, and the next start from
 * reading its write-ahead log into another file. To be called before they are closed; what it returns, afterwards.
 *
 * `copied`: the database was copied as a whole, so its log is not needed any more.
 *
 * When the path does not lead to its file, SQLite neither runs a checkpoint nor removes the log as it closes. Hence a
 * file with other content, which may have been written into the open one, leaves its path for that moment.
 */
export const leaveLostFile = (file: string, fault: FileFault, copied: boolean): (() => void) => {
  if (fault !== 'replaced' && fault !== 'overwritten' && !copied) return () => {}
  const aside = `${file}.replaced`
  const log = `${file}-wal`
  rename(file, aside)
  return () => {
    if (!existsSync(file)) rename(aside, file)
    rename(log, `${log}.until-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`)
  }
}

/** Where somebody else is at work a file may be gone by now. */
const rename = (from: string, to: string): void => {
  if (existsSync(from)) renameSync(from, to)
}
