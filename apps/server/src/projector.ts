import { Worker } from 'node:worker_threads'
import type { Clock } from '@quire/sync/clock'

/** What may be asked about a document. Updates are those that make it up. */
export type Question = { ask: 'title' } | { ask: 'words' } | { ask: 'retitle'; title: string }
export interface Task {
  readonly number: number
  readonly updates: readonly Uint8Array[]
  readonly question: Question
}

/** The thread's word on a task: the title as it is then, the text, and the update that a retitling makes. */
export type Outcome =
  | { number: number; title: string; text: string; update: Uint8Array | null }
  | { number: number; problem: string }

interface Answer {
  readonly title: string
  readonly text: string
  readonly update: Uint8Array | null
}

interface Waiting {
  readonly task: Task
  readonly resolve: (outcome: Answer) => void
  readonly reject: (error: Error) => void
}

/**
 * Reads documents, as the only part of the server that builds them in memory. It does so in a thread of its own,
 * one at a time; a document that takes longer than ten seconds or more than 512 MiB costs that thread, which is
 * replaced, and nothing else.
 */
export class Projector {
  readonly #clock: Clock
  readonly #entry: URL
  readonly #queue: Waiting[] = []
  #thread: Worker | null = null
  #busy: { waiting: Waiting; callOff: () => void } | null = null
  #number = 0
  #closed = false

  /** `entry` is the thread's program; tests give one that misbehaves. */
  constructor(clock: Clock, entry: URL = new URL('./reading.ts', import.meta.url)) {
    this.#clock = clock
    this.#entry = entry
  }

  /** The title of the document that these updates make up. */
  async title(updates: readonly Uint8Array[]): Promise<string> {
    return (await this.#ask(updates, { ask: 'title' })).title
  }

  /** The title and the text, for those who search. */
  async words(updates: readonly Uint8Array[]): Promise<{ title: string; text: string }> {
    return this.#ask(updates, { ask: 'words' })
  }

  /** The update that gives this document another title; null when it has that title already. */
  async retitle(updates: readonly Uint8Array[], title: string): Promise<Uint8Array | null> {
    return (await this.#ask(updates, { ask: 'retitle', title })).update
  }

  /** Ends the thread. What was asked and not answered rejects. */
  async close(): Promise<void> {
    this.#closed = true
    const unanswered = [...(this.#busy === null ? [] : [this.#busy.waiting]), ...this.#queue.splice(0)]
    this.#busy?.callOff()
    this.#busy = null
    for (const { reject } of unanswered) reject(new Error('the projector was closed'))
    await this.#thread?.terminate()
  }

  #ask(updates: readonly Uint8Array[], question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error('the projector was closed'))
      this.#queue.push({ task: { number: ++this.#number, updates, question }, resolve, reject })
      this.#next()
    })
  }

  #next(): void {
    if (this.#busy !== null) return
    const waiting = this.#queue.shift()
    if (waiting === undefined) return
    const thread = (this.#thread ??= this.#start())
    const callOff = this.#clock.after(10_000, () => this.#lose(thread, 'it took longer than ten seconds'))
    this.#busy = { waiting, callOff }
    thread.ref()
    thread.postMessage(waiting.task)
  }

  #start(): Worker {
    const thread = new Worker(this.#entry, { resourceLimits: { maxOldGenerationSizeMb: 512 } })
    thread.on('message', (outcome: Outcome) => this.#answer(outcome))
    thread.on('error', (error: Error) => this.#lose(thread, error.message))
    thread.on('exit', () => this.#lose(thread, 'the thread ended'))
    thread.unref()
    return thread
  }

  #answer(outcome: Outcome): void {
    if (this.#busy?.waiting.task.number !== outcome.number) return
    const { waiting, callOff } = this.#busy
    callOff()
    this.#busy = null
    this.#thread?.unref() // an idle thread is no reason for the process to stay
    if ('problem' in outcome) waiting.reject(new Error(outcome.problem))
    else waiting.resolve(outcome)
    this.#next()
  }

  #lose(thread: Worker, problem: string): void {
    if (this.#thread !== thread) return
    this.#thread = null
    void thread.terminate()
    const number = this.#busy?.waiting.task.number
    if (number === undefined) this.#next()
    else this.#answer({ number, problem })
  }
}
