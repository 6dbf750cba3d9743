import type { Document, Search } from '@quire/storage/store'
import type { Role } from '@quire/sync/role'
import { Hono } from 'hono'
import { isDocumentId } from '../access.ts'
import { SearchSlots } from '../limits/search-slots.ts'
import type { Metrics } from '../metrics.ts'
import type { Who } from '../who.ts'
import type { Asker } from './asker.ts'
import { refuse } from './errors.ts'
import * as examples from './examples.ts'
import { permit } from './permit.ts'
import type { Parts as PermitParts } from './permit.ts'
import { told } from './told.ts'

/** What is searched with. */
export interface Parts extends PermitParts {
  readonly search: Pick<Search, 'find' | 'excerpts'>
  readonly metrics: Pick<Metrics, 'turned'>
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

/** The most that are answered, and looked at. */
const [most, atMost] = [50, 200]

/**
 * Finds documents by their title and text, the best first. Of one's own, those one was given a role in, and those one
 * has opened; of all these what one may see now.
 */
export const search = (parts: Parts): Hono<Asker> => {
  const { search, metrics, wall } = parts
  const slots = new SearchSlots()

  const resultsFor = async (who: Who, query: string): Promise<object[]> => {
    const named = [...(who.claims?.rooms.keys() ?? [])].filter(isDocumentId)
    const ids = await search.find(query, { identity: who.identity, now: wall(), documents: named }, atMost)
    const seen = new Map<string, { document: Document; role: Role }>()
    for (const id of ids) {
      const found = await permit(parts, who, id, 'view')
      if (found === null || found.document === null) continue
      seen.set(id, { document: found.document, role: found.role })
      if (seen.size === most) break
    }
    const excerpts = await search.excerpts(query, [...seen.keys()])
    return excerpts.flatMap(({ document: id, title, snippet }) => {
      const found = seen.get(id)
      if (found === undefined) return []
      const { created, edited } = found.document
      return [{ id, title: marked(title), snippet: marked(snippet), created, edited, role: found.role }]
    })
  }

  return new Hono<Asker>().get(
    '/',
    told('Finds documents by their title and text, the best first.', {
      query: { q: 'words to find' },
      answer: examples.results,
      errors: ['too-many', 'not-now'],
    }),
    async (c) => {
      const query = c.req.query('q') ?? ''
      if (query.length > 256) return refuse(c, 'bad-request', 'q: at most 256 characters are possible.')
      const who = c.get('who')
      const leave = slots.enter(who.identity)
      if (typeof leave === 'string') {
        metrics.turned('searches')
        return leave === 'person'
          ? refuse(c, 'too-many', 'Too many searches at once. Wait for the others.')
          : refuse(c, 'not-now', 'Too many people are searching. Try again in a few seconds.')
      }
      try {
        return c.json({ results: await resultsFor(who, query) })
      } finally {
        leave()
      }
    },
  )
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
