import { fileURLToPath } from 'node:url'
import { openSqlite } from '@quire/storage/sqlite'
import type { Store } from '@quire/storage/store'
import { pino } from 'pino'
import { createLog } from './log.ts'
import { secretIn } from './secret.ts'
import { createServer } from './server.ts'
import { readSettings } from './settings.ts'
import type { Settings } from './settings.ts'
import { time } from './time.ts'
import { nodeProblem, version } from './version.ts'

// The only file that touches the process: its arguments, environment, signals, output and exit.

const codes = { usage: 64, failed: 1, settings: 78 } as const

/** Ends the process with one sentence. */
const end = (sentence: string, code: number): never => {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}

const policies = {
  documents: 'documents (whoever has the address of a document may edit it)',
  open: 'open (everyone may edit every room)',
} as const

const start = async (settings: Settings): Promise<void> => {
  process.stdout.on('error', () => {}) // whoever read the output is gone; that is no reason to stop
  // not `sync`, and bounded: a reader of the log that hangs neither blocks the server nor fills its memory
  const output = pino.destination({ dest: 1, sync: false, maxLength: 1024 * 1024 })
  const log = createLog(settings.logLevel, output)
  process.on('uncaughtExceptionMonitor', (error) => log.fatal({ err: error }, 'a bug ends the process'))

  const store: Store = await openSqlite(settings.data, {
    failed: (error) => log.error({ err: error }, 'the disk did not take a change; it is tried again'),
  })
  const server = await createServer({
    settings,
    secret: settings.secret ?? secretIn(settings.data),
    store,
    page: fileURLToPath(new URL('../../web/dist', import.meta.url)),
    clock: time,
    log,
  })
  await server.listen()
  process.stdout.write(
    [
      `Quire ${version} is at ${server.url}`,
      `Data folder: ${settings.data}`,
      `Access: ${policies[settings.access]}`,
      '',
    ].join('\n'),
  )
  log.info({ version, access: settings.access }, 'started')

  let stopping = false
  const leave = (code: number): never => {
    output.flushSync()
    process.exit(code)
  }
  const stop = (signal: string): void => {
    if (stopping) return // one Ctrl-C can arrive twice, from the terminal and from pnpm
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => {
      log.fatal('not everything could be stored in 25 s')
      leave(codes.failed)
    }, 25_000)
    server
      .close()
      .then(() => store.close())
      .then(
        () => {
          log.info('stopped')
          leave(0)
        },
        (error: unknown) => {
          log.fatal({ err: error }, 'not everything could be stored')
          leave(codes.failed)
        },
      )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** What went wrong before the server ran, as one sentence. */
const sentence = (error: unknown, { port, host }: Settings): string => {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') return `Port ${port} is in use.`
  if (code === 'EACCES') return `Port ${port} may not be used by this user.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST: this machine has no address ${host}.`
  return error.message
}

const old = nodeProblem(process.versions.node)
if (old !== null) end(old, codes.failed)
const given = process.argv.slice(2)
const command = given[0]?.startsWith('-') === false ? given.shift() : 'start'
if (command !== 'start') end(`There is no command ${command}; there is start.`, codes.usage)
const reading = readSettings(process.env, given)
if ('problem' in reading) end(reading.problem, codes.settings)
else {
  for (const warning of reading.warnings) process.stderr.write(`${warning}\n`)
  await start(reading.settings).catch((error: unknown) =>
    end(sentence(error, reading.settings), codes.failed),
  )
}
