/** Why a queue did not take some work, or gave it up: too much waits already. */
export class QueueFull extends Error {
  constructor() {
    super('Too much waits to be worked out.')
  }
}

/** Whose work it is, and what it is about. */
export interface Work<T> {
  /** Owners take turns, however much each of them asks for. */
  readonly owner: string
  /** Work with the same key is done once for all who ask while it waits. */
  readonly key: string
  /** Work that is under way is shared only with those who ask for the same version. */
  readonly version?: number
  /** Comes before all that is not urgent; owners take turns here too. */
  readonly urgent?: boolean
  /** Called when its turn has come, so that it starts from what is newest then. */
  readonly run: () => Promise<T>
}

interface Task<T> {
  readonly work: Work<T>
  readonly outcome: PromiseWithResolvers<T>
}

/**
 * Does one piece of work at a time. Owners take turns, so whoever waits is behind one piece of each other owner at
 * most. When more than `most` pieces wait, the newest of the owner with the most of them is given up with `QueueFull`.
 */
export class FairQueue<T> {
  readonly #most: number
  /** Owners in the order of their turns, with what they wait for. */
  readonly #urgent = new Map<string, Task<T>[]>()
  readonly #patient = new Map<string, Task<T>[]>()
  readonly #waiting = new Map<string, Task<T>>()
  #running: Task<T> | null = null
  #closed: Error | null = null

  constructor(most: number) {
    this.#most = most
  }

  /** How many pieces of work wait, without the one that is under way. */
  get length(): number {
    return this.#waiting.size
  }

  /** Resolves or rejects as the work does; rejects with `QueueFull`, or with why the queue was closed. */
  do(work: Work<T>): Promise<T> {
    if (this.#closed !== null) return Promise.reject(this.#closed)
    const running = this.#running
    if (running?.work.key === work.key && running.work.version === work.version)
      return running.outcome.promise
    const waiting = this.#waiting.get(work.key)
    if (waiting !== undefined) return waiting.outcome.promise
    const task: Task<T> = { work, outcome: Promise.withResolvers() }
    const lane = this.#laneOf(task)
    const tasks = lane.get(work.owner)
    if (tasks === undefined) lane.set(work.owner, [task])
    else tasks.push(task)
    this.#waiting.set(work.key, task)
    if (this.#running === null) void this.#begin()
    else if (this.#waiting.size > this.#most) this.#giveUp()
    return task.outcome.promise
  }

  /** Rejects everything that waits and is under way, and all that comes. What is under way is not stopped by that. */
  close(reason: Error): void {
    this.#closed = reason
    const left = [...(this.#running === null ? [] : [this.#running]), ...this.#waiting.values()]
    for (const lane of [this.#urgent, this.#patient]) lane.clear()
    this.#waiting.clear()
    for (const { outcome } of left) outcome.reject(reason)
  }

  #laneOf({ work }: Task<T>): Map<string, Task<T>[]> {
    return work.urgent === true ? this.#urgent : this.#patient
  }

  async #begin(): Promise<void> {
    for (let task = this.#take(); task !== null; task = this.#take()) {
      this.#running = task
      try {
        task.outcome.resolve(await task.work.run())
      } catch (error) {
        task.outcome.reject(error)
      }
      this.#running = null
    }
  }

  /** The first of the owner whose turn it is; that owner is the last from now on. */
  #take(): Task<T> | null {
    for (const lane of [this.#urgent, this.#patient])
      for (const [owner, tasks] of lane) {
        const task = tasks.shift()
        lane.delete(owner)
        if (tasks.length > 0) lane.set(owner, tasks)
        if (task === undefined) continue
        this.#waiting.delete(task.work.key)
        return task
      }
    return null
  }

  #giveUp(): void {
    const counts = new Map<string, number>()
    for (const { work } of this.#waiting.values()) counts.set(work.owner, (counts.get(work.owner) ?? 0) + 1)
    const [owner] = [...counts].reduce((one, other) => (other[1] >= one[1] ? other : one))
    const lane = this.#patient.has(owner) ? this.#patient : this.#urgent
    const tasks = lane.get(owner) ?? []
    const given = tasks.pop()
    if (tasks.length === 0) lane.delete(owner)
    if (given === undefined) return
    this.#waiting.delete(given.work.key)
    given.outcome.reject(new QueueFull())
  }
}
