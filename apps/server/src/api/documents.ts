import { randomBytes } from 'node:crypto'
import type { Document, Documents } from '@quire/storage/store'
import { covers } from '@quire/sync/role'
import type { Role } from '@quire/sync/role'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import { siblings } from '../access.ts'
import type { Policy } from '../access.ts'
import type { Knocks } from '../knocks.ts'
import type { Shard } from '../shard.ts'
import { NotNow } from '../titles.ts'
import type { Asker } from './asker.ts'
import { body, line } from './body.ts'
import { nothingHere, refuse } from './errors.ts'

const longest = 200

const title = z
  .string('a text is expected')
  .transform(line)
  .refine((text) => Array.from(text).length <= longest, `at most ${longest} characters are possible`)
const expected = 'an object with a title is expected'
const creation = z.strictObject({ title: title.default('') }, expected)
const change = z.strictObject({ title }, expected)

/** What documents are kept with. */
export interface Parts {
  readonly documents: Documents
  readonly policy: Policy
  readonly shard: Pick<Shard, 'titles' | 'dismiss' | 'rename'>
  readonly knocks: Knocks
}

/** The documents: make, list, read, rename, put in the trash and take out again. */
export const documents = ({ documents, policy, shard, knocks }: Parts): Hono<Asker> => {
  const { titles } = shard
  /** The document if this person may do with it what needs `needed`, and as what. */
  const allowed = async (
    identity: string,
    id: string,
    needed: Role,
  ): Promise<{ document: Document | null; role: Role; epoch: string } | null> => {
    if (!policy.names(id)) return null
    const access = await policy.access(identity, id)
    if ('refusal' in access || !covers(access.role, needed)) return null
    return { ...access, document: await documents.read(id) }
  }

  const renamed = async (c: Context, document: Document, to: string, author: string) => {
    try {
      return await titles.rename(document, to, author)
    } catch (error) {
      if (!(error instanceof NotNow)) throw error
      return refuse(c, 'not-now', 'The title cannot be stored now. Try again in a minute.')
    }
  }

  return new Hono<Asker>()
    .get('/', async (c) => {
      const list: ReturnType<typeof row>[] = []
      for (const document of await documents.mine(c.get('identity')))
        list.push(row(await titles.current(document)))
      return c.json({ documents: list.toSorted((a, b) => b.edited - a.edited) })
    })
    .post('/', async (c) => {
      const wanted = await body(c, creation)
      if (wanted instanceof Response) return wanted
      const identity = c.get('identity')
      const document = await documents.create(randomBytes(16).toString('base64url'), identity, '')
      const named = wanted.title === '' ? document : await renamed(c, document, wanted.title, identity)
      return named instanceof Response ? named : c.json(whole(named, 'own'), 201)
    })
    .get('/:id', async (c) => {
      const found = await allowed(c.get('identity'), c.req.param('id'), 'view')
      if (found === null) return nothingHere(c)
      const { document, role, epoch } = found
      if (document !== null) return c.json(whole(await titles.current(document), role))
      return c.json({ id: c.req.param('id'), title: '', created: 0, edited: 0, role, epoch })
    })
    .patch('/:id', async (c) => {
      const wanted = await body(c, change)
      if (wanted instanceof Response) return wanted
      const identity = c.get('identity')
      const found = await allowed(identity, c.req.param('id'), 'edit')
      if (found === null || found.document === null) return nothingHere(c)
      const named = await renamed(c, found.document, wanted.title, identity)
      return named instanceof Response ? named : c.json(whole(named, found.role))
    })
    .delete('/:id', async (c) => {
      const identity = c.get('identity')
      const found = await allowed(identity, c.req.param('id'), 'view')
      if (found === null || found.document === null) return nothingHere(c)
      if (!covers(found.role, 'own'))
        return refuse(c, 'forbidden', 'Only the person who made this document can delete it.')
      const { id } = found.document
      await documents.trash(id)
      for (const room of [id, ...siblings.map((sibling) => `${id}/${sibling}`)])
        shard.dismiss(room, 'not-found')
      return c.body(null, 204)
    })
    .post('/:id/restore', async (c) => {
      const document = await documents.read(c.req.param('id'))
      // in the trash it is there for its owner only
      if (document === null || document.owner !== c.get('identity')) return nothingHere(c)
      if (!(await documents.restore(document.id)))
        return refuse(c, 'conflict', 'This document is not in the trash.')
      for (const room of [document.id, ...siblings.map((sibling) => `${document.id}/${sibling}`)])
        knocks.forget(room)
      return c.json(whole(await titles.current({ ...document, deleted: null }), 'own'))
    })
}

const row = ({ id, title, created, edited }: Document) => ({ id, title, created, edited })
const whole = (document: Document, role: Role) => ({ ...row(document), role, epoch: document.epoch })
