import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { reached } from './result.ts'
import type { Goal, Result } from './result.ts'
import { shown } from './turns.ts'

const folder = new URL('results/', import.meta.url)

interface Kept {
  readonly day: string
  readonly result: Result
}

/** Keeps what a benchmark found, in place of what it found before. */
export const keep = (name: string, result: Result): void => {
  const kept: Kept = { day: new Date().toISOString().slice(0, 10), result }
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(kept, null, 2)}\n`)
}

/** Writes RESULTS.md from all that is kept, in this order. */
export const report = (names: readonly string[]): void => {
  const files = new Set(readdirSync(folder))
  const kept = names
    .filter((name) => files.has(`${name}.json`))
    .map((name): Kept => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')))
  const [cpu] = cpus()
  const head = [
    '# Results',
    '',
    `Written by \`pnpm bench\`: Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown'}.`,
    'Medians of runs in turn. On a shared machine only the ratios mean anything.',
  ].join('\n')
  const goals = kept.flatMap(({ result }) => result.goals ?? [])
  const parts = [head, ...(goals.length === 0 ? [] : [goalsOf(goals)]), ...kept.map(section)]
  writeFileSync(new URL('RESULTS.md', import.meta.url), `${parts.join('\n\n')}\n`)
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

const goalsOf = (goals: readonly Goal[]): string =>
  [
    '## Goals',
    '',
    table(
      ['what', 'goal', 'measured', ''],
      goals.map((goal) => [goal.what, goal.goal, measured(goal), verdict(goal)]),
    ),
  ].join('\n')

const measured = ({ measured: value, unit }: Goal): string =>
  value === null ? 'not measured' : `${shown(value)} ${unit}`

const verdict = (goal: Goal): string => {
  if (goal.measured === null) return 'unknown'
  if (reached(goal)) return 'reached'
  const times = goal.atLeast === true ? goal.limit / goal.measured : goal.measured / goal.limit
  return `missed by ${shown(times)} times`
}

const section = ({ day, result }: Kept): string =>
  [
    `## ${result.name}`,
    '',
    `Predicted: ${result.prediction}. ${result.holds ? 'Confirmed.' : 'Refuted.'} Measured on ${day}.`,
    '',
    table(result.head ?? ['what', 'how much'], result.rows),
    ...(result.notes ?? []).flatMap((note) => ['', note]),
    ...(result.obstacle !== undefined && (result.goals ?? []).some((goal) => !reached(goal))
      ? ['', `In the way: ${result.obstacle}`]
      : []),
  ].join('\n')
