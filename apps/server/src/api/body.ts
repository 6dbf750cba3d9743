import type { Context } from 'hono'
import type { z } from 'zod'
import { refuse } from './errors.ts'

const largest = 64 * 1024

/** What came, or null when it is larger than any request of the API. No more than that is ever held. */
const read = async (request: Request): Promise<string | null> => {
  if (Number(request.headers.get('content-length') ?? 0) > largest) return null
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.length
    if (size > largest) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

/** The JSON that came, as the schema says it must be; or the answer that says why it is not. No body counts as `{}`. */
export const body = async <T>(c: Context, schema: z.ZodType<T>): Promise<T | Response> => {
  const text = await read(c.req.raw)
  if (text === null) return refuse(c, 'too-large', 'The request is larger than 64 kB. Send less at once.')
  if (text !== '' && !/^application\/json *(;|$)/i.test(c.req.header('content-type') ?? ''))
    return refuse(c, 'not-json', 'Send JSON, with the header Content-Type: application/json.')
  let json: unknown
  try {
    json = text === '' ? {} : JSON.parse(text)
  } catch {
    return refuse(c, 'bad-request', 'The request is not valid JSON.')
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
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
