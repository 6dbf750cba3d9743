import type { Documents, Sharing } from '@quire/storage/store'
import { isDocumentId } from '../access.ts'
import type { Who } from '../who.ts'

/** What the documents around somebody are found with. */
export interface Parts {
  readonly documents: Documents
  readonly sharing: Sharing
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

/**
 * The documents that somebody knows of: their own, those they were given a role in, and those they have opened. What
 * they may see of them now is another question.
 */
export const within = async ({ documents, sharing, wall }: Parts, who: Who): Promise<string[]> => {
  const mine = await documents.mine(who.identity)
  const others = [
    ...(await sharing.sharedWith(who.identity, wall())),
    ...(await sharing.shelf(who.identity)).map(({ document }) => document),
    ...[...(who.claims?.rooms.keys() ?? [])].filter(isDocumentId),
  ]
  return [...new Set([...mine.map(({ id }) => id), ...others])]
}
