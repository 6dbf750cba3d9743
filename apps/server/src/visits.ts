import type { Sharing } from '@quire/storage/store'

/** How often it is noted anew that somebody has a document open, in ms, and how many are remembered as noted. */
const often = 600_000
const most = 10_000

/** Who opened what and when: noted at most every ten minutes, and never waited for. */
export class Visits {
  readonly #sharing: Pick<Sharing, 'opened'>
  readonly #wall: () => number
  readonly #failed: (error: unknown) => void
  readonly #noted = new Map<string, number>()

  constructor(sharing: Pick<Sharing, 'opened'>, wall: () => number, failed: (error: unknown) => void) {
    this.#sharing = sharing
    this.#wall = wall
    this.#failed = failed
  }

  note(identity: string, document: string): void {
    const key = `${identity} ${document}`
    const now = this.#wall()
    if (now - (this.#noted.get(key) ?? Number.NEGATIVE_INFINITY) < often) return
    this.#noted.delete(key)
    this.#noted.set(key, now)
    if (this.#noted.size > most)
      for (const oldest of this.#noted.keys()) {
        this.#noted.delete(oldest)
        break
      }
    this.#sharing.opened(identity, document, now).catch(this.#failed)
  }
}
