import type { Document, Documents, People, Sharing } from '@quire/storage/store'
import type { Kept } from '@quire/storage/sharing'
import { person } from '../identity.ts'
import type { Shard } from '../shard.ts'
import type { Who } from '../who.ts'
import { permit } from './permit.ts'
import type { Parts as PermitParts } from './permit.ts'

/** The lists that people have of documents. */
export const listings = ['mine', 'shared', 'recent', 'starred', 'trash'] as const
export type Listing = (typeof listings)[number]

/** What lists are made of. */
export interface Parts extends PermitParts {
  readonly documents: Documents
  readonly sharing: Sharing
  readonly people: People
  readonly shard: Pick<Shard, 'titles'>
  /** Milliseconds since 1970. */
  readonly wall: () => number
}

/** The most documents of others in one list. */
const most = 500

/**
 * A list of documents as one person sees it: what they may see of it now, the last changed first or sorted by `title`,
 * `created` or `opened`; of those in one folder, if one is named.
 */
export const lists = async (
  parts: Parts,
  who: Who,
  listing: Listing,
  sort: string,
  folder: string | null,
): Promise<Row[]> => {
  const { documents, sharing, people, shard, wall } = parts
  const shelf = new Map((await sharing.shelf(who.identity)).map((kept) => [kept.document, kept]))
  const wanted = async (): Promise<readonly (Document | string)[]> => {
    switch (listing) {
      case 'mine':
        return documents.mine(who.identity)
      case 'trash':
        return documents.trashed(who.identity)
      case 'shared':
        return sharing.sharedWith(who.identity, wall())
      case 'recent':
        return [...shelf.values()]
          .filter(({ opened }) => opened !== null)
          .toSorted((a, b) => (b.opened ?? 0) - (a.opened ?? 0))
          .map(({ document }) => document)
      case 'starred':
        return [...shelf.values()].filter(({ starred }) => starred).map(({ document }) => document)
      default:
        return listing satisfies never
    }
  }
  const seen: { document: Document; role: string; kept: Kept | undefined }[] = []
  const everything = await wanted()
  const templates = new Set(
    await sharing.templatesAmong(everything.map((one) => (typeof one === 'string' ? one : one.id))),
  )
  for (const one of everything.slice(0, listing === 'mine' ? undefined : most)) {
    const id = typeof one === 'string' ? one : one.id
    const kept = shelf.get(id)
    if (folder !== null && (kept?.folder ?? '') !== folder) continue
    const found =
      typeof one === 'string' ? await permit(parts, who, id, 'view') : { document: one, role: 'own' }
    if (found === null || found.document === null) continue
    if (listing === 'shared' && found.role === 'own') continue
    seen.push({ document: found.document, role: found.role, kept })
  }
  // all at once: the list waits for its titles no longer than for one
  const current =
    listing === 'trash' ? [] : await Promise.all(seen.map(({ document }) => shard.titles.current(document)))
  const names = new Map<string, string>()
  const rows: Row[] = []
  for (const [at, { document: stored, role, kept }] of seen.entries()) {
    const document = current[at] ?? stored
    const { owner } = document
    const name = names.get(owner) ?? (await person(people, owner)).name
    names.set(owner, name)
    rows.push(rowOf(document, role, { id: owner, name }, kept, templates.has(document.id)))
  }
  return rows.toSorted(orders.get(sort || (listing === 'recent' ? 'opened' : 'edited')) ?? byEdit)
}

/** A document in a list. */
type Row = ReturnType<typeof rowOf>

const rowOf = (
  { id, title, created, edited, deleted }: Document,
  role: string,
  owner: { id: string; name: string },
  kept: Kept | undefined,
  template: boolean,
) => ({
  id,
  title,
  created,
  edited,
  deleted,
  role,
  owner,
  starred: kept?.starred ?? false,
  folder: kept?.folder ?? '',
  opened: kept?.opened ?? null,
  template,
})

const byEdit = (a: Row, b: Row): number => b.edited - a.edited
const orders = new Map<string, (a: Row, b: Row) => number>([
  ['edited', byEdit],
  ['created', (a, b) => b.created - a.created],
  ['opened', (a, b) => (b.opened ?? 0) - (a.opened ?? 0)],
  ['title', (a, b) => a.title.localeCompare(b.title, undefined, { numeric: true })],
])
