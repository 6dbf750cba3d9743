import { readFileSync } from 'node:fs'
import { roles } from '@quire/sync/role'
import type { Role } from '@quire/sync/role'
import { createRemoteJWKSet, errors, importSPKI, jwtVerify } from 'jose'
import type { JWTVerifyGetKey, CryptoKey } from 'jose'
import { z } from 'zod'

/** What a token of an embedding application says. */
export interface Claims {
  /** Who it is, for the application. */
  readonly sub: string
  /** What they are called. */
  readonly name: string | null
  /** What they may do, by room. A name that ends in `*` stands for all that begin so. */
  readonly rooms: ReadonlyMap<string, Role>
  /** True when they may make documents. */
  readonly create: boolean
  /** When it ends, in ms since 1970. */
  readonly expires: number
}

/** How tokens are checked. */
export interface TokenSettings {
  /** For HS256. */
  readonly secret: string | null
  /** A file with a public key, for RS256, ES256 or EdDSA. */
  readonly publicKey: string | null
  /** Where the application publishes its public keys. */
  readonly jwks: URL | null
  readonly issuer: string
  readonly audience: string
}

const schema = z.object({
  sub: z.string().min(1).max(128),
  name: z.string().max(64).optional(),
  rooms: z.record(z.string().max(257), z.enum(roles)).default({}),
  create: z.boolean().default(false),
  exp: z.number(),
})

/** Signatures made with a private key. */
const asymmetric = ['RS256', 'ES256', 'EdDSA'] as const

/**
 * Reads tokens. Which algorithms count follows from what the operator has set, never from the token: one that is signed
 * with a public key as if it were a secret is refused, and so is one that is not signed.
 */
export class Tokens {
  readonly #settings: TokenSettings
  readonly #wall: () => number
  readonly #cooldown: number
  #key: Promise<JWTVerifyGetKey | CryptoKey | Uint8Array> | null = null
  #algorithms: string[]

  /** `cooldown`: between two fetches of published keys, in ms, however many tokens name unknown ones. */
  constructor(settings: TokenSettings, wall: () => number, cooldown = 10_000) {
    this.#cooldown = cooldown
    this.#settings = settings
    this.#wall = wall
    this.#algorithms = settings.secret === null ? [...asymmetric] : ['HS256']
  }

  /** What it says; null when it is not a token for us, is not valid yet or any more, or is not signed as it must be. */
  async read(token: string): Promise<Claims | null> {
    const { issuer, audience } = this.#settings
    try {
      const key = await (this.#key ??= this.#open())
      const options = {
        algorithms: this.#algorithms,
        issuer,
        audience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 5,
        currentDate: new Date(this.#wall()),
      }
      const { payload } = await (typeof key === 'function'
        ? jwtVerify(token, key, options)
        : jwtVerify(token, key, options))
      const read = schema.safeParse(payload)
      if (!read.success) return null
      const { sub, name, rooms, create, exp } = read.data
      return { sub, name: name ?? null, rooms: new Map(Object.entries(rooms)), create, expires: exp * 1000 }
    } catch (error) {
      // an address of keys that does not answer is not the token's fault: the next one asks again
      if (error instanceof errors.JOSEError) return null
      if (error instanceof TypeError) return null
      throw error
    }
  }

  async #open(): Promise<JWTVerifyGetKey | CryptoKey | Uint8Array> {
    const { secret, publicKey, jwks } = this.#settings
    if (secret !== null) return new TextEncoder().encode(secret)
    if (jwks !== null)
      return createRemoteJWKSet(jwks, {
        cooldownDuration: this.#cooldown,
        cacheMaxAge: 600_000,
        timeoutDuration: 5000,
      })
    if (publicKey === null) throw new Error('No key to check tokens with is set.')
    const pem = readFileSync(publicKey, 'utf8')
    for (const algorithm of asymmetric) {
      try {
        const key = await importSPKI(pem, algorithm)
        this.#algorithms = [algorithm]
        return key
      } catch {
        // a key of another kind
      }
    }
    throw new Error(`${publicKey} holds no public key for ${asymmetric.join(', ')}.`)
  }
}
