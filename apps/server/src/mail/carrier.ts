import { createTransport } from 'nodemailer'
import type { Letter } from './letter.ts'
import { pageOf, plainOf } from './letter.ts'
import type { Mailbox } from './mailbox.ts'

/** What became of a mail. `why` names no person and holds no text of it. */
type Outcome = { sent: true } | { sent: false; again: boolean; why: string }

/** What brings mails to the server that takes them. */
export interface Carrier {
  /** Never rejects. */
  carry(letter: Letter): Promise<Outcome>
  close(): void
}

const patience = 10_000

/** Opens no connection before the first mail. */
export const openCarrier = ({ host, port, secure, auth, from }: Mailbox): Carrier => {
  const transport = createTransport({
    host,
    port,
    secure,
    ...(auth !== null && { auth }),
    requireTLS: auth !== null && !secure, // a password never travels in the clear
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: 2 * patience,
    dnsTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    carry: async (letter) => {
      const { to, subject } = letter
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text: plainOf(letter),
          html: pageOf(letter),
          headers: { 'auto-submitted': 'auto-generated' },
        })
        return { sent: true }
      } catch (error) {
        const { code, responseCode } = factsOf(error)
        // 5xx is for good, but for a password that the operator may yet set right
        const refused = responseCode !== null && responseCode >= 500 && code !== 'EAUTH'
        return { sent: false, again: !refused, why: [code, responseCode ?? ''].join(' ').trim() }
      }
    },
    close: () => transport.close(),
  }
}

/** What of an error may stand in a log. Its sentence may name the person. */
const factsOf = (error: unknown): { code: string; responseCode: number | null } => {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown }
  return {
    code: typeof code === 'string' ? code : 'failed',
    responseCode: typeof responseCode === 'number' ? responseCode : null,
  }
}
