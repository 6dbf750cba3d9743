import type { Link } from './link.ts'

/** A client id of a connection that has gone counts as in use for so long, in ms. */
const recent = 10 * 60_000
/** Ids that are remembered. Beyond that the oldest are forgotten. */
const maxIds = 4096

/** Who uses an id: connections that are there, and when the last of the others left. */
interface Use {
  readonly live: Set<Link>
  leftAt: number
  /** The clock of the id when it was first used, as far as this is remembered. */
  readonly from: number
}

/** Which connections show each client id or write under it, now or within the last ten minutes. */
export class ClientIdUses {
  readonly #uses = new Map<number, Use>()
  readonly #ids = new Map<Link, Set<number>>()

  /** A connection uses this id, whose next clock is `clock`. */
  use(link: Link, client: number, clock: number, now: number): void {
    const ids = this.#ids.get(link)
    if (ids?.has(client) === true) return
    if (ids === undefined) this.#ids.set(link, new Set([client]))
    else ids.add(client)
    const use = this.#current(client, now)
    if (use !== undefined) {
      use.live.add(link)
      return
    }
    this.#uses.set(client, { live: new Set([link]), leftAt: Number.NEGATIVE_INFINITY, from: clock })
    const [oldest] = this.#uses.keys()
    if (this.#uses.size > maxIds && oldest !== undefined) this.#uses.delete(oldest)
  }

  /** The connection is gone. */
  leave(link: Link, now: number): void {
    for (const client of this.#ids.get(link) ?? []) {
      const use = this.#uses.get(client)
      if (use?.live.delete(link) === true) use.leftAt = now
    }
    this.#ids.delete(link)
  }

  /** The connections that use this id now. */
  liveOf(client: number): Iterable<Link> {
    return this.#uses.get(client)?.live ?? []
  }

  /** True when another connection than this one uses the id, or did ten minutes ago or less. */
  isShared(client: number, link: Link, now: number): boolean {
    const use = this.#current(client, now)
    if (use === undefined) return false
    return use.leftAt + recent >= now || use.live.size > (use.live.has(link) ? 1 : 0)
  }

  /** From which clock on others may have written under an id that is shared. */
  sharedFrom(client: number): number {
    return this.#uses.get(client)?.from ?? 0
  }

  #current(client: number, now: number): Use | undefined {
    const use = this.#uses.get(client)
    if (use === undefined || use.live.size > 0 || use.leftAt + recent >= now) return use
    this.#uses.delete(client)
    return undefined
  }
}
