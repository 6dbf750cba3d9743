import { collectable, Server } from './servers.ts'
import type { Name } from './servers.ts'
import type { Result } from './result.ts'

/** What the person who runs the benchmark asked for. */
export interface Wishes {
  /** One short round. */
  readonly quick: boolean
  /** The servers to run; all if empty. */
  readonly only: readonly string[]
  /** More arguments for the Node that runs Quire, to profile it. */
  readonly flags: readonly string[]
}

/** One of the benchmarks. */
export interface Scenario {
  readonly name: string
  readonly run: (wishes: Wishes) => Promise<Result>
}

/** Starts a server as the wishes say. It is the caller's to remove. */
export const begin = (name: Name, { flags }: Wishes, collects = false): Promise<Server> =>
  Server.start(name, [...(collects ? collectable : []), ...(name === 'quire' ? flags : [])])
