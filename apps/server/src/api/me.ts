import type { People } from '@quire/storage/store'
import { Hono } from 'hono'
import { z } from 'zod'
import { person } from '../identity.ts'
import type { Shard } from '../shard.ts'
import type { Asker } from './asker.ts'
import { body, line } from './body.ts'
import * as examples from './examples.ts'
import { told } from './told.ts'

const longest = 64

const change = z.strictObject(
  {
    name: z
      .string('a text is expected')
      .transform(line)
      .refine((name) => name !== '', 'there is nothing to see in this name')
      .refine((name) => Array.from(name).length <= longest, `at most ${longest} characters are possible`)
      .optional(),
    color: z
      .int('a whole number from 0 to 11 is expected')
      .min(0, 'a whole number from 0 to 11 is expected')
      .max(11, 'a whole number from 0 to 11 is expected')
      .optional(),
  },
  'an object with name and color is expected',
)

/** Who you are to others: read it, change it. A new name is seen at once in every room you are in. */
export const me = (people: People, shard: Pick<Shard, 'rename'>): Hono<Asker> =>
  new Hono<Asker>()
    .get('/', told('Tells who one is to others.', { answer: examples.me }), async (c) => {
      const { identity, name } = c.get('who')
      const found = await person(people, identity)
      return c.json(name === null ? found : { ...found, name })
    })
    .patch('/', told('Changes one’s name and colour.', { body: change, answer: examples.me }), async (c) => {
      const wanted = await body(c, change)
      if (wanted instanceof Response) return wanted
      const before = await person(people, c.get('identity'))
      const now = { id: before.id, name: wanted.name ?? before.name, color: wanted.color ?? before.color }
      await people.write(now)
      if (now.name !== before.name) shard.rename(now.id, now.name)
      return c.json(now)
    })
