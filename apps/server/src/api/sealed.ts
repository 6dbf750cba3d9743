import type { Blobs } from '@quire/storage/blobs'
import type { Documents, Store } from '@quire/storage/store'
import { Hono } from 'hono'
import { documentOf } from '../access.ts'
import { answer } from '../uploads/answer.ts'
import type { Seals } from '../uploads/seals.ts'
import type { Asker } from './asker.ts'
import { nothingHere } from './errors.ts'
import { fileBytes, told } from './told.ts'

/** What sealed files are handed out with. */
export interface Parts {
  readonly store: Pick<Store, 'files'>
  readonly blobs: Blobs
  readonly documents: Pick<Documents, 'read'>
  readonly seals: Seals
}

/** Files by addresses that open one each for ten minutes: for pages of an application, whose pictures send no token. */
export const sealed = ({ store, blobs, documents, seals }: Parts): Hono<Asker> =>
  new Hono<Asker>().get(
    '/:seal',
    told('Hands out the bytes of a file, to whoever has an address that opens it.', { answer: fileBytes }),
    async (c) => {
      const opened = seals.read(c.req.param('seal'))
      if (opened === null) return nothingHere(c)
      const { room, file: id } = opened
      const document = await documents.read(documentOf(room) ?? room)
      const file = document?.deleted == null ? await store.files.read(room, id) : null
      const found = file === null ? null : await answer(c, file, blobs)
      if (found === null) return nothingHere(c)
      found.headers.set('cross-origin-resource-policy', 'cross-origin') // the page is the application's
      found.headers.set('cache-control', 'private, max-age=600')
      return found
    },
  )
