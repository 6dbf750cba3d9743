import { z } from 'zod'
import { version } from '../version.ts'
import { apiErrors } from './errors.ts'
import type { ApiError } from './errors.ts'
import { fileBytes } from './told.ts'
import type { Route } from './told.ts'

const wrong = { $ref: '#/components/schemas/Error' }

/** What every route may answer, by what it is. */
const errorsOf = ({ method, path, told }: Route): ApiError[] => {
  const changes = method !== 'GET'
  const names: ApiError[] = ['signed-out', 'too-many', 'fault', 'not-now', ...(told?.errors ?? [])]
  if (changes) names.push('forbidden')
  if (path.includes(':')) names.push('not-found')
  if (told?.query !== undefined) names.push('bad-request')
  if (told?.body !== undefined) names.push('bad-request', 'not-json', 'too-large')
  return [...new Set(names)].toSorted((a, b) => apiErrors[a] - apiErrors[b])
}

const meanings = {
  200: 'What was asked for.',
  201: 'What was made.',
  202: 'Taken.',
  204: 'Done.',
  302: 'Elsewhere.',
}

const contentOf = (answer: unknown): object | null => {
  if (answer === undefined) return null
  if (answer === fileBytes) return { '*/*': { schema: { type: 'string', format: 'binary' } } }
  return { 'application/json': { example: answer } }
}

const answersOf = (route: Route): Record<string, object> => {
  const { told } = route
  const status = told?.status ?? (told?.answer === undefined ? 204 : 200)
  const content = contentOf(told?.answer)
  const answers: Record<string, object> = {
    [status]: { description: meanings[status], ...(content !== null && { content }) },
  }
  for (const name of errorsOf(route)) {
    const before = answers[apiErrors[name]]
    const description =
      before !== undefined && 'description' in before ? `${String(before.description)}, ` : ''
    answers[apiErrors[name]] = {
      description: `${description}\`${name}\``,
      content: { 'application/json': { schema: wrong } },
    }
  }
  return answers
}

const requestOf = ({ told }: Route): object => {
  const content = {
    ...(told?.takesBytes === true && {
      'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
    }),
    ...(told?.body !== undefined && { 'application/json': { schema: schemaOf(told.body) } }),
  }
  return Object.keys(content).length === 0 ? {} : { requestBody: { content } }
}

const operationOf = (route: Route): object => {
  const { method, path, told } = route
  const scope = method === 'GET' ? 'read' : 'write'
  const [, , resource = ''] = path.split('/')
  return {
    operationId: `${method.toLowerCase()} ${path}`.replaceAll(/[^a-z]+(\w?)/gi, (_, next: string) =>
      next.toUpperCase(),
    ),
    summary: told?.does ?? '',
    tags: [resource],
    security: [{ cookie: [] }, ...(told?.by === 'session' ? [] : [{ key: [scope] }, { token: [] }])],
    parameters: [
      ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...Object.entries(told?.query ?? {}).map(([name, description]) => ({
        name,
        in: 'query',
        description,
        schema: { type: 'string' },
      })),
    ],
    ...requestOf(route),
    responses: answersOf(route),
  }
}

const schemaOf = (body: z.ZodType): object => {
  const { $schema: _, ...schema } = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })
  return schema
}

/** The description of an API, as OpenAPI 3.1: of exactly the routes that it has. */
export const openapi = (routes: readonly Route[]): object => {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Quire',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'JSON in and out. Times are milliseconds since 1970. Missing and forbidden documents are answered alike. What changes something must come from a page of this server or of an allowed origin, or from no browser.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: {
        Error: {
          type: 'object',
          required: ['error', 'message'],
          properties: {
            error: { enum: Object.keys(apiErrors), description: 'For programs.' },
            message: { type: 'string', description: 'One sentence that a person can act on.' },
          },
        },
      },
      securitySchemes: {
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'quire_session',
          description: 'Whoever has none is a guest, known by another cookie.',
        },
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key from `POST /api/keys`. Its scope is `read`, or `write` for everything.',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A token of an embedding application, under `QUIRE_ACCESS=jwt`.',
        },
      },
    },
  }
}
