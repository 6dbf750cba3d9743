import { createHmac, timingSafeEqual } from 'node:crypto'
import * as client from 'openid-client'
import { z } from 'zod'
import type { Provider } from './admission.ts'

/** Somebody as the provider knows them. */
export interface Subject {
  readonly issuer: string
  readonly subject: string
  readonly name: string | null
  /** In lower case; null unless the provider says that it is theirs. */
  readonly email: string | null
}

/** What is remembered of a visit to the provider, in the browser that makes it. */
const visit = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
  until: z.number(),
})

const patience = 600_000

/** Sign-in at an OpenID Connect provider, by the authorization code flow with PKCE. */
export class Oidc {
  readonly #provider: Provider
  readonly #secret: string
  readonly #wall: () => number
  #config: Promise<client.Configuration> | null = null

  /** `secret` seals what the browser keeps meanwhile. */
  constructor(provider: Provider, secret: string, wall: () => number) {
    this.#provider = provider
    this.#secret = secret
    this.#wall = wall
  }

  /** Where the browser goes to sign in, and what it is to keep until it comes back to `back`, to end up at `to`. */
  async leave(back: string, to: string): Promise<{ address: string; kept: string }> {
    const config = await this.#discover()
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    const verifier = client.randomPKCECodeVerifier()
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: back,
      scope: 'openid profile email',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    const kept = { state, nonce, verifier, to, until: this.#wall() + patience }
    return { address: address.href, kept: this.#seal(JSON.stringify(kept)) }
  }

  /** Who came back to `address`, and where they want to be; null when this browser did not leave, or not lately. */
  async enter(address: URL, kept: string | null): Promise<{ subject: Subject; to: string } | null> {
    const opened = kept === null ? null : this.#unseal(kept)
    const left = opened === null ? null : visit.safeParse(JSON.parse(opened))
    if (left?.success !== true || left.data.until < this.#wall()) return null
    const { state, nonce, verifier, to } = left.data
    const config = await this.#discover()
    const tokens = await client.authorizationCodeGrant(config, address, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims === undefined) return null
    const said = z
      .object({
        name: z.string().optional(),
        email: z.string().optional(),
        email_verified: z.boolean().optional(),
      })
      .catch({})
    let more = said.parse(claims)
    if (more.email === undefined || more.name === undefined)
      // many providers tell these only when asked
      more = {
        ...more,
        ...said.parse(await client.fetchUserInfo(config, tokens.access_token, claims.sub).catch(() => ({}))),
      }
    const email = more.email_verified === true ? (more.email?.trim().toLowerCase() ?? null) : null
    return { subject: { issuer: claims.iss, subject: claims.sub, name: more.name ?? null, email }, to }
  }

  /** Asked once; a provider that does not answer is asked again by the next who comes. */
  #discover(): Promise<client.Configuration> {
    const { issuer, client: id, secret } = this.#provider
    const insecure = issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}
    const config = (this.#config ??= client.discovery(issuer, id, secret, undefined, {
      timeout: 10,
      ...insecure,
    }))
    config.catch(() => (this.#config = null))
    return config
  }

  #seal(text: string): string {
    const body = Buffer.from(text).toString('base64url')
    return `${body}.${this.#mac(body)}`
  }

  #unseal(sealed: string): string | null {
    const [body = '', mac = ''] = sealed.split('.')
    const [given, right] = [Buffer.from(mac), Buffer.from(this.#mac(body))]
    const genuine = given.length === right.length && timingSafeEqual(given, right)
    return genuine ? Buffer.from(body, 'base64url').toString() : null
  }

  #mac(body: string): string {
    return createHmac('sha256', this.#secret).update(`oidc ${body}`).digest('base64url')
  }
}
