import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Frames, frame } from './frames.ts'
import type { OnFrame } from './frames.ts'

// all sockets read into the same bytes: what is read is dealt with before the next read
const shared = Buffer.allocUnsafeSlow(1024 * 1024)
const pong = 10
const limit = 60_000

/** The client's end of a WebSocket, on a plain socket: so that many of them fit into one process. */
export class Connection {
  readonly #socket: Socket
  readonly #frames: Frames
  /** Resolves when the server has agreed to talk WebSocket. */
  readonly opened: Promise<void>
  /** Resolves when it is over. */
  readonly closed: Promise<void>
  /** How many bytes were read. */
  read = 0
  #greeting: Buffer | null = Buffer.alloc(0)

  constructor(port: number, path: string, heard: OnFrame) {
    this.#frames = new Frames((opcode, bytes, start, end) => {
      if (opcode === 9) this.write(frame(bytes.subarray(start, end), pong))
      else if (opcode <= 2) heard(opcode, bytes, start, end)
    })
    const opened = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    this.opened = opened.promise
    this.closed = closed.promise
    this.opened.catch(() => {}) // whoever waits is told; nobody has to
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (length, bytes) => {
          this.read += length
          const part = Buffer.from(bytes.buffer, bytes.byteOffset, length)
          if (this.#greeting === null) this.#frames.read(part)
          else this.#greet(part, opened)
          return true
        },
      },
    })
    const late = setTimeout(
      () => this.#socket.destroy(new Error('The server did not answer in 60 s.')),
      limit,
    )
    this.opened.then(
      () => clearTimeout(late),
      () => clearTimeout(late),
    )
    this.#socket.on('error', (error) => opened.reject(error))
    this.#socket.on('close', () => {
      opened.reject(new Error(`The server hung up on ${path}.`))
      closed.resolve()
    })
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  /** Reads nothing from now on. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Hangs up as a page that is closed does. */
  end(): void {
    if (!this.#socket.destroyed) this.#socket.end(frame(Buffer.of(3, 0xe8), 8))
  }

  /** As if the cable was cut. */
  cut(): void {
    this.#socket.destroy()
  }

  #greet(part: Buffer, opened: PromiseWithResolvers<void>): void {
    const bytes = Buffer.concat([this.#greeting ?? Buffer.alloc(0), part])
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) {
      this.#greeting = bytes
      return
    }
    this.#greeting = null
    const first = bytes.subarray(0, bytes.indexOf('\r\n')).toString()
    if (!first.includes(' 101 ')) {
      opened.reject(new Error(`The server answered: ${first}`))
      return this.cut()
    }
    opened.resolve()
    this.#frames.read(bytes.subarray(end + 4))
  }
}
