import type { Deed } from '@quire/storage/records'
import type { Records } from '@quire/storage/store'
import { covers } from '@quire/sync/role'
import { Hono } from 'hono'
import type { Asker } from './asker.ts'
import { nothingHere, refuse } from './errors.ts'
import { permit } from './permit.ts'
import type { Parts as PermitParts } from './permit.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

/** What is looked up with. */
export interface Parts extends PermitParts {
  readonly records: Records
}

const most = 500

/** Who did what, when and from where: to a document, for its owner, and oneself. */
export const audit = (parts: Parts): Hono<Asker> =>
  new Hono<Asker>()
    .get(
      '/documents/:id/audit',
      told('Tells its owner who did what, when and from where.', {
        answer: examples.deeds,
        errors: ['forbidden'],
      }),
      async (c) => {
        const found = await permit(parts, c.get('who'), c.req.param('id'), 'view')
        if (found === null || found.document === null) return nothingHere(c)
        if (!covers(found.role, 'own'))
          return refuse(c, 'forbidden', 'Only the owner of this document can see that.')
        return c.json({ deeds: (await parts.records.ofDocument(found.document.id, most)).map(shown) })
      },
    )
    .get('/me/audit', told('Tells what one did oneself.', { answer: examples.deeds }), async (c) =>
      c.json({ deeds: (await parts.records.ofPerson(c.get('identity'), most)).map(shown) }),
    )

const shown = ({ time, who, deed, document, address, detail }: Deed) => ({
  time,
  who,
  deed,
  document,
  address,
  detail,
})
