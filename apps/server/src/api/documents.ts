import type { Document, Documents, People, Search, Sharing, Store } from '@quire/storage/store'
import { schemaVersion } from '@quire/editor/version'
import { covers } from '@quire/sync/role'
import type { Role } from '@quire/sync/role'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import { roomsOf } from '../access.ts'
import type { Policy } from '../access.ts'
import type { Events } from '../events.ts'
import { isAccount } from '../identity.ts'
import type { Knocks } from '../knocks.ts'
import type { Quotas } from '../limits/quotas.ts'
import type { Metrics } from '../metrics.ts'
import type { Settings } from '../settings.ts'
import type { Shard } from '../shard.ts'
import { Starters } from '../templates/starters.ts'
import { NotNow } from '../titles.ts'
import { mint } from '../tokens.ts'
import { Turns } from '../uploads/turns.ts'
import { doer, storer } from './asker.ts'
import type { Asker } from './asker.ts'
import { body, line } from './body.ts'
import { beginWith } from './content.ts'
import type { Content } from './content.ts'
import { noSpace, nothingHere, refuse, signedOut } from './errors.ts'
import { lists, listings } from './lists.ts'
import { permit } from './permit.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

const longest = 200

const title = z
  .string('a text is expected')
  .transform(line)
  .refine((text) => Array.from(text).length <= longest, `at most ${longest} characters are possible`)
const expected = 'an object with a title is expected'
const creation = z.strictObject(
  { title: title.default(''), template: z.string('a text is expected').max(64).optional() },
  'an object with a title and template is expected',
)
const copy = z.strictObject({ title: title.optional() }, expected)
const change = z
  .strictObject(
    { title: title.optional(), template: z.boolean('true or false is expected').optional() },
    'an object with a title or template is expected',
  )
  .refine((given) => Object.keys(given).length > 0, 'a title or template is expected')

/** What documents are kept with. */
export interface Parts {
  readonly documents: Documents
  readonly sharing: Sharing
  readonly people: People
  readonly search: Search
  readonly store: Pick<Store, 'log' | 'files' | 'documentSize' | 'copy'>
  readonly quotas: Quotas
  readonly metrics: Pick<Metrics, 'documentRefused'>
  readonly policy: Policy
  readonly shard: Pick<Shard, 'titles' | 'dismiss' | 'rename' | 'isOpen'>
  readonly knocks: Knocks
  readonly events: Events
  readonly settings: Pick<Settings, 'access' | 'defaultAccess' | 'keepFiles'>
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

/** The documents: make, copy, list, read, rename, put in the trash, take out again, and delete for good. */
export const documents = (parts: Parts): Hono<Asker> => {
  const { documents, sharing, search, store, policy, shard, knocks, events, settings, wall, quotas } = parts
  const { titles } = shard
  const starters = new Starters()
  const copying = new Turns(1)

  const renamed = async (c: Context, document: Document, to: string, author: string) => {
    try {
      return await titles.rename(document, to, author)
    } catch (error) {
      if (!(error instanceof NotNow)) throw error
      return refuse(c, 'not-now', 'The title cannot be stored now. Try again in a minute.')
    }
  }

  /** Does work that makes a document, with what `from` holds, while room is reserved; or answers why there is none. */
  const withRoom = async (
    c: Context<Asker>,
    from: string | null,
    work: () => Promise<Response>,
  ): Promise<Response> => {
    const bytes = from === null ? 0 : await store.documentSize(from)
    const held = await quotas.reserveDocument(storer(c), bytes)
    if (typeof held === 'string') {
      parts.metrics.documentRefused(held)
      return noSpace(c, held)
    }
    try {
      const answer = await work()
      if (answer.status === 201) held.stored(bytes)
      return answer
    } finally {
      held.release()
    }
  }

  /** A new document, with what the operator lets everyone do in it; or the answer that says why there is none. */
  const make = async (c: Context<Asker>): Promise<Document | Response> => {
    const who = c.get('who')
    if (!policy.creates(who.identity, who.claims))
      return isAccount(who.identity) || who.claims !== null
        ? refuse(c, 'forbidden', 'You may not make documents here.')
        : signedOut(c)
    const id = mint()
    // before there is anything to see
    if (settings.access === 'documents') await sharing.open(id, settings.defaultAccess, true)
    return documents.create(id, who.identity, '')
  }

  /** What a copy of this document begins with, or the answer that says why there is none. */
  const copied = (c: Context, { id }: Document, mayCopy: boolean): Beginning | Response => {
    if (!mayCopy) return refuse(c, 'forbidden', 'Its owner does not let those who read it copy it.')
    return { copyOf: id }
  }

  /** What a document that is made from this template begins with, or the answer that says why there is none. */
  const beginning = async (c: Context<Asker>, template: string): Promise<Beginning | Response> => {
    const ours = await starters.content(template)
    if (ours !== null) return { content: { updates: [ours], schema: schemaVersion } }
    const found = await permit(parts, c.get('who'), template, 'view')
    if (found === null || found.document === null) return nothingHere(c)
    if ((await sharing.templatesAmong([template])).length === 0) return nothingHere(c)
    return copied(c, found.document, found.copying)
  }

  /** A new document that begins so; or the answer that says why there is none. One copy at a time per person. */
  const makeFrom = async (c: Context<Asker>, from: Beginning): Promise<Document | Response> => {
    const author = c.get('identity')
    if ('copyOf' in from) return copyFor(c, from.copyOf, author)
    const document = await make(c)
    if (!(document instanceof Response)) await beginWith(store, document.id, from.content, author)
    return document
  }

  const copyFor = async (c: Context<Asker>, from: string, author: string): Promise<Document | Response> => {
    const giveBack = copying.take(author)
    if (giveBack === null)
      return refuse(c, 'too-many', 'Another copy of yours is being made. Try again when it is there.')
    try {
      const document = await make(c)
      if (document instanceof Response) return document
      if (await store.copy(from, document.id, author)) {
        await store.files.share(from, document.id, author, wall() + settings.keepFiles)
        return document
      }
      await documents.trash(document.id)
      await documents.purge(document.id)
      return refuse(c, 'not-now', 'This document is damaged and cannot be copied.')
    } finally {
      giveBack()
    }
  }

  const mine = async (c: Context<Asker>): Promise<Document | null> => {
    const id = c.req.param('id') ?? ''
    const document = await documents.read(id)
    // in the trash it is there for its owner only
    return document !== null && document.owner === c.get('identity') ? document : null
  }

  return new Hono<Asker>()
    .get(
      '/',
      told('Lists documents as somebody sees them.', {
        query: {
          list: 'mine (default), shared, recent, starred or trash',
          sort: 'edited, created, opened or title',
          folder: 'only what is in this folder',
        },
        answer: examples.documents,
      }),
      async (c) => {
        const list = c.req.query('list') ?? 'mine'
        const known = listings.find((name) => name === list)
        if (known === undefined)
          return refuse(c, 'bad-request', `list: one of ${listings.join(', ')} is expected.`)
        const sort = c.req.query('sort') ?? ''
        return c.json({
          documents: await lists(parts, c.get('who'), known, sort, c.req.query('folder') ?? null),
        })
      },
    )
    .post(
      '/',
      told('Makes a document, empty or from a template.', {
        body: creation,
        status: 201,
        answer: examples.document,
        errors: ['quota-full', 'guests-full', 'no-room'],
      }),
      async (c) => {
        const wanted = await body(c, creation)
        if (wanted instanceof Response) return wanted
        const from = wanted.template === undefined ? null : await beginning(c, wanted.template)
        if (from instanceof Response) return from
        return withRoom(c, from !== null && 'copyOf' in from ? from.copyOf : null, async () => {
          const document = await (from === null ? make(c) : makeFrom(c, from))
          if (document instanceof Response) return document
          const author = c.get('identity')
          await events.happened(doer(c), 'document.created', document.id)
          const named =
            wanted.title !== ''
              ? await renamed(c, document, wanted.title, author)
              : from === null
                ? document
                : await titles.current(document, true)
          return named instanceof Response ? named : c.json(whole(named, 'own'), 201)
        })
      },
    )
    .get(
      '/:id',
      told('Tells of a document, and what one may do in it.', { answer: examples.document }),
      async (c) => {
        const found = await permit(parts, c.get('who'), c.req.param('id'), 'view')
        if (found === null) return nothingHere(c)
        const { document, role, epoch } = found
        if (document !== null) return c.json(whole(await titles.current(document), role))
        return c.json({ id: c.req.param('id'), title: '', created: 0, edited: 0, role, epoch })
      },
    )
    .patch(
      '/:id',
      told('Renames a document, or makes a template of it.', {
        body: change,
        answer: { ...examples.document, template: false },
      }),
      async (c) => {
        const wanted = await body(c, change)
        if (wanted instanceof Response) return wanted
        const found = await permit(parts, c.get('who'), c.req.param('id'), 'edit')
        if (found === null || found.document === null) return nothingHere(c)
        const { document, role } = found
        if (wanted.template !== undefined) {
          if (!covers(role, 'own'))
            return refuse(c, 'forbidden', 'Only the owner of this document can make a template of it.')
          await sharing.setTemplate(document.id, wanted.template)
        }
        const named =
          wanted.title === undefined ? document : await renamed(c, document, wanted.title, c.get('identity'))
        if (named instanceof Response) return named
        const [template] = await sharing.templatesAmong([named.id])
        return c.json({ ...whole(named, role), template: template !== undefined })
      },
    )
    .post(
      '/:id/copy',
      told('Makes a copy that is one’s own, without its grants.', {
        body: copy,
        status: 201,
        answer: examples.document,
        errors: ['quota-full', 'guests-full', 'no-room'],
      }),
      async (c) => {
        const wanted = await body(c, copy)
        if (wanted instanceof Response) return wanted
        const found = await permit(parts, c.get('who'), c.req.param('id'), 'view')
        if (found === null || found.document === null) return nothingHere(c)
        const source = found.document
        return withRoom(c, source.id, async () => {
          const from = copied(c, source, found.copying)
          if (from instanceof Response) return from
          const document = await makeFrom(c, from)
          if (document instanceof Response) return document
          const author = c.get('identity')
          await events.happened(doer(c), 'document.copied', document.id)
          const named =
            wanted.title === undefined
              ? await titles.current(document, true)
              : await renamed(c, document, wanted.title, author)
          return named instanceof Response ? named : c.json(whole(named, 'own'), 201)
        })
      },
    )
    .delete('/:id', told('Puts a document in the trash.'), async (c) => {
      const found = await permit(parts, c.get('who'), c.req.param('id'), 'view')
      if (found === null || found.document === null) return nothingHere(c)
      if (!covers(found.role, 'own'))
        return refuse(c, 'forbidden', 'Only the person who made this document can delete it.')
      const { id } = found.document
      await documents.trash(id)
      for (const room of roomsOf(id)) shard.dismiss(room, 'not-found')
      await search.unindex(id)
      await events.happened(doer(c), 'document.deleted', id)
      return c.body(null, 204)
    })
    .post(
      '/:id/restore',
      told('Takes a document out of the trash.', { answer: examples.document, errors: ['conflict'] }),
      async (c) => {
        const document = await mine(c)
        if (document === null) return nothingHere(c)
        if (!(await documents.restore(document.id)))
          return refuse(c, 'conflict', 'This document is not in the trash.')
        knocks.forget(document.id)
        await events.happened(doer(c), 'document.restored', document.id)
        const restored = { ...document, deleted: null }
        void titles.index(restored) // what is in the trash is in no index
        return c.json(whole(restored, 'own'))
      },
    )
    .post(
      '/:id/purge',
      told('Deletes for good what is in the trash.', { errors: ['conflict'] }),
      async (c) => {
        const document = await mine(c)
        if (document === null) return nothingHere(c)
        if (document.deleted === null) return refuse(c, 'conflict', 'This document is not in the trash.')
        if (roomsOf(document.id).some((room) => shard.isOpen(room)))
          return refuse(c, 'not-now', 'Somebody is just leaving it. Try again in a few seconds.')
        await documents.purge(document.id)
        await sharing.forget(document.id)
        await events.happened(doer(c), 'document.purged', document.id)
        return c.body(null, 204)
      },
    )
    .put('/:id/star', told('Stars a document, for oneself.'), async (c) =>
      shelve(c, (id) => sharing.star(c.get('identity'), id, true)),
    )
    .delete('/:id/star', told('Takes the star off.'), async (c) =>
      shelve(c, (id) => sharing.star(c.get('identity'), id, false)),
    )
    .put(
      '/:id/folder',
      told('Puts a document in a folder of one’s own; empty: in none.', { body: filing }),
      async (c) => {
        const wanted = await body(c, filing)
        if (wanted instanceof Response) return wanted
        return shelve(c, (id) => sharing.file(c.get('identity'), id, wanted.folder))
      },
    )

  async function shelve(c: Context<Asker>, keep: (id: string) => Promise<void>): Promise<Response> {
    const found = await permit(parts, c.get('who'), c.req.param('id') ?? '', 'view')
    if (found === null || found.document === null) return nothingHere(c)
    await keep(found.document.id)
    return c.body(null, 204)
  }
}

const filing = z.strictObject(
  {
    folder: z
      .string('a text is expected')
      .transform(line)
      .refine((text) => Array.from(text).length <= 64, 'at most 64 characters are possible'),
  },
  'an object with a folder is expected',
)

/** What a document begins with, and whose files go with it. */
type Beginning = { readonly content: Content } | { readonly copyOf: string }

const row = ({ id, title, created, edited }: Document) => ({ id, title, created, edited })
const whole = (document: Document, role: Role) => ({ ...row(document), role, epoch: document.epoch })
