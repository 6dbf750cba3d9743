import { bodyRoot, titleRoot } from '@quire/editor/roots'
import type { Documents } from '@quire/storage/store'
import type { Refusal } from '@quire/sync/error'
import type { Role } from '@quire/sync/role'
import { limits as standard } from '@quire/sync/rules'
import type { Rules } from '@quire/sync/rules'
import type { Limits } from './limits.ts'

/** What somebody may do in a room, and of which epoch it is; or why they may not come in. */
type Access = { role: Role; epoch: string } | { refusal: Refusal }

/** Who may do what. The one place that decides, for sockets and for the API alike. */
export interface Policy {
  /** True for what can be the name of a room at all. */
  names(room: string): boolean
  /** Missing and forbidden are answered alike. */
  access(identity: string, room: string): Promise<Access>
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
  backlog: limits.backlog / 2,
})

/** A room exists because its document does. Whoever has the address may edit; its maker owns it. */
export const documentsPolicy = (documents: Pick<Documents, 'read'>, limits: Limits): Policy => ({
  names: (room) => documentRoom.test(room),
  access: async (identity, room) => {
    const id = documentRoom.exec(room)?.[1]
    const document = id === undefined ? null : await documents.read(id)
    if (document === null || document.deleted !== null) return { refusal: 'not-found' }
    return { role: document.owner === identity ? 'own' : 'edit', epoch: document.epoch }
  },
  rules: (room) => {
    const own = bounds(limits)
    return isDocumentId(room)
      ? { roots: [titleRoot, bodyRoot], moreRoots: 0, owned: true, limits: own }
      : {
          roots: commentRoots,
          moreRoots: 0,
          owned: true,
          limits: { ...own, document: Math.min(own.document, largestComments) },
        }
  },
  makes: false,
})

/** Any room, and everyone edits: for other applications behind their own gate. Documents may still be made. */
export const openPolicy = (documents: Pick<Documents, 'read'>, limits: Limits, epoch: string): Policy => ({
  names: (room) => openRoom.test(room),
  access: async (identity, room) => {
    if (!openRoom.test(room)) return { refusal: 'not-found' }
    const document = await documents.read(documentRoom.exec(room)?.[1] ?? room)
    if (document === null) return { role: 'edit', epoch } // of the whole store: another after a backup
    if (document.deleted !== null) return { refusal: 'not-found' }
    return { role: document.owner === identity ? 'own' : 'edit', epoch: document.epoch }
  },
  rules: () => ({ roots: [], moreRoots: 64, owned: false, limits: bounds(limits) }),
  makes: true,
})
