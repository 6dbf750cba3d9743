import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { openBlobFolder } from '@quire/storage/blobfolder'
import type { Blobs } from '@quire/storage/blobs'
import { openSqlite } from '@quire/storage/sqlite'
import type { Logger } from 'pino'
import { shown } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { secretIn } from '../secret.ts'
import { createServer } from '../server.ts'
import type { Server } from '../server.ts'
import type { Settings } from '../settings.ts'
import { time } from '../time.ts'
import { version } from '../version.ts'

/** What the process lends to a server that runs in it. */
export interface Process {
  readonly log: Logger
  readonly metrics: Metrics
  readonly say: (line: string) => void
  /** Resident memory, in bytes. */
  readonly memory: () => number
  /** How many files may be open, or null when that is not known. */
  readonly files: number | null
  /** Called when the server cannot go on and should be stopped. */
  readonly stop: (why: string) => void
  /** Aborted when the server is to stop. A start that is not done yet then rejects with the signal's reason. */
  readonly signal: AbortSignal
}

/** A server that runs. */
export interface Running {
  /**
   * Stops it, waiting at most `patience` ms for what is not on disk yet. Resolves when everything is stored;
   * rejects with a sentence that says where the rest is when not.
   */
  stop(patience?: number): Promise<void>
}

const policies = {
  documents: 'documents (what whoever has the address of a document may do, its owner decides)',
  open: 'open (everyone may edit every room)',
  jwt: 'jwt (tokens of your application say who may do what)',
} as const

// the store, its threads, the log, and what is being read, besides connections
const ownFiles = 64
// after the rooms have waited: an orderly end needs no more, and a hanging disk gets none
const patience = 4000

/** Where the settings say that files are. Whoever has them in the data folder never loads what speaks to a bucket. */
const openBlobs = async ({ data, s3 }: Settings): Promise<Blobs> => {
  const folder = join(data, 'files')
  if (s3 === null) return openBlobFolder(folder)
  const { openS3 } = await import('@quire/storage/s3')
  return openS3(s3, folder)
}

/**
 * Opens the store and the port. Rejects with one sentence when that cannot be; the store is then closed, and the next
 * start finds it as this one did.
 */
export const start = async (settings: Settings, lent: Process): Promise<Running> => {
  const { log, metrics, say, memory, files, stop, signal } = lent
  const store = await openSqlite(settings.data, {
    patience,
    failed: (error) => {
      metrics.commitFailed()
      log.error({ err: error }, 'the disk did not take a change; it is tried again')
    },
    unfit: (room, position, why) => {
      metrics.quarantined()
      log.error({ room: shown(room), position, why }, 'an update can never be stored; it is in quarantine')
    },
    setAside: (reason) => metrics.setAside(reason),
    broken: (error) => stop(error.message),
    onFileLost: stop,
    found: (sentence) => log.warn(sentence),
  })
  let server: Server | null = null
  const serve = async (): Promise<Server> => {
    server = await createServer({
      settings,
      secret: settings.secret ?? secretIn(settings.data),
      store,
      blobs: await openBlobs(settings),
      page: fileURLToPath(new URL('../../../web/dist', import.meta.url)),
      clock: time,
      log,
      metrics,
      memory,
      ...(files === null ? {} : { maxConnections: Math.max(files - ownFiles, Math.ceil(files / 2)) }),
    })
    signal.throwIfAborted()
    await server.listen()
    signal.throwIfAborted()
    return server
  }
  let running: Server
  try {
    signal.throwIfAborted()
    running = await Promise.race([serve(), aborted(signal)]) // what it waits for may not answer
  } catch (error) {
    await closeServer(server).catch(() => {}) // what it waits for is not to be served
    await store.close({ unused: true }) // rejects when something could not be stored: that is what is to be told then
    throw error
  }
  say(`Quire ${version} is at ${running.url}`)
  say(`Data folder: ${settings.data}`)
  say(`Access: ${policies[settings.access]}`)
  log.info({ version, access: settings.access, workers: settings.workers, unclean: store.unclean }, 'started')
  return {
    stop: async (ms) => {
      try {
        await running.close(ms)
      } finally {
        await store.close()
      }
    },
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

const closeServer = async (server: Server | null): Promise<void> => void (await server?.close(0))
