import type { Clock } from '@quire/sync/clock'
import type { Log } from '@quire/sync/log'

/** Which updates are on their way to the disk, and since when. */
export class Commits {
  readonly #clock: Clock
  readonly #committed: (seconds: number) => void
  readonly #pending = new Set<{ since: number }>()

  /** `committed` is told of each update how many seconds it took to be on disk. */
  constructor(clock: Clock, committed: (seconds: number) => void) {
    this.#clock = clock
    this.#committed = committed
  }

  /** For how many ms the oldest of them has been waiting; 0 when none is. */
  get wait(): number {
    for (const { since } of this.#pending) return this.#clock.now() - since
    return 0
  }

  /** So many updates go to the disk together. To be called for each when it is there. */
  began(count: number): () => void {
    const together = { since: this.#clock.now() }
    let left = count
    this.#pending.add(together)
    return () => {
      if (--left === 0) this.#pending.delete(together)
    }
  }

  /** The same log, watched. */
  watch(log: Log): Log {
    return {
      load: () => log.load(),
      append: (write) => {
        const update = { since: this.#clock.now() }
        const stored = log.append(write)
        this.#pending.add(update)
        stored.then(
          () => {
            this.#pending.delete(update)
            this.#committed((this.#clock.now() - update.since) / 1000)
          },
          () => this.#pending.delete(update),
        )
        return stored
      },
      bind: (owners) => log.bind(owners),
      compact: () => log.compact(),
      diff: (vector) => log.diff(vector),
      get backlog() {
        return log.backlog
      },
    }
  }
}
