import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import { subjectOf } from '../identity.ts'
import type { Settings } from '../settings.ts'
import type { Standings } from '../standings.ts'
import { tokenCookie } from '../who.ts'
import type { Whoever } from '../who.ts'
import type { Asker } from './asker.ts'
import { body } from './body.ts'
import { refuse, signedOut } from './errors.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

/** What tokens are taken with. */
export interface Parts {
  readonly whoever: Whoever
  readonly standings: Standings
  readonly settings: Pick<Settings, 'publicUrl'>
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

const wanted = z.strictObject(
  {
    token: z.string('a text is expected').max(4096),
    to: z
      .string('a text is expected')
      .regex(/^\/(?![/\\])/, 'a path is expected')
      .optional(),
  },
  'an object with a token is expected',
)

/**
 * Takes a token of an embedding application: the page in its frame keeps it as a cookie that scripts do not see, and
 * whoever is connected by an older one goes on by this. A form is sent on to the page at `to`, JSON is answered.
 */
export const token = ({ whoever, standings, settings, wall }: Parts): Hono<Asker> => {
  const cookie = (value: string, seconds: number): string => {
    // in a frame of another site only such a cookie comes back, and only within frames of that site
    const where =
      settings.publicUrl?.protocol === 'https:' ? 'SameSite=None; Secure; Partitioned' : 'SameSite=Lax'
    return `${tokenCookie}=${value}; Path=/; Max-Age=${Math.floor(seconds)}; HttpOnly; ${where}`
  }
  const given = async (c: Context<Asker>): Promise<z.infer<typeof wanted> | Response> => {
    const type = c.req.header('content-type') ?? ''
    if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(type)) return body(c, wanted)
    if (Number(c.req.header('content-length') ?? Number.POSITIVE_INFINITY) > 16_384)
      return refuse(c, 'too-large', 'The request is larger than 16 kB. Send less at once.')
    const read = wanted.safeParse(await c.req.parseBody())
    if (read.success) return read.data
    return refuse(c, 'bad-request', 'A form with a token, and the path of a page as `to`, is expected.')
  }
  return new Hono<Asker>()
    .post(
      '/',
      told('Takes a token of the application that embeds this server.', {
        body: wanted,
        answer: { sub: 'ada', expires: examples.document.edited },
      }),
      async (c) => {
        const read = await given(c)
        if (read instanceof Response) return read
        const { claims } = (await whoever.of({ cookie: undefined, bearer: read.token })) ?? { claims: null }
        if (claims === null) return signedOut(c)
        await standings.renew(subjectOf(claims.sub), claims)
        c.header('set-cookie', cookie(read.token, (claims.expires - wall()) / 1000), { append: true })
        if (read.to !== undefined) return c.redirect(read.to, 303)
        return c.json({ sub: claims.sub, expires: claims.expires })
      },
    )
    .delete('/', told('Forgets that token in this browser.'), (c) => {
      c.header('set-cookie', cookie('', 0), { append: true })
      return c.body(null, 204)
    })
}
