import type { Accounts } from '@quire/storage/store'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Events } from '../events.ts'
import { isPerson } from '../identity.ts'
import type { Standings } from '../standings.ts'
import { hashOf, mint } from '../tokens.ts'
import { keyPrefix } from '../who.ts'
import { doer } from './asker.ts'
import type { Asker } from './asker.ts'
import { body, line } from './body.ts'
import { bearerIn } from '../upgrade.ts'
import { nothingHere, refuse, signedOut } from './errors.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

/** What keys are kept with. */
export interface Parts {
  readonly accounts: Accounts
  readonly events: Events
  readonly standings: Standings
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

const wanted = z.strictObject(
  {
    label: z.string('a text is expected').transform(line).pipe(z.string().max(64)).default(''),
    scope: z.enum(['read', 'write'], 'read or write is expected').default('read'),
  },
  'an object with label and scope is expected',
)

/** Keys for programs that act for somebody: to read what they may read, or to do all that they may. */
export const keys = ({ accounts, events, standings, wall }: Parts): Hono<Asker> => {
  const app = new Hono<Asker>()
  app.use((c, next) =>
    // a key that leaks must not make more of its kind
    isPerson(c.get('identity')) && bearerIn(c.req.header('authorization')) === null
      ? next()
      : Promise.resolve(signedOut(c)),
  )
  return app
    .get('/', told('Lists one’s keys.', { answer: examples.keys, by: 'session' }), async (c) => {
      const list = await accounts.keys(c.get('identity'))
      return c.json({
        keys: list.map(({ id, label, scopes, made, used }) => ({ id, label, scope: scopes, made, used })),
      })
    })
    .post(
      '/',
      told('Makes a key for programs. It is shown this once.', {
        body: wanted,
        status: 201,
        answer: examples.key,
        errors: ['conflict'],
        by: 'session',
      }),
      async (c) => {
        const read = await body(c, wanted)
        if (read instanceof Response) return read
        const identity = c.get('identity')
        if ((await accounts.keys(identity)).length >= 50)
          return refuse(c, 'conflict', 'There can be 50 keys.')
        const { label, scope } = read
        const key = `${keyPrefix}${mint(32)}`
        const id = mint()
        await accounts.addKey({ id, identity, label, scopes: scope, made: wall() }, hashOf(key))
        await events.happened(doer(c), 'key.made', null, scope)
        // the only time that the key is shown
        return c.json({ id, label, scope, key }, 201)
      },
    )
    .delete('/:id', told('Drops a key, and the connections made with it.', { by: 'session' }), async (c) => {
      const identity = c.get('identity')
      if (!(await accounts.dropKey(identity, c.req.param('id')))) return nothingHere(c)
      await standings.changedFor(identity)
      await events.happened(doer(c), 'key.dropped', null)
      return c.body(null, 204)
    })
}
