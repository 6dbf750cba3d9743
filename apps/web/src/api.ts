import { takeMe } from './ahead.ts'
import { hues } from './hues.ts'

/** The server answered with something else than what was asked for. 0 when it did not answer at all. */
export class ApiError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Who this browser is to the server. */
export interface Me {
  readonly id: string
  readonly name: string
  /** One of the twelve hues. */
  readonly color: number
}

/** A document as lists show it. Times are ms since 1970. */
export interface Listed {
  readonly id: string
  readonly title: string
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
  if (!answer.ok) throw new ApiError(answer.status, answer.statusText)
  return answer.status === 204 ? null : answer.json()
}

const call = (
  method: string,
  path: string,
  body: object | null = method === 'GET' ? null : {},
): Promise<unknown> => read(ask(method, path, body))

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const wrong = (what: string): never => {
  throw new ApiError(200, `the server's answer has no ${what}`)
}
const text = (value: unknown, name: string): string => {
  const found = field(value, name)
  return typeof found === 'string' ? found : wrong(name)
}
const number = (value: unknown, name: string): number => {
  const found = field(value, name)
  return typeof found === 'number' ? found : wrong(name)
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
})
const at = (id: string): string => `documents/${encodeURIComponent(id)}`

/** Everything the page asks of the server apart from the live document. Each rejects with an `ApiError`. */
export const api = {
  me: async (): Promise<Me> => me(await read(takeMe().then((early) => early ?? ask('GET', 'me', null)))),
  changeMe: async (change: { name?: string; color?: number }): Promise<Me> =>
    me(await call('PATCH', 'me', change)),
  documents: async (): Promise<Listed[]> => {
    const list = field(await call('GET', 'documents'), 'documents')
    return Array.isArray(list) ? list.map(listed) : wrong('documents')
  },
  create: async (): Promise<string> => text(await call('POST', 'documents'), 'id'),
  document: async (id: string): Promise<{ title: string }> => ({
    title: text(await call('GET', at(id)), 'title'),
  }),
  rename: async (id: string, title: string): Promise<void> => void (await call('PATCH', at(id), { title })),
  remove: async (id: string): Promise<void> => void (await call('DELETE', at(id))),
  restore: async (id: string): Promise<void> => void (await call('POST', `${at(id)}/restore`)),
}
