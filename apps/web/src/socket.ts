import type { EarlySocket } from './early.ts'

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
 * the ends and beginnings of successive sockets never mix. The first of them may be there already.
 */
export const watchedSocket = (witness: Witness, first: EarlySocket | null = null): typeof WebSocket => {
  const open = function (url: string | URL, protocols?: string | string[]): WebSocket {
    return watched(first?.take() ?? new WebSocket(url, protocols), witness)
  }
  return open as unknown as typeof WebSocket // the provider does nothing with it but `new`
}

const watched = (socket: WebSocket, witness: Witness): WebSocket => {
  let over = false
  const end = (): void => {
    if (over) return
    over = true
    witness.closed()
  }
  // registered before the provider's own handlers, and therefore called before them
  socket.addEventListener('open', () => {
    if (!over) witness.opened()
  })
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!over && data instanceof ArrayBuffer) witness.heard(new Uint8Array(data))
  })
  socket.addEventListener('close', end)
  const [send, close] = [socket.send.bind(socket), socket.close.bind(socket)]
  socket.send = (data) => {
    send(data)
    if (!over && data instanceof Uint8Array) witness.sent(data)
  }
  socket.close = (code, reason) => {
    end()
    if (code === undefined) close()
    else close(code, reason)
  }
  return socket
}

/** How long to wait before attempt `n` (from 0) to come back: anything up to 0.2 s, doubling to 30 s. */
export const waitBefore = (attempt: number, chance: number): number =>
  chance * Math.min(30_000, 200 * 2 ** Math.min(attempt, 20))

/** A server that was sent too much is left alone for at least so long. */
export const leaveAlone = 30_000
