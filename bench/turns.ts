import { median } from './median.ts'
import type { Goal } from './result.ts'
import { begin } from './scenario.ts'
import type { Wishes } from './scenario.ts'
import type { Name, Server } from './servers.ts'

/** What one round with one server gave: a name for each figure. */
export type Measures = Readonly<Record<string, number>>

/** What all rounds gave: medians, or why a server has none. */
export class Table {
  readonly names: readonly Name[]
  readonly #rounds: ReadonlyMap<Name, readonly Measures[]>
  readonly #failures: ReadonlyMap<Name, string>

  constructor(
    names: readonly Name[],
    rounds: ReadonlyMap<Name, readonly Measures[]>,
    failures: ReadonlyMap<Name, string>,
  ) {
    this.names = names
    this.#rounds = rounds
    this.#failures = failures
  }

  /** The median of a figure; null when there is none, or when a round of this server failed. */
  get(name: Name, figure: string): number | null {
    const found = (this.#rounds.get(name) ?? []).flatMap((round) => round[figure] ?? [])
    return found.length === 0 || this.#failures.has(name) ? null : median(found)
  }

  /** One figure over the same of another server; null when one of them is missing. */
  ratio(figure: string, name: Name, over: Name): number | null {
    const one = this.get(name, figure)
    const other = this.get(over, figure)
    return one === null || other === null || other === 0 ? null : one / other
  }

  /** The best peer: the least of a figure, or the most. */
  best(figure: string, most = false): Name | null {
    const peers = this.names.filter((name) => name !== 'quire' && name !== 'raw' && name !== 'file')
    const found = peers.flatMap((name) => {
      const value = this.get(name, figure)
      return value === null ? [] : [{ name, value: most ? -value : value }]
    })
    return found.toSorted((one, other) => one.value - other.value)[0]?.name ?? null
  }

  get head(): string[] {
    const yardstick = this.names.find((name) => name === 'raw' || name === 'file')
    return [
      '',
      ...this.names,
      ...(yardstick === undefined ? [] : [`quire / ${yardstick}`]),
      'quire / best peer',
    ]
  }

  /** A row for each figure; in `most` are those of which more is better. */
  rows(most: readonly string[] = []): string[][] {
    const figures = new Set([...this.#rounds.values()].flatMap((rounds) => rounds.flatMap(Object.keys)))
    const yardstick = this.names.find((name) => name === 'raw' || name === 'file')
    return [...figures].map((figure) => {
      const best = this.best(figure, most.includes(figure))
      const plain = figure.startsWith('(')
      return [
        figure,
        ...this.names.map((name) => shown(this.get(name, figure), this.#failures.has(name) ? 'failed' : '')),
        ...(yardstick === undefined ? [] : [plain ? '' : shown(this.ratio(figure, 'quire', yardstick))]),
        best === null || plain ? '' : shown(this.ratio(figure, 'quire', best)),
      ]
    })
  }

  /** Why servers have no figures, and what made figures doubtful. */
  get notes(): string[] {
    const failures = [...this.#failures].map(([name, why]) => `${name} failed: ${why}.`)
    const worst = (figure: string): [Name, number][] =>
      this.names.flatMap((name) => {
        const rounds = (this.#rounds.get(name) ?? []).flatMap((round) => round[figure] ?? [])
        return rounds.length === 0 ? [] : [[name, Math.max(...rounds)]]
      })
    const bound = worst(generator).filter(([, load]) => load > 0.85)
    const busy = worst(others).filter(([, cores]) => cores > 0.15)
    return [
      ...failures,
      ...(bound.length === 0
        ? []
        : [`The generator was at the limit of its core with ${bound.map(([name]) => name).join(', ')}.`]),
      ...(busy.length === 0
        ? []
        : [
            `The machine was busy with other things (up to ${Math.max(...busy.map(([, cores]) => cores)).toFixed(1)} of its cores): read the ratios, not the times.`,
          ]),
    ]
  }

  /** A goal for a ratio of two servers. */
  goalOfRatio(
    what: string,
    goal: string,
    figure: string,
    over: Name | null,
    limit: number,
    atLeast = false,
  ): Goal {
    const measured = over === null ? null : this.ratio(figure, 'quire', over)
    return { what, goal, measured, limit, atLeast, unit: '×' }
  }
}

/** Names of figures that say how far to trust the others. */
export const generator = '(generator, part of its core)'
/** The same, of the rest of the machine. */
export const others = '(others, cores)'

/** A number with three digits that matter. */
export const shown = (value: number | null, missing = ''): string => {
  if (value === null || Number.isNaN(value)) return missing
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

/**
 * Has each server do the same, one after the other and round after round, each round beginning with another: what
 * changes on the machine meanwhile hits all of them.
 */
export const turns = async (
  wishes: Wishes,
  among: readonly Name[],
  rounds: number,
  work: (server: Server, round: number) => Promise<Measures>,
  collects = false,
): Promise<Table> => {
  const names = wishes.only.length === 0 ? among : among.filter((name) => wishes.only.includes(name))
  const measures = new Map<Name, Measures[]>()
  const failures = new Map<Name, string>()
  for (let round = 0; round < (wishes.quick ? 1 : rounds); round++) {
    const shift = round % names.length
    for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
      const server = await begin(name, wishes, collects)
      try {
        const found = await work(server, round)
        measures.set(name, [...(measures.get(name) ?? []), found])
        process.stdout.write(`  ${name} ${round + 1}: ${line(found)}\n`)
      } catch (error) {
        failures.set(name, server.end ?? (error instanceof Error ? error.message : String(error)))
        process.stdout.write(`  ${name} ${round + 1}: failed: ${failures.get(name)}\n`)
      } finally {
        await server.finish()
      }
    }
  }
  return new Table(names, measures, failures)
}

const line = (found: Measures): string =>
  Object.entries(found)
    .map(([figure, value]) => `${figure} ${shown(value)}`)
    .join(', ')
