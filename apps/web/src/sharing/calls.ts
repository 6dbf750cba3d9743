import { at, call, field, list, number, text } from '../api.ts'

/** What can be given to somebody, the least first. */
export const givable = ['view', 'comment', 'edit'] as const
export type Givable = (typeof givable)[number]

/** What whoever has the address may do. */
export const generals = ['none', ...givable] as const
export type General = (typeof generals)[number]

/** Who may do what in a document, as everybody who sees it may know. */
export interface Opening {
  readonly general: General
  /** Those who may only look may also copy and export. */
  readonly copying: boolean
  /** One's own role. */
  readonly role: string
  readonly owner: string
  /** Who that is to the server. */
  readonly ownerIs: string
}

/** Somebody by name or address. */
export interface Somebody {
  readonly who: string
  readonly name: string
  /** Nobody has signed in with this address yet. */
  readonly pending: boolean
}

/** What somebody was given; `link` when it came with a role link. */
export interface Grant extends Somebody {
  readonly role: Givable
  readonly link: boolean
}

/** Somebody who asks for access. */
export interface Asking extends Somebody {
  readonly role: Givable
  readonly message: string
}

/** Somebody who has opened the document, last at this time. */
export interface Visitor extends Somebody {
  readonly time: number
}

/** A link that gives a role. Times are ms since 1970. */
export interface RoleLink {
  readonly id: string
  readonly label: string
  readonly role: Givable
  readonly expires: number | null
  readonly most: number | null
  readonly password: boolean
  readonly uses: number
}

/** What a new link is to be. */
export interface LinkWish {
  readonly role: Givable
  readonly label: string
  readonly expires: number | null
  readonly most: number | null
  readonly password: string | null
}

const givableOf = (value: unknown): Givable => givable.find((each) => each === field(value, 'role')) ?? 'view'

const numberOrNull = (value: unknown, name: string): number | null => {
  const found = field(value, name)
  return typeof found === 'number' ? found : null
}

const somebody = (value: unknown): Somebody => {
  const [name, email] = [field(value, 'name'), field(value, 'email')]
  const shown = typeof name === 'string' ? name : typeof email === 'string' ? email : ''
  return { who: text(value, 'who'), name: shown, pending: field(value, 'pending') === true }
}

const linkOf = (value: unknown): RoleLink => ({
  id: text(value, 'id'),
  label: text(value, 'label'),
  role: givableOf(value),
  expires: numberOrNull(value, 'expires'),
  most: numberOrNull(value, 'most'),
  password: field(value, 'password') === true,
  uses: number(value, 'uses'),
})

/** Everything the page asks about who may do what. Each rejects with an `ApiError`. */
export const sharing = {
  opening: async (id: string): Promise<Opening> => {
    const answer = await call('GET', `${at(id)}/access`)
    return {
      general: generals.find((each) => each === field(answer, 'general')) ?? 'none',
      copying: field(answer, 'copying') === true,
      role: text(answer, 'role'),
      owner: text(field(answer, 'owner'), 'name'),
      ownerIs: text(field(answer, 'owner'), 'id'),
    }
  },
  open: async (id: string, change: { general?: General; copying?: boolean }): Promise<void> =>
    void (await call('PATCH', `${at(id)}/access`, change)),

  grants: async (id: string): Promise<Grant[]> =>
    list(await call('GET', `${at(id)}/grants`), 'grants').map((each) => ({
      ...somebody(each),
      role: givableOf(each),
      link: typeof field(each, 'link') === 'string',
    })),
  grant: async (id: string, to: { identity: string } | { email: string }, role: Givable): Promise<void> =>
    void (await call('POST', `${at(id)}/grants`, { ...to, role })),
  ungrant: async (id: string, who: string): Promise<void> =>
    void (await call('DELETE', `${at(id)}/grants/${encodeURIComponent(who)}`)),
  hand: async (id: string, who: string): Promise<void> =>
    void (await call('POST', `${at(id)}/owner`, { identity: who })),

  links: async (id: string): Promise<RoleLink[]> =>
    list(await call('GET', `${at(id)}/links`), 'links').map(linkOf),
  /** The address is shown once: nobody can ask for it again. */
  addLink: async (id: string, wish: LinkWish): Promise<{ link: RoleLink; token: string }> => {
    const answer = await call('POST', `${at(id)}/links`, wish)
    return { link: linkOf(answer), token: text(answer, 'token') }
  },
  revoke: async (id: string, link: string): Promise<void> =>
    void (await call('DELETE', `${at(id)}/links/${encodeURIComponent(link)}`)),
  /** Rejects with the code `password-needed` or `wrong-password` where that is so. */
  exchange: async (token: string, password?: string): Promise<string> =>
    text(
      await call('POST', 'links/exchange', { token, ...(password === undefined ? {} : { password }) }),
      'document',
    ),

  ask: async (id: string, role: Givable, message: string): Promise<void> =>
    void (await call('POST', `${at(id)}/requests`, { role, message })),
  asking: async (id: string): Promise<Asking[]> =>
    list(await call('GET', `${at(id)}/requests`), 'requests').map((each) => ({
      ...somebody(each),
      role: givableOf(each),
      message: text(each, 'message'),
    })),
  allow: async (id: string, who: string, role: Givable): Promise<void> =>
    void (await call('POST', `${at(id)}/requests/${encodeURIComponent(who)}`, { role })),
  deny: async (id: string, who: string): Promise<void> =>
    void (await call('DELETE', `${at(id)}/requests/${encodeURIComponent(who)}`)),

  visits: async (id: string): Promise<Visitor[]> =>
    list(await call('GET', `${at(id)}/visits`), 'visits').map((each) => ({
      ...somebody(each),
      time: number(each, 'time'),
    })),
}
