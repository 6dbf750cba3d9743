import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Bucket } from '@quire/storage/s3'
import { z } from 'zod'
import { readTrust } from './address.ts'
import type { Trust } from './address.ts'
import { admissionOf, admissionSettings } from './admission.ts'
import type { Admission } from './admission.ts'
import { limitSettings, limitsOf } from './limits.ts'
import type { Limits } from './limits.ts'
import { mailboxOf, mailSettings } from './mail/mailbox.ts'
import type { Mailbox } from './mail/mailbox.ts'
import { isLoopback } from './origin.ts'
import { about, count } from './setting.ts'
import type { About } from './setting.ts'

const origin = (text: string): string | null => {
  try {
    const url = new URL(text)
    const web = url.protocol === 'http:' || url.protocol === 'https:'
    return web && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
      ? url.origin
      : null
  } catch {
    return null
  }
}

const protocolOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : '')

const schema = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'this is not a port number')
    .transform(Number)
    .refine((port) => port <= 65_535, 'there is no port above 65535')
    .default(1234)
    .meta(about('The port to listen on; 0 takes any free one.', '8080', '1234')),
  HOST: z
    .string()
    .regex(/^[0-9A-Za-z.:-]+$/, 'this is not an address or host name')
    .default('127.0.0.1')
    .meta(
      about('The address to listen on. Others can reach the server at `0.0.0.0`.', '0.0.0.0', '127.0.0.1'),
    ),
  QUIRE_DATA_DIR: z
    .string()
    .min(1, 'this is empty')
    .default('./data')
    .transform((folder) => resolve(folder))
    .meta(about('The folder that holds everything; made if it is missing.', '/var/lib/quire', './data')),
  QUIRE_PUBLIC_URL: z
    .string()
    .refine((text) => origin(text) !== null, 'this is not an http or https address without a path')
    .transform((text) => new URL(text))
    .optional()
    .meta(
      about(
        'The address people open, when a proxy or a name stands before the server.',
        'https://docs.example.org',
      ),
    ),
  ...admissionSettings,
  ...mailSettings,
  QUIRE_OPEN_ON_NETWORK: z
    .enum(['yes', 'no'], 'this is neither yes nor no')
    .default('no')
    .meta(about('`yes` allows `QUIRE_ACCESS=open` on an address that others can reach.', 'yes', 'no')),
  QUIRE_ALLOWED_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .refine((parts) => parts.every((part) => origin(part) !== null), 'this is not a list of origins')
    .transform((parts) => parts.map((part) => new URL(part).origin))
    .default([])
    .meta(
      about(
        'Other sites whose pages may use this server, separated by commas.',
        'https://app.example.org,https://www.example.org',
      ),
    ),
  QUIRE_LOG_LEVEL: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'there is no such level')
    .default('info')
    .meta(
      about('How much is logged: `silent`, `error`, `warn`, `info`, `debug` or `trace`.', 'debug', 'info'),
    ),
  QUIRE_SECRET: z
    .string()
    .min(32, 'this is shorter than 32 characters')
    .optional()
    .meta(
      about(
        'Signs the guest cookies. `QUIRE_SECRET_FILE` names a file to read it from instead.',
        'the output of `openssl rand -base64 32`',
        'made on the first run and kept in the data folder',
      ),
    ),
  QUIRE_TRUST_PROXY: z
    .string()
    .transform((text, context) => {
      const trust = readTrust(text)
      if (trust !== null) return trust
      context.addIssue('this is neither a number of proxies nor a list of addresses and networks')
      return z.NEVER
    })
    .optional()
    .meta(
      about(
        'Whose word on the address of a client counts: how many proxies stand in front, or their addresses and networks, separated by commas. Without it X-Forwarded-For is ignored.',
        '127.0.0.1,10.0.0.0/8',
      ),
    ),
  QUIRE_KEEP_FILES: count
    .refine((days) => days <= 3650, 'this is more than ten years')
    .default(7)
    .meta(about('For how many days a file stays that no document and no history mentions.', '30', '7')),
  QUIRE_S3_ENDPOINT: z
    .string()
    .refine((text) => /^https?:$/.test(protocolOf(text)), 'this is not an http or https address')
    .optional()
    .meta(
      about(
        'Keeps files in a bucket of an S3-compatible store instead of the data folder: its address, with the bucket as path or host.',
        'https://s3.eu-central-1.amazonaws.com/my-bucket',
      ),
    ),
  QUIRE_S3_REGION: z
    .string()
    .default('auto')
    .meta(about('The region of that bucket.', 'eu-central-1', 'auto')),
  QUIRE_S3_KEY: z.string().optional().meta(about('The access key of that bucket.', 'AKIAIOSFODNN7EXAMPLE')),
  QUIRE_S3_SECRET: z
    .string()
    .optional()
    .meta(
      about(
        'The secret of that key. `QUIRE_S3_SECRET_FILE` names a file to read it from instead.',
        'the secret that came with the key',
      ),
    ),
  QUIRE_PLUGINS: z
    .string()
    .optional()
    .meta(
      about(
        'A folder with plug-ins. With the file `mermaid.js` in it, code in the language Mermaid is drawn (docs/self-hosting.md).',
        '/srv/quire-plugins',
      ),
    ),
  QUIRE_WORKERS: count
    .refine((workers) => workers <= 64, 'this is more than 64')
    .default(1)
    .meta(
      about(
        'How many processes share the rooms: at most one per processor core is of use. With 1 everything is in one process.',
        '4',
        '1',
      ),
    ),
  QUIRE_LIMITS: z
    .enum(['on', 'off'], 'this is neither on nor off')
    .default('on')
    .meta(
      about(
        '`off` lifts all limits below but those of sizes; only where nobody else can reach the server.',
        'off',
        'on',
      ),
    ),
  ...limitSettings,
})

/** What the operator decided. Nothing in it changes while the server runs. */
export interface Settings extends Admission {
  readonly port: number
  readonly host: string
  /** Absolute. */
  readonly data: string
  readonly publicUrl: URL | null
  /** Where mail goes out, or null: nowhere. */
  readonly mail: Mailbox | null
  readonly allowedOrigins: readonly string[]
  readonly logLevel: string
  /** Null: the one kept in the data folder. */
  readonly secret: string | null
  readonly trust: Trust
  /** How long a file stays that nothing mentions, in ms. */
  readonly keepFiles: number
  /** Where files are kept, or null: in the data folder. */
  readonly s3: Bucket | null
  /** Where plug-ins lie, or null for none. */
  readonly plugins: string | null
  /** How many processes share the rooms. */
  readonly workers: number
  readonly limits: Limits
}

/** One row of the settings table in the README. */
export interface Row {
  readonly name: string
  readonly flag: string
  /** True for what bounds clients. */
  readonly limit: boolean
  readonly default: string
  readonly meaning: string
}

/** What may also be read from a file that a setting of the same name and `_FILE` names. */
const secrets = [
  'QUIRE_SECRET',
  'QUIRE_S3_SECRET',
  'QUIRE_JWT_SECRET',
  'QUIRE_OIDC_CLIENT_SECRET',
  'QUIRE_SMTP_URL',
] as const

const names = Object.keys(schema.shape) as (keyof typeof schema.shape)[]
const flagOf = (name: string): string =>
  `--${name
    .replace(/^QUIRE_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`
const metaOf = (name: keyof typeof schema.shape) => schema.shape[name].meta() as unknown as About

/** Every setting, in the order of the README. */
export const table: readonly Row[] = names.map((name) => ({
  name,
  flag: flagOf(name),
  limit: name in limitSettings,
  default: metaOf(name).shown ?? '',
  meaning: metaOf(name).meaning,
}))

/** Settings and what deserves a warning, or the one sentence that says what is wrong. */
export type Reading = { settings: Settings; warnings: string[] } | { problem: string }

/**
 * Reads the settings from environment variables and flags; a flag wins. A flag is the variable's name in lower
 * case with hyphens, and without `quire-` at its front: `QUIRE_DATA_DIR` is `--data-dir`. With it is understood
 * too. Both `--port 8080` and `--port=8080` are. `QUIRE_SECRET_FILE` names a file that holds `QUIRE_SECRET`.
 */
export const readSettings = (
  environment: Readonly<Record<string, string | undefined>>,
  flags: readonly string[],
): Reading => {
  const given = new Map<string, { text: string; said: string }>()
  const warnings: string[] = []
  const known = [...names, ...secrets.map((name) => `${name}_FILE`)]

  for (const [name, text] of Object.entries(environment)) {
    if (text === undefined || text === '') continue // an empty variable is how a compose file says "unset"
    if (known.includes(name)) given.set(name, { text, said: name })
    else if (name.startsWith('QUIRE_'))
      warnings.push(`${name}: there is no such setting; the nearest is ${nearest(name, known)}.`)
  }

  const byFlag = new Map(
    known.flatMap((name) => [
      [flagOf(name), name],
      [`--${name.toLowerCase().replaceAll('_', '-')}`, name],
    ]),
  )
  for (let at = 0; at < flags.length; at++) {
    const [said = '', ...rest] = (flags[at] ?? '').split('=')
    const name = byFlag.get(said)
    if (name === undefined)
      return { problem: `${said}: there is no such flag, for example ${nearest(said, [...byFlag.keys()])}.` }
    const text = rest.length > 0 ? rest.join('=') : flags[++at]
    if (text === undefined)
      return { problem: `${said}: the value is missing, for example ${example(name, said)}.` }
    given.set(name, { text, said })
  }

  for (const secret of secrets) {
    const file = given.get(`${secret}_FILE`)
    if (file === undefined) continue
    if (given.has(secret))
      return { problem: `${file.said}: ${secret} is set as well, for example leave that one out.` }
    try {
      given.set(secret, { text: readFileSync(file.text, 'utf8').trim(), said: file.said })
    } catch {
      return { problem: `${file.said}: this file cannot be read, for example /run/secrets/quire.` }
    }
  }

  const read = schema.safeParse(Object.fromEntries([...given].map(([name, { text }]) => [name, text])))
  if (!read.success) {
    const issue = read.error.issues[0]
    const name = String(issue?.path[0])
    const said = given.get(name)?.said ?? name
    return { problem: `${said}: ${issue?.message ?? 'this is wrong'}, for example ${example(name, said)}.` }
  }
  const all = read.data
  if (all.QUIRE_ACCESS === 'open' && !isLoopback(all.HOST)) {
    if (all.QUIRE_OPEN_ON_NETWORK === 'no') {
      const said = given.get('QUIRE_ACCESS')?.said ?? 'QUIRE_ACCESS'
      const yes = 'QUIRE_OPEN_ON_NETWORK=yes if that is meant'
      return {
        problem: `${said}: open lets everyone who reaches ${all.HOST} edit everything, for example ${yes}.`,
      }
    }
    warnings.push(`QUIRE_ACCESS: everyone who reaches ${all.HOST} may edit every room.`)
  }
  if (all.QUIRE_LIMITS === 'off' && !isLoopback(all.HOST)) {
    const said = given.get('QUIRE_LIMITS')?.said ?? 'QUIRE_LIMITS'
    return {
      problem: `${said}: off is only for this machine and ${all.HOST} is reached by others, for example HOST=127.0.0.1.`,
    }
  }
  const admission = admissionOf(all)
  if (typeof admission === 'string') return { problem: admission }
  const mail = mailboxOf(all, all.QUIRE_PUBLIC_URL !== undefined || isLoopback(all.HOST))
  if (typeof mail === 'string') return { problem: mail }
  const bucket = bucketOf(all)
  if (typeof bucket === 'string') return { problem: bucket }
  const limits = limitsOf(all, all.QUIRE_LIMITS === 'off')
  if (limits.document > limits.message) {
    const said = given.get('QUIRE_MAX_DOCUMENT')?.said ?? 'QUIRE_MAX_DOCUMENT'
    return {
      problem: `${said}: a stock client sends a document in one message, so this cannot be above QUIRE_MAX_MESSAGE, for example raise that too.`,
    }
  }
  return {
    warnings,
    settings: {
      port: all.PORT,
      host: all.HOST,
      data: all.QUIRE_DATA_DIR,
      publicUrl: all.QUIRE_PUBLIC_URL ?? null,
      ...admission,
      mail,
      allowedOrigins: all.QUIRE_ALLOWED_ORIGINS,
      logLevel: all.QUIRE_LOG_LEVEL,
      secret: all.QUIRE_SECRET ?? null,
      trust: all.QUIRE_TRUST_PROXY ?? { trusts: 'nobody' },
      keepFiles: all.QUIRE_KEEP_FILES * 86_400_000,
      s3: bucket,
      plugins: all.QUIRE_PLUGINS ?? null,
      workers: all.QUIRE_WORKERS,
      limits,
    },
  }
}

/** The bucket that is meant, null when none is, or the sentence that says what it lacks. */
const bucketOf = (all: z.infer<typeof schema>): Bucket | null | string => {
  const { QUIRE_S3_ENDPOINT: endpoint, QUIRE_S3_KEY: key, QUIRE_S3_SECRET: secret } = all
  if (endpoint === undefined && key === undefined && secret === undefined) return null
  if (endpoint === undefined)
    return `QUIRE_S3_ENDPOINT: this is missing, for example ${metaOf('QUIRE_S3_ENDPOINT').example}.`
  if (key === undefined)
    return `QUIRE_S3_KEY: this is missing, for example ${metaOf('QUIRE_S3_KEY').example}.`
  if (secret === undefined)
    return `QUIRE_S3_SECRET: this is missing, for example ${metaOf('QUIRE_S3_SECRET').example}.`
  return { endpoint, region: all.QUIRE_S3_REGION, key, secret }
}

/** How a right value is written, in the manner in which the wrong one was given. */
const example = (name: string, said: string): string => {
  const setting = names.find((known) => known === name)
  const value = setting === undefined ? '/run/secrets/quire' : metaOf(setting).example
  return said.startsWith('--') ? `${said} ${value}` : value
}

const nearest = (word: string, known: readonly string[]): string =>
  known.toSorted((a, b) => distance(word, a) - distance(word, b))[0] ?? ''

/** How many letters must be added, dropped or changed to make one word of the other. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const change = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
