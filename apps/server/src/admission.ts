import { generals } from '@quire/storage/sharing'
import type { General } from '@quire/storage/sharing'
import { z } from 'zod'
import type { TokenSettings } from './jwt.ts'
import { about } from './setting.ts'

/** Who may come in and how: what the operator decided about people. */
export interface Admission {
  readonly access: 'documents' | 'open' | 'jwt'
  /** Of a new document, for anyone who has its address. */
  readonly defaultAccess: General
  readonly signIn: 'required' | 'optional' | 'off'
  readonly registration: 'open' | 'trusted' | 'off'
  readonly create: 'anyone' | 'accounts'
  /** The provider that people sign in with, or null. */
  readonly oidc: Provider | null
  /** How the tokens of an application are checked; null where they do not count. */
  readonly jwt: TokenSettings | null
  /** Sites that may show the editor in a frame. */
  readonly frames: readonly string[]
  /** True when webhooks may go to private networks. */
  readonly privateHooks: boolean
}

/** An OpenID Connect provider. */
export interface Provider {
  readonly issuer: URL
  readonly client: string
  readonly secret: string
  /** What people call it. */
  readonly name: string
}

const parsed = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null)
const web = z
  .string()
  .refine((text) => /^https?:$/.test(parsed(text)?.protocol ?? ''), 'this is not an http or https address')
  .transform((text) => new URL(text))
const filled = z.string().min(1, 'this is empty')

/** The settings about people. */
export const admissionSettings = {
  QUIRE_ACCESS: z
    .enum(['documents', 'open', 'jwt'], 'this is neither documents, open nor jwt')
    .default('documents')
    .meta(
      about(
        '`documents`: a room is a document, made in the editor. `open`: any room name, and everyone may edit, for use behind your own application. `jwt`: signed tokens of your application say who may be where (docs/embedding.md).',
        'open',
        'documents',
      ),
    ),
  QUIRE_DEFAULT_ACCESS: z
    .enum(generals, 'this is neither none, view, comment nor edit')
    .default('edit')
    .meta(
      about(
        'What anyone who has the address of a new document may do: `none`, `view`, `comment` or `edit`. Its owner can change it.',
        'view',
        'edit',
      ),
    ),
  QUIRE_SIGN_IN: z
    .enum(['required', 'optional', 'off'], 'this is neither required, optional nor off')
    .default('optional')
    .meta(
      about(
        '`optional`: people may sign in, and are guests otherwise. `required`: nobody sees a document without. `off`: everyone is a guest.',
        'required',
        'optional',
      ),
    ),
  QUIRE_REGISTRATION: z
    .enum(['open', 'trusted', 'off'], 'this is neither open, trusted nor off')
    .default('open')
    .meta(
      about(
        'Who may make an account with an e-mail address and a password: anyone (`open`), nobody (`off`), or anyone and the address is believed (`trusted`, only where strangers cannot reach the server).',
        'off',
        'open',
      ),
    ),
  QUIRE_CREATE: z
    .enum(['anyone', 'accounts'], 'this is neither anyone nor accounts')
    .default('anyone')
    .meta(
      about('Who may make documents: `anyone`, or those with an account (`accounts`).', 'accounts', 'anyone'),
    ),
  QUIRE_OIDC_ISSUER: web
    .optional()
    .meta(
      about(
        'The OpenID Connect provider that people may sign in with. The address it sends them back to is `/api/session/oidc/callback`.',
        'https://login.example.org/realms/main',
      ),
    ),
  QUIRE_OIDC_CLIENT_ID: filled.optional().meta(about('What that provider calls this server.', 'quire')),
  QUIRE_OIDC_CLIENT_SECRET: filled
    .optional()
    .meta(
      about(
        'The secret that goes with it. `QUIRE_OIDC_CLIENT_SECRET_FILE` names a file to read it from instead.',
        'the secret that came with the name',
      ),
    ),
  QUIRE_OIDC_NAME: filled
    .max(40, 'this is longer than 40 characters')
    .default('single sign-on')
    .meta(about('What people call that provider.', 'Example Login', 'single sign-on')),
  QUIRE_JWT_SECRET: z
    .string()
    .min(32, 'this is shorter than 32 characters')
    .optional()
    .meta(
      about(
        'Checks tokens that are signed with HS256. `QUIRE_JWT_SECRET_FILE` names a file to read it from instead.',
        'the output of `openssl rand -base64 32`',
      ),
    ),
  QUIRE_JWT_KEY: filled
    .optional()
    .meta(
      about(
        'A file with the public key (PEM) that checks tokens signed with RS256, ES256 or EdDSA.',
        '/etc/quire/app.pem',
      ),
    ),
  QUIRE_JWKS_URL: web
    .optional()
    .meta(
      about(
        'Where the application publishes such keys, so that it can change them.',
        'https://app.example.org/jwks.json',
      ),
    ),
  QUIRE_JWT_ISSUER: filled
    .optional()
    .meta(
      about('What tokens must name as `iss`. Needed with `QUIRE_ACCESS=jwt`.', 'https://app.example.org'),
    ),
  QUIRE_JWT_AUDIENCE: filled
    .default('quire')
    .meta(about('What tokens must name as `aud`.', 'quire', 'quire')),
  QUIRE_FRAME_ANCESTORS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .refine((parts) => parts.every((part) => parsed(part)?.origin === part), 'this is not a list of origins')
    .default([])
    .meta(
      about(
        'Sites that may show the editor in a frame of theirs, separated by commas.',
        'https://app.example.org',
      ),
    ),
  QUIRE_WEBHOOKS_PRIVATE: z
    .enum(['yes', 'no'], 'this is neither yes nor no')
    .default('no')
    .meta(about('`yes` lets webhooks go to private networks and to this machine.', 'yes', 'no')),
} as const

const schema = z.object(admissionSettings)

/** What these settings make of it, or the sentence that says what is missing. */
export const admissionOf = (given: z.infer<typeof schema>): Admission | string => {
  const { QUIRE_OIDC_ISSUER: issuer, QUIRE_OIDC_CLIENT_ID: client, QUIRE_OIDC_CLIENT_SECRET: secret } = given
  const provider = [issuer, client, secret]
  if (provider.some((part) => part !== undefined) && provider.includes(undefined))
    return 'QUIRE_OIDC_ISSUER: it goes with QUIRE_OIDC_CLIENT_ID and QUIRE_OIDC_CLIENT_SECRET, for example set all three.'
  const { QUIRE_JWT_SECRET: shared, QUIRE_JWT_KEY: key, QUIRE_JWKS_URL: jwks } = given
  const keys = [shared, key, jwks].filter((one) => one !== undefined)
  const jwt = given.QUIRE_ACCESS === 'jwt'
  if (jwt && (keys.length !== 1 || given.QUIRE_JWT_ISSUER === undefined))
    return 'QUIRE_ACCESS: jwt takes QUIRE_JWT_ISSUER and one of QUIRE_JWT_SECRET, QUIRE_JWT_KEY and QUIRE_JWKS_URL, for example QUIRE_JWT_ISSUER=https://app.example.org.'
  return {
    access: given.QUIRE_ACCESS,
    defaultAccess: given.QUIRE_DEFAULT_ACCESS,
    signIn: given.QUIRE_SIGN_IN,
    registration: given.QUIRE_REGISTRATION,
    create: given.QUIRE_CREATE,
    oidc:
      issuer === undefined
        ? null
        : { issuer, client: client ?? '', secret: secret ?? '', name: given.QUIRE_OIDC_NAME },
    jwt: jwt
      ? {
          secret: shared ?? null,
          publicKey: key ?? null,
          jwks: jwks ?? null,
          issuer: given.QUIRE_JWT_ISSUER ?? '',
          audience: given.QUIRE_JWT_AUDIENCE,
        }
      : null,
    frames: given.QUIRE_FRAME_ANCESTORS,
    privateHooks: given.QUIRE_WEBHOOKS_PRIVATE === 'yes',
  }
}
