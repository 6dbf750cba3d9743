import { generals, givable } from '@quire/storage/sharing'
import type { Grant, RoleLink } from '@quire/storage/sharing'
import type { Accounts, Document, Documents, People, Sharing } from '@quire/storage/store'
import { covers } from '@quire/sync/role'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import { isDocumentId } from '../access.ts'
import type { Policy } from '../access.ts'
import { networkOf } from '../address.ts'
import type { Endings } from '../endings.ts'
import type { Events } from '../events.ts'
import type { Gate } from '../gate.ts'
import { isPerson, person, unnamed } from '../identity.ts'
import type { Knocks } from '../knocks.ts'
import { grantLetter, requestLetter } from '../mail/letters.ts'
import type { Mail } from '../mail/mail.ts'
import { hashPassword } from '../passwords.ts'
import type { Standings } from '../standings.ts'
import { hashOf, mint } from '../tokens.ts'
import { doer } from './asker.ts'
import type { Asker } from './asker.ts'
import { body, line } from './body.ts'
import { email } from './email.ts'
import { nothingHere, refuse, signedOut } from './errors.ts'
import { permit } from './permit.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

/** What sharing is done with. */
export interface Parts {
  readonly documents: Documents
  readonly sharing: Sharing
  readonly accounts: Accounts
  readonly people: People
  readonly policy: Policy
  readonly standings: Standings
  readonly endings: Pick<Endings, 'look'>
  readonly knocks: Knocks
  readonly gate: Gate
  readonly events: Events
  /** Null where no mail goes out. */
  readonly mail: Mail | null
  /** Where people find this server. */
  readonly home: () => string
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

const role = z.enum(givable, 'view, comment or edit is expected')
const opening = z.strictObject(
  {
    general: z.enum(generals, 'none, view, comment or edit is expected').optional(),
    copying: z.boolean('true or false is expected').optional(),
  },
  'an object with general and copying is expected',
)
const whom = {
  identity: z.string('a text is expected').refine(isPerson, 'this is nobody').optional(),
  email: email.optional(),
}
const isOne = (given: { identity?: string | undefined; email?: string | undefined }): boolean =>
  (given.identity === undefined) !== (given.email === undefined)
const giving = z
  .strictObject({ ...whom, role }, 'an object with a role and an identity or email is expected')
  .refine(isOne, 'an identity or an email is expected')
const handing = z
  .strictObject(whom, 'an object with an identity or email is expected')
  .refine(isOne, 'an identity or an email is expected')
const label = z
  .string('a text is expected')
  .transform(line)
  .refine((text) => Array.from(text).length <= 64, 'at most 64 characters are possible')
const linking = z.strictObject(
  {
    role,
    label: label.default(''),
    /** Milliseconds since 1970. */
    expires: z.int('a time in milliseconds is expected').positive().nullable().default(null),
    most: z.int('a whole number is expected').positive().max(1_000_000).nullable().default(null),
    password: z
      .string('a text is expected')
      .min(4, 'at least 4 characters are needed')
      .max(256)
      .nullable()
      .default(null),
  },
  'an object with role, label, expires, most and password is expected',
)
const asking = z.strictObject(
  {
    role: role.default('view'),
    message: z
      .string('a text is expected')
      .transform(line)
      .refine((text) => Array.from(text).length <= 500, 'at most 500 characters are possible')
      .default(''),
  },
  'an object with role and message is expected',
)
const answering = z.strictObject({ role: role.optional() }, 'an object with a role is expected')

/**
 * Who may do what in one document. Everyone who may see it may read what everyone may do; all else is its owner's.
 * What is changed here reaches those who have the document open before the answer does.
 */
export const sharing = (parts: Parts): Hono<Asker> => {
  const { documents, sharing, accounts, people, standings, knocks, gate, events, wall } = parts
  const { endings, mail, home } = parts

  /** The document if it is theirs; else the answer. */
  const owned = async (c: Context<Asker>): Promise<Document | Response> => {
    const found = await permit(parts, c.get('who'), c.req.param('id') ?? '', 'view')
    if (found === null || found.document === null) return nothingHere(c)
    return covers(found.role, 'own')
      ? found.document
      : refuse(c, 'forbidden', 'Only the owner of this document can do that.')
  }

  /** Something about the access to a document has changed. */
  const changed = async (id: string): Promise<void> => {
    knocks.forget(id)
    await standings.changed(id)
  }

  /** Whom an address or identity stands for: an account, a guest, or an address that nobody has shown to be theirs. */
  const whoIs = async (given: {
    identity?: string | undefined
    email?: string | undefined
  }): Promise<string> => {
    if (given.identity !== undefined) return given.identity
    const account = await accounts.byEmail(given.email ?? '')
    return account?.verified === true ? account.id : `mailto:${given.email ?? ''}`
  }

  const nameOf = async (who: string) => {
    if (who.startsWith('mailto:'))
      return { who, name: null, email: who.slice('mailto:'.length), pending: true }
    const account = await accounts.read(who)
    const { name, color } = await person(people, who)
    return { who, name, color, email: account?.email ?? null, pending: false }
  }

  const shownGrant = async ({ who, role, link, time }: Grant) => ({
    ...(await nameOf(who)),
    role,
    link,
    time,
  })

  /** The address that somebody has shown to be theirs, or that a role was given to; else null. */
  const addressOf = async (who: string): Promise<string | null> => {
    if (who.startsWith('mailto:')) return who.slice('mailto:'.length)
    const account = await accounts.read(who)
    return account?.verified === true && account.email.includes('@') ? account.email : null
  }

  /** Mails whom a document was shared with. Only those whose own address is known can have that sent to others. */
  const tellOfGrant = async (
    c: Context<Asker>,
    { id, title }: Document,
    who: string,
    role: (typeof givable)[number],
  ): Promise<void> => {
    const giver = c.get('identity')
    const [from, to] = [await addressOf(giver), await addressOf(who)]
    if (mail === null || from === null || to === null || !gate.mail(`of ${giver}`, `grant ${to}`)) return
    const { name } = await person(people, giver)
    const known = !who.startsWith('mailto:')
    await mail.send(grantLetter(to, home(), { document: id, title, name, role, known }))
  }

  /** Mails the owner that somebody asks to be let in. */
  const tellOfRequest = async (
    c: Context<Asker>,
    { id, title, owner }: Document,
    role: (typeof givable)[number],
    message: string,
  ): Promise<void> => {
    const to = await addressOf(owner)
    if (mail === null || to === null || !gate.mail(networkOf(c.get('address')), `request ${to}`)) return
    const { name } = await person(people, c.get('identity'))
    await mail.send(requestLetter(to, home(), { document: id, title, name, role, message }))
  }

  /** Gives a role to somebody, whether they asked for it or not; or the answer that says why not. */
  const give = async (
    c: Context<Asker>,
    document: Document,
    who: string,
    given: (typeof givable)[number],
  ): Promise<Response | null> => {
    const { id } = document
    const had = mail !== null && (await sharing.grants(id)).some((one) => one.who === who && one.link === '')
    if (!(await sharing.grant(id, who, given, c.get('identity'), wall())))
      return refuse(
        c,
        'conflict',
        'A document can be shared with 500 people by name. Share a link with more.',
      )
    await sharing.answered(id, who)
    await changed(id)
    await events.happened(doer(c), 'access.granted', id, `${given} to ${who}`)
    if (!had) await tellOfGrant(c, document, who, given)
    return null
  }

  return new Hono<Asker>()
    .get(
      '/:id/access',
      told('Tells what anyone with the address may do.', { answer: examples.access }),
      async (c) => {
        const found = await permit(parts, c.get('who'), c.req.param('id'), 'view')
        if (found === null || found.document === null) return nothingHere(c)
        const { id, owner } = found.document
        const { general, copying } = await sharing.standing(id, unnamed, wall())
        const { name } = await person(people, owner)
        return c.json({ general, copying, role: found.role, owner: { id: owner, name } })
      },
    )
    .patch(
      '/:id/access',
      told('Changes what anyone with the address may do.', {
        body: opening,
        answer: { general: 'none', copying: true },
      }),
      async (c) => {
        const wanted = await body(c, opening)
        if (wanted instanceof Response) return wanted
        const document = await owned(c)
        if (document instanceof Response) return document
        const { id } = document
        const now = await sharing.standing(id, unnamed, wall())
        const [general, copying] = [wanted.general ?? now.general, wanted.copying ?? now.copying]
        await sharing.open(id, general, copying)
        await changed(id)
        await events.happened(doer(c), 'access.changed', id, `${general}, copying ${copying ? 'yes' : 'no'}`)
        return c.json({ general, copying })
      },
    )

    .get(
      '/:id/grants',
      told('Lists who was given what.', { answer: examples.grants, errors: ['forbidden'] }),
      async (c) => {
        const document = await owned(c)
        if (document instanceof Response) return document
        return c.json({ grants: await Promise.all((await sharing.grants(document.id)).map(shownGrant)) })
      },
    )
    .post(
      '/:id/grants',
      told('Gives a role to somebody, by identity or e-mail address.', {
        body: giving,
        status: 201,
        answer: examples.grant,
        errors: ['conflict'],
      }),
      async (c) => {
        const wanted = await body(c, giving)
        if (wanted instanceof Response) return wanted
        const document = await owned(c)
        if (document instanceof Response) return document
        const who = await whoIs(wanted)
        if (who === document.owner) return refuse(c, 'conflict', 'The owner may do everything already.')
        const refusal = await give(c, document, who, wanted.role)
        if (refusal !== null) return refusal
        return c.json({ ...(await nameOf(who)), role: wanted.role }, 201)
      },
    )
    .delete('/:id/grants/:who', told('Takes all that somebody was given.'), async (c) => {
      const document = await owned(c)
      if (document instanceof Response) return document
      const { id } = document
      const who = c.req.param('who')
      if (!(await sharing.ungrant(id, who))) return nothingHere(c)
      await changed(id)
      await events.happened(doer(c), 'access.taken', id, `from ${who}`)
      return c.body(null, 204)
    })
    .post(
      '/:id/owner',
      told('Hands the document over.', { body: handing, errors: ['conflict'] }),
      async (c) => {
        const wanted = await body(c, handing)
        if (wanted instanceof Response) return wanted
        const document = await owned(c)
        if (document instanceof Response) return document
        const { id } = document
        const who = await whoIs(wanted)
        if (who.startsWith('mailto:'))
          return refuse(
            c,
            'conflict',
            'Nobody has signed in with this address yet. Only somebody who did can own it.',
          )
        if (who === document.owner) return refuse(c, 'conflict', 'This person owns it already.')
        await sharing.hand(id, document.owner, who, wall())
        await changed(id)
        await events.happened(doer(c), 'owner.changed', id, `to ${who}`)
        return c.body(null, 204)
      },
    )

    .get(
      '/:id/links',
      told('Lists the links that hold.', { answer: examples.links, errors: ['forbidden'] }),
      async (c) => {
        const document = await owned(c)
        if (document instanceof Response) return document
        return c.json({ links: (await sharing.links(document.id, wall())).map(shownLink) })
      },
    )
    .post(
      '/:id/links',
      told('Makes a link that gives a role. Its token is shown this once.', {
        body: linking,
        status: 201,
        answer: examples.newLink,
        errors: ['conflict'],
      }),
      async (c) => {
        const wanted = await body(c, linking)
        if (wanted instanceof Response) return wanted
        const document = await owned(c)
        if (document instanceof Response) return document
        const now = wall()
        if (wanted.expires !== null && wanted.expires <= now)
          return refuse(c, 'bad-request', 'expires: this time has passed.')
        const token = mint()
        const password = wanted.password === null ? null : await hashPassword(wanted.password)
        const { role, label, expires, most } = wanted
        const link = { id: mint(), document: document.id, label, role, giver: c.get('identity'), made: now }
        if (!(await sharing.addLink({ ...link, expires, most, password }, hashOf(token))))
          return refuse(c, 'conflict', 'A document can have 500 links. Revoke one first.')
        if (expires !== null) endings.look()
        await events.happened(doer(c), 'link.made', document.id, role)
        // the only time that anybody sees the token
        return c.json({ ...shownLink({ ...link, expires, most, password, uses: 0, used: null }), token }, 201)
      },
    )
    .delete('/:id/links/:link', told('Revokes a link, for those who use it too.'), async (c) => {
      const document = await owned(c)
      if (document instanceof Response) return document
      const { id } = document
      if (!(await sharing.revoke(id, c.req.param('link'), wall()))) return nothingHere(c)
      await changed(id)
      await events.happened(doer(c), 'link.revoked', id)
      return c.body(null, 204)
    })

    .post(
      '/:id/requests',
      told('Asks for access; the answer is the same whether there is such a document or not.', {
        body: asking,
        status: 202,
        answer: { asked: true },
      }),
      async (c) => {
        const wanted = await body(c, asking)
        if (wanted instanceof Response) return wanted
        const { identity } = c.get('who')
        if (identity === unnamed) return signedOut(c)
        if (!gate.signIn(c.get('address'), `request ${identity}`))
          return refuse(c, 'too-many', 'Too many requests. Try again in a minute.')
        const id = c.req.param('id')
        const document = isDocumentId(id) ? await documents.read(id) : null
        if (document !== null && document.deleted === null && document.owner !== identity) {
          const { role, message } = wanted
          const before = (await sharing.requests(id)).some((one) => one.identity === identity)
          await sharing.request({ document: id, identity, role, message, time: wall() })
          await events.happened(doer(c), 'access.requested', id, role)
          if (!before) await tellOfRequest(c, document, role, message)
        }
        // the same whether there is such a document or not
        return c.json({ asked: true }, 202)
      },
    )
    .get(
      '/:id/requests',
      told('Lists who asks for access.', { answer: examples.requests, errors: ['forbidden'] }),
      async (c) => {
        const document = await owned(c)
        if (document instanceof Response) return document
        const list = await sharing.requests(document.id)
        return c.json({
          requests: await Promise.all(
            list.map(async ({ identity, role, message, time }) => ({
              ...(await nameOf(identity)),
              role,
              message,
              time,
            })),
          ),
        })
      },
    )
    .post(
      '/:id/requests/:who',
      told('Gives what was asked for, or another role.', {
        body: answering,
        answer: examples.grant,
        errors: ['conflict'],
      }),
      async (c) => {
        const wanted = await body(c, answering)
        if (wanted instanceof Response) return wanted
        const document = await owned(c)
        if (document instanceof Response) return document
        const { id } = document
        const who = c.req.param('who')
        const request = (await sharing.requests(id)).find(({ identity }) => identity === who)
        if (request === undefined) return nothingHere(c)
        const given = wanted.role ?? request.role
        const refusal = await give(c, document, who, given)
        if (refusal !== null) return refusal
        return c.json({ ...(await nameOf(who)), role: given })
      },
    )
    .delete('/:id/requests/:who', told('Denies a request.'), async (c) => {
      const document = await owned(c)
      if (document instanceof Response) return document
      if (!(await sharing.answered(document.id, c.req.param('who')))) return nothingHere(c)
      await events.happened(doer(c), 'access.denied', document.id, c.req.param('who'))
      return c.body(null, 204)
    })

    .get(
      '/:id/visits',
      told('Lists who has opened the document, and when.', {
        answer: examples.visits,
        errors: ['forbidden'],
      }),
      async (c) => {
        const document = await owned(c)
        if (document instanceof Response) return document
        const visits = await sharing.visits(document.id)
        return c.json({
          visits: await Promise.all(
            visits.map(async ({ identity, time }) => ({ ...(await nameOf(identity)), time })),
          ),
        })
      },
    )
}

/** A link as its owner sees it: nothing that could be used in its place. */
const shownLink = ({ id, label, role, made, expires, most, password, uses, used }: RoleLink) => ({
  id,
  label,
  role,
  made,
  expires,
  most,
  password: password !== null,
  uses,
  used,
})
