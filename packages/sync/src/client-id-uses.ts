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
  /** The tab that all of them belong to; null when there are several, or one is not known. */
  tab: string | null
}

/** Which connections show each client id or write under it, now or within the last ten minutes. */
export class ClientIdUses {
  readonly #uses = new Map<number, Use>()
  readonly #ids = new Map<Link, Set<number>>()

  /** A connection of a tab, if that is known, uses this id, whose next clock is `clock`. */
  use(link: Link, tab: string | null, client: number, clock: number, now: number): void {
    const ids = this.#ids.get(link)
    if (ids?.has(client) === true) return
    if (ids === undefined) this.#ids.set(link, new Set([client]))
    else ids.add(client)
    const use = this.#current(client, now)
    if (use !== undefined) {
      use.live.add(link)
      if (use.tab !== tab) use.tab = null
      return
    }
    this.#uses.set(client, { live: new Set([link]), leftAt: Number.NEGATIVE_INFINITY, from: clock, tab })
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

  /**
   * From which clock on another tab than that of this connection may have written under the id; null when none has.
   * The same tab can be told only while one connection of it is there.
   */
  sharedFrom(client: number, link: Link, tab: string | null, now: number): number | null {
    if (!this.isShared(client, link, now)) return null
    const use = this.#uses.get(client)
    if (use === undefined) return null
    const isAlone = use.live.size === 0 || (use.live.size === 1 && use.live.has(link))
    return isAlone && tab !== null && use.tab === tab ? null : use.from
  }

  #current(client: number, now: number): Use | undefined {
    const use = this.#uses.get(client)
    if (use === undefined || use.live.size > 0 || use.leftAt + recent >= now) return use
    this.#uses.delete(client)
    return undefined
  }
}
