import { flushCompileCache } from 'node:module'
import { backup } from '@quire/storage/backup'
import { backupFiles, besideBackup } from '@quire/storage/backupfiles'
import { DataFileError } from '@quire/storage/data-file-error'
import { doctor, mend } from './commands/doctor.ts'
import { restore } from './commands/restore.ts'
import { start } from './commands/start.ts'
import { createLog, openOutput } from './log.ts'
import { Metrics } from './metrics.ts'
import { watchStartScript } from './runtime/start-script-watch.ts'
import { readSettings } from './settings.ts'
import type { Settings } from './settings.ts'
import { nodeProblem } from './version.ts'

// The only file that touches the process: its arguments, environment, signals, output and exit.

/** With `settings` a supervisor does not start the program again before somebody has looked (EX_CONFIG of sysexits.h). */
const codes = { usage: 64, failed: 1, settings: 78 } as const
const deadline = 25_000

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Ends the process with one sentence. */
const end = (sentence: string, code: number): never => {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}

/** How many files this process may have open. */
const files = (): number | null => {
  if (process.report === undefined) return null
  // it would look up names; its types do not know this one yet
  const report: unknown = Object.assign(process.report, { excludeNetwork: true }).getReport()
  const limit = /"open_files":\{"soft":(\d+)/.exec(JSON.stringify(report))?.[1]
  return limit === undefined ? null : Number(limit)
}

const serve = async (settings: Settings): Promise<void> => {
  const metrics = new Metrics()
  const output = openOutput(metrics)
  const log = createLog(settings.logLevel, output)
  process.on('uncaughtExceptionMonitor', (error) => log.fatal({ err: error }, 'a bug ends the process'))
  const leave = (code: number): never => {
    output.flushSync()
    process.exit(code)
  }

  const ending = new AbortController()
  const stop = (why: string, wait?: number): void => {
    if (ending.signal.aborted) return // one Ctrl-C can arrive twice, from the terminal and from pnpm
    log.info({ why }, 'stopping')
    ending.abort()
    setTimeout(() => {
      log.fatal('not everything could be stored in 25 s')
      leave(codes.failed)
    }, deadline)
    running
      .then((server) => server.stop(wait))
      .then(
        () => {
          log.info('stopped')
          leave(wait === undefined ? 0 : codes.failed)
        },
        (error: unknown) => {
          if (error === ending.signal.reason) {
            log.info('stopped') // while it started: nothing was served
            leave(0)
          }
          log.fatal({ err: error }, 'not everything could be stored')
          if (!(error instanceof DataFileError)) leave(codes.failed)
          output.flushSync()
          end(sentence(error, settings), codes.settings)
        },
      )
  }
  // before the store is open: it is closed on every way out
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal))
  const running = start(settings, {
    log,
    metrics,
    say,
    memory: () => process.memoryUsage.rss(),
    files: files(),
    stop: (why) => stop(why, 0), // the store is gone: nothing is gained by waiting for it
    signal: ending.signal,
  })
  watchStartScript(process.env, () => stop('the start script has ended'))
  try {
    await running
  } catch (error) {
    if (!ending.signal.aborted) throw error
    return // `stop` ends the process
  }
  flushCompileCache() // a process that is killed leaves nothing behind for the next one
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

/** Takes an argument, and the one after it, out of those that were given. */
const taken = (given: string[], flag: string, value: boolean): string | undefined => {
  const at = given.indexOf(flag)
  return at === -1 ? undefined : (given.splice(at, value ? 2 : 1)[value ? 1 : 0] ?? '')
}

const fileOf = (given: string[], command: string): string => {
  const file = given[0]?.startsWith('-') === false ? given.shift() : undefined
  return file ?? end(`${command}: say which file, for example ${command} quire-backup.db.`, codes.usage)
}

/** What is to be done, and the arguments that are left for the settings. */
const work = (command: string, given: string[]): ((settings: Settings) => void | Promise<void>) => {
  switch (command) {
    case 'start':
      return serve
    case 'doctor': {
      const room = taken(given, '--mend', true)
      if (room === '') end('--mend: say which room, as doctor names it.', codes.usage)
      return ({ data, s3 }) => {
        if (room !== undefined) mend(data, room, say)
        else if (!doctor(data, s3 === null, say)) process.exitCode = codes.failed
      }
    }
    case 'backup': {
      const file = fileOf(given, command)
      return async ({ data, s3 }) => {
        backup(data, file)
        say(`${file} holds everything that was on disk when this began.`)
        if (s3 !== null)
          return say('The bytes of files are in the bucket, which has to be backed up by itself.')
        const { files, missing } = await backupFiles(data, file)
        say(`${besideBackup(file)} holds the bytes of its ${files} files.`)
        if (missing > 0) end(`The bytes of ${missing} files are missing in ${data}.`, codes.failed)
      }
    }
    case 'restore': {
      const file = fileOf(given, command)
      const heal = taken(given, '--heal', false) !== undefined
      const refuseStock = taken(given, '--refuse-stock', false) !== undefined
      if (heal && refuseStock)
        end(
          'restore: --heal lets everybody bring text back, and --refuse-stock keeps some out. Say one.',
          codes.usage,
        )
      return ({ data, s3 }) => restore(file, data, { heal, refuseStock }, s3 === null, say)
    }
    case 'token': {
      const sub =
        taken(given, '--sub', true) ?? end('--sub: say for whom, for example --sub ada.', codes.usage)
      const rooms: string[] = []
      for (let room = taken(given, '--room', true); room !== undefined; room = taken(given, '--room', true))
        rooms.push(room)
      const wanted = {
        sub,
        rooms,
        name: taken(given, '--name', true),
        create: taken(given, '--create', false) !== undefined,
        minutes: taken(given, '--minutes', true),
      }
      return async (settings) => {
        const { token } = await import('./commands/token.ts')
        say(await token(settings, wanted))
      }
    }
    default:
      return end(
        `There is no command ${command}; there are start, doctor, backup, restore and token.`,
        codes.usage,
      )
  }
}

const old = nodeProblem(process.versions.node)
if (old !== null) end(old, codes.failed)
const given = process.argv.slice(2)
const command = given[0]?.startsWith('-') === false ? given.shift() : undefined
const task = work(command ?? 'start', given)
const reading = readSettings(process.env, given)
if ('problem' in reading) end(reading.problem, codes.settings)
else {
  for (const warning of reading.warnings) process.stderr.write(`${warning}\n`)
  try {
    await task(reading.settings)
  } catch (error) {
    end(sentence(error, reading.settings), error instanceof DataFileError ? codes.settings : codes.failed)
  }
}
