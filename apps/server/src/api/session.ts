import type { Account } from '@quire/storage/accounts'
import type { Accounts, Mail as Mails, People } from '@quire/storage/store'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Policy } from '../access.ts'
import { networkOf } from '../address.ts'
import type { Events } from '../events.ts'
import type { Gate } from '../gate.ts'
import { isAccount, person, suggested } from '../identity.ts'
import type { Guests } from '../identity.ts'
import { signInLetter } from '../mail/letters.ts'
import type { Mail } from '../mail/mail.ts'
import type { Oidc, Subject } from '../oidc.ts'
import { hashPassword, isPassword } from '../passwords.ts'
import type { Sessions } from '../sessions.ts'
import type { Settings } from '../settings.ts'
import type { Standings } from '../standings.ts'
import { hashOf, mint } from '../tokens.ts'
import { sessionAge } from '../who.ts'
import { doer } from './asker.ts'
import type { Asker } from './asker.ts'
import { body, line } from './body.ts'
import { email } from './email.ts'
import { nothingHere, refuse, signedOut } from './errors.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

/** What people sign in with. */
export interface Parts {
  readonly accounts: Accounts
  readonly people: People
  readonly guests: Guests
  readonly sessions: Sessions
  readonly standings: Standings
  /** Null where there is no provider. */
  readonly oidc: Oidc | null
  readonly mails: Pick<Mails, 'addPass' | 'takePass'>
  /** Null where no mail goes out. */
  readonly mail: Mail | null
  /** Where people find this server. */
  readonly home: () => string
  readonly policy: Pick<Policy, 'creates'>
  readonly gate: Gate
  readonly events: Events
  readonly settings: Settings
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

const password = z
  .string('a text is expected')
  .min(8, 'at least 8 characters are needed')
  .max(256, 'at most 256 characters are possible')
const credentials = z.strictObject(
  { email, password: z.string('a text is expected').max(256, 'at most 256 characters are possible') },
  'an object with email and password is expected',
)
const registration = z.strictObject(
  {
    email,
    password,
    name: z
      .string('a text is expected')
      .transform(line)
      .refine((name) => Array.from(name).length <= 64, 'at most 64 characters are possible')
      .default(''),
  },
  'an object with email, password and name is expected',
)
const change = z.strictObject(
  { old: z.string('a text is expected').max(256), password },
  'an object with old and password is expected',
)

const mailing = z.strictObject({ email }, 'an object with an email is expected')
const showing = z.strictObject(
  { token: z.string('a text is expected').max(64) },
  'an object with a token is expected',
)
const passAge = 15 * 60_000

const visitCookie = 'quire_oidc'
const visitPath = '/api/session/oidc'

/** Signing in and out, with an address and password or at a provider, and where one is signed in. */
export const session = (parts: Parts): Hono<Asker> => {
  const { accounts, people, guests, sessions, oidc, policy, gate, events, settings, wall } = parts
  const { mail, mails, home, standings } = parts
  const { signIn, registration: registers } = settings
  const local = settings.access === 'documents' && signIn !== 'off'

  /** Signs in and sets the cookies. */
  const begin = async (c: Context<Asker>, account: Account): Promise<void> => {
    const guest = guests.read(c.req.header('cookie'))
    const agent = c.req.header('user-agent') ?? ''
    const cookies = await sessions.begin(account, c.get('who'), guest, agent)
    // instead of the guest's, which was set before it was known who this is
    c.res.headers.delete('set-cookie')
    for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
    await events.happened(doer(c, account.id), 'session.began', null)
  }

  const shown = async (account: Account) => ({
    ...(await person(people, account.id)),
    email: account.email.includes('@') ? account.email : null,
    verified: account.verified,
  })

  const throttled = (c: Context<Asker>, name: string): Response | null =>
    gate.signIn(c.get('address'), name)
      ? null
      : refuse(c, 'too-many', 'Too many passwords were tried. Try again in a minute.')

  const mine = async (c: Context<Asker>): Promise<Account | null> =>
    isAccount(c.get('identity')) ? accounts.read(c.get('identity')) : null

  const app = new Hono<Asker>().get(
    '/',
    told('Tells who is signed in, and how one can.', { answer: examples.session }),
    async (c) => {
      const { identity, claims } = c.get('who')
      const account = await mine(c)
      return c.json({
        access: settings.access,
        signIn: local ? signIn : 'off',
        passwords: local,
        registration: local && registers !== 'off',
        mail: local && mail !== null,
        provider: local && settings.oidc !== null ? settings.oidc.name : null,
        creates: policy.creates(identity, claims),
        frames: settings.frames,
        expires: claims?.expires ?? null,
        account: account === null ? null : await shown(account),
      })
    },
  )
  if (!local) return app

  app
    .post(
      '/',
      told('Signs in.', { body: credentials, answer: examples.account, errors: ['wrong-password'] }),
      async (c) => {
        const wanted = await body(c, credentials)
        if (wanted instanceof Response) return wanted
        const late = throttled(c, `account ${wanted.email}`)
        if (late !== null) return late
        const account = await accounts.byEmail(wanted.email)
        if (!(await isPassword(wanted.password, account?.password ?? null)) || account === null) {
          if (account !== null) await events.happened(doer(c, account.id), 'session.failed', null)
          return refuse(c, 'wrong-password', 'This address and password do not go together.')
        }
        await begin(c, account)
        return c.json(await shown(account))
      },
    )
    .post(
      '/register',
      told('Makes an account, and signs in.', {
        body: registration,
        status: 201,
        answer: examples.account,
        errors: ['conflict'],
      }),
      async (c) => {
        const wanted = await body(c, registration)
        if (wanted instanceof Response) return wanted
        if (registers === 'off')
          return refuse(c, 'forbidden', 'Accounts are not made here. Ask whoever runs this server.')
        const late = throttled(c, `account ${wanted.email}`)
        if (late !== null) return late
        const verified = registers === 'trusted'
        const hash = await hashPassword(wanted.password)
        const made = { id: `@${mint()}`, email: wanted.email, verified, password: hash, made: wall() }
        const account = await accounts.add(made)
        if (account === null)
          return refuse(c, 'conflict', 'There is an account with this address. Sign in instead.')
        if (wanted.name !== '') await people.write({ ...suggested(account.id), name: wanted.name })
        await events.happened(doer(c, account.id), 'account.made', null)
        await begin(c, account)
        return c.json(await shown(account), 201)
      },
    )
    .delete('/', told('Signs out.'), async (c) => {
      const { session: hash, identity } = c.get('who')
      c.res.headers.delete('set-cookie')
      c.header('set-cookie', sessions.ended, { append: true })
      if (hash !== null) {
        await sessions.end(hash, identity)
        await events.happened(doer(c), 'session.ended', null)
      }
      return c.body(null, 204)
    })
    .put(
      '/password',
      told('Changes the password; all other sessions end.', {
        body: change,
        errors: ['wrong-password'],
        by: 'session',
      }),
      async (c) => {
        const wanted = await body(c, change)
        if (wanted instanceof Response) return wanted
        const [account, { session: hash }] = [await mine(c), c.get('who')]
        if (account === null || hash === null) return signedOut(c)
        const late = throttled(c, `account ${account.email}`)
        if (late !== null) return late
        if (account.password !== null && !(await isPassword(wanted.old, account.password)))
          return refuse(c, 'wrong-password', 'This is not your password.')
        await accounts.setPassword(account.id, await hashPassword(wanted.password))
        await sessions.endOthers(hash, account.id)
        await events.happened(doer(c), 'account.password', null)
        return c.body(null, 204)
      },
    )
    .get(
      '/all',
      told('Lists where one is signed in.', { answer: examples.sessions, by: 'session' }),
      async (c) => {
        const { session: hash, identity } = c.get('who')
        if (hash === null) return signedOut(c)
        const list = await accounts.sessions(identity, wall() - sessionAge)
        return c.json({
          sessions: list.map(({ hash: id, made, seen, agent }) => ({
            id,
            made,
            seen,
            agent,
            current: id === hash,
          })),
        })
      },
    )
    .delete('/all/:id', told('Ends a session.', { by: 'session' }), async (c) => {
      const { identity, session: hash } = c.get('who')
      if (hash === null) return signedOut(c)
      const id = c.req.param('id')
      const list = await accounts.sessions(identity, 0)
      if (!list.some((one) => one.hash === id)) return nothingHere(c)
      await sessions.end(id, identity)
      await events.happened(doer(c), 'session.ended', null)
      return c.body(null, 204)
    })
  if (mail !== null)
    app
      .post(
        '/mail',
        told('Mails a link that signs in; the answer is the same whether there is an account or not.', {
          body: mailing,
          status: 202,
          answer: { sent: true },
        }),
        async (c) => {
          const wanted = await body(c, mailing)
          if (wanted instanceof Response) return wanted
          if (!gate.mail(networkOf(c.get('address')), `pass ${wanted.email}`))
            return refuse(
              c,
              'too-many',
              'Too many mails were asked for. Look for one that came, or try later.',
            )
          const known = await accounts.byEmail(wanted.email)
          const token = mint(32)
          await mails.addPass(hashOf(token), wanted.email, wall() + passAge, wall())
          if (known !== null || registers !== 'off') mail.hurry(signInLetter(wanted.email, home(), token))
          // the same whether there is such an account or not
          return c.json({ sent: true }, 202)
        },
      )
      .post(
        '/mail/accept',
        told('Takes the token of that link, once, and signs in.', {
          body: showing,
          answer: examples.account,
        }),
        async (c) => {
          const wanted = await body(c, showing)
          if (wanted instanceof Response) return wanted
          const hash = hashOf(wanted.token)
          const late = throttled(c, `pass ${hash}`)
          if (late !== null) return late
          const address = await mails.takePass(hash, wall())
          const account = address === null ? null : await accountAt(c, address)
          if (account === null)
            return refuse(c, 'forbidden', 'This link was used before, or has ended. Ask for another one.')
          await begin(c, account)
          return c.json(await shown(account))
        },
      )

  /** The account of whoever has shown that this address is theirs, made if need be; null where none is made. */
  const accountAt = async (c: Context<Asker>, address: string): Promise<Account | null> => {
    const known = await accounts.byEmail(address)
    if (known === null) {
      if (registers === 'off') return null
      const id = `@${mint()}`
      const made = { id, email: address, verified: true, password: null, made: wall() }
      // null: made at the same moment, by a password that shows nothing
      if ((await accounts.add(made)) === null) return accountAt(c, address)
      await people.write({ ...suggested(id), name: line(address.split('@')[0] ?? '').slice(0, 64) })
      await events.happened(doer(c, id), 'account.made', null)
      return accounts.read(id)
    }
    if (known.verified) return known
    // who made it with a password, and did not show that the address is theirs, is perhaps not who comes now
    if (c.get('identity') === known.id) await accounts.vouch(known.id)
    else await accounts.claim(known.id)
    await standings.changedFor(known.id)
    await events.happened(doer(c, known.id), 'account.verified', null)
    return accounts.read(known.id)
  }
  if (oidc === null) return app

  /** The account of whom the provider knows, made if need be. */
  const accountOf = async ({ issuer, subject, name, email: address }: Subject): Promise<Account> => {
    const known = await accounts.bySubject(issuer, subject)
    if (known !== null) return known
    const there = address === null ? null : await accounts.byEmail(address)
    if (there !== null) {
      // who made it with a password, and did not show that the address is theirs, is perhaps not who comes now
      if (!there.verified) {
        await accounts.claim(there.id)
        await standings.changedFor(there.id)
      }
      await accounts.bindSubject(issuer, subject, there.id)
      return there
    }
    const id = `@${mint()}`
    const made = { id, email: address ?? `${issuer}#${subject}`, verified: address !== null, password: null }
    const account = await accounts.add({ ...made, made: wall() })
    if (account === null) throw new Error('an account was made twice at the same moment')
    await accounts.bindSubject(issuer, subject, id)
    const called = line(name ?? address?.split('@')[0] ?? '')
    if (called !== '') await people.write({ ...suggested(id), name: called.slice(0, 64) })
    return account
  }

  const backTo = (c: Context<Asker>): string =>
    `${settings.publicUrl?.origin ?? new URL(c.req.url).origin}${visitPath}/callback`
  const visitOf = (value: string, seconds: number): string => {
    const secure = settings.publicUrl?.protocol === 'https:' ? '; Secure' : ''
    return `${visitCookie}=${value}; Path=${visitPath}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`
  }

  return app
    .get(
      '/oidc',
      told('Leads to the provider: a page to go to.', {
        query: { to: 'the path to come back to' },
        status: 302,
      }),
      async (c) => {
        const to = c.req.query('to') ?? '/'
        const { address, kept } = await oidc.leave(backTo(c), /^\/(?![/\\])/.test(to) ? to : '/')
        c.header('set-cookie', visitOf(kept, 600), { append: true })
        return c.redirect(address)
      },
    )
    .get('/oidc/callback', told('Where the provider leads back to.', { status: 302 }), async (c) => {
      const kept = /(?:^|; )quire_oidc=([\w.-]+)/.exec(c.req.header('cookie') ?? '')?.[1] ?? null
      const address = new URL(`${backTo(c)}${new URL(c.req.url).search}`)
      const entered = await oidc.enter(address, kept).catch(() => null)
      if (entered === null)
        return refuse(c, 'forbidden', 'The sign-in did not come to its end. Go back and try again.')
      await begin(c, await accountOf(entered.subject))
      c.header('set-cookie', visitOf('', 0), { append: true })
      return c.redirect(entered.to)
    })
}
