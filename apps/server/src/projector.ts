import { Worker } from 'node:worker_threads'
import { idleMs } from '@quire/storage/compaction'
import { FairQueue } from '@quire/storage/fair-queue'
import { SetAside } from '@quire/storage/set-aside'
import type { SetAsideReason } from '@quire/storage/set-aside'
import { Thread } from '@quire/storage/thread'
import type { Clock } from '@quire/sync/clock'

/** What may be asked about a document. */
export type Question = { ask: 'title' } | { ask: 'words' } | { ask: 'retitle'; title: string }

/** The title as it is then, the text when that was asked for, and the update that a retitling makes. */
export interface Answer {
  readonly title: string
  readonly text: string
  readonly update: Uint8Array | null
  /** What it cost, in ms of a processor. */
  readonly cost: number
}

/** What a thread of the projector can be asked: `readTitle` reads no more than the title, and null is `build` instead. */
export type Reading = {
  build(updates: readonly Uint8Array[], question: Question): Answer
  readTitle(updates: readonly Uint8Array[], question: Question): Answer | null
}

/** A document that may be read when its turn has come. */
export interface Source {
  readonly id: string
  /** Identity of whose it is: owners take turns. */
  readonly owner: string
  /** The log position as of now. Who asks about the same one shares one answer. */
  readonly position: number
  /** What the document is made of by then, and as of which position; null when nobody wants to know any more. */
  readonly content: () => Content | null
}

/** A document as of a log position. */
interface Content {
  readonly position: number
  readonly updates: readonly Uint8Array[]
}

/** An answer, and the position it was true at. */
export type Read = Answer & { readonly position: number }

/** What a projector is made of. */
export interface Parts {
  readonly clock: Clock
  /** Told of each time that a document is set aside. */
  readonly setAside: (reason: SetAsideReason) => void
  /** The threads' program; tests give one that misbehaves. */
  readonly entry?: URL
}

/** The longest a document may take, in ms, and the most memory, in MiB. */
const [patience, memory] = [10_000, 512]
/** So many questions may wait for each of the two threads. */
const most = 1000

/**
 * Reads documents, as the only part of the server that builds them in memory, in two threads of its own. One reads and
 * changes titles, from the part of the bytes that is the title: nothing there takes longer than reading a document's
 * bytes, and changes come first. The other builds whole documents. In both, owners take turns, and a document that
 * takes longer than ten seconds or more than 512 MiB costs that thread, which is replaced, and is set aside for a
 * while.
 */
export class Projector {
  readonly #titles: Lane<Answer | null>
  readonly #texts: Lane<Answer>

  constructor(parts: Parts) {
    this.#titles = new Lane(parts)
    this.#texts = new Lane(parts)
  }

  /** How many questions wait for their turn. */
  get waiting(): number {
    return this.#titles.waiting + this.#texts.waiting
  }

  /** The title of a document. Rejects when it cannot be read now. */
  title(source: Source): Promise<Read> {
    return this.#read(source, { ask: 'title' })
  }

  /** The title and the text, for those who search. */
  words(source: Source): Promise<Read> {
    return this.#build(source, { ask: 'words' }, false)
  }

  /** The update that gives this document another title, null when it has that title already; and the title. */
  retitle(source: Source, title: string): Promise<Read> {
    return this.#read(source, { ask: 'retitle', title })
  }

  /** Ends the threads. What was asked and not answered rejects. */
  async close(): Promise<void> {
    await Promise.all([this.#titles.close(), this.#texts.close()])
  }

  async #read(source: Source, question: Question): Promise<Read> {
    const urgent = question.ask === 'retitle'
    const { position, answer } = await this.#titles.do(source, keyOf(question), urgent, (thread, updates) =>
      thread.call('readTitle', updates, question),
    )
    return answer === null ? this.#build(source, question, urgent) : { ...answer, position }
  }

  async #build(source: Source, question: Question, urgent: boolean): Promise<Read> {
    const { position, answer } = await this.#texts.do(source, keyOf(question), urgent, (thread, updates) =>
      thread.call('build', updates, question),
    )
    return { ...answer, position }
  }
}

const keyOf = (question: Question): string =>
  question.ask === 'retitle' ? `${question.ask} ${question.title}` : question.ask

interface Done<A> {
  readonly position: number
  readonly answer: A
}

/** One thread, whose turns are given out fairly. */
class Lane<A extends Answer | null> {
  readonly #thread: Thread<Reading>
  readonly #queue = new FairQueue<Done<A>>(most)
  readonly #setAside: SetAside

  constructor({ clock, setAside, entry = new URL('./reading.ts', import.meta.url) }: Parts) {
    const start = (): Worker => new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: memory } })
    this.#thread = new Thread(start, {
      limit: { time: clock, ms: patience },
      idle: { time: clock, ms: idleMs },
      unref: true,
    })
    this.#setAside = new SetAside(() => clock.now(), setAside)
  }

  get waiting(): number {
    return this.#queue.length
  }

  async do(
    { id, owner, position, content }: Source,
    key: string,
    urgent: boolean,
    ask: (thread: Thread<Reading>, updates: readonly Uint8Array[]) => Promise<A>,
  ): Promise<Done<A>> {
    this.#setAside.check(id)
    const run = async (): Promise<Done<A>> => {
      const now = content()
      if (now === null) throw new Error('nobody waits for this document any more')
      return {
        position: now.position,
        answer: await this.#setAside.try(
          id,
          () => ask(this.#thread, now.updates),
          (answer) => answer?.cost ?? 0,
        ),
      }
    }
    return this.#queue.do({ owner, key: `${id} ${key}`, version: position, urgent, run })
  }

  async close(): Promise<void> {
    this.#queue.close(new Error('the projector was closed'))
    await this.#thread.close()
  }
}
