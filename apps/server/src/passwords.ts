import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

// 19 MiB and two passes: what OWASP recommends at least for Argon2id
const manner = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

/** Said when more passwords wait to be looked at than can be soon. */
export class Busy extends Error {}

const most = 64
let waiting = 0
let last: Promise<unknown> = Promise.resolve()

/** One after another: each takes 20 ms of a thread that files and the network need too. */
const tag = async (password: string, nonce: Buffer): Promise<Buffer> => {
  if (waiting >= most) throw new Busy()
  waiting++
  const mine = last.then(() => derive('argon2id', { message: password.normalize('NFKC'), nonce, ...manner }))
  last = mine.catch(() => {})
  try {
    return await mine
  } finally {
    waiting--
  }
}

/** What is kept of a password: an Argon2id hash with its salt. */
export const hashPassword = async (password: string): Promise<string> => {
  const nonce = randomBytes(16)
  const hash = await tag(password, nonce)
  const { memory, passes, parallelism } = manner
  const parts = [nonce, hash].map((bytes) => bytes.toString('base64url'))
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${parts.join('$')}`
}

/** True when this is the password. Takes as long when there is none to compare with. */
export const isPassword = async (password: string, kept: string | null): Promise<boolean> => {
  const [, , , , nonce = '', hash = ''] = (kept ?? '').split('$')
  const right = Buffer.from(hash, 'base64url')
  const given = await tag(password, nonce === '' ? randomBytes(16) : Buffer.from(nonce, 'base64url'))
  return given.length === right.length && timingSafeEqual(given, right)
}
