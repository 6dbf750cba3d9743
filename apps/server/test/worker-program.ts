import type { TestContext } from 'node:test'
import { shareOf } from '../src/workers/workers.ts'
import { folder } from './house.ts'
import { Program } from './program.ts'
import type { Writer } from './writer.ts'

/** Any room name, and everyone may edit. */
export const open = ['--access', 'open']

/** A server with two workers. */
export const two = (
  t: TestContext,
  flags: string[] = [],
  environment: Record<string, string> = {},
): Program => new Program(t, ['--data-dir', folder(t), '--workers', '2', ...flags], environment)

/** The workers that have begun, by their number; of each the last. */
export const workersOf = ({ output }: Program): Map<number, number> => {
  const lines = output.split('\n').filter((line) => line.includes('"a worker runs"'))
  const said = lines.map((line) => JSON.parse(line) as { worker: number; pid: number })
  return new Map(said.map(({ worker, pid }) => [worker, pid]))
}

/** True while there is such a process. */
export const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** So many rooms of one worker. */
export const roomsOf = (share: number, count: number): string[] => {
  const names = Array.from({ length: count * 20 }, (_, at) => `room-${at}`)
  return names.filter((name) => shareOf(name, 2) === share).slice(0, count)
}

/** Everyone types a word every few ms, until told to stop. */
export const typing = (t: TestContext, people: readonly Writer[], name: string) => {
  let word = 0
  const timer = setInterval(() => {
    for (const [index, person] of people.entries()) person.write(`${name}.${index}.${word}`)
    word++
  }, 3)
  t.after(() => clearInterval(timer))
  return () => clearInterval(timer)
}
