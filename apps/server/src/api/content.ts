import type { Store } from '@quire/storage/store'
import { piecesOf } from '@quire/sync/log'

/** What a document begins with. */
export interface Content {
  readonly updates: readonly Uint8Array[]
  /** The version of the grammar that it was written with. */
  readonly schema: number
}

/** All that a document holds now, to begin another one with; null when it is damaged. */
export const contentOf = async (store: Pick<Store, 'log'>, document: string): Promise<Content | null> => {
  const past = await store.log(document).load()
  if (past.damaged) return null
  const pieces = [...piecesOf(past)].map(({ update }) => update)
  const updates = past.base.position > 0 ? [past.base.state, ...pieces] : pieces
  return { updates, schema: past.schema }
}

/** Writes it into a document that nobody has seen yet: so it is there once, whoever opens that and how often. */
export const beginWith = async (
  store: Pick<Store, 'log'>,
  document: string,
  { updates, schema }: Content,
  author: string,
): Promise<void> => {
  const log = store.log(document)
  await log.load()
  await Promise.all(updates.map((update) => log.append({ update, author, owners: [], schema })))
}
