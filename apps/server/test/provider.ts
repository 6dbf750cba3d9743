import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** Somebody as the provider knows them. */
export interface Known {
  readonly name?: string
  readonly email?: string
  readonly email_verified?: boolean
}

/** A real OpenID Connect provider on a port of its own, which asks for a name and believes it. */
export const provider = async (
  t: { readonly after: (end: () => void) => void },
  people: Readonly<Record<string, Known>>,
) => {
  const http = createServer()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    http.close()
    http.closeAllConnections()
  })
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return {
    issuer,
    /** Lets this server send people there. */
    admit: (server: string): void => {
      const oidc = new Provider(issuer, {
        clients: [
          {
            client_id: 'quire',
            client_secret: 'a secret between the two',
            redirect_uris: [`${server}/api/session/oidc/callback`],
          },
        ],
        claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
        findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub, ...people[sub] }) }),
        cookies: { keys: ['only for tests'] },
      })
      oidc.on('server_error', (_, error) => {
        throw error
      })
      http.on('request', oidc.callback())
    },
  }
}

/** A browser that follows where it is sent, from site to site, and fills in the forms that it meets. */
export class Traveller {
  readonly #cookies = new Map<string, Map<string, string>>()
  readonly #login: string

  constructor(login: string) {
    this.#login = login
  }

  /** The Cookie header for a site. */
  cookie(origin: string): string {
    return [...(this.#cookies.get(origin) ?? [])].map((pair) => pair.join('=')).join('; ')
  }

  plant(origin: string, header: string): void {
    for (const pair of header.split('; ')) this.#keep(origin, pair)
  }

  /** Goes to an address. Returns where it ends, and what is there. */
  async go(address: string): Promise<{ address: URL; answer: Response }> {
    let [next, form]: [URL, URLSearchParams | null] = [new URL(address), null]
    for (let step = 0; step < 20; step++) {
      const answer = await fetch(next, {
        redirect: 'manual',
        headers: { cookie: this.cookie(next.origin) },
        ...(form !== null && { method: 'POST', body: form }),
      })
      for (const said of answer.headers.getSetCookie()) this.#keep(next.origin, said)
      form = null
      const to = answer.headers.get('location')
      if (to !== null) {
        next = new URL(to, next)
        continue
      }
      const html = answer.status === 200 ? await answer.clone().text() : ''
      const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1]
      const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1]
      if (action === undefined || prompt === undefined) return { address: next, answer }
      next = new URL(action, next)
      form = new URLSearchParams({ prompt, login: this.#login, password: 'any' })
    }
    throw new Error('sent on and on')
  }

  #keep(origin: string, said: string): void {
    const [pair = '', ...attributes] = said.split(/; */)
    const at = pair.indexOf('=')
    const site = this.#cookies.get(origin) ?? new Map<string, string>()
    this.#cookies.set(origin, site)
    const gone = attributes.some((attribute) => /^max-age=0$|^expires=Thu, 01 Jan 1970/i.test(attribute))
    if (gone) site.delete(pair.slice(0, at))
    else site.set(pair.slice(0, at), pair.slice(at + 1))
  }
}
