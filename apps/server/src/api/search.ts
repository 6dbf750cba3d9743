import type { Search } from '@quire/storage/store'
import { Hono } from 'hono'
import type { Asker } from './asker.ts'
import { refuse } from './errors.ts'
import { permit } from './permit.ts'
import type { Parts as PermitParts } from './permit.ts'
import { within } from './reach.ts'
import type { Parts as ReachParts } from './reach.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

/** What is searched with. */
export interface Parts extends PermitParts, ReachParts {
  readonly search: Search
}

/** The most that are answered, and looked at. */
const [most, atMost] = [50, 200]

/**
 * Finds documents by their title and text, the best first. Of one's own, those one was given a role in, and those one
 * has opened; of all these what one may see now.
 */
export const search = (parts: Parts): Hono<Asker> => {
  const { search } = parts
  return new Hono<Asker>().get(
    '/',
    told('Finds documents by their title and text, the best first.', {
      query: { q: 'words to find' },
      answer: examples.results,
    }),
    async (c) => {
      const query = c.req.query('q') ?? ''
      if (query.length > 256) return refuse(c, 'bad-request', 'q: at most 256 characters are possible.')
      const who = c.get('who')
      const ids = await within(parts, who)
      const results: object[] = []
      for (const { document: id, title, snippet } of await search.find(query, ids, atMost)) {
        const found = await permit(parts, who, id, 'view')
        if (found === null || found.document === null) continue
        const { created, edited } = found.document
        results.push({
          id,
          title: marked(title),
          snippet: marked(snippet),
          created,
          edited,
          role: found.role,
        })
        if (results.length === most) break
      }
      return c.json({ results })
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
