import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { readSettings, table } from '../src/settings.ts'
import { folder } from './house.ts'

const problem = (environment: Record<string, string>, flags: string[] = []): string => {
  const reading = readSettings(environment, flags)
  return 'problem' in reading ? reading.problem : 'no problem'
}
const good = (environment: Record<string, string>, flags: string[] = []) => {
  const reading = readSettings(environment, flags)
  if ('problem' in reading) throw new Error(reading.problem)
  return reading
}

test('without any setting the server is this machine only, and documents are made in the editor', () => {
  const { settings, warnings } = good({ PATH: '/bin' })
  assert.deepEqual(settings, {
    port: 1234,
    host: '127.0.0.1',
    data: resolve('./data'),
    publicUrl: null,
    access: 'documents',
    defaultAccess: 'edit',
    signIn: 'optional',
    registration: 'open',
    create: 'anyone',
    oidc: null,
    jwt: null,
    frames: [],
    privateHooks: false,
    mail: null,
    allowedOrigins: [],
    logLevel: 'info',
    secret: null,
    trust: { trusts: 'nobody' },
    keepFiles: 7 * 86_400_000,
    s3: null,
    plugins: null,
    workers: 1,
    limits: {
      message: 20 * 1024 * 1024,
      document: 20 * 1024 * 1024,
      file: 50 * 1024 * 1024,
      files: 1024 * 1024 * 1024,
      guestQuota: 200 * 1024 * 1024,
      accountQuota: 5 * 1024 * 1024 * 1024,
      totalQuota: Number.POSITIVE_INFINITY,
      reserve: 512 * 1024 * 1024,
      guestsPerAddress: 10,
      backlog: 16 * 1024 * 1024,
      memory: null,
      perAddress: 512,
      perPerson: 64,
      perRoom: 256,
      delay: 200,
      messages: 60,
      presence: 400,
      bytes: 256 * 1024,
      uploads: 8 * 1024 * 1024,
      handshakes: 100,
      misses: 30,
      rooms: 200,
      signIns: 10,
      requests: 50,
    },
  })
  assert.deepEqual(warnings, [])
})

test('every setting is a flag too, and the flag wins', () => {
  const { settings } = good({ PORT: '1', QUIRE_LOG_LEVEL: 'warn' }, [
    '--port',
    '2',
    '--quire-log-level=debug',
  ])
  assert.equal(settings.port, 2)
  assert.equal(settings.logLevel, 'debug')
  assert.equal(good({}, ['--data-dir', '/srv/quire']).settings.data, '/srv/quire')
  assert.deepEqual(
    table.map(({ flag }) => flag),
    [
      '--port',
      '--host',
      '--data-dir',
      '--public-url',
      '--access',
      '--default-access',
      '--sign-in',
      '--registration',
      '--create',
      '--oidc-issuer',
      '--oidc-client-id',
      '--oidc-client-secret',
      '--oidc-name',
      '--jwt-secret',
      '--jwt-key',
      '--jwks-url',
      '--jwt-issuer',
      '--jwt-audience',
      '--frame-ancestors',
      '--webhooks-private',
      '--smtp-url',
      '--mail-from',
      '--open-on-network',
      '--allowed-origins',
      '--log-level',
      '--secret',
      '--trust-proxy',
      '--keep-files',
      '--s3-endpoint',
      '--s3-region',
      '--s3-key',
      '--s3-secret',
      '--plugins',
      '--workers',
      '--limits',
      '--max-message',
      '--max-document',
      '--max-file',
      '--max-files',
      '--quota-guest',
      '--quota-account',
      '--quota-total',
      '--reserve',
      '--max-backlog',
      '--max-memory',
      '--max-per-address',
      '--max-per-person',
      '--max-per-room',
      '--max-delay',
      '--rate-messages',
      '--rate-presence',
      '--rate-bytes',
      '--rate-upload',
      '--rate-handshakes',
      '--rate-misses',
      '--rate-rooms',
      '--rate-sign-in',
      '--rate-api',
    ],
  )
})

test('an empty variable counts as none', () => {
  assert.equal(good({ PORT: '', QUIRE_PUBLIC_URL: '' }).settings.port, 1234)
})

test('a bucket needs an address, a key and a secret, which may be in a file', (t) => {
  const [endpoint, key] = ['https://s3.example.org/bucket', 'the-key']
  const file = join(folder(t), 'secret')
  writeFileSync(file, 'the-secret\n')
  const all = { QUIRE_S3_ENDPOINT: endpoint, QUIRE_S3_KEY: key }
  assert.deepEqual(good({ ...all, QUIRE_S3_SECRET_FILE: file }).settings.s3, {
    endpoint,
    region: 'auto',
    key,
    secret: 'the-secret',
  })
  assert.match(problem(all), /^QUIRE_S3_SECRET: this is missing, for example .+\.$/)
  assert.match(problem({ QUIRE_S3_SECRET: 'x' }), /^QUIRE_S3_ENDPOINT: this is missing, for example .+\.$/)
  assert.match(problem({ ...all, QUIRE_S3_KEY: '', QUIRE_S3_SECRET: 'x' }), /^QUIRE_S3_KEY: this is missing/)
})

const wrong: [name: string, text: string, sentence: string][] = [
  ['QUIRE_MAX_FILE', '2GB', 'QUIRE_MAX_FILE: this is not between 64KiB and 1024MiB, for example 200MiB.'],
  [
    'QUIRE_MAX_MEMORY',
    '64MiB',
    'QUIRE_MAX_MEMORY: this is not between 128MiB and 1048576GiB, for example 2GiB.',
  ],
  ['QUIRE_KEEP_FILES', '0', 'QUIRE_KEEP_FILES: this is not a whole number above 0, for example 30.'],
  [
    'QUIRE_S3_ENDPOINT',
    'ftp://x',
    'QUIRE_S3_ENDPOINT: this is not an http or https address, for example https://s3.eu-central-1.amazonaws.com/my-bucket.',
  ],
  ['PORT', 'eighty', 'PORT: this is not a port number, for example 8080.'],
  ['PORT', '65536', 'PORT: there is no port above 65535, for example 8080.'],
  ['HOST', 'a b', 'HOST: this is not an address or host name, for example 0.0.0.0.'],
  [
    'QUIRE_PUBLIC_URL',
    'docs.example.org',
    'QUIRE_PUBLIC_URL: this is not an http or https address without a path, for example https://docs.example.org.',
  ],
  [
    'QUIRE_PUBLIC_URL',
    'https://example.org/docs',
    'QUIRE_PUBLIC_URL: this is not an http or https address without a path, for example https://docs.example.org.',
  ],
  ['QUIRE_ACCESS', 'closed', 'QUIRE_ACCESS: this is neither documents, open nor jwt, for example open.'],
  [
    'QUIRE_ACCESS',
    'jwt',
    'QUIRE_ACCESS: jwt takes QUIRE_JWT_ISSUER and one of QUIRE_JWT_SECRET, QUIRE_JWT_KEY and QUIRE_JWKS_URL, for example QUIRE_JWT_ISSUER=https://app.example.org.',
  ],
  [
    'QUIRE_OIDC_ISSUER',
    'https://login.example.org',
    'QUIRE_OIDC_ISSUER: it goes with QUIRE_OIDC_CLIENT_ID and QUIRE_OIDC_CLIENT_SECRET, for example set all three.',
  ],
  ['QUIRE_OPEN_ON_NETWORK', '1', 'QUIRE_OPEN_ON_NETWORK: this is neither yes nor no, for example yes.'],
  [
    'QUIRE_ALLOWED_ORIGINS',
    '*',
    'QUIRE_ALLOWED_ORIGINS: this is not a list of origins, for example https://app.example.org,https://www.example.org.',
  ],
  ['QUIRE_LOG_LEVEL', 'loud', 'QUIRE_LOG_LEVEL: there is no such level, for example debug.'],
  [
    'QUIRE_SECRET',
    'changeme',
    'QUIRE_SECRET: this is shorter than 32 characters, for example the output of `openssl rand -base64 32`.',
  ],
  [
    'QUIRE_TRUST_PROXY',
    'caddy',
    'QUIRE_TRUST_PROXY: this is neither a number of proxies nor a list of addresses and networks, for example 127.0.0.1,10.0.0.0/8.',
  ],
  ['QUIRE_LIMITS', 'no', 'QUIRE_LIMITS: this is neither on nor off, for example off.'],
  ['QUIRE_RATE_MISSES', '0', 'QUIRE_RATE_MISSES: this is not a whole number above 0, for example 100.'],
  [
    'QUIRE_MAX_DOCUMENT',
    '21MiB',
    'QUIRE_MAX_DOCUMENT: a stock client sends a document in one message, so this cannot be above QUIRE_MAX_MESSAGE, for example raise that too.',
  ],
  ['QUIRE_QUOTA_GUEST', '1kB', 'QUIRE_QUOTA_GUEST: this is not between 64KiB and 1024TiB, for example 1GiB.'],
  ['QUIRE_MAX_MESSAGE', 'big', 'QUIRE_MAX_MESSAGE: this is not a size, for example 50MiB.'],
  [
    'QUIRE_MAX_MESSAGE',
    '1kB',
    'QUIRE_MAX_MESSAGE: this is not between 64KiB and 1024MiB, for example 50MiB.',
  ],
]
for (const [name, text, sentence] of wrong) {
  test(`${name}=${text} is refused in one sentence`, () => assert.equal(problem({ [name]: text }), sentence))
}

test('what is wrong with a flag is said of the flag', () => {
  assert.equal(problem({}, ['--port', 'x']), '--port: this is not a port number, for example --port 8080.')
  assert.equal(problem({}, ['--port']), '--port: the value is missing, for example --port 8080.')
  assert.equal(problem({}, ['--prot', '1']), '--prot: there is no such flag, for example --port.')
})

test('sizes are bytes, or thousands or 1024s of them', () => {
  const size = (text: string) => good({ QUIRE_MAX_MESSAGE: text }).settings.limits.message
  assert.equal(size('100000'), 100_000)
  assert.equal(size('100kB'), 100_000)
  assert.equal(size('100 KiB'), 102_400)
  assert.equal(size('3MB'), 3_000_000)
  assert.equal(size('3MiB'), 3 * 1024 * 1024)
})

test('an unknown QUIRE_ variable is a warning that names the nearest', () => {
  assert.deepEqual(good({ QUIRE_DATADIR: '/x' }).warnings, [
    'QUIRE_DATADIR: there is no such setting; the nearest is QUIRE_DATA_DIR.',
  ])
})

test('[A23] open access where others can reach it needs a second yes, and is said at every start', () => {
  const open = { QUIRE_ACCESS: 'open' }
  assert.deepEqual(good(open).warnings, [])
  assert.equal(
    problem({ ...open, HOST: '0.0.0.0' }),
    'QUIRE_ACCESS: open lets everyone who reaches 0.0.0.0 edit everything, for example QUIRE_OPEN_ON_NETWORK=yes if that is meant.',
  )
  const { settings, warnings } = good({ ...open, HOST: '0.0.0.0', QUIRE_OPEN_ON_NETWORK: 'yes' })
  assert.equal(settings.access, 'open')
  assert.deepEqual(warnings, ['QUIRE_ACCESS: everyone who reaches 0.0.0.0 may edit every room.'])
})

test('limits are lifted only where nobody else can reach the server, and sizes never', () => {
  const { limits } = good({ QUIRE_LIMITS: 'off' }).settings
  assert.deepEqual(
    [limits.message, limits.document, limits.backlog],
    [20 * 2 ** 20, 20 * 2 ** 20, 16 * 2 ** 20],
  )
  assert.deepEqual([limits.messages, limits.perRoom, limits.misses], [Infinity, Infinity, Infinity])
  assert.equal(
    problem({ QUIRE_LIMITS: 'off', HOST: '0.0.0.0' }),
    'QUIRE_LIMITS: off is only for this machine and 0.0.0.0 is reached by others, for example HOST=127.0.0.1.',
  )
})

test('a document may be as large as a message, and smaller', () => {
  assert.equal(good({ QUIRE_MAX_MESSAGE: '1MiB' }).settings.limits.document, 2 ** 20)
  assert.equal(good({ QUIRE_MAX_DOCUMENT: '1MiB' }).settings.limits.document, 2 ** 20)
})

test('the secret may lie in a file', (t) => {
  const file = join(folder(t), 'secret')
  writeFileSync(file, 'x'.repeat(40) + '\n')
  assert.equal(good({ QUIRE_SECRET_FILE: file }).settings.secret, 'x'.repeat(40))
  assert.match(problem({ QUIRE_SECRET_FILE: '/nowhere' }), /^QUIRE_SECRET_FILE: this file cannot be read, /)
  assert.match(
    problem({ QUIRE_SECRET_FILE: file, QUIRE_SECRET: 'y'.repeat(40) }),
    /^QUIRE_SECRET_FILE: QUIRE_SECRET is set as well, /,
  )
})

test('every setting says its default and meaning', () => {
  for (const row of table) assert.ok(row.meaning.length > 10, row.name)
  assert.equal(table[0]?.default, '1234')
})
