import { readFileSync, readdirSync } from 'node:fs'

const tick = 10 // ms; what Linux counts in for programs, whatever its own clock

const field = (pid: number, file: string, name: string): number => {
  const text = readFileSync(`/proc/${pid}/${file}`, 'utf8')
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN)
}

const fieldsOf = (file: string): string[] => {
  const stat = readFileSync(file, 'utf8')
  return stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/)
}

/** CPU time in ms: of a process with all its threads, also those that ended, and exactly, but of living ones only. */
export interface Used {
  readonly coarse: number
  readonly fine: number
}

/** What a process and all its threads have used. */
export const used = (pid: number): Used => {
  const fields = fieldsOf(`/proc/${pid}/stat`)
  const fine = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(fieldsOf(`/proc/${pid}/task/${thread}/schedstat`)[0]),
  )
  return {
    coarse: (Number(fields[11]) + Number(fields[12])) * tick,
    fine: fine.reduce((sum, time) => sum + time, 0) / 1e6,
  }
}

/** CPU time in ms between two looks. */
export const between = (before: Used, after: Used): number => {
  const coarse = after.coarse - before.coarse
  const fine = after.fine - before.fine
  return coarse - fine > 3 * tick ? coarse : fine // otherwise a thread has ended
}

/** The memory that a process has, in kB. */
export const rss = (pid: number): number => field(pid, 'status', 'VmRSS')

/** The bytes that a process caused to be written to the disk. */
export const written = (pid: number): number => field(pid, 'io', 'write_bytes')

/** CPU time in ms that the whole machine has used. */
export const machine = (): number => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = fieldsOf('/proc/stat')
    .slice(1, 9)
    .map(Number)
  return (user + nice + system + irq + soft + steal) * tick
}

/** How much of its core this process uses from now on until it is asked: 1 is all of it. */
export const ownLoad = (): (() => number) => {
  const start = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000 / (performance.now() - start)
  }
}
