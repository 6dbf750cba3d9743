import { createHash, randomBytes } from 'node:crypto'

/** 128 random bits or more, as text that can stand in an address. */
export const mint = (bytes = 16): string => randomBytes(bytes).toString('base64url')

/** What is kept of a secret made by `mint`: who reads it there cannot use it, and looking it up tells nothing by time. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')
