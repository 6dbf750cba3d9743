import type { MessagePort, Worker } from 'node:worker_threads'

/** What a thread can be asked: plain functions of values that can be copied between threads. */
export type Calls = Record<string, (...args: never[]) => unknown>
type Reply = { id: number; value: unknown } | { id: number; error: unknown }

/**
 * A worker thread that answers calls in the order they were made. When it dies, every call that it has not
 * answered rejects, and the next call starts a new one.
 */
export class Thread<C extends Calls> {
  readonly #start: () => Worker
  readonly #calls = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  #worker: Worker | null = null
  #closed = false
  #id = 0

  constructor(start: () => Worker) {
    this.#start = start
  }

  /** Rejects with what the call threw, or with why the thread ended. */
  call<K extends keyof C & string>(name: K, ...args: Parameters<C[K]>): Promise<ReturnType<C[K]>> {
    if (this.#closed) return Promise.reject(new Error('The store is closed.'))
    const worker = (this.#worker ??= this.#begin())
    const id = ++this.#id
    return new Promise((resolve, reject) => {
      // the other end runs C: what it answers to this name is what C says
      this.#calls.set(id, { resolve: resolve as (value: unknown) => void, reject })
      worker.postMessage({ id, name, args })
    })
  }

  /** Ends the thread, with whatever it was doing. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#worker?.terminate()
  }

  #begin(): Worker {
    const worker = this.#start()
    let reason: unknown = null
    worker.on('message', (reply: Reply) => {
      const call = this.#calls.get(reply.id)
      this.#calls.delete(reply.id)
      if ('error' in reply) call?.reject(reply.error)
      else call?.resolve(reply.value)
    })
    worker.on('error', (error) => (reason = error))
    worker.on('exit', () => {
      this.#worker = null
      const calls = [...this.#calls.values()]
      this.#calls.clear()
      for (const call of calls) call.reject(reason ?? new Error('A thread of the store ended.'))
    })
    return worker
  }
}

/** The thread's end: answers what arrives at the port, one call at a time. */
export const serve = <C extends Calls>(port: MessagePort | null, calls: C): void => {
  port?.on('message', ({ id, name, args }: { id: number; name: keyof C; args: never[] }) => {
    let reply: Reply
    try {
      reply = { id, value: calls[name]?.(...args) }
    } catch (error) {
      reply = { id, error }
    }
    port.postMessage(reply)
  })
}
