import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { ReadableStream } from 'node:stream/web'
import type { Blobs } from '@quire/storage/blobs'
import type { StoredFile } from '@quire/storage/files'
import type { Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import { covers } from '@quire/sync/role'
import type { Role } from '@quire/sync/role'
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import { z } from 'zod'
import { siblings } from '../access.ts'
import { networkOf } from '../address.ts'
import type { Policy } from '../access.ts'
import type { QuotaReason, Quotas, Reservation } from '../limits/quotas.ts'
import type { UploadRate } from '../limits/upload-rate.ts'
import type { Barrier, Metrics } from '../metrics.ts'
import { answer } from '../uploads/answer.ts'
import type { Locks } from '../uploads/locks.ts'
import type { Patience } from '../uploads/patience.ts'
import { isFull, receive } from '../uploads/receive.ts'
import type { Received } from '../uploads/receive.ts'
import type { Seals } from '../uploads/seals.ts'
import { sniff } from '../uploads/sniff.ts'
import { Turns } from '../uploads/turns.ts'
import { storer } from './asker.ts'
import type { Asker } from './asker.ts'
import { body, line } from './body.ts'
import { nothingHere, quotaSentences, refuse } from './errors.ts'
import type { ApiError } from './errors.ts'
import * as examples from './examples.ts'
import { fileBytes, told } from './told.ts'

/** What files are kept with. */
export interface Parts {
  readonly store: Pick<Store, 'files'>
  readonly blobs: Blobs
  readonly policy: Policy
  readonly locks: Locks
  readonly quotas: Quotas
  readonly uploadRate: UploadRate
  readonly patience: Patience
  /** Of one file, and of all files of a document. */
  readonly limits: { readonly file: number; readonly files: number }
  /** How long a file stays that nothing mentions, in ms. */
  readonly grace: number
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly metrics: Pick<Metrics, 'fileCame' | 'fileBarred'>
  readonly log: Logger
  /** Where files may be opened by addresses of their own; else null. */
  readonly seals: Seals | null
}

type Call = Context<Asker>

const copying = z.strictObject(
  {
    from: z.strictObject(
      { document: z.string('a text is expected'), file: z.string('a text is expected') },
      'an object with document and file is expected',
    ),
  },
  'an object with from is expected',
)

// a page sends three at a time
const [atOnce, atOnceToOne, atOnceFromOne] = [8, 32, 64]
/** A file of which nobody said how large it is has room reserved for it in steps of so many bytes. */
const step = 1024 * 1024
const longest = 200

const refusals = ({ file, files }: Parts['limits']): Record<Barrier, readonly [ApiError, string]> => ({
  'too-large': ['too-large', `A file is at most ${inWords(file)}.`],
  'files-full': ['files-full', `The files of one document are at most ${inWords(files)}.`],
  'quota-full': ['quota-full', quotaSentences['quota-full']],
  'guests-full': ['guests-full', quotaSentences['guests-full']],
  'too-many': ['too-many', 'Too many files at once. Try again when some have arrived.'],
  stalled: ['bad-request', 'Nothing came for half a minute. Try again.'],
  gone: ['bad-request', 'The file did not arrive whole. Try again.'],
  'no-room': ['no-room', quotaSentences['no-room']],
})

/** Files of documents: brought, copied from another document, listed, and handed out to who may see the document. */
export const files = (parts: Parts): Hono<Asker> => {
  const {
    store,
    blobs,
    policy,
    locks,
    patience,
    limits,
    grace,
    clock,
    now,
    metrics,
    log,
    quotas,
    uploadRate,
  } = parts
  const [people, rooms, addresses] = [new Turns(atOnce), new Turns(atOnceToOne), new Turns(atOnceFromOne)]

  /** What whoever asks may do in a room that can have files, or null. */
  const accessTo = async (c: Call, room: string): Promise<{ role: Role; copying: boolean } | null> => {
    if (!policy.names(room) || siblings.some((sibling) => room.endsWith(`/${sibling}`))) return null
    const { identity, claims } = c.get('who')
    const access = await policy.access(identity, room, claims)
    return 'refusal' in access ? null : access
  }

  /** The answer to who may not add a file to this room, or null for who may. */
  const barred = async (c: Call, room: string): Promise<Response | null> => {
    const access = await accessTo(c, room)
    if (access === null) return nothingHere(c)
    return covers(access.role, 'edit')
      ? null
      : refuse(c, 'forbidden', 'You may not add files to this document.')
  }

  /** Counts and tells why a file was not taken. */
  const bar = (c: Call, reason: Barrier): Response => {
    metrics.fileBarred(reason)
    const [error, sentence] = refusals(limits)[reason]
    return refuse(c, error, sentence)
  }

  /** Keeps what has arrived. The draft is gone afterwards. */
  const keep = async (c: Call, room: string, received: Received, held: Reservation): Promise<Response> => {
    const { draft, hash, size, head } = received
    const file: StoredFile = {
      room,
      id: randomBytes(16).toString('base64url'),
      hash,
      size,
      name: nameIn(c.req.header('x-file-name')),
      ...sniff(head),
      author: c.get('identity'),
      created: now(),
    }
    try {
      // who sweeps asks whether anybody has these bytes: not between their coming and the note of whose they are
      const noted = await locks.hold(hash, async () => {
        await blobs.keep(hash, draft)
        if (await store.files.add(file, now() + grace, limits.files)) return true
        // or they would lie there until they are swept, and count for nobody
        if (!(await store.files.has(hash))) await blobs.remove(hash)
        return false
      })
      if (!noted) return bar(c, 'files-full')
      held.stored(size)
      metrics.fileCame(size)
      return c.json(shown(file), 201)
    } catch (error) {
      if (isFull(error)) return bar(c, 'no-room')
      throw error
    } finally {
      await rm(draft, { force: true })
    }
  }

  const bring = async (c: Call, room: string): Promise<Response> => {
    const told = Number(c.req.header('content-length') ?? 0)
    if (told > limits.file) return bar(c, 'too-large')
    if ((await store.files.used(room)) + told > limits.files) return bar(c, 'files-full')
    const held = await quotas.reserve(storer(c), told)
    if (typeof held === 'string') return bar(c, held)
    const socket = c.env?.incoming?.socket
    const impatient = socket === undefined ? () => {} : patience.spare(socket)
    try {
      // no body at all is a file without a byte
      const stream = c.req.raw.body ?? new Blob([]).stream()
      const [identity, address] = [c.get('identity'), c.get('address')]
      let [came, reserved] = [0, told]
      const admit = async (bytes: number): Promise<QuotaReason | null> => {
        came += bytes
        const more = came <= reserved ? 0 : Math.max(step, came - reserved)
        const reason = more === 0 ? null : await held.grow(more)
        if (reason !== null) return reason
        reserved += more
        await uploadRate.take(identity, address, bytes)
        return null
      }
      const received = await receive(
        stream as ReadableStream<Uint8Array>,
        blobs.drafts,
        limits.file,
        clock,
        admit,
      )
      if (typeof received === 'string') return bar(c, received)
      return await keep(c, room, received, held)
    } finally {
      held.release()
      impatient()
    }
  }

  const copy = async (c: Call, room: string): Promise<Response> => {
    const wanted = await body(c, copying)
    if (wanted instanceof Response) return wanted
    const { document, file: id } = wanted.from
    const source = await accessTo(c, document)
    const file = source?.copying === true ? await store.files.read(document, id) : null
    if (file === null) return nothingHere(c)
    const copied = { ...file, room, author: c.get('identity'), created: now() }
    const held = await quotas.reserve(storer(c), file.size)
    if (typeof held === 'string') return bar(c, held)
    try {
      const noted = await locks.hold(file.hash, () => store.files.add(copied, now() + grace, limits.files))
      if (!noted) return bar(c, 'files-full')
      held.stored(file.size)
      return c.json(shown(copied), 201)
    } finally {
      held.release()
    }
  }

  const app = new Hono<Asker>()
  const { seals } = parts
  if (seals !== null)
    app.post(
      '/:id/files/:file/address',
      told('Makes an address that opens a file for ten minutes, whoever has it.', {
        status: 201,
        answer: examples.address,
      }),
      async (c) => {
        const room = c.req.param('id')
        const file =
          (await accessTo(c, room)) === null ? null : await store.files.read(room, c.req.param('file'))
        if (file === null) return nothingHere(c)
        const { seal, until } = seals.make({ room, file: file.id })
        return c.json({ address: `/api/files/${seal}`, until }, 201)
      },
    )
  return app
    .get('/:id/files', told('Lists the files of a document.', { answer: examples.files }), async (c) => {
      const room = c.req.param('id')
      if ((await accessTo(c, room)) === null) return nothingHere(c)
      const list = await store.files.of(room)
      const used = list.reduce((sum, { size }) => sum + size, 0)
      return c.json({ files: list.map(shown), used, most: limits.files, largest: limits.file })
    })
    .post(
      '/:id/files',
      told(
        'Adds a file: its bytes with the header X-File-Name, or JSON that names a file of another document.',
        {
          takesBytes: true,
          body: copying,
          status: 201,
          answer: examples.newFile,
          errors: ['files-full', 'quota-full', 'guests-full', 'no-room'],
        },
      ),
      async (c) => {
        const room = c.req.param('id')
        const identity = c.get('identity')
        const stopped = await barred(c, room)
        if (stopped !== null) return stopped
        // whoever copies sends JSON; a file that is JSON comes with its name
        if (c.req.header('x-file-name') === undefined) return copy(c, room)
        const turns = [people.take(identity), rooms.take(room), addresses.take(networkOf(c.get('address')))]
        try {
          return turns.includes(null) ? bar(c, 'too-many') : await bring(c, room)
        } finally {
          for (const giveBack of turns) giveBack?.()
        }
      },
    )
    .get('/:id/files/:file', told('Hands out the bytes of a file.', { answer: fileBytes }), async (c) => {
      const room = c.req.param('id')
      if ((await accessTo(c, room)) === null) return nothingHere(c)
      const file = await store.files.read(room, c.req.param('file'))
      if (file === null) return nothingHere(c)
      const found = await answer(c, file, blobs)
      if (found !== null) return found
      log.error({ hash: file.hash }, 'the bytes of a file are missing')
      return nothingHere(c)
    })
}

/** A file as the API tells of it. */
const shown = ({ id, name, mime, size, width, height }: StoredFile) => ({
  id,
  name,
  mime,
  size,
  width,
  height,
})

/** The name that came with a file, as one line without any folder. */
const nameIn = (header: string | undefined): string => {
  let name = header ?? ''
  try {
    name = decodeURIComponent(name)
  } catch {
    // it is not percent-encoded: taken as it is
  }
  const last = line(name).split(/[/\\]/).at(-1)?.trim() ?? ''
  const letters = Array.from(last)
  if (letters.length <= longest) return last === '' || /^\.+$/.test(last) ? 'file' : last
  const ending = /\.\w{1,10}$/.exec(last)?.[0] ?? '' // what the name ends with says what to open it with
  return letters.slice(0, longest - ending.length).join('') + ending
}

const inWords = (bytes: number): string =>
  bytes >= 1024 * 1024 ? `${Math.floor(bytes / (1024 * 1024))} MB` : `${Math.floor(bytes / 1024)} kB`
