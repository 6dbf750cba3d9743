import type { Clock } from './clock.ts'

/** Work that pauses between steps of at most some ms. What others do meanwhile it has to reckon with. */
export type Steps<T = void> = Generator<undefined, T, undefined>

/**
 * The turns of the event loop that the rooms of a process share for work that is too long for one turn: in each turn
 * one of them takes one step, so that the turn is as short with many of them as with one.
 */
export class Turns {
  readonly #clock: Clock
  /** Whoever waits for a turn, in the order in which they have it. */
  readonly #waiting = new Set<() => boolean>()
  #isDue = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `step` in one turn after the other, in rotation with others, until it returns false. It must not throw. */
  enter(step: () => boolean): void {
    this.#waiting.add(step)
    if (this.#isDue) return
    this.#isDue = true
    this.#clock.soon(() => {
      this.#isDue = false
      const [next] = this.#waiting
      if (next === undefined) return
      this.#waiting.delete(next)
      if (next()) this.#waiting.add(next)
      const [following] = this.#waiting
      if (following !== undefined) this.enter(following)
    })
  }

  /** Calls `step` no more. */
  leave(step: () => boolean): void {
    this.#waiting.delete(step)
  }
}

/** The long work of one room: one piece after the other, a step in each of its turns. */
export class WorkQueue {
  readonly #turns: Turns
  readonly #work: Steps[] = []
  #ended = Promise.withResolvers<void>()
  #stopped = false

  constructor(turns: Turns) {
    this.#turns = turns
  }

  /** True when nothing is under way. */
  get idle(): boolean {
    return this.#work.length === 0
  }

  /** Takes on a piece of work, unless it was stopped. The work must not throw. */
  add(work: Steps): void {
    if (this.#stopped) return
    this.#work.push(work)
    this.#turns.enter(this.#step)
  }

  /** Resolves when all work is done that was taken on, or has been given up. */
  async settled(): Promise<void> {
    if (!this.idle && !this.#stopped) await this.#ended.promise
  }

  /** Gives up what is not done. */
  stop(): void {
    this.#stopped = true
    this.#work.length = 0
    this.#turns.leave(this.#step)
    this.#ended.resolve()
  }

  readonly #step = (): boolean => {
    const [work] = this.#work
    if (work?.next().done === true) this.#work.shift()
    if (!this.idle) return true
    this.#ended.resolve()
    this.#ended = Promise.withResolvers()
    return false
  }
}
