import type { MessagePort, Worker } from 'node:worker_threads'
import { StoreBusyError } from './busy.ts'
import type { Time } from './time.ts'

/** What a thread can be asked: plain functions of values that can be copied between threads. */
export type Calls = Record<string, (...args: never[]) => unknown>
type Reply = { id: number; value: unknown } | { id: number; error: unknown; code?: unknown }

/** Why a call was ended together with its thread. */
export class TooSlow extends Error {
  constructor(ms: number) {
    super(`A document took longer than ${ms / 1000} s to work out.`)
  }
}

/** What becomes of a thread. */
export interface Manner {
  /**
   * For a thread that only reads. A call that takes longer, in ms, is ended together with the thread, and rejects with
   * `error`. Calls that waited behind the one in which a thread ended are asked again of the next thread. A question to
   * SQLite cannot be interrupted: while two threads that are to end have not ended, calls reject at once.
   */
  readonly limit?: { readonly time: Time; readonly ms: number; readonly error?: () => Error }
  /** Hears of each end that nobody asked for. */
  readonly ended?: () => void
  /** A thread that was asked nothing for so many ms is ended: what it used of memory goes back. */
  readonly idle?: { readonly time: Time; readonly ms: number }
  /** A thread that nobody waits for is no reason for the process to stay. */
  readonly unref?: boolean
}

interface Call {
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * A worker thread that answers calls in the order they were made. When it dies, the calls that it has not answered
 * reject (but see `Manner.limit`), and the next call starts a new one.
 */
export class Thread<C extends Calls> {
  readonly #start: () => Worker
  readonly #manner: Manner
  /** Not answered yet, oldest first: the first is the one that the thread is at. */
  readonly #calls: Call[] = []
  /** Of each call that was given up its number, at its place in this ring: the thread does not make it any more. */
  readonly #givenUp = new Int32Array(new SharedArrayBuffer(4 * ringSize))
  #worker: Worker | null = null
  #closed = false
  #id = 0
  #unwatch: () => void = () => {}
  /** Threads that were told to end and have not ended. */
  #ending = 0

  constructor(start: () => Worker, manner: Manner = {}) {
    this.#start = start
    this.#manner = manner
  }

  /** Rejects with what the call threw, or with why the thread ended. */
  call<K extends keyof C & string>(name: K, ...args: Parameters<C[K]>): Promise<ReturnType<C[K]>> {
    if (this.#closed) return Promise.reject(closed())
    return new Promise((resolve, reject) => {
      // the other end runs C: what it answers to this name is what C says
      const call = { id: ++this.#id, name, args, resolve: resolve as (value: unknown) => void, reject }
      this.#calls.push(call)
      if (this.#calls.length === 1) this.#watch()
      this.#send(call)
    })
  }

  /**
   * As `call`, but rejects with `StoreBusyError` when there is no answer after so many ms, or at once when a thousand
   * calls wait already. A call that the thread had not begun by then is never made.
   */
  callWithin<K extends keyof C & string>(
    { time, ms }: { readonly time: Time; readonly ms: number },
    name: K,
    ...args: Parameters<C[K]>
  ): Promise<ReturnType<C[K]>> {
    if (this.#calls.length >= maxCalls) return Promise.reject(new StoreBusyError('Too many calls wait.'))
    return new Promise((resolve, reject) => {
      const id = this.#id + 1
      const cancel = time.after(ms, () => {
        Atomics.store(this.#givenUp, id % ringSize, id)
        reject(new StoreBusyError('The disk does not answer.'))
      })
      this.call(name, ...args)
        .then(resolve, reject)
        .finally(cancel)
    })
  }

  /** Ends the thread, with whatever it was doing. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#calls.length === 0) this.#unwatch()
    await this.#worker?.terminate()
  }

  #send(call: Call): void {
    const { id, name, args } = call
    try {
      if (this.#worker === null && this.#ending >= maxEnding)
        throw new StoreBusyError('The disk does not answer.')
      this.#worker ??= this.#begin()
      this.#worker.postMessage({ id, name, args })
      if (this.#manner.unref === true) this.#worker.ref()
    } catch (error) {
      // the system has no room for one more thread, or too many are about to end
      this.#calls.splice(this.#calls.indexOf(call), 1)
      call.reject(error)
    }
  }

  #begin(): Worker {
    const worker = this.#start()
    worker.postMessage({ givenUp: this.#givenUp })
    let reason: unknown = null
    worker.on('message', (reply: Reply) => {
      if (worker !== this.#worker || reply.id !== this.#calls[0]?.id) return // given up meanwhile
      const call = this.#calls.shift()
      this.#watch()
      if (this.#manner.unref === true && this.#calls.length === 0) worker.unref()
      if ('error' in reply) call?.reject(coded(reply.error, reply.code))
      else call?.resolve(reply.value)
    })
    worker.on('error', (error) => (reason = error))
    worker.on('exit', () => this.#end(worker, reason ?? new Error('A thread of the store ended.')))
    return worker
  }

  /** Gives the call that the thread is at now its time. */
  #watch(): void {
    this.#unwatch()
    this.#unwatch = () => {}
    const { limit, idle } = this.#manner
    if (this.#calls.length === 0) {
      if (idle !== undefined && !this.#closed) this.#unwatch = idle.time.after(idle.ms, () => this.#retire())
      return
    }
    if (limit === undefined) return
    const [call] = this.#calls
    this.#unwatch = limit.time.after(limit.ms, () => {
      // after a time in which this thread stood still, the answer may be here and not read yet
      setImmediate(() => {
        const worker = this.#worker
        if (worker === null || this.#calls[0] !== call) return
        this.#ending++
        void worker.terminate().finally(() => this.#ending--)
        this.#end(worker, limit.error?.() ?? new TooSlow(limit.ms))
      })
    })
  }

  #retire(): void {
    const worker = this.#worker
    this.#worker = null
    void worker?.terminate()
  }

  #end(worker: Worker, reason: unknown): void {
    if (worker !== this.#worker) return
    this.#worker = null
    if (!this.#closed) this.#manner.ended?.()
    const again = this.#manner.limit !== undefined && !this.#closed
    for (const call of this.#calls.splice(0, again ? 1 : this.#calls.length)) call.reject(reason)
    this.#watch()
    for (const call of this.#calls.slice()) this.#send(call)
  }
}

/** Between threads an error loses all but its words: its code comes beside it. */
const coded = (error: unknown, code: unknown): unknown =>
  error instanceof Error && code !== undefined ? Object.assign(error, { code }) : error
/** The most calls with a time limit that wait in one thread; calls without one are few. */
const [maxCalls, ringSize] = [1000, 4096]
/** The most threads of one kind that may take their time to end. */
const maxEnding = 2

const closed = (): Error => new Error('The store is closed.')

/** For some calls, the buffers of an answer that go over as they are. The thread must not look at them again. */
type Gives<C extends Calls> = { readonly [K in keyof C]?: (value: ReturnType<C[K]>) => ArrayBuffer[] }

/** The thread's end: answers what arrives at the port, one call at a time. */
export const serve = <C extends Calls>(port: MessagePort | null, calls: C, gives: Gives<C> = {}): void => {
  const answer = <K extends keyof C>(id: number, name: K, args: never[]): void => {
    // the other end runs C: what it answers to this name is what C says
    const value = calls[name]?.(...args) as ReturnType<C[K]>
    port?.postMessage({ id, value }, gives[name]?.(value) ?? [])
  }
  let givenUp = new Int32Array(ringSize)
  port?.on(
    'message',
    (message: { id: number; name: keyof C; args: never[] } | { givenUp: Int32Array<ArrayBuffer> }) => {
      if ('givenUp' in message) {
        givenUp = message.givenUp
        return
      }
      const { id, name, args } = message
      if (Atomics.load(givenUp, id % ringSize) === id)
        return port.postMessage({ id, error: new Error('This call was given up.') })
      try {
        answer(id, name, args)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        port.postMessage({ id, error, code })
      }
    },
  )
}
