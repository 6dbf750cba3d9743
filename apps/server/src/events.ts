import type { Records, Documents } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Sparing } from './log.ts'
import { Rounds } from './rounds.ts'

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
  | 'account.verified'
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
  readonly records: Pick<Records, 'note' | 'tell' | 'changing' | 'quiet' | 'calm'>
  readonly documents: Pick<Documents, 'read'>
  /** Milliseconds since 1970. */
  readonly wall: () => number
  readonly clock: Clock
  /** There is something to deliver. */
  readonly waiting: () => void
  /** Counts deliveries that were not queued because too many wait for hooks of the same owner. */
  readonly dropped: (count: number) => void
  readonly sparing: Sparing
}

/** After a change, in ms. */
const quiet = 30_000
const atOnce = 50
/** Deliveries that may wait for the hooks of one owner. */
const maxWaiting = 1_000

/** Remembers who did what, and tells those who want to hear. */
export class Events {
  readonly #parts: Parts
  readonly #rounds: Rounds

  constructor(parts: Parts) {
    const { clock, sparing } = parts
    this.#parts = parts
    this.#rounds = new Rounds(
      clock,
      () => this.#tellQuiet(),
      (error) => sparing.say('error', { err: error }, 'changes could not be told'),
    )
  }

  /**
   * A document has other words now. Who wants to hear that does when it has been quiet for half a minute, be it after a
   * restart. Resolves when that is on disk.
   */
  changed(document: string): Promise<void> {
    const { records, wall } = this.#parts
    return records.changing(document, 'document.changed' satisfies HookEvent, wall() + quiet)
  }

  close(): void {
    this.#rounds.close()
  }

  async #tellQuiet(): Promise<boolean> {
    const { records, wall } = this.#parts
    const due = await records.quiet(wall(), atOnce)
    for (const { document, due: since } of due) {
      // in this order: told twice after a crash rather than never
      await this.tell('document.changed', document)
      await records.calm(document, since)
    }
    return due.length === atOnce
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
    const { records, documents, wall, waiting, dropped } = this.#parts
    const found = await documents.read(document)
    if (found === null || found.owner === '') return
    const time = wall()
    const body = JSON.stringify({ event, document, title: found.title, time, ...more })
    const told = await records.tell(found.owner, event, body, time, maxWaiting)
    if (told.dropped > 0) dropped(told.dropped)
    if (told.waiting > 0) waiting()
  }
}
