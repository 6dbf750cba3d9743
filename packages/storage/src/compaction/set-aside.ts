import { StoreBusyError } from '../busy.ts'
import { TooSlow } from '../thread.ts'

/** Why a document is not worked out for a while. */
export const setAsideReasons = ['time', 'memory', 'unreadable', 'slow'] as const
export type SetAsideReason = (typeof setAsideReasons)[number]

/** Said instead of trying again what failed a short while ago. */
export class IsSetAside extends Error {
  constructor() {
    super('This document could not be worked out a while ago.')
  }
}

/** The first pause after a failure, in ms; each further failure doubles it. */
const shortest = 60_000
const longest = 3_600_000
/** A document that took more than this, in ms of a processor, rests for so many times as long: others need the thread too. */
const slow = 1000
const rest = 30
/** So many documents are remembered; the one that failed first is forgotten for one more. */
const most = 10_000

interface Entry {
  readonly since: number
  readonly until: number
  /** How often in a row it failed. */
  readonly failures: number
}

/** What costs more than others should wait for is set aside: it is tried again after a pause, whatever happens to it. */
export class SetAside {
  readonly #now: () => number
  readonly #told: (reason: SetAsideReason) => void
  readonly #reasons: readonly SetAsideReason[]
  readonly #entries = new Map<string, Entry>()

  /** `now` in ms; it may jump: a jump back ends the pauses. `told` hears of each time that something is set aside. Only `reasons` count. */
  constructor(
    now: () => number,
    told: (reason: SetAsideReason) => void,
    reasons: readonly SetAsideReason[] = setAsideReasons,
  ) {
    this.#now = now
    this.#told = told
    this.#reasons = reasons
  }

  /** True while this is not to be tried. */
  has(key: string): boolean {
    const entry = this.#entries.get(key)
    const now = this.#now()
    return entry !== undefined && entry.since <= now && now < entry.until
  }

  /** Throws `IsSetAside` while this is not to be tried. */
  check(key: string): void {
    if (this.has(key)) throw new IsSetAside()
  }

  /**
   * Does some work unless it is set aside, which rejects with `IsSetAside`. A failure sets it aside, unless it tells
   * nothing of the document, as that of a disk; so does an answer that cost much. `cost` is in ms.
   */
  async try<T>(key: string, work: () => Promise<T>, cost: (answer: T) => number = () => 0): Promise<T> {
    this.check(key)
    let answer: T
    try {
      answer = await work()
    } catch (error) {
      const reason = reasonOf(error)
      if (reason !== null && this.#reasons.includes(reason)) this.#failed(key, reason)
      throw error
    }
    this.#entries.delete(key)
    if (cost(answer) > slow) this.#put(key, rest * cost(answer), 0, 'slow')
    return answer
  }

  #failed(key: string, reason: SetAsideReason): void {
    const failures = (this.#entries.get(key)?.failures ?? 0) + 1
    this.#put(key, Math.min(shortest * 2 ** (failures - 1), longest), failures, reason)
  }

  #put(key: string, pause: number, failures: number, reason: SetAsideReason): void {
    const since = this.#now()
    this.#entries.delete(key)
    this.#entries.set(key, { since, until: since + Math.min(pause, longest), failures })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > most && oldest !== undefined) this.#entries.delete(oldest)
    this.#told(reason)
  }
}

/** What a failure says of the document; null when it says nothing of it. */
const reasonOf = (error: unknown): SetAsideReason | null => {
  if (error instanceof TooSlow) return 'time'
  if (error instanceof StoreBusyError) return null // the thread did not even look at it
  if (!(error instanceof Error)) return 'unreadable'
  const code = 'code' in error ? error.code : undefined
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'memory'
  return code === undefined ? 'unreadable' : null // a code is that of the system or the database
}
