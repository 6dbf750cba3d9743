import type { Document } from '@quire/storage/store'
import { Hono } from 'hono'
import type { Shard } from '../shard.ts'
import { starters } from '../templates/texts.ts'
import type { Asker } from './asker.ts'
import { permit } from './permit.ts'
import type { Parts as PermitParts } from './permit.ts'
import { within } from './reach.ts'
import type { Parts as ReachParts } from './reach.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

/** What templates are listed with. */
export interface Parts extends PermitParts, ReachParts {
  readonly shard: Pick<Shard, 'titles'>
}

const most = 200

/** What new documents may begin with: what whoever asks knows of and may copy, and what every server has. */
export const templates = (parts: Parts): Hono<Asker> => {
  const { sharing, shard } = parts
  return new Hono<Asker>().get(
    '/',
    told('Lists what new documents may begin with.', { answer: examples.templates }),
    async (c) => {
      const who = c.get('who')
      const ids = await within(parts, who)
      const copied: { document: Document; role: string }[] = []
      for (const id of (await sharing.templatesAmong(ids)).slice(0, most)) {
        const found = await permit(parts, who, id, 'view')
        if (found === null || found.document === null || !found.copying) continue
        copied.push({ document: found.document, role: found.role })
      }
      const own = await Promise.all(
        copied.map(async ({ document, role }) => {
          const { id, title } = await shard.titles.current(document)
          return { id, title, role, starter: false }
        }),
      )
      const ours = starters.map(({ id, title, description }) => ({ id, title, description, starter: true }))
      return c.json({ templates: [...own, ...ours] })
    },
  )
}
