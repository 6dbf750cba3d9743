import { call, field, list, number, text } from '../api.ts'

/** Somebody who has signed in. */
export interface Account {
  readonly id: string
  readonly name: string
  /** Null for who came from a provider that told none. */
  readonly email: string | null
  /** True once the address was shown to be theirs. */
  readonly verified: boolean
}

/** What signing in is like on this server, and who is signed in. */
export interface Session {
  /** Who decides who may open a document: Quire, nobody, or an application's tokens. */
  readonly access: 'documents' | 'open' | 'jwt'
  /** Whether one has to. */
  readonly signIn: 'required' | 'optional' | 'off'
  readonly registration: boolean
  /** The name of the provider that people sign in at, if there is one. */
  readonly provider: string | null
  /** True where a link for signing in can be sent to an address. */
  readonly mail: boolean
  /** Sites whose pages may show this one in a frame. */
  readonly frames: readonly string[]
  readonly account: Account | null
}

/** A browser that is signed in. Times are ms since 1970. */
export interface Device {
  readonly id: string
  readonly agent: string
  readonly seen: number
  readonly current: boolean
}

const textOrNull = (value: unknown, name: string): string | null => {
  const found = field(value, name)
  return typeof found === 'string' ? found : null
}

const accountOf = (value: unknown): Account | null =>
  typeof value === 'object' && value !== null
    ? {
        id: text(value, 'id'),
        name: text(value, 'name'),
        email: textOrNull(value, 'email'),
        verified: field(value, 'verified') === true,
      }
    : null

const ways = ['required', 'optional', 'off'] as const
const accesses = ['documents', 'open', 'jwt'] as const

/** Everything the page asks about who one is. Each rejects with an `ApiError`, whose message can be shown. */
export const accounts = {
  session: async (): Promise<Session> => {
    const answer = await call('GET', 'session')
    const frames = field(answer, 'frames')
    return {
      access: accesses.find((each) => each === field(answer, 'access')) ?? 'documents',
      mail: field(answer, 'mail') === true,
      frames: Array.isArray(frames) ? frames.filter((site) => typeof site === 'string') : [],
      signIn: ways.find((way) => way === field(answer, 'signIn')) ?? 'off',
      registration: field(answer, 'registration') === true,
      provider: textOrNull(answer, 'provider'),
      account: accountOf(field(answer, 'account')),
    }
  },
  signIn: async (email: string, password: string): Promise<void> =>
    void (await call('POST', 'session', { email, password })),
  /** Sends a link that signs in, if this address can. The answer does not tell. */
  mail: async (email: string): Promise<void> => void (await call('POST', 'session/mail', { email })),
  /** Signs in by such a link. Rejects with the code `forbidden` when it was used or has ended. */
  accept: async (token: string): Promise<void> => void (await call('POST', 'session/mail/accept', { token })),
  register: async (email: string, password: string, name: string): Promise<void> =>
    void (await call('POST', 'session/register', { email, password, name })),
  signOut: async (): Promise<void> => void (await call('DELETE', 'session')),
  changePassword: async (old: string, password: string): Promise<void> =>
    void (await call('PUT', 'session/password', { old, password })),
  devices: async (): Promise<Device[]> =>
    list(await call('GET', 'session/all'), 'sessions').map((each) => ({
      id: text(each, 'id'),
      agent: text(each, 'agent'),
      seen: number(each, 'seen'),
      current: field(each, 'current') === true,
    })),
  end: async (id: string): Promise<void> =>
    void (await call('DELETE', `session/all/${encodeURIComponent(id)}`)),
}

/** Where somebody goes to sign in, and after it back to where they were. */
export const signInPath = (): string =>
  `/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`

/** Where to go after signing in: a path of this site and nothing else. */
export const wayBack = (search: string): string => {
  const to = new URLSearchParams(search).get('to') ?? '/'
  return /^\/(?![/\\])/.test(to) ? to : '/'
}
