import { takeMe } from './ahead.ts'
import { hues } from './hues.ts'
import { errorWords } from './words.ts'

/** The server answered with something else than what was asked for. */
export class ApiError extends Error {
  /** 0 when it did not answer at all. */
  readonly status: number
  /** The error's name in the API's catalogue, or nothing. Its message is a sentence for people. */
  readonly code: string
  constructor(status: number, message: string, code = '') {
    super(message)
    this.status = status
    this.code = code
  }
}

/** What the server may call an error, as docs/api.md lists it. */
export const apiRefusals = [
  'bad-request',
  'signed-out',
  'forbidden',
  'password-needed',
  'wrong-password',
  'not-found',
  'conflict',
  'too-large',
  'files-full',
  'quota-full',
  'not-json',
  'too-many',
  'guests-full',
  'fault',
  'not-now',
  'no-room',
] as const
export type ApiRefusal = (typeof apiRefusals)[number]

/**
 * What went wrong, in the page's language where it has words for that, else as the server said it; or these words when
 * the server said nothing of the kind.
 */
export const saidOf = (error: unknown, otherwise: string): string => {
  if (!(error instanceof ApiError) || error.code === '') return otherwise
  const refusal = apiRefusals.find((one) => one === error.code)
  return (refusal === undefined ? null : errorWords[refusal]) ?? error.message
}

/** Who this browser is to the server. */
export interface Me {
  readonly id: string
  readonly name: string
  /** One of the twelve hues. */
  readonly color: number
}

/** The lists that one has of documents, and what they can be sorted by. */
export const listings = ['mine', 'shared', 'recent', 'starred', 'trash'] as const
export type Listing = (typeof listings)[number]
export const orders = ['edited', 'created', 'opened', 'title'] as const
export type Order = (typeof orders)[number]

/** A document as lists show it. Times are ms since 1970. */
export interface Listed {
  readonly id: string
  readonly title: string
  readonly edited: number
  /** One's own role, and who owns it. */
  readonly role: string
  readonly owner: string
  readonly starred: boolean
  /** The folder one keeps it in, or nothing. */
  readonly folder: string
  /** New documents can begin with what it holds. */
  readonly template: boolean
}

/** What a new document can begin with. */
export interface Template {
  readonly id: string
  readonly title: string
  /** What those are for that every server has; nothing for people's own. */
  readonly description: string
}

/** A text in parts: those that were looked for are found. */
export type Marked = readonly { readonly text: string; readonly found: boolean }[]

/** A document that holds what was looked for. */
export interface Found {
  readonly id: string
  readonly title: Marked
  readonly snippet: Marked
  readonly edited: number
}

const ask = async (method: string, path: string, body: object | null): Promise<Response> =>
  fetch(`/api/${path}`, {
    method,
    ...(body === null ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })

const read = async (asked: Promise<Response>): Promise<unknown> => {
  const answer = await asked.catch((cause: unknown) => {
    throw new ApiError(0, cause instanceof Error ? cause.message : 'no answer')
  })
  if (answer.ok) return answer.status === 204 ? null : answer.json()
  const said: unknown = await answer.json().catch(() => null)
  const [message, code] = [field(said, 'message'), field(said, 'error')]
  throw new ApiError(
    answer.status,
    typeof message === 'string' ? message : answer.statusText,
    typeof code === 'string' ? code : '',
  )
}

/** Asks the API, and gives its JSON. Rejects with an `ApiError`. */
export const call = (
  method: string,
  path: string,
  body: object | null = method === 'GET' ? null : {},
): Promise<unknown> => read(ask(method, path, body))

/** What an answer says under this name. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const wrong = (what: string): never => {
  throw new ApiError(200, `the server's answer has no ${what}`)
}

/** The same, of which the page needs that it is a text, a number or a list. Throws an `ApiError` otherwise. */
export const text = (value: unknown, name: string): string => {
  const found = field(value, name)
  return typeof found === 'string' ? found : wrong(name)
}
export const number = (value: unknown, name: string): number => {
  const found = field(value, name)
  return typeof found === 'number' ? found : wrong(name)
}
export const list = (value: unknown, name: string): unknown[] => {
  const found = field(value, name)
  return Array.isArray(found) ? found : wrong(name)
}
const me = (value: unknown): Me => ({
  id: text(value, 'id'),
  name: text(value, 'name'),
  color: Math.abs(Math.trunc(number(value, 'color'))) % hues.length,
})
const listed = (value: unknown): Listed => ({
  id: text(value, 'id'),
  title: text(value, 'title'),
  edited: number(value, 'edited'),
  role: text(value, 'role'),
  owner: text(field(value, 'owner'), 'name'),
  starred: field(value, 'starred') === true,
  folder: text(value, 'folder'),
  template: field(value, 'template') === true,
})
const template = (value: unknown): Template => {
  const description = field(value, 'description')
  return {
    id: text(value, 'id'),
    title: text(value, 'title'),
    description: typeof description === 'string' ? description : '',
  }
}
const marked = (value: unknown, name: string): Marked =>
  list(value, name).map((part) => ({ text: text(part, 'text'), found: field(part, 'found') === true }))
const found = (value: unknown): Found => ({
  id: text(value, 'id'),
  title: marked(value, 'title'),
  snippet: marked(value, 'snippet'),
  edited: number(value, 'edited'),
})
/** Where a document is in the API. */
export const at = (id: string): string => `documents/${encodeURIComponent(id)}`

/** Everything the page asks of the server apart from the live document. Each rejects with an `ApiError`. */
export const api = {
  me: async (): Promise<Me> => me(await read(takeMe().then((early) => early ?? ask('GET', 'me', null)))),
  changeMe: async (change: { name?: string; color?: number }): Promise<Me> =>
    me(await call('PATCH', 'me', change)),
  documents: async (listing: Listing = 'mine', order: Order = 'edited'): Promise<Listed[]> =>
    list(await call('GET', `documents?list=${listing}&sort=${order}`), 'documents').map(listed),
  search: async (query: string): Promise<Found[]> =>
    list(await call('GET', `search?q=${encodeURIComponent(query)}`), 'results').map(found),
  /** Resolves with the id of a new document, empty or begun from a template. */
  create: async (from?: string): Promise<string> =>
    text(await call('POST', 'documents', from === undefined ? {} : { template: from }), 'id'),
  templates: async (): Promise<Template[]> => list(await call('GET', 'templates'), 'templates').map(template),
  /** Lets new documents begin with what this one holds, or no more. */
  useAsTemplate: async (id: string, on: boolean): Promise<void> =>
    void (await call('PATCH', at(id), { template: on })),
  document: async (id: string): Promise<{ title: string }> => ({
    title: text(await call('GET', at(id)), 'title'),
  }),
  rename: async (id: string, title: string): Promise<void> => void (await call('PATCH', at(id), { title })),
  remove: async (id: string): Promise<void> => void (await call('DELETE', at(id))),
  restore: async (id: string): Promise<void> => void (await call('POST', `${at(id)}/restore`)),
  purge: async (id: string): Promise<void> => void (await call('POST', `${at(id)}/purge`)),
  /** Resolves with the id of the copy. */
  copy: async (id: string, title: string): Promise<string> =>
    text(await call('POST', `${at(id)}/copy`, { title }), 'id'),
  star: async (id: string, on: boolean): Promise<void> =>
    void (await call(on ? 'PUT' : 'DELETE', `${at(id)}/star`)),
  file: async (id: string, folder: string): Promise<void> =>
    void (await call('PUT', `${at(id)}/folder`, { folder })),
}
