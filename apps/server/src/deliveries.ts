import { createHmac } from 'node:crypto'
import type { Delivery } from '@quire/storage/records'
import type { Records } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import { isGuest } from './identity.ts'
import type { Sparing } from './log.ts'
import { post } from './outward.ts'
import { Rounds } from './rounds.ts'

/** What hooks are told with. */
export interface Parts {
  readonly records: Records
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wall: () => number
  /** True when private networks may be called. */
  readonly privately: boolean
  readonly sparing: Sparing
}

const minute = 60_000
/** After each try that failed; then it is given up. */
const pauses = [10_000, minute, 10 * minute, 60 * minute, 6 * 60 * minute, 24 * 60 * minute]
/** Calls at once, one for each owner. Owners without an account, whom anybody can be many of, have only a share of them. */
const [atOnce, atOnceForGuests] = [32, 16]
/** What was told is kept for so long, in ms. */
const kept = 30 * 24 * 60 * minute

/**
 * What is to be told to hooks, until it is told or given up. It is on disk before anybody is called, so a restart
 * forgets nothing; whoever is told twice knows by the number.
 */
export class Deliveries {
  readonly #parts: Parts
  readonly #rounds: Rounds
  /** The owners whose hooks are being told something. */
  readonly #busy = new Set<string>()
  #closed = false

  constructor(parts: Parts) {
    const { clock } = parts
    this.#parts = parts
    this.#rounds = new Rounds(clock, () => this.#begin(), this.#failed)
  }

  /** There is something to tell. */
  look(): void {
    this.#rounds.look()
  }

  close(): void {
    this.#closed = true
    this.#rounds.close()
  }

  readonly #failed = (error: unknown): void => {
    if (!this.#closed) this.#parts.sparing.say('error', { err: error }, 'hooks could not be told')
  }

  /** Begins a call for each owner who has one due and none under way, while there is room for more of them. */
  async #begin(): Promise<boolean> {
    const { records, wall } = this.#parts
    const busy = [...this.#busy]
    const guests = busy.filter(isGuest).length
    const free = Math.max(0, Math.min(atOnceForGuests - guests, atOnce - busy.length))
    const due =
      free === 0 && busy.length >= atOnce ? [] : await records.due(wall(), atOnce - busy.length, free, busy)
    for (const delivery of due.slice(0, atOnce - busy.length)) {
      this.#busy.add(delivery.owner)
      void this.#deliver(delivery)
        .catch(this.#failed)
        .finally(() => {
          this.#busy.delete(delivery.owner)
          if (!this.#closed) this.#rounds.look()
        })
    }
    return false
  }

  async #deliver({ id, hook: name, event, body, tries }: Delivery): Promise<void> {
    const { records, wall, privately } = this.#parts
    const hook = await records.hook(name)
    if (hook === null) return records.tried(id, 'dropped', null, wall())
    const time = String(Math.floor(wall() / 1000))
    const signature = createHmac('sha256', hook.secret).update(`${time}.${body}`).digest('hex')
    const headers = {
      'quire-event': event,
      'quire-delivery': String(id),
      'quire-signature': `t=${time},v1=${signature}`,
    }
    const status = await post(new URL(hook.url), body, headers, privately).then(String, (error: unknown) =>
      error instanceof Error ? error.message : String(error),
    )
    if (/^2\d\d$/.test(status)) return records.tried(id, status, null, wall())
    const pause = pauses[tries]
    return records.tried(id, status.slice(0, 200), pause === undefined ? null : wall() + pause, wall())
  }

  /** Forgets what was told or done long ago. */
  async sweep(): Promise<void> {
    await this.#parts.records.forgetBefore(this.#parts.wall() - kept)
  }
}
