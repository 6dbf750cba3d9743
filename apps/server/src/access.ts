import { bodyRoot, titleRoot } from '@quire/editor/roots'
import type { Document, Documents, Sharing } from '@quire/storage/store'
import type { Refusal } from '@quire/sync/error'
import { covers } from '@quire/sync/role'
import type { Role } from '@quire/sync/role'
import { limits as standard } from '@quire/sync/rules'
import type { Rules } from '@quire/sync/rules'
import { isAccount } from './identity.ts'
import type { Claims } from './jwt.ts'
import type { Limits } from './limits.ts'
import type { Settings } from './settings.ts'

/**
 * What somebody may do in a room, of which epoch it is, whether they may take copies out of it, and the document it
 * belongs to, if there is one; or why they may not come in.
 */
export type Access =
  | { role: Role; epoch: string; copying: boolean; document: Document | null }
  | { refusal: Refusal }

/** Who may do what. The one place that decides, for sockets and for the API alike. */
export interface Policy {
  /** True for what can be the name of a room at all. */
  names(room: string): boolean
  /** Missing and forbidden are answered alike. `claims` are what a token says, of those who bring one. */
  access(identity: string, room: string, claims?: Claims | null): Promise<Access>
  /** True when somebody may make documents. */
  creates(identity: string, claims?: Claims | null): boolean
  /** What the room takes from its clients, whoever they are. */
  rules(room: string): Rules
  /** True when a room comes into being by being asked for. */
  readonly makes: boolean
}

/** The rooms that belong to a document besides its own. */
export const siblings = ['comments'] as const

const documentRoom = new RegExp(`^([\\w-]{22})(?:/(?:${siblings.join('|')}))?$`)
const openRoom = /^(?!.*(?:^|\/)\.*(?:\/|$))[A-Za-z0-9._:@~+/-]{1,256}$/

const commentRoots = ['threads', 'messages', 'resolved']
const largestComments = 2 * 1024 * 1024

/** True for a well-made document id: 128 random bits in base64url. */
export const isDocumentId = (id: string): boolean => /^[\w-]{22}$/.test(id)

const bounds = (limits: Limits): Rules['limits'] => ({
  ...standard,
  document: limits.document,
  memory: 3 * limits.document,
  backlog: limits.backlog / 2,
})

/** The id of the document that a room belongs to, or null. */
export const documentOf = (room: string): string | null => documentRoom.exec(room)?.[1] ?? null

/** The rooms of a document: its own and those beside it. */
export const roomsOf = (id: string): string[] => [id, ...siblings.map((sibling) => `${id}/${sibling}`)]

/** What a room that belongs to a document takes. */
const documentRules = (room: string, limits: Limits): Rules => {
  const own = bounds(limits)
  return isDocumentId(room)
    ? { roots: [titleRoot, bodyRoot], moreRoots: 0, owned: true, limits: own }
    : {
        roots: commentRoots,
        moreRoots: 0,
        owned: true,
        writes: 'comment',
        shared: ['resolved'],
        limits: bounds({ ...limits, document: Math.min(limits.document, largestComments) }),
      }
}

/** What rooms take from their clients, whoever these are: all that those need to know who only serve rooms. */
export const rulesOf = (access: Settings['access'], limits: Limits): Pick<Policy, 'rules' | 'makes'> => {
  const anything = { roots: [], moreRoots: 64, limits: bounds(limits) }
  switch (access) {
    case 'documents':
      return { rules: (room) => documentRules(room, limits), makes: false }
    case 'open':
      return { rules: () => ({ ...anything, owned: false }), makes: true }
    case 'jwt':
      return {
        rules: (room) =>
          documentOf(room) === null ? { ...anything, owned: true } : documentRules(room, limits),
        makes: true,
      }
    default:
      return access satisfies never
  }
}

/** What is decided with. */
export interface Grounds {
  readonly documents: Pick<Documents, 'read'>
  readonly sharing: Pick<Sharing, 'standing'>
  readonly signIn: Settings['signIn']
  readonly create: Settings['create']
  readonly limits: Limits
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

const highest = (one: Role, other: Role | null): Role => (other !== null && covers(other, one) ? other : one)

/**
 * A room exists because its document does. Its maker owns it; everyone else has the highest of what anyone with the
 * address may do and what they were given, by name or by a link.
 */
export const documentsPolicy = ({ documents, sharing, signIn, create, limits, wall }: Grounds): Policy => ({
  names: (room) => documentRoom.test(room),
  access: async (identity, room) => {
    if (signIn === 'required' && !isAccount(identity)) return { refusal: 'signed-out' }
    const id = documentOf(room)
    if (id === null) return { refusal: 'not-found' }
    const [document, standing] = await Promise.all([
      documents.read(id),
      sharing.standing(id, identity, wall()),
    ])
    if (document === null || document.deleted !== null) return { refusal: 'not-found' }
    const { epoch, owner } = document
    if (owner === identity) return { role: 'own', epoch, copying: true, document }
    const { general, given } = standing
    if (general === 'none' && given === null) return { refusal: 'not-found' }
    const role = general === 'none' ? (given ?? 'view') : highest(general, given)
    return { role, epoch, copying: standing.copying || covers(role, 'edit'), document }
  },
  creates: (identity) => isAccount(identity) || (create === 'anyone' && signIn !== 'required'),
  ...rulesOf('documents', limits),
})

/** Any room, and everyone edits: for other applications behind their own gate. Documents may still be made. */
export const openPolicy = (documents: Pick<Documents, 'read'>, limits: Limits, epoch: string): Policy => ({
  names: (room) => openRoom.test(room),
  access: async (identity, room) => {
    if (!openRoom.test(room)) return { refusal: 'not-found' }
    const document = await documents.read(documentOf(room) ?? room)
    if (document === null) return { role: 'edit', epoch, copying: true, document } // of the whole store: another after a backup
    if (document.deleted !== null) return { refusal: 'not-found' }
    const role = document.owner === identity ? 'own' : 'edit'
    return { role, epoch: document.epoch, copying: true, document }
  },
  creates: () => true,
  ...rulesOf('open', limits),
})

/** The role that a token gives in a room: of the room itself, else of the longest beginning that it names with a `*`. */
const claimed = ({ rooms }: Claims, room: string): Role | null => {
  const exact = rooms.get(room)
  if (exact !== undefined) return exact
  let best: { length: number; role: Role } | null = null
  for (const [name, role] of rooms)
    if (name.endsWith('*') && room.startsWith(name.slice(0, -1)) && name.length > (best?.length ?? 0))
      best = { length: name.length, role }
  return best?.role ?? null
}

/**
 * A signed token says which rooms somebody may be in and as what. A room that is named like a document takes what a
 * document does, and what belongs to it goes with it; any other room is whatever the application makes of it.
 */
export const tokenPolicy = (documents: Pick<Documents, 'read'>, limits: Limits, epoch: string): Policy => ({
  names: (room) => openRoom.test(room),
  access: async (identity, room, claims = null) => {
    if (claims === null) return { refusal: 'signed-out' }
    const id = documentOf(room)
    const document = id === null ? null : await documents.read(id)
    const said = openRoom.test(room) ? claimed(claims, id ?? room) : null
    const role = document?.owner === identity ? 'own' : said
    if (role === null) return { refusal: 'not-found' }
    if (document?.deleted != null) return { refusal: 'not-found' }
    return { role, epoch: document?.epoch ?? epoch, copying: true, document }
  },
  creates: (_, claims = null) => claims?.create === true,
  ...rulesOf('jwt', limits),
})
