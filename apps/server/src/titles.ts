import type { Document, Documents, Search } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Room } from '@quire/sync/room'
import type { Logger } from 'pino'
import { isDocumentId } from './access.ts'
import { shown } from './log.ts'
import type { Projector } from './projector.ts'
import type { Rooms } from './rooms.ts'

/** What titles are read with. */
export interface Parts {
  readonly documents: Pick<Documents, 'read' | 'note'>
  readonly search: Pick<Search, 'index' | 'indexed'>
  readonly rooms: Rooms
  readonly projector: Projector
  readonly clock: Clock
  readonly log: Logger
}

/** Said when a change of title cannot be made or stored now; the old title stands or the new one comes late. */
export class NotNow extends Error {}

/**
 * What documents are called. A title is a text inside the document, typed like any other; the list keeps a note
 * of it. A note that cannot be brought up to date stays as it was: it never holds up a room.
 */
export class Titles {
  readonly #parts: Parts
  readonly #failures = new Map<string, number>()
  /** Of those whose text could not be read, the position at which it could not. */
  readonly #unreadable = new Map<string, number>()
  #turn = 0
  readonly #renaming = new Map<string, Promise<void>>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * The document as it is at this moment, changes that people are typing included; as it was noted last when nobody has
   * it open.
   */
  async current(document: Document): Promise<Document> {
    const room = this.#parts.rooms.peek(document.id)
    return room === null ? document : this.#read(document, room)
  }

  /** Brings the note up to date with a room that is on disk. Never rejects. */
  async note(name: string, room: Room): Promise<void> {
    if (!isDocumentId(name)) return
    try {
      const document = await this.#parts.documents.read(name)
      if (document !== null) await this.#read(document, room)
      if (document !== null && document.deleted === null) await this.#index(name, room)
    } catch (error) {
      this.#parts.log.warn({ room: shown(name), err: error }, 'the title was not noted')
    }
  }

  /** Brings what can be searched up to date with one of the rooms that are open, in turn. Never rejects. */
  async indexNext(): Promise<void> {
    const { rooms, search, log } = this.#parts
    const open = [...rooms.open].filter(([name]) => isDocumentId(name))
    const [name, room] = open[this.#turn++ % Math.max(1, open.length)] ?? []
    if (name === undefined || room === undefined) return
    try {
      if ((await search.indexed(name)) !== room.position) await this.note(name, room)
    } catch (error) {
      log.warn({ room: shown(name), err: error }, 'the text was not indexed')
    }
  }

  /** Never rejects for what the document holds. */
  async #index(id: string, room: Room): Promise<void> {
    const { search, projector, log } = this.#parts
    const { position } = room
    if ((await search.indexed(id)) === position || (this.#unreadable.get(id) ?? -1) === position) return
    const words = await projector.words([...room.content]).catch((error: unknown) => {
      this.#unreadable.set(id, position)
      log.warn({ room: shown(id), err: error }, 'the text could not be read')
      return null
    })
    if (words === null) return
    this.#unreadable.delete(id)
    if (await this.#within(2000, room.settled())) await search.index(id, position, words.title, words.text)
  }

  /** Brings the note and what can be searched up to date with a document that nobody may have open. Never rejects. */
  async index(document: Document): Promise<void> {
    const { id, epoch } = document
    try {
      await this.#parts.rooms.use(id, epoch, async (room) => {
        await this.#read(document, room)
        await this.#index(id, room)
      })
    } catch (error) {
      this.#parts.log.warn({ room: shown(id), err: error }, 'the text was not indexed')
    }
  }

  /** Changes the title for everyone. Resolves when that is on disk, rejects with `NotNow` if it cannot be. */
  async rename(document: Document, title: string, author: string): Promise<Document> {
    const { documents } = this.#parts
    const { id } = document
    // one after another: two that start from the same text would both be kept, one behind the other
    const before = this.#renaming.get(id) ?? Promise.resolve()
    const mine = before.catch(() => undefined).then(() => this.#rename(document, title, author))
    this.#renaming.set(id, mine)
    try {
      if (!(await this.#within(10_000, mine))) throw new NotNow()
    } finally {
      if (this.#renaming.get(id) === mine) this.#renaming.delete(id)
    }
    return (await documents.read(id)) ?? document
  }

  async #rename(document: Document, title: string, author: string): Promise<void> {
    const { rooms, projector } = this.#parts
    await rooms.use(document.id, document.epoch, async (room) => {
      const update = await projector.retitle([...room.content], title).catch((error: unknown) => {
        throw new NotNow('the title cannot be changed now', { cause: error })
      })
      if (update !== null) await room.write(update, author)
      await this.note(document.id, room)
    })
  }

  async #read(document: Document, room: Room): Promise<Document> {
    const { documents, projector, log } = this.#parts
    const { id } = document
    const position = room.position
    const failures = this.#failures.get(id) ?? 0
    if (position <= document.position || failures > 1) return document
    const settled = room.settled()
    settled.catch(() => {}) // nobody may wait for it: the title may not be readable
    const title = await projector.title([...room.content]).catch((error: unknown) => {
      this.#failures.set(id, failures + 1)
      log.warn({ room: shown(id), err: error }, 'the title could not be read')
      return null
    })
    if (title === null) return document
    this.#failures.delete(id)
    // a note of what is not on disk would hide, after a crash, what is then written at the same position
    if (!(await this.#within(2000, settled))) return { ...document, title }
    await documents.note(id, position, title)
    return (await documents.read(id)) ?? document
  }

  /** True when the promise resolved in time; rejects as it does. */
  #within(ms: number, work: Promise<void>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const callOff = this.#parts.clock.after(ms, () => resolve(false))
      work.then(() => resolve(true), reject).finally(callOff)
    })
  }
}
