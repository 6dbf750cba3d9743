import { roles } from '@quire/sync/role'
import type { Role } from '@quire/sync/role'
import { SignJWT } from 'jose'
import type { Settings } from '../settings.ts'

/** What a token is to say. */
export interface Wanted {
  readonly sub: string
  readonly name: string | undefined
  /** Each as `ROOM=ROLE`. */
  readonly rooms: readonly string[]
  readonly create: boolean
  readonly minutes: string | undefined
}

/**
 * A token for `QUIRE_ACCESS=jwt`, signed with `QUIRE_JWT_SECRET`: for trying things out, and for scripts. Throws one
 * sentence when it cannot be made.
 */
export const token = async ({ jwt }: Settings, wanted: Wanted): Promise<string> => {
  const { sub, name, create } = wanted
  if (jwt === null || jwt.secret === null)
    throw new Error('QUIRE_ACCESS: tokens are made where it is jwt and QUIRE_JWT_SECRET is set.')
  const minutes = Number(wanted.minutes ?? '60')
  if (!(minutes > 0)) throw new Error('--minutes: this is not a number above 0, for example --minutes 60.')
  const rooms = Object.fromEntries(wanted.rooms.map(roomIn))
  return new SignJWT({ rooms, ...(name !== undefined && { name }), ...(create && { create }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setIssuer(jwt.issuer)
    .setAudience(jwt.audience)
    .setIssuedAt()
    .setExpirationTime(new Date(Date.now() + minutes * 60_000))
    .sign(new TextEncoder().encode(jwt.secret))
}

const roomIn = (text: string): [string, Role] => {
  const at = text.lastIndexOf('=')
  const role = roles.find((known) => known === text.slice(at + 1))
  if (at < 1 || role === undefined)
    throw new Error(`--room: this is not a room and a role, for example --room team/notes=edit.`)
  return [text.slice(0, at), role]
}
