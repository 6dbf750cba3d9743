import type { Document } from '@quire/storage/store'
import { covers } from '@quire/sync/role'
import type { Role } from '@quire/sync/role'
import type { Policy } from '../access.ts'
import type { Who } from '../who.ts'

/** A document that somebody may do something with, and as what. `document` is null for a room that is none. */
export interface Permitted {
  readonly document: Document | null
  readonly role: Role
  readonly epoch: string
  /** True when they may take copies out of it. */
  readonly copying: boolean
}

/** What is asked before anything is done with a document. */
export interface Parts {
  readonly policy: Pick<Policy, 'names' | 'access'>
}

/** The document if this person may do with it what needs `needed`; null for missing and forbidden alike. */
export const permit = async (
  { policy }: Parts,
  who: Who,
  id: string,
  needed: Role,
): Promise<Permitted | null> => {
  if (!policy.names(id)) return null
  const access = await policy.access(who.identity, id, who.claims)
  if ('refusal' in access || !covers(access.role, needed)) return null
  // a room beside a document is none itself
  return { ...access, document: access.document?.id === id ? access.document : null }
}
