import type { Store } from '@quire/storage/store'

/** What a document begins with. */
export interface Content {
  readonly updates: readonly Uint8Array[]
  /** The version of the grammar that it was written with. */
  readonly schema: number
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
