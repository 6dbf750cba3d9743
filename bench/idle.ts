const short = 0.05 // ms: a turn in which nothing happened takes less

/**
 * Waits without ever falling asleep. A server that writes to a process that sleeps pays for waking it, which on a
 * virtual machine is many times the cost of the write: the figures would be of the machine, not of the server.
 */
export class Idle {
  #busy = 0
  #last = performance.now()
  readonly #start = this.#last

  /** Resolves after everything that has come was heard, and not before `due`. */
  async until(due: number): Promise<void> {
    do {
      await new Promise(setImmediate)
      const now = performance.now()
      if (now - this.#last > short) this.#busy += now - this.#last
      this.#last = now
    } while (this.#last < due)
  }

  /** The part of the time in which there was something to do, or in which another program had the core. */
  get load(): number {
    return this.#busy / (this.#last - this.#start)
  }
}
