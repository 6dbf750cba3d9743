import { titleOf } from '@quire/editor/title'
import { objections } from '@quire/sync/error'
import * as Y from 'yjs'
import { OpenDocument } from './document.ts'
import type { Author } from './document.ts'
import type { EarlySocket } from './early.ts'
import type { Ending } from './saying.ts'
import type { Loss, Recovered, Shelf } from './shelf.ts'
import { clashesOf, covers, textOf } from './unsent.ts'

/** What a visit is made of. */
export interface Parts {
  readonly server: string
  readonly room: string
  readonly author: Author
  readonly shelf: Shelf
  /** Watches over each copy that is opened. What it returns ends that. */
  readonly attend: (open: OpenDocument) => () => void
  /** A connection that was begun for the first copy. */
  readonly early?: EarlySocket | null
}

/** What the page shows of a visit. A new object at each change. */
export interface Shown {
  readonly open: OpenDocument
  /** A fresh copy is on its way to take its place. */
  readonly renewing: boolean
  /** Set when one may only read for the rest of the visit, whatever the server says. */
  readonly closed: Loss | null
  /** What was written here and refused, the newest first. */
  readonly recovered: readonly Recovered[]
  /** The entry that somebody should see now. */
  readonly urgent: string | null
}

/** Two refusals within this time are one too many, in ms. */
const again = 10_000

/** The copy that a fresh one is about to replace, and what was made of it. */
interface Left {
  readonly open: OpenDocument
  /** Something that was written here was not taken, even if it was no text. */
  readonly named: boolean
  /** What of it is on the shelf; null when it had not arrived, so that nobody wrote in it. */
  readonly entry: Omit<Recovered, 'kept'> | null
}

/**
 * Somebody's stay at a document, through as many copies of it as that takes. When the server does not take what
 * was written in a copy, that is put on the shelf before anything else; then a fresh copy, under a new client id,
 * takes its place as soon as it has arrived. The two never merge.
 */
export class Visit {
  readonly #parts: Parts
  readonly #listeners = new Set<() => void>()
  readonly #stops = new Map<OpenDocument, () => void>()
  readonly #forgetShelf: () => void
  #author: Author
  #shown: Shown
  /** The copy that is connected: the one shown, or the one that is to be. */
  #latest: OpenDocument
  #left: Left | null = null
  /** Entries whose text is back in the document and not saved yet. */
  readonly #returning = new Set<string>()
  #refusedAt = -Infinity
  #refusals = 0
  #over = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#author = parts.author
    this.#latest = this.#open(parts.early)
    this.#shown = {
      open: this.#latest,
      renewing: false,
      closed: null,
      recovered: parts.shelf.list(parts.room),
      urgent: null,
    }
    this.#forgetShelf = parts.shelf.subscribe(() => this.#tell({}))
  }

  /** What is to be shown now. */
  get shown(): Shown {
    return this.#shown
  }

  /** Calls back after each change of `shown`. The returned function ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells the others who writes here, in this copy and in each to come. */
  introduce(author: Author): void {
    this.#author = author
    this.#latest.introduce(author)
  }

  /** The urgent entry has been seen. */
  readonly seen = (): void => {
    if (this.#shown.urgent !== null) this.#tell({ urgent: null })
  }

  /** The text of an entry was just put back into the copy shown: it is forgotten once that is saved. */
  readonly returned = (id: string): void => {
    this.#returning.add(id)
    this.#tell({})
  }

  /** Leaves. Nothing of it is usable afterwards; what is on the shelf stays there. */
  close(): void {
    this.#over = true
    this.#forgetShelf()
    this.#listeners.clear()
    for (const open of this.#stops.keys()) this.#letGo(open)
  }

  #open(early?: EarlySocket | null): OpenDocument {
    const { server, room, attend } = this.#parts
    const open = new OpenDocument(server, room, this.#author, early)
    const stopAttending = attend(open)
    const stopLooking = open.subscribe(() => this.#look(open))
    this.#stops.set(open, () => {
      stopAttending()
      stopLooking()
    })
    return open
  }

  #letGo(open: OpenDocument): void {
    this.#stops.get(open)?.()
    this.#stops.delete(open)
    open.close()
  }

  #look(open: OpenDocument): void {
    if (this.#over || open !== this.#latest) return
    const { ended, synced } = open.standing
    const loss = ended === null ? null : lossOf(ended)
    if (loss !== null) this.#rescue(open, loss)
    else if (this.#left !== null && (synced || ended !== null)) this.#replace(this.#left, open)
    else if (open.standing.unsavedSince === null) this.#forgetReturned()
  }

  #rescue(open: OpenDocument, loss: Loss): void {
    if (open === this.#shown.open) this.#leave(open, loss)
    const now = Date.now()
    this.#refusals = now - this.#refusedAt < again ? this.#refusals + 1 : 1
    this.#refusedAt = now
    const closed = loss === 'full' || this.#refusals > 1 ? loss : this.#shown.closed
    const urgent = this.#left?.named === true ? (this.#left.entry?.id ?? null) : this.#shown.urgent
    this.#stops.get(open)?.() // what it held is on the shelf: nobody needs to be warned when leaving
    // a fresh copy that is refused before anything is written in it will not be helped by a third
    const renewing = this.#refusals < 3
    this.#tell({ closed, urgent, renewing })
    if (!renewing) return
    if (open !== this.#shown.open) this.#letGo(open)
    this.#latest = this.#open()
  }

  /** The copy shown cannot stay: what it holds goes on the shelf. */
  #leave(open: OpenDocument, reason: Loss): void {
    const { doc, unsent } = open
    const { facts, unsavedSince, synced } = open.standing
    const entry = {
      id: crypto.randomUUID(),
      document: this.#parts.room,
      title: titleOf(doc),
      at: Date.now(),
      reason,
      text: textOf(doc, (client) => unsent.get(client) ?? Infinity),
      state: Y.encodeStateAsUpdate(doc),
    }
    const named = facts.refused !== null && unsavedSince !== null
    this.#left = { open, named, entry: synced ? entry : null }
    if (!synced) return
    const { kept } = this.#parts.shelf.put(entry)
    // what was put back into this copy is a part of the new entry, if that will last
    if (kept === 'nothing') this.#returning.clear()
    else this.#forgetReturned()
  }

  #forgetReturned(): void {
    for (const id of this.#returning) {
      this.#returning.delete(id)
      this.#parts.shelf.remove(id)
    }
  }

  /** The fresh copy has arrived, or will never: what it holds was not lost, what it lacks is known to the letter. */
  #replace({ open, named, entry }: Left, fresh: OpenDocument): void {
    this.#left = null
    const { shelf } = this.#parts
    const { unsent } = open
    let { urgent } = this.#shown
    if (entry !== null && fresh.standing.synced) {
      // under this id somebody else may have written: then clocks do not tell what the server has
      const clashing = clashesOf(open.doc, fresh.doc, unsent)
      const isLacking = named || clashing.size > 0
      if (!isLacking && covers(fresh.doc, clocksOf(open.doc))) shelf.remove(entry.id)
      else {
        // written anew: in the moment between the refusal and the fresh copy more may have been typed
        // what could not be stored is known by its place: there it is what was never called saved
        const text = textOf(open.doc, (client) =>
          entry.reason === 'unstored'
            ? (unsent.get(client) ?? Infinity)
            : (clashing.get(client) ?? Y.getState(fresh.doc.store, client)),
        )
        shelf.put({ ...entry, title: titleOf(open.doc), text, state: Y.encodeStateAsUpdate(open.doc) })
        if (isLacking || !covers(fresh.doc, clocksOf(open.doc, unsent))) urgent = entry.id
      }
    }
    this.#tell({ open: fresh, renewing: false, urgent })
    this.#letGo(open)
  }

  #tell(change: Partial<Shown>): void {
    if (this.#over) return
    const left = this.#left
    // whether an old copy holds anything that the server lacks shows only when the fresh one has arrived
    const undecided =
      left !== null && !left.named && left.open.standing.unsavedSince === null ? left.entry?.id : undefined
    const recovered = this.#parts.shelf
      .list(this.#parts.room)
      .filter(({ id }) => id !== undecided && !this.#returning.has(id))
    this.#shown = { ...this.#shown, ...change, recovered }
    for (const listener of this.#listeners) listener()
  }
}

/** What an ending cost, if a fresh copy of the document may go on where this one stopped. */
const lossOf = (ending: Ending): Loss | null => {
  if (ending === 'bad-bytes') return 'damaged'
  return ending === 'other-epoch' ? ending : (objections.find((objection) => objection === ending) ?? null)
}

/** How far a document goes, for all clients or for those who are named in `only`. */
const clocksOf = (doc: Y.Doc, only?: ReadonlyMap<number, number>): Map<number, number> => {
  const all = Y.decodeStateVector(Y.encodeStateVector(doc))
  return new Map([...all].filter(([client]) => only === undefined || only.has(client)))
}
