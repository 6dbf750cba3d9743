import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'

/** A mail that arrived, its encoding undone. */
export interface Arrived {
  readonly to: string[]
  readonly user: string | null
  readonly text: string
}

/** A real SMTP server of this machine. It has no encryption unless it is told otherwise, and refuses some addresses. */
export const postOffice = async (
  t: { readonly after: (end: () => Promise<void>) => void },
  options: SMTPServerOptions = {},
) => {
  const arrived: Arrived[] = []
  const refused = new Set<string>()
  let busy = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onAuth: ({ username, password }, _, done) =>
      password === 'right word' ? done(null, { user: username ?? '' }) : done(new Error('wrong password')),
    onRcptTo: ({ address }, _, done) => {
      if (busy > 0) {
        busy--
        return done(Object.assign(new Error('come again'), { responseCode: 451 }))
      }
      return refused.has(address)
        ? done(Object.assign(new Error(`there is no ${address}`), { responseCode: 550 }))
        : done()
    },
    onData: (stream, { envelope, user }, done) => {
      let text = ''
      stream.on('data', (bytes: Buffer) => (text += bytes.toString()))
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address)
        arrived.push({ to, user: typeof user === 'string' ? user : null, text: plain(text) })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {}) // a connection that a test cuts
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  t.after(close)
  return {
    port,
    arrived,
    refused,
    /** So many recipients are told to come again. */
    busy: (times: number) => void (busy = times),
    close,
    flags: ['--smtp-url', `smtp://127.0.0.1:${port}`, '--mail-from', 'Quire <quire@example.org>'],
  }
}

/** Undoes quoted-printable and base64 parts: enough to read what a person would. */
const plain = (mail: string): string =>
  mail
    .split(/\r\n--[^\r\n]+\r\n/)
    .map((part) => {
      const [head = '', ...rest] = part.split('\r\n\r\n')
      const body = rest.join('\r\n\r\n')
      if (/transfer-encoding: base64/i.test(head))
        return `${head}\n\n${Buffer.from(body, 'base64').toString()}`
      if (!/transfer-encoding: quoted-printable/i.test(head)) return part
      const bytes = body
        .replaceAll(/=\r\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      return `${head}\n\n${Buffer.from(bytes, 'latin1').toString()}`
    })
    .join('\n')
