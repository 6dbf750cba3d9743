import type { Clock } from './clock.ts'

/** Work that pauses between steps of at most some ms. What others do meanwhile it has to reckon with. */
export type Steps<T = void> = Generator<undefined, T, undefined>

/** Work that is too long for one turn: one piece of work after the other, a step in each turn. */
export class Turns {
  readonly #clock: Clock
  readonly #work: Steps[] = []
  #ended = Promise.withResolvers<void>()
  #running = false
  #stopped = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** True when nothing is under way. */
  get idle(): boolean {
    return this.#work.length === 0
  }

  /** Takes on a piece of work. It must not throw. */
  add(work: Steps): void {
    this.#work.push(work)
    if (!this.#running) this.#goOn()
  }

  /** Resolves when all work is done that was taken on, or has been given up. */
  async settled(): Promise<void> {
    if (!this.idle && !this.#stopped) await this.#ended.promise
  }

  /** Gives up what is not done. */
  stop(): void {
    this.#stopped = true
    this.#work.length = 0
    this.#ended.resolve()
  }

  #goOn(): void {
    this.#running = true
    this.#clock.soon(() => {
      const [work] = this.#work
      if (work?.next().done === true) this.#work.shift()
      this.#running = false
      if (this.#work.length > 0) return this.#goOn()
      this.#ended.resolve()
      this.#ended = Promise.withResolvers()
    })
  }
}
