import { z } from 'zod'
import { about } from '../setting.ts'

/** The server that takes our mail, and in whose name it goes. */
export interface Mailbox {
  readonly host: string
  readonly port: number
  /** True for TLS from the first byte; else it begins when that server offers it. */
  readonly secure: boolean
  /** Null where that server asks for nothing. */
  readonly auth: { readonly user: string; readonly pass: string } | null
  readonly from: string
}

const smtp = (text: string): URL | null => {
  const url = URL.canParse(text) ? new URL(text) : null
  const known = url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== ''
  return known && /^\/?$/.test(url.pathname) && (url.username === '') === (url.password === '') ? url : null
}

/** The settings about mail. */
export const mailSettings = {
  QUIRE_SMTP_URL: z
    .string()
    .refine((text) => smtp(text) !== null, 'this is not an smtp or smtps address')
    .optional()
    .meta(
      about(
        'The server that takes mail: people can then sign in by a link in a mail, and hear of requests and invitations. With a name and password in it, mail goes out encrypted or not at all. `QUIRE_SMTP_URL_FILE` names a file to read it from instead.',
        'smtps://quire:password@mail.example.org',
      ),
    ),
  QUIRE_MAIL_FROM: z
    .string()
    .regex(/^(?:[^<>"\r\n]{1,80} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, 'this is not a sender')
    .optional()
    .meta(about('The sender of those mails.', 'Quire <quire@example.org>')),
} as const

const schema = z.object(mailSettings)

/** Where mail goes out, null when nowhere, or the sentence that says what is missing. */
export const mailboxOf = (
  { QUIRE_SMTP_URL: text, QUIRE_MAIL_FROM: from }: z.infer<typeof schema>,
  reachable: boolean,
): Mailbox | null | string => {
  if (text === undefined && from === undefined) return null
  const url = smtp(text ?? '')
  if (url === null || from === undefined)
    return 'QUIRE_SMTP_URL: it goes with QUIRE_MAIL_FROM, for example QUIRE_MAIL_FROM=quire@example.org.'
  if (!reachable)
    return 'QUIRE_SMTP_URL: mails hold links to this server, for example QUIRE_PUBLIC_URL=https://docs.example.org.'
  const secure = url.protocol === 'smtps:'
  const { username, password } = url
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    auth: username === '' ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    from,
  }
}
