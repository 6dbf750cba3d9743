import type { Context } from 'hono'
import type { QuotaReason } from '../limits/quotas.ts'

/** What an answer of the API may be called when it is not what was asked for, and its HTTP status. */
export const apiErrors = {
  'bad-request': 400,
  'signed-out': 401,
  forbidden: 403,
  'password-needed': 403,
  'wrong-password': 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'files-full': 413,
  'quota-full': 413,
  'not-json': 415,
  'too-many': 429,
  'guests-full': 429,
  fault: 500,
  'not-now': 503,
  'no-room': 507,
} as const
export type ApiError = keyof typeof apiErrors

/** The answer for an error: its name for programs, and one sentence that a person can act on. */
export const refuse = (c: Context, error: ApiError, message: string): Response =>
  c.json({ error, message }, apiErrors[error])

/** Advice to a person whose quota is used up. */
export const quotaSentences: Record<QuotaReason, string> = {
  'quota-full':
    'You have used all the space that you may use here. Delete documents for good to make room, or sign in if you have not.',
  'guests-full': 'Guests at your network have stored much today. Sign in, or try again tomorrow.',
  'no-room': 'The server has no room for more. Its operator has to make some.',
}

/** The answer to who finds no room for a document. */
export const noSpace = (c: Context, reason: QuotaReason): Response =>
  refuse(c, reason, quotaSentences[reason])

/** For those of whom nothing is known, where that is not enough. */
export const signedOut = (c: Context): Response =>
  refuse(c, 'signed-out', 'Sign in first, or bring a token that is valid.')

/** Missing and forbidden documents are answered alike. */
export const nothingHere = (c: Context): Response =>
  refuse(c, 'not-found', 'Nothing here, or not shared with you.')
