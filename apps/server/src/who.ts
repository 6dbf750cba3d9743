import type { Accounts } from '@quire/storage/store'
import { subjectOf, unnamed } from './identity.ts'
import type { Guests } from './identity.ts'
import type { Claims, Tokens } from './jwt.ts'
import { hashOf } from './tokens.ts'

/** Who asks, and what they showed for it. */
export interface Who {
  readonly identity: string
  /** What a token calls them; null when they choose themselves. */
  readonly name: string | null
  /** The hash of the session that they are signed in by, or null. */
  readonly session: string | null
  readonly claims: Claims | null
  /** The hash of the API key that they use, or null. */
  readonly key: string | null
  /** True for a key that was made for reading only. */
  readonly readsOnly: boolean
}

/** What somebody shows. */
export interface Shown {
  /** The Cookie header, where a browser vouches for the page that sends it. */
  readonly cookie: string | undefined
  /** A token or key. */
  readonly bearer: string | null
}

/** What tells who somebody is. */
export interface Parts {
  readonly guests: Guests
  readonly accounts: Accounts
  /** Null where tokens of an application do not count. */
  readonly tokens: Tokens | null
  /** True where nobody signs in. */
  readonly signInOff: boolean
  readonly wall: () => number
}

/** The cookie that says where somebody is signed in. */
export const sessionCookie = 'quire_session'

/** The cookie in which a page in a frame of an application keeps that application's token. */
export const tokenCookie = 'quire_token'

/** A session that was not used for so long has ended, in ms. */
export const sessionAge = 30 * 86_400_000
const noted = 600_000

/** Somebody of whom nothing is known. */
export const nobody: Who = {
  identity: unnamed,
  name: null,
  session: null,
  claims: null,
  key: null,
  readsOnly: false,
}

/** How API keys begin. */
export const keyPrefix = 'quire_'

/** Finds out who somebody is. */
export class Whoever {
  readonly #parts: Parts
  /** Keys and sessions of which it is being noted that they are used. */
  readonly #noting = new Set<string>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Null when they show a token or key that is no good. Whoever shows nothing is nobody. */
  async of({ cookie, bearer }: Shown): Promise<Who | null> {
    if (bearer !== null) return this.#byBearer(bearer)
    if (cookie === undefined) return nobody
    if (this.#parts.tokens !== null) {
      const token = cookieIn(cookie, tokenCookie, /^[\w.-]{1,4096}$/)
      return token === null ? nobody : ((await this.#byBearer(token)) ?? nobody)
    }
    return (await this.#bySession(cookie)) ?? (await this.#byGuest(cookie)) ?? nobody
  }

  /** True when what they showed still holds. */
  async holds({ session, claims, key }: Who): Promise<boolean> {
    const now = this.#parts.wall()
    if (claims !== null && claims.expires <= now) return false
    if (key !== null && (await this.#parts.accounts.key(key)) === null) return false
    return session === null || (await this.#parts.accounts.session(session, now - sessionAge)) !== null
  }

  async #byBearer(bearer: string): Promise<Who | null> {
    const { accounts, tokens, wall } = this.#parts
    if (bearer.startsWith(keyPrefix)) {
      const key = await accounts.key(hashOf(bearer))
      if (key === null) return null
      if (wall() - (key.used ?? 0) > noted) this.#note(key.id, () => accounts.usedKey(key.id, wall()))
      return { ...nobody, identity: key.identity, key: hashOf(bearer), readsOnly: key.scopes === 'read' }
    }
    const claims = (await tokens?.read(bearer)) ?? null
    return claims && { ...nobody, identity: subjectOf(claims.sub), name: claims.name, claims }
  }

  async #bySession(cookie: string): Promise<Who | null> {
    const { accounts, signInOff, wall } = this.#parts
    const token = signInOff ? null : cookieIn(cookie, sessionCookie)
    if (token === null) return null
    const now = wall()
    const session = await accounts.session(hashOf(token), now - sessionAge)
    if (session === null) return null
    if (now - session.seen > noted) this.#note(session.hash, () => accounts.seen(session.hash, now))
    return { ...nobody, identity: session.account, session: session.hash }
  }

  /** Nobody waits for this: on a disk that hangs those who are signed in go on. */
  #note(used: string, write: () => Promise<void>): void {
    if (this.#noting.has(used)) return
    this.#noting.add(used)
    const done = (): void => void this.#noting.delete(used)
    write().then(done, done) // what cannot be noted now is noted at the next request
  }

  async #byGuest(cookie: string): Promise<Who | null> {
    const { accounts, guests } = this.#parts
    const guest = guests.read(cookie)
    // whoever became an account is it only while signed in
    if (guest === null || (await accounts.became(guest)) !== null) return null
    return { ...nobody, identity: guest }
  }
}

/** The value of a cookie in a Cookie header, or null. */
const cookieIn = (header: string, wanted: string, made = /^[\w-]{22,64}$/): string | null => {
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=')
    if (name === wanted && value !== undefined && made.test(value)) return value
  }
  return null
}
