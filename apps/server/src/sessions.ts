import type { Account } from '@quire/storage/accounts'
import type { Accounts, People } from '@quire/storage/store'
import { guestCookie, person } from './identity.ts'
import type { Shard } from './shard.ts'
import type { Standings } from './standings.ts'
import { hashOf, mint } from './tokens.ts'
import { nobody, sessionAge, sessionCookie } from './who.ts'
import type { Who } from './who.ts'

/** What sessions are kept with. */
export interface Parts {
  readonly accounts: Accounts
  readonly people: People
  readonly shard: Pick<Shard, 'adopt'>
  readonly standings: Standings
  /** True where people come by https. */
  readonly secure: boolean
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

/** Who is signed in where. Every sign-in makes a new token, whatever the browser brought. */
export class Sessions {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Signs somebody in, ends the session they came with, and takes over what they did as that guest before. Returns the
   * Set-Cookie headers.
   */
  async begin(account: Account, before: Who, guest: string | null, agent: string): Promise<string[]> {
    const { accounts, people, shard, standings, wall } = this.#parts
    const token = mint(32)
    const [hash, now] = [hashOf(token), wall()]
    const session = { hash, account: account.id, made: now, seen: now, agent: agent.slice(0, 200) }
    await accounts.signIn(session, now - sessionAge)
    if (before.session !== null) await this.end(before.session, before.identity)
    if (guest !== null && (await accounts.become(guest, account.id))) {
      const { name } = await person(people, account.id)
      shard.adopt(guest, account.id, name)
      await standings.adopt(guest, { ...nobody, identity: account.id, session: hash })
    }
    return [this.#cookie(sessionCookie, token, 400 * 86_400), this.#cookie(guestCookie, '', 0)]
  }

  /** Ends all sessions of an account but this one. */
  async endOthers(hash: string, account: string): Promise<void> {
    const { accounts, standings } = this.#parts
    await accounts.signOutOthers(account, hash)
    await standings.changedFor(account)
  }

  /** Ends a session: whoever is connected by it is sent out at once. False when there was none. */
  async end(hash: string, account: string): Promise<boolean> {
    const { accounts, standings } = this.#parts
    const ended = await accounts.signOut(hash)
    await standings.changedFor(account)
    return ended
  }

  /** The Set-Cookie header of a browser in which nobody is signed in. */
  get ended(): string {
    return this.#cookie(sessionCookie, '', 0)
  }

  #cookie(name: string, value: string, seconds: number): string {
    const secure = this.#parts.secure ? '; Secure' : ''
    return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`
  }
}
