import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { refuse } from './errors.ts'

/** No request of the API is larger. */
export const limited = bodyLimit({
  maxSize: 64 * 1024,
  onError: (c) => refuse(c, 'too-large', 'The request is larger than 64 kB. Send less at once.'),
})

/** The JSON that came, as the schema says it must be; or the answer that says why it is not. No body counts as `{}`. */
export const body = async <T>(c: Context, schema: z.ZodType<T>): Promise<T | Response> => {
  const text = await c.req.text()
  if (text !== '' && !/^application\/json *(;|$)/i.test(c.req.header('content-type') ?? ''))
    return refuse(c, 'not-json', 'Send JSON, with the header Content-Type: application/json.')
  let json: unknown
  try {
    json = text === '' ? {} : JSON.parse(text)
  } catch {
    return refuse(c, 'bad-request', 'The request is not valid JSON.')
  }
  const read = schema.safeParse(json)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const where = issue?.path.join('.') ?? ''
  return refuse(
    c,
    'bad-request',
    `${where === '' ? 'The request' : where}: ${issue?.message ?? 'this is wrong'}.`,
  )
}

// oxlint-disable-next-line no-control-regex
const breaks = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g
// marks that turn the direction of what follows: a name must not rearrange the words beside it
const turns = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g

/** One line of text as people see it: trimmed, without control and direction characters, without half a character. */
export const line = (text: string): string =>
  text.toWellFormed().replace(breaks, ' ').replace(turns, '').trim()
