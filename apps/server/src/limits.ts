import { z } from 'zod'
import { about, count, diskSize, memory, size } from './setting.ts'

const MiB = 1024 * 1024

/** The settings that bound what clients may do. Their table in the README stands by itself. */
export const limitSettings = {
  QUIRE_MAX_MESSAGE: size
    .default(20 * MiB)
    .meta(
      about(
        'The largest message a client may send. A stock client sends a whole document as one.',
        '50MiB',
        '20MiB',
      ),
    ),
  QUIRE_MAX_DOCUMENT: size
    .optional()
    .meta(
      about(
        'The largest document, encoded. What would make it larger is not taken.',
        '10MiB',
        'as `QUIRE_MAX_MESSAGE`',
      ),
    ),
  QUIRE_MAX_FILE: size
    .default(50 * MiB)
    .meta(about('The largest file that can be put into a document.', '200MiB', '50MiB')),
  QUIRE_MAX_FILES: size
    .default(1024 * MiB)
    .meta(
      about(
        'All files of one document together, those included that only its history still shows.',
        '500MiB',
        '1024MiB',
      ),
    ),
  QUIRE_QUOTA_GUEST: diskSize
    .default(200 * MiB)
    .meta(
      about(
        'What one guest may store in sum: files, and the documents that are theirs with text and history. The guests of one address may store ten times as much a day.',
        '1GiB',
        '200MiB',
      ),
    ),
  QUIRE_QUOTA_ACCOUNT: diskSize
    .default(5 * 1024 * MiB)
    .meta(about('What one account, or one user of your application, may store in sum.', '50GiB', '5GiB')),
  QUIRE_QUOTA_TOTAL: diskSize
    .optional()
    .meta(
      about(
        'What everybody together may store. What the disk has room for is kept by `QUIRE_RESERVE`.',
        '500GiB',
      ),
    ),
  QUIRE_RESERVE: diskSize
    .default(512 * MiB)
    .meta(
      about(
        'What is kept free on the disk of the data folder: when less is, only text in existing documents is stored.',
        '5GiB',
        '512MiB',
      ),
    ),
  QUIRE_MAX_BACKLOG: size
    .default(16 * MiB)
    .meta(
      about(
        'What may wait for the disk. Above it nothing more is read from those who write; above half of it documents are read-only.',
        '64MiB',
        '16MiB',
      ),
    ),
  QUIRE_MAX_MEMORY: memory
    .optional()
    .meta(
      about(
        'What the processes of the server may take of memory. When 85 % are taken, newcomers are sent away; when open documents take 40 %, no further large one is opened.',
        '2GiB',
        'what the machine or container has',
      ),
    ),
  QUIRE_MAX_PER_ADDRESS: count
    .default(512)
    .meta(about('Connections from one address (IPv6: one /64).', '2000', '512')),
  QUIRE_MAX_PER_PERSON: count
    .default(64)
    .meta(about('Connections of one person, in all their windows.', '100', '64')),
  QUIRE_MAX_PER_ROOM: count.default(256).meta(about('Connections to one document.', '1000', '256')),
  QUIRE_MAX_DELAY: count
    .default(200)
    .meta(
      about(
        'How late the server may be for its own work, in ms; when it is later for three seconds, newcomers are sent away.',
        '500',
        '200',
      ),
    ),
  QUIRE_RATE_MESSAGES: count
    .default(60)
    .meta(about('Messages a second from one connection. Three times as many may come at once.', '200', '60')),
  QUIRE_RATE_PRESENCE: count
    .default(400)
    .meta(
      about(
        'Presence messages a second from one connection, twice as many at once: stock clients send back what they hear of others.',
        '1000',
        '400',
      ),
    ),
  QUIRE_RATE_BYTES: size
    .default(256 * 1024)
    .meta(
      about('Bytes a second from one connection. One largest message may come at once.', '1MiB', '256KiB'),
    ),
  QUIRE_RATE_UPLOAD: size
    .default(8 * MiB)
    .meta(
      about(
        'Bytes of files a second from one person, four times as many from one address. Eight times as many may come at once.',
        '50MiB',
        '8MiB',
      ),
    ),
  QUIRE_RATE_HANDSHAKES: count
    .default(100)
    .meta(
      about(
        'New connections a second from one address, ten times as many at once. Those with a cookie of this server are not counted.',
        '500',
        '100',
      ),
    ),
  QUIRE_RATE_MISSES: count
    .default(30)
    .meta(about('Addresses of documents that are not there, a minute, from one address.', '100', '30')),
  QUIRE_RATE_ROOMS: count
    .default(200)
    .meta(about('New rooms an hour from one address under `QUIRE_ACCESS=open`.', '5000', '200')),
  QUIRE_RATE_SIGN_IN: count
    .default(10)
    .meta(about('Passwords tried a minute from one address, and for one account or link.', '30', '10')),
  QUIRE_RATE_API: count
    .default(50)
    .meta(about('Requests to the API a second from one address, ten times as many at once.', '200', '50')),
} as const

/** What clients may do at most. Sizes are bytes; a rate or count that was lifted is infinite. */
export interface Limits {
  readonly message: number
  readonly document: number
  readonly backlog: number
  /** Of all processes together; null for what the machine or its container has. */
  readonly memory: number | null
  /** One file, and all files of a document. */
  readonly file: number
  readonly files: number
  /** Quotas of a guest, of an account and of everybody, and the reserve of free disk space. */
  readonly guestQuota: number
  readonly accountQuota: number
  readonly totalQuota: number
  readonly reserve: number
  /** How many times what one guest may store the guests of an address may store in a day. */
  readonly guestsPerAddress: number
  readonly perAddress: number
  readonly perPerson: number
  readonly perRoom: number
  /** Of the event loop, in ms. */
  readonly delay: number
  /** A second, from one socket. */
  readonly messages: number
  readonly presence: number
  readonly bytes: number
  /** Bytes of files a second, from one person. */
  readonly uploads: number
  /** From one address: a second, a minute, an hour. */
  readonly handshakes: number
  readonly misses: number
  readonly rooms: number
  /** Passwords tried a minute. */
  readonly signIns: number
  /** Requests to the API a second. */
  readonly requests: number
}

const schema = z.object(limitSettings)

/** The limits that these settings make. When they are `lifted`, sizes stay. */
export const limitsOf = (given: z.infer<typeof schema>, lifted: boolean): Limits => {
  const unless = (limit: number): number => (lifted ? Number.POSITIVE_INFINITY : limit)
  return {
    message: given.QUIRE_MAX_MESSAGE,
    document: given.QUIRE_MAX_DOCUMENT ?? given.QUIRE_MAX_MESSAGE,
    backlog: given.QUIRE_MAX_BACKLOG,
    memory: given.QUIRE_MAX_MEMORY ?? null,
    file: given.QUIRE_MAX_FILE,
    files: given.QUIRE_MAX_FILES,
    guestQuota: given.QUIRE_QUOTA_GUEST,
    accountQuota: given.QUIRE_QUOTA_ACCOUNT,
    totalQuota: given.QUIRE_QUOTA_TOTAL ?? Number.POSITIVE_INFINITY,
    reserve: given.QUIRE_RESERVE,
    guestsPerAddress: unless(10),
    perAddress: unless(given.QUIRE_MAX_PER_ADDRESS),
    perPerson: unless(given.QUIRE_MAX_PER_PERSON),
    perRoom: unless(given.QUIRE_MAX_PER_ROOM),
    delay: unless(given.QUIRE_MAX_DELAY),
    messages: unless(given.QUIRE_RATE_MESSAGES),
    presence: unless(given.QUIRE_RATE_PRESENCE),
    bytes: unless(given.QUIRE_RATE_BYTES),
    uploads: unless(given.QUIRE_RATE_UPLOAD),
    handshakes: unless(given.QUIRE_RATE_HANDSHAKES),
    misses: unless(given.QUIRE_RATE_MISSES),
    rooms: unless(given.QUIRE_RATE_ROOMS),
    signIns: unless(given.QUIRE_RATE_SIGN_IN),
    requests: unless(given.QUIRE_RATE_API),
  }
}
