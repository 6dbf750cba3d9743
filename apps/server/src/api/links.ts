import type { Documents, Sharing } from '@quire/storage/store'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Events } from '../events.ts'
import type { Gate } from '../gate.ts'
import { isAccount, isPerson } from '../identity.ts'
import type { Knocks } from '../knocks.ts'
import { isPassword } from '../passwords.ts'
import type { Settings } from '../settings.ts'
import type { Standings } from '../standings.ts'
import { hashOf } from '../tokens.ts'
import { doer } from './asker.ts'
import type { Asker } from './asker.ts'
import { body } from './body.ts'
import { nothingHere, refuse, signedOut } from './errors.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

/** What role links are exchanged with. */
export interface Parts {
  readonly documents: Documents
  readonly sharing: Sharing
  readonly standings: Standings
  readonly knocks: Knocks
  readonly gate: Gate
  readonly events: Events
  readonly settings: Pick<Settings, 'signIn'>
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

const exchange = z.strictObject(
  {
    token: z.string('a text is expected').max(64),
    password: z.string('a text is expected').max(256).optional(),
  },
  'an object with a token is expected',
)

/**
 * Role links: whoever shows the token has its role from then on, as long as the link holds. The token travels in the
 * body only, from the fragment of an address that no server ever sees.
 */
export const links = ({
  documents,
  sharing,
  standings,
  knocks,
  gate,
  events,
  settings,
  wall,
}: Parts): Hono<Asker> =>
  new Hono<Asker>().post(
    '/exchange',
    told('Takes the token of a link: whoever shows it has the role of the link.', {
      body: exchange,
      answer: { document: examples.document.id, role: 'view' },
      errors: ['not-found', 'password-needed', 'wrong-password'],
    }),
    async (c) => {
      const wanted = await body(c, exchange)
      if (wanted instanceof Response) return wanted
      const identity = c.get('identity')
      if (!isPerson(identity) || (settings.signIn === 'required' && !isAccount(identity))) return signedOut(c)
      const hash = hashOf(wanted.token)
      const link = await sharing.link(hash, wall())
      const document = link === null ? null : await documents.read(link.document)
      if (link === null || document === null || document.deleted !== null) return nothingHere(c)
      if (link.password !== null) {
        if (wanted.password === undefined)
          return refuse(c, 'password-needed', 'This link asks for a password.')
        if (!gate.signIn(c.get('address'), `link ${link.id}`))
          return refuse(c, 'too-many', 'Too many passwords were tried. Try again in a minute.')
        if (!(await isPassword(wanted.password, link.password)))
          return refuse(c, 'wrong-password', 'This is not the password of this link.')
      }
      const { id } = document
      if (document.owner !== identity && !(await sharing.useLink(hash, identity, wall())))
        return nothingHere(c)
      knocks.forget(id)
      await standings.changed(id)
      await events.happened(doer(c), 'link.used', id, link.role)
      return c.json({ document: id, role: link.role })
    },
  )
