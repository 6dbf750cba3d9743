import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What documents that begin with one of ours begin with: an update each, by its id. Made when first asked for. */
export class Starters {
  #made: Promise<ReadonlyMap<string, Uint8Array>> | null = null

  /** Null when there is no such one. */
  async content(id: string): Promise<Uint8Array | null> {
    this.#made ??= make()
    try {
      return (await this.#made).get(id) ?? null
    } catch (error) {
      this.#made = null // the next one tries again
      throw error
    }
  }
}

const make = async (): Promise<ReadonlyMap<string, Uint8Array>> => {
  const thread = new Worker(new URL('./making.ts', import.meta.url))
  thread.unref() // no reason for the process to stay
  try {
    const [made] = (await once(thread, 'message', { signal: AbortSignal.timeout(30_000) })) as [
      [string, Uint8Array][],
    ]
    return new Map(made)
  } finally {
    await thread.terminate()
  }
}
