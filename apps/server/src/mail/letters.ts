import type { Letter } from './letter.ts'

const untitled = 'Untitled'
const named = (title: string): string => `“${title === '' ? untitled : title}”`
const may = { view: 'read', comment: 'comment on', edit: 'edit' } as const
/** What somebody may be given, in a sentence. */
type Given = keyof typeof may

/** Brings the link that signs somebody in. `address` is the server's. */
export const signInLetter = (to: string, address: string, token: string): Letter => ({
  to,
  subject: 'Your sign-in link',
  lines: ['Open this link to sign in. It works once, for fifteen minutes.'],
  link: { label: 'Sign in', address: `${address}/sign-in#m=${token}` },
  foot: `Somebody asked for this at ${address}. If that was not you, do nothing: without this link nobody gets in.`,
})

/** Tells an owner that somebody would like to be let in. */
export const requestLetter = (
  to: string,
  address: string,
  asked: { document: string; title: string; name: string; role: Given; message: string },
): Letter => ({
  to,
  subject: `${asked.name} asks for access to ${named(asked.title)}`,
  lines: [
    `${asked.name} would like to ${may[asked.role]} ${named(asked.title)}.`,
    ...(asked.message === '' ? [] : [`They write: ${asked.message}`]),
    'Open the document to let them in, or not: Share shows who asks.',
  ],
  link: { label: 'Open the document', address: `${address}/d/${asked.document}` },
  foot: `You get this because the document at ${address} is yours.`,
})

/** Tells somebody that a document was shared with them. */
export const grantLetter = (
  to: string,
  address: string,
  given: { document: string; title: string; name: string; role: Given; known: boolean },
): Letter => ({
  to,
  subject: `${given.name} shared ${named(given.title)} with you`,
  lines: [
    `${given.name} lets you ${may[given.role]} ${named(given.title)}.`,
    ...(given.known ? [] : [`Sign in with this address, ${to}, to open it.`]),
  ],
  link: { label: 'Open the document', address: `${address}/d/${given.document}` },
  foot: `You get this because somebody with an account at ${address} entered your address.`,
})
