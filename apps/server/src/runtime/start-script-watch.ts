import { existsSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { basename } from 'node:path'

// npx, pnpm and the shells between them do not all pass SIGTERM on, so a server that was started by the package's
// start script looks for itself whether the processes of that command are still there.

const intervalMs = 500

/** A process as the operating system lists it. */
interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/**
 * Watches the processes that `npx pnpm start` consists of, from this one's parent up to npx. Calls `onEnd` once, when
 * one of them has ended. Does nothing in a server that was not started by the start script, or where processes cannot
 * be listed.
 */
export const watchStartScript = (environment: NodeJS.ProcessEnv, onEnd: () => void): void => {
  const { npm_lifecycle_event: script, npm_package_name: name, npm_execpath: manager = '' } = environment
  if (script !== 'start' || name !== 'quire' || process.platform === 'win32') return
  const found = findStartCommand(process.ppid)
  if (found === null) return
  const byNpx = manager.includes('/_npx/')
  const isWhole = (): boolean => !byNpx || found.some(({ command }) => isNpm(command))
  const timer = setInterval(() => {
    if (process.ppid === found[0]?.pid && isWhole() && found.every(isRunning)) return
    clearInterval(timer)
    onEnd()
  }, intervalMs)
  timer.unref()
}

const isNpm = (command: string): boolean => /^(npm|npx)\b|\/(npm|npx)(-cli\.js)?( |$)/.test(command)
const isPnpm = (command: string): boolean => /^pnpm\b|\/pnpm(\.[cm]?js)?( |$)/.test(command)
const isShell = (command: string): boolean =>
  ['sh', 'dash', 'bash', 'zsh'].includes(basename(command.split(' ')[0] ?? ''))

/**
 * The processes from `pid` upwards that run npm, npx or pnpm, and the shells between them and below. Null when they
 * cannot be listed, or none of them is a package manager.
 */
const findStartCommand = (pid: number): ProcessInfo[] | null => {
  const chain: ProcessInfo[] = []
  for (let next = pid; next > 1;) {
    const info = readProcess(next)
    if (info === null) return null
    const { command, parent } = info
    if (!isNpm(command) && !isPnpm(command) && !isShell(command)) break
    chain.push(info)
    next = parent
  }
  const top = chain.findLastIndex(({ command }) => isNpm(command) || isPnpm(command))
  return top === -1 ? null : chain.slice(0, top + 1)
}

const readProcess = (pid: number): ProcessInfo | null => {
  try {
    if (!existsSync('/proc/self/stat')) {
      const line = execFileSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], {
        encoding: 'utf8',
      }).trim()
      const [, parent = '', command = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
      return { pid, parent: Number(parent), command }
    }
    const [, parent = ''] = readStat(pid)
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return { pid, parent: Number(parent), command }
  } catch {
    return null // it has ended, or may not be looked at
  }
}

/** State and parent of a process, as Linux tells them. Throws where there is no such process, or no `/proc`. */
const readStat = (pid: number): string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name before it may hold anything
}

/** False also for a process that has ended and was not collected by its parent. */
const isRunning = ({ pid }: ProcessInfo): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  try {
    return readStat(pid)[0] !== 'Z'
  } catch {
    return !existsSync('/proc/self/stat') // without /proc the signal has told
  }
}
