import { isIP } from 'node:net'
import type { Hook } from '@quire/storage/records'
import type { Records } from '@quire/storage/store'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import { hookEvents } from '../events.ts'
import type { Events } from '../events.ts'
import { isPerson } from '../identity.ts'
import { isInner } from '../outward.ts'
import type { Settings } from '../settings.ts'
import { mint } from '../tokens.ts'
import { doer } from './asker.ts'
import type { Asker } from './asker.ts'
import { body } from './body.ts'
import { nothingHere, refuse, signedOut } from './errors.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

/** What hooks are kept with. */
export interface Parts {
  readonly records: Records
  readonly events: Events
  readonly settings: Pick<Settings, 'privateHooks'>
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

const wanted = z.strictObject(
  {
    url: z
      .string('a text is expected')
      .max(2000)
      .refine(
        (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
        'this is no http or https address',
      )
      .refine((text) => new URL(text).username === '', 'a name and password do not belong into an address'),
    events: z
      .array(z.enum(hookEvents, `one of ${hookEvents.join(', ')} is expected`))
      .min(1)
      .default([...hookEvents]),
  },
  'an object with url and events is expected',
)

/** Addresses that are told, signed, of what happens to one's documents. */
export const hooks = ({ records, events, settings, wall }: Parts): Hono<Asker> => {
  const mine = async (c: Context<Asker>): Promise<Hook | null> => {
    const hook = await records.hook(c.req.param('id') ?? '')
    return hook?.owner === c.get('identity') ? hook : null
  }
  return new Hono<Asker>()
    .get('/', told('Lists the addresses that are told of changes.', { answer: examples.hooks }), async (c) =>
      c.json({ hooks: (await records.hooks(c.get('identity'))).map(shown) }),
    )
    .post(
      '/',
      told('Adds an address. Its secret is shown this once.', {
        body: wanted,
        status: 201,
        answer: examples.newHook,
        errors: ['conflict'],
      }),
      async (c) => {
        const read = await body(c, wanted)
        if (read instanceof Response) return read
        const owner = c.get('identity')
        if (!isPerson(owner)) return signedOut(c)
        const host = new URL(read.url).hostname.replace(/^\[|\]$/g, '')
        if (!settings.privateHooks && (host === 'localhost' || (isIP(host) !== 0 && isInner(host))))
          return refuse(c, 'bad-request', 'url: this is an address of a private network.')
        if ((await records.hooks(owner)).length >= 20) return refuse(c, 'conflict', 'There can be 20 hooks.')
        const hook = { id: mint(), owner, url: read.url, secret: mint(32), events: read.events, made: wall() }
        await records.addHook(hook)
        await events.happened(doer(c), 'hook.made', null)
        // the only time that the secret is shown
        return c.json({ ...shown(hook), secret: hook.secret }, 201)
      },
    )
    .get(
      '/:id/deliveries',
      told('Lists what an address was told, and what became of it.', { answer: examples.deliveries }),
      async (c) => {
        const hook = await mine(c)
        if (hook === null) return nothingHere(c)
        const list = await records.deliveries(hook.id)
        return c.json({
          deliveries: list.map(({ id, event, made, tries, due, status }) => ({
            id,
            event,
            made,
            tries,
            due,
            status,
          })),
        })
      },
    )
    .delete('/:id', told('Drops an address.'), async (c) => {
      if (!(await records.dropHook(c.get('identity'), c.req.param('id')))) return nothingHere(c)
      await events.happened(doer(c), 'hook.dropped', null)
      return c.body(null, 204)
    })
}

const shown = ({ id, url, events, made }: Hook) => ({ id, url, events, made })
