import type { Hono, MiddlewareHandler } from 'hono'
import type { z } from 'zod'
import type { Asker } from './asker.ts'
import type { ApiError } from './errors.ts'

/** What a route tells of itself, besides its path. */
export interface More {
  /** The schema that its body is read with. */
  readonly body?: z.ZodType
  /** True where the body is a file and no JSON. */
  readonly takesBytes?: boolean
  /** What may stand behind the question mark. */
  readonly query?: Readonly<Record<string, string>>
  /** An answer as it may look; without one there is no body. */
  readonly answer?: unknown
  /** Of that answer; 200, or 204 without a body, if it is not said. */
  readonly status?: 201 | 202 | 302
  /** Errors of its own, besides those that every such route has. */
  readonly errors?: readonly ApiError[]
  /** `session`: keys of the API do not count here. */
  readonly by?: 'session'
}

/** Stands for an answer that is a file. */
export const fileBytes = Symbol('bytes')

/** What a route does, in one line, and the rest. */
interface Told extends More {
  readonly does: string
}

const about = Symbol('about')

/** Stands in front of a route and tells of it: the description of the API is made of nothing else. */
export const told = (does: string, more: More = {}): MiddlewareHandler<Asker> => {
  const pass: MiddlewareHandler<Asker> = (_, next) => next()
  return Object.assign(pass, { [about]: { does, ...more } satisfies Told })
}

/** What can be asked for, and what it tells of itself; null for a route that tells nothing. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly told: Told | null
}

/** Every route of an API. */
export const routesOf = (app: Hono<Asker>): Route[] => {
  const found = new Map<string, Route>()
  for (const { method, path, handler } of app.routes) {
    if (method === 'ALL') continue
    const key = `${method} ${path}`
    const said: unknown = about in handler ? handler[about] : null
    const before = found.get(key)
    found.set(key, { method, path, told: before?.told ?? (said as Told | null) }) // only `told` puts it there
  }
  return [...found.values()]
}
