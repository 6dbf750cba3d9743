/** Hears what goes by on the sockets of one document. `@quire/sync/client` is one. */
export interface Witness {
  opened(): void
  sent(frame: Uint8Array): void
  heard(frame: Uint8Array): void
  closed(): void
}

/**
 * A WebSocket class for the provider whose sockets tell the witness of each frame, before the provider sees
 * what arrived and after it handed over what leaves. A socket that the provider has closed tells no more, so
 * the ends and beginnings of successive sockets never mix.
 */
export const watchedSocket = (witness: Witness): typeof WebSocket =>
  class extends WebSocket {
    #over = false
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      // registered before the provider's own handlers, and therefore called before them
      this.addEventListener('open', () => {
        if (!this.#over) witness.opened()
      })
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (!this.#over && data instanceof ArrayBuffer) witness.heard(new Uint8Array(data))
      })
      this.addEventListener('close', () => this.#end())
    }

    override send(data: Parameters<WebSocket['send']>[0]): void {
      super.send(data)
      if (!this.#over && data instanceof Uint8Array) witness.sent(data)
    }

    override close(code?: number, reason?: string): void {
      this.#end()
      if (code === undefined) super.close()
      else super.close(code, reason)
    }

    #end(): void {
      if (this.#over) return
      this.#over = true
      witness.closed()
    }
  }

/** How long to wait before attempt `n` (from 0) to come back: anything up to 0.2 s, doubling to 30 s. */
export const waitBefore = (attempt: number, chance: number): number =>
  chance * Math.min(30_000, 200 * 2 ** Math.min(attempt, 20))

/** A server that was sent too much is left alone for at least so long. */
export const leaveAlone = 30_000
