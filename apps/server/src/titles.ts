import { FairQueue } from '@quire/storage/fair-queue'
import { IsSetAside } from '@quire/storage/set-aside'
import type { Document, Documents, Search } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Room } from '@quire/sync/room'
import type { Logger } from 'pino'
import { isDocumentId } from './access.ts'
import { RoomMemoryError } from './limits/room-budget.ts'
import { shown } from './log.ts'
import type { Projector, Source } from './projector.ts'
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

/** How long lists and pages wait for the newest title, in ms: then they get the stored one. */
export const titleWait = 200
/** How long others wait for the disk, in ms, a room that everybody has left for its text, and who made a document for its title. */
export const roomWait = 2000
/** So many documents that nobody has open may wait to be indexed. */
const most = 1000

/** A title that is being read, for all who ask at the same position. */
interface Reading {
  readonly position: number
  /** As it was read last; null before that. */
  title: string | null
  readonly noted: Promise<Document>
}

/**
 * What documents are called. A title is a text inside the document, typed like any other; the list keeps a note
 * of it. A note that cannot be brought up to date stays as it was: it never holds up a room, and nobody waits for
 * the document of somebody else.
 */
export class Titles {
  readonly #parts: Parts
  readonly #readings = new Map<string, Reading>()
  /** Documents that nobody has open are opened one at a time. */
  readonly #indexing = new FairQueue<void>(most)
  #turn = 0
  readonly #renaming = new Map<string, Promise<Document>>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * The document as it is at this moment, changes that people are typing included, as far as that is known within
   * 200 ms; as it was noted last when it is not, or when nobody has it open. One that was `made` just now is opened,
   * and has 2 s.
   */
  async current(document: Document, made = false): Promise<Document> {
    const { rooms } = this.#parts
    const { id, epoch } = document
    if (made) {
      const noted = rooms
        .use(id, epoch, (opened) => this.#read(document, opened).noted)
        .catch((error: unknown) => {
          if (error instanceof RoomMemoryError) return document
          throw error
        })
      return (await this.#within(roomWait, noted)) ? noted : document
    }
    const room = rooms.peek(id)
    if (room === null) return document
    const reading = this.#read(document, room)
    if (await this.#within(titleWait, reading.noted)) return reading.noted
    return { ...document, title: reading.title ?? document.title }
  }

  /** Brings the note up to date with a room that is on disk. Never rejects. */
  async note(name: string, room: Room): Promise<void> {
    if (!isDocumentId(name)) return
    try {
      const document = await this.#parts.documents.read(name)
      if (document === null) return
      await this.#read(document, room).noted
      if (document.deleted === null) await this.#index(document, room)
    } catch (error) {
      this.#parts.log.warn({ room: shown(name), err: error }, 'the title was not noted')
    }
  }

  /** The same for a room that everybody has left: what takes long is done later. Never rejects. */
  async left(name: string, room: Room): Promise<void> {
    const { documents, log } = this.#parts
    try {
      if (await this.#within(roomWait, this.note(name, room))) return
      const document = await documents.read(name)
      if (document !== null && document.deleted === null) void this.index(document)
    } catch (error) {
      log.warn({ room: shown(name), err: error }, 'the text was not indexed')
    }
  }

  /** Brings what can be searched up to date with one of the rooms that are open, in turn. Never rejects. */
  async indexNext(): Promise<void> {
    const { rooms, search, log } = this.#parts
    const open = [...rooms.open].filter(([name]) => isDocumentId(name))
    const [name, room] = open[this.#turn++ % Math.max(1, open.length)] ?? []
    if (name === undefined || room === undefined) return
    try {
      if ((await search.indexed(name)) !== room.position) await this.#within(roomWait, this.note(name, room))
    } catch (error) {
      log.warn({ room: shown(name), err: error }, 'the text was not indexed')
    }
  }

  /**
   * Brings the note and what can be searched up to date with a document that nobody may have open, when it is its
   * owner's turn. Never rejects.
   */
  async index(document: Document): Promise<void> {
    const { rooms, log } = this.#parts
    const { id, owner, epoch } = document
    const run = (): Promise<void> =>
      rooms.use(id, epoch, async (room) => {
        await this.#read(document, room).noted
        await this.#index(document, room)
      })
    try {
      await this.#indexing.do({ owner, key: id, run })
    } catch (error) {
      log.warn({ room: shown(id), err: error }, 'the text was not indexed')
    }
  }

  /** Changes the title for everyone. Resolves when that is on disk, rejects with `NotNow` if it cannot be. */
  async rename(document: Document, title: string, author: string): Promise<Document> {
    const { id } = document
    // one after another: two that start from the same text would both be kept, one behind the other
    const before = this.#renaming.get(id) ?? Promise.resolve()
    const mine = before
      .catch(() => undefined)
      .then(() => this.#rename(document, title, author))
      .catch((error: unknown) => {
        if (error instanceof RoomMemoryError) throw new NotNow('the document cannot be opened now')
        throw error
      })
    this.#renaming.set(id, mine)
    try {
      if (!(await this.#within(10_000, mine))) throw new NotNow()
    } finally {
      if (this.#renaming.get(id) === mine) this.#renaming.delete(id)
    }
    return mine
  }

  async #rename(document: Document, title: string, author: string): Promise<Document> {
    const { rooms, documents, projector } = this.#parts
    const { id, epoch } = document
    return rooms.use(id, epoch, async (room) => {
      const made = await projector.retitle(this.#source(document, room), title).catch((error: unknown) => {
        throw new NotNow('the title cannot be changed now', { cause: error })
      })
      if (made.update !== null) await room.write(made.update, author)
      if (room.position === made.position + 1) await documents.note(id, room.position, made.title)
      await this.#within(titleWait, this.note(id, room))
      return { ...((await documents.read(id)) ?? document), title: made.title }
    })
  }

  /** Reads the title, and notes it once it is on disk. `noted` never rejects for what the document holds. */
  #read(document: Document, room: Room): Reading {
    const { id } = document
    const { position } = room
    if (position <= document.position)
      return { position, title: document.title, noted: Promise.resolve(document) }
    const under = this.#readings.get(id)
    if (under?.position === position) return under
    const noted = this.#note(document, room, (title) => {
      reading.title = title
    }).finally(() => {
      if (this.#readings.get(id) === reading) this.#readings.delete(id)
    })
    const reading: Reading = { position, title: under?.title ?? null, noted }
    this.#readings.set(id, reading)
    return reading
  }

  async #note(document: Document, room: Room, known: (title: string) => void): Promise<Document> {
    const { documents, projector, log } = this.#parts
    const { id } = document
    const read = await projector.title(this.#source(document, room)).catch((error: unknown) => {
      if (!(error instanceof IsSetAside))
        log.warn({ room: shown(id), err: error }, 'the title could not be read')
      return null
    })
    if (read === null) return document
    known(read.title)
    // a note of what is not on disk would hide, after a crash, what is then written at the same position
    if (!(await this.#within(roomWait, room.settled()))) return { ...document, title: read.title }
    await documents.note(id, read.position, read.title)
    return (await documents.read(id)) ?? document
  }

  /** Never rejects for what the document holds. */
  async #index(document: Document, room: Room): Promise<void> {
    const { search, projector, log } = this.#parts
    const { id } = document
    if ((await search.indexed(id)) === room.position) return
    const read = await projector.words(this.#source(document, room)).catch((error: unknown) => {
      if (!(error instanceof IsSetAside))
        log.warn({ room: shown(id), err: error }, 'the text could not be read')
      return null
    })
    if (read === null) return
    if (await this.#within(roomWait, room.settled()))
      await search.index(id, read.position, read.title, read.text)
  }

  /** A room that is let go meanwhile is not read any more, and not kept in memory by those who wait. */
  #source({ id, owner }: Document, { position }: Room): Source {
    const { rooms } = this.#parts
    const content = () => {
      const room = rooms.peek(id)
      return room === null ? null : { position: room.position, updates: [...room.content] }
    }
    return { id, owner, position, content }
  }

  /** True when the promise resolved in time; rejects as it does. */
  #within(ms: number, work: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const callOff = this.#parts.clock.after(ms, () => resolve(false))
      work.then(() => resolve(true), reject).finally(callOff)
    })
  }
}
