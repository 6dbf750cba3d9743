import type { Records, Documents } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'

/** What is worth remembering of what people do. */
export type Deed =
  | 'document.created'
  | 'document.copied'
  | 'document.deleted'
  | 'document.restored'
  | 'document.purged'
  | 'access.changed'
  | 'access.granted'
  | 'access.taken'
  | 'access.requested'
  | 'access.denied'
  | 'link.made'
  | 'link.revoked'
  | 'link.used'
  | 'owner.changed'
  | 'account.made'
  | 'account.password'
  | 'session.began'
  | 'session.failed'
  | 'session.ended'
  | 'key.made'
  | 'key.dropped'
  | 'hook.made'
  | 'hook.dropped'

/** What hooks can be told of. */
export const hookEvents = [
  'document.created',
  'document.changed',
  'document.shared',
  'document.deleted',
] as const
export type HookEvent = (typeof hookEvents)[number]

const told: Partial<Record<Deed, HookEvent>> = {
  'document.created': 'document.created',
  'document.copied': 'document.created',
  'document.deleted': 'document.deleted',
  'access.changed': 'document.shared',
  'access.granted': 'document.shared',
  'access.taken': 'document.shared',
  'link.made': 'document.shared',
  'link.revoked': 'document.shared',
  'owner.changed': 'document.shared',
}

/** Who did something, and from where. */
export interface Doer {
  readonly identity: string
  readonly address: string
}

/** What events are kept with. */
export interface Parts {
  readonly records: Pick<Records, 'note' | 'tell'>
  readonly documents: Pick<Documents, 'read'>
  /** Milliseconds since 1970. */
  readonly wall: () => number
  readonly clock: Clock
  /** There is something to deliver. */
  readonly waiting: () => void
}

/** After a change, in ms; and the most documents of which so much is remembered. */
const quiet = 30_000
const most = 10_000

/** Remembers who did what, and tells those who want to hear. */
export class Events {
  readonly #parts: Parts
  /** Calls off what is to be told of each document that was changed lately. */
  readonly #changing = new Map<string, () => void>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** A document has other words now. Who wants to hear that does when it has been quiet for half a minute. */
  changed(document: string): void {
    this.#changing.get(document)?.()
    this.#changing.delete(document)
    if (this.#changing.size >= most) return // whoever looks sees it all the same
    const callOff = this.#parts.clock.after(quiet, () => {
      this.#changing.delete(document)
      // a store that is closed tells nobody any more
      this.tell('document.changed', document).catch(() => {})
    })
    this.#changing.set(document, callOff)
  }

  /** Resolves when it is on record. `detail` holds no secret and no text of a document. */
  async happened(doer: Doer, deed: Deed, document: string | null, detail = ''): Promise<void> {
    const { records, wall } = this.#parts
    const time = wall()
    await records.note({ time, who: doer.identity, deed, document, address: doer.address, detail })
    const event = told[deed]
    if (event !== undefined && document !== null) await this.tell(event, document, { deed, detail })
  }

  /** Tells the hooks of a document's owner. */
  async tell(event: HookEvent, document: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const { records, documents, wall, waiting } = this.#parts
    const found = await documents.read(document)
    if (found === null || found.owner === '') return
    const time = wall()
    const body = JSON.stringify({ event, document, title: found.title, time, ...more })
    if (await records.tell(found.owner, event, body, time)) waiting()
  }
}
