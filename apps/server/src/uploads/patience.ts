import { STATUS_CODES } from 'node:http'
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'

/**
 * Node ends each request that has not arrived whole after half a minute. An upload over a slow line takes longer, so
 * those that are spared are not ended: whoever reads them watches that something comes. All others are ended as
 * before, with the status that says why.
 */
export class Patience {
  readonly #spared = new WeakSet<Duplex>()

  /** This connection's request may take as long as it takes. The returned function ends that. */
  spare(socket: Duplex): () => void {
    this.#spared.add(socket)
    return () => void this.#spared.delete(socket)
  }

  /** Takes over what happens to requests that cannot be read or come too slowly. */
  watch(server: Server): void {
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && this.#spared.has(socket)) return
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
      const status =
        error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`)
    })
  }
}
