import type { Owner } from './log.ts'

const none: readonly Owner[] = []

/** Whose each client id is: whoever first showed it or wrote under it. Where ids have no owners, everyone may use all. */
export class Owners {
  readonly #apply: boolean
  readonly #names = new Map<number, string>()
  readonly #unwritten: Owner[] = []

  constructor(apply: boolean, owners: readonly Owner[]) {
    this.#apply = apply
    for (const { client, identity } of owners) this.#names.set(client, identity)
  }

  /** The owner of an id, or null when anybody may use it. */
  of(client: number): string | null {
    return this.#apply ? (this.#names.get(client) ?? null) : null
  }

  /** True when this identity may write under this id, or show itself under it. */
  mayUse(client: number, identity: string): boolean {
    return (this.of(client) ?? identity) === identity
  }

  /** Gives an id that nobody owns to this identity. */
  bind(client: number, identity: string): void {
    if (!this.#apply || this.#names.has(client)) return
    this.#names.set(client, identity)
    this.#unwritten.push({ client, identity })
  }

  /** What was `from`'s is `to`'s. The log does not hear of it: whoever keeps it knows who became whom. */
  adopt(from: string, to: string): void {
    for (const [client, identity] of this.#names) if (identity === from) this.#names.set(client, to)
  }

  /** Those that the log has not been given yet. */
  takeUnwritten(): readonly Owner[] {
    return this.#unwritten.length === 0 ? none : this.#unwritten.splice(0)
  }
}
