import type { Documents, Search, Sharing } from '@quire/storage/store'
import { Hono } from 'hono'
import { isDocumentId } from '../access.ts'
import type { Shard } from '../shard.ts'
import type { Asker } from './asker.ts'
import { refuse } from './errors.ts'
import { permit } from './permit.ts'
import type { Parts as PermitParts } from './permit.ts'

/** What is searched with. */
export interface Parts extends PermitParts {
  readonly documents: Documents
  readonly sharing: Sharing
  readonly search: Search
  readonly shard: Pick<Shard, 'titles'>
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

/** The most that are answered, and looked at. */
const [most, atMost] = [50, 200]
/** So many that were never indexed are, at one search. */
const healed = 20

/**
 * Finds documents by their title and text, the best first. Of one's own, those one was given a role in, and those one
 * has opened; of all these what one may see now.
 */
export const search = (parts: Parts): Hono<Asker> => {
  const { documents, sharing, search, shard, wall } = parts
  return new Hono<Asker>().get('/', async (c) => {
    const query = c.req.query('q') ?? ''
    if (query.length > 256) return refuse(c, 'bad-request', 'q: at most 256 characters are possible.')
    const who = c.get('who')
    const mine = await documents.mine(who.identity)
    const others = [
      ...(await sharing.sharedWith(who.identity, wall())),
      ...(await sharing.shelf(who.identity)).map(({ document }) => document),
      ...[...(who.claims?.rooms.keys() ?? [])].filter(isDocumentId),
    ]
    const ids = [...new Set([...mine.map(({ id }) => id), ...others])]
    for (const id of await search.behind(ids, healed)) {
      const document = mine.find((one) => one.id === id)
      if (document !== undefined) await shard.titles.index(document)
    }
    const results: object[] = []
    for (const { document: id, title, snippet } of await search.find(query, ids, atMost)) {
      const found = await permit(parts, who, id, 'view')
      if (found === null || found.document === null) continue
      const { created, edited } = found.document
      results.push({ id, title: marked(title), snippet: marked(snippet), created, edited, role: found.role })
      if (results.length === most) break
    }
    return c.json({ results })
  })
}

/** The text in parts, those that were asked for marked. */
const marked = (text: string): { text: string; found: boolean }[] =>
  text
    .split('\u0001')
    .flatMap((part, at) => {
      const [hit = '', ...rest] = at === 0 ? ['', part] : part.split('\u0002')
      return [
        { text: hit, found: true },
        { text: rest.join(''), found: false },
      ]
    })
    .filter(({ text: words }) => words !== '')
