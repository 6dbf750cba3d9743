import type { Blobs } from '@quire/storage/blobs'
import type { StoredFile } from '@quire/storage/files'
import type { Context } from 'hono'
import { readRange } from './range.ts'
import { isShown } from './sniff.ts'

/** What a browser may do with a file that is opened by itself: show it, and nothing else. */
const policy = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"

/** How a name is said in a header: in full for everybody who knows UTF-8, roughly for the others. */
const disposition = (kind: 'inline' | 'attachment', name: string): string => {
  const rough = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const full = encodeURIComponent(name).replace(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${rough}"; filename*=UTF-8''${full}`
}

/**
 * The answer to a request for a file that may be had: all of it, the part that was asked for, or that the asker has
 * it already. Null when its bytes are not there. Whatever it is, a browser runs nothing in it.
 */
export const answer = async (c: Context, file: StoredFile, blobs: Blobs): Promise<Response | null> => {
  const { hash, size, mime } = file
  const etag = `"${hash.slice(0, 32)}"`
  const shown = isShown(mime)
  const headers: Record<string, string> = {
    'content-type': shown || mime === 'application/pdf' ? mime : 'application/octet-stream',
    'content-disposition': disposition(shown ? 'inline' : 'attachment', file.name),
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    // its bytes never change; nobody but the browser of who may see it keeps them
    'cache-control': 'private, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    etag,
  }
  const matches = (header: string): boolean =>
    header.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')))
  if (matches(c.req.header('if-none-match') ?? '')) return c.body(null, 304, headers)
  const condition = c.req.header('if-range')
  const range = readRange(
    condition === undefined || condition === etag ? c.req.header('range') : undefined,
    size,
  )
  if (range === 'none') return c.body(null, 416, { ...headers, 'content-range': `bytes */${size}` })
  const { first, end } = range === 'all' ? { first: 0, end: size } : range
  headers['content-length'] = String(end - first)
  if (range !== 'all') headers['content-range'] = `bytes ${first}-${end - 1}/${size}`
  const status = range === 'all' ? 200 : 206
  if (c.req.method === 'HEAD') return c.body(null, status, headers)
  const bytes = await blobs.read(hash, first, end)
  // Node's streams and those of fetch are the same under two names
  return bytes === null ? null : c.body(bytes as ReadableStream, status, headers)
}
