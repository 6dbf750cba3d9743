import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { schemaVersion } from '@quire/editor/version'
import type { Clock } from '@quire/sync/clock'
import type { Link } from '@quire/sync/link'
import { AppendError, emptyBase } from '@quire/sync/log'
import type { Log } from '@quire/sync/log'
import { refusals, SyncError } from '@quire/sync/error'
import { decode, encodeSide, writeKind } from '@quire/sync/message'
import type { Role } from '@quire/sync/role'
import { SharedFrames } from '@quire/sync/shared-frames'
import { Room } from '@quire/sync/room'
import type { LostWrite } from '@quire/sync/room'
import { limits } from '@quire/sync/rules'
import { Turns } from '@quire/sync/turns'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { applyAwarenessUpdate, Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'

/** A real room behind a real port, whose disk and door do what a test says. */
export class Host {
  /** Every connection that was ever asked for, oldest first. */
  readonly knocks: URL[] = []
  /** What the next connections meet: a seat in the room, or an accepted socket that is closed with this code. */
  closing: number | null = null
  /** Sent in place of the room's own greeting. */
  greeting: Uint8Array | null = null
  /** A server of somebody else's: it says nothing on the side. */
  stock = false
  /** What the next visitors may do, how new a page the server knows, and how large a document may be. */
  role: Role = 'edit'
  schema = schemaVersion
  largest = limits.document
  /** Who the next visitor is; left out, each page is somebody of its own. */
  identity: string | null = null
  /** Turned on, what one visitor sends is damaged on the way: the last byte of each write is another. */
  damaging = false
  /** The next write is one that no store takes. */
  poisoned = false
  #updates: Uint8Array[] = []
  #epoch = 'first'
  #backlog = 0
  readonly #sockets = new Set<WebSocket>()
  readonly #written: (() => void)[] = []
  #diskStands = false
  #heard: { page: number; about: number[] }[] = []
  /** Somebody stands between who answers every request with a web page. */
  portal = false
  /** How many it answered. */
  portals = 0
  readonly #server = createServer()
  readonly #ws = new WebSocketServer({ noServer: true })
  #room: Promise<Room>

  private constructor() {
    this.#room = this.#build()
    this.#server.on('upgrade', (request, wire, head) => {
      if (this.portal) {
        this.portals++
        wire.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\n<p>Login')
      } else this.#ws.handleUpgrade(request, wire, head, (socket) => void this.#welcome(socket, request))
    })
  }

  #build(lost: readonly LostWrite[] = []): Promise<Room> {
    const clock: Clock = {
      now: () => performance.now(),
      after: (ms, call) => {
        const timer = setTimeout(call, ms).unref()
        return () => clearTimeout(timer)
      },
      soon: (call) => void setImmediate(call),
    }
    const backlog = () => this.#backlog
    const largest = () => this.largest
    const log: Log = {
      load: async () => {
        const tail = [...this.#updates]
        return { base: emptyBase, runs: [], tail, owners: [], schema: 0, damaged: false }
      },
      append: ({ update }) => {
        const { poisoned } = this
        this.poisoned = false
        if (poisoned) return Promise.reject(new AppendError('no store takes it', true))
        this.#updates.push(update)
        return this.#diskStands ? new Promise((resolve) => this.#written.push(resolve)) : Promise.resolve()
      },
      bind: async () => {},
      compact: async () => emptyBase,
      diff: async () => ({ position: 0, updates: [] }),
      get backlog() {
        return backlog()
      },
    }
    const failed = async (): Promise<Room> => this.#build(await (await room).ended())
    const room = Room.open(
      {
        log,
        shared: new SharedFrames(),
        turns: new Turns(clock),
        clock,
        epoch: this.#epoch,
        schema: 99,
        rules: {
          roots: ['title', 'default'],
          moreRoots: 0,
          owned: true,
          limits: {
            ...limits,
            get document() {
              return largest()
            },
          },
        },
        healing: () => false,
        witness: () => {},
        notice: () => {},
        failed: () => void (this.#room = failed()),
      },
      lost,
    )
    return room
  }

  /** Another document takes the place of this one: an empty one, or one with this content. */
  async replace(epoch: string, content: Uint8Array | null = null): Promise<void> {
    const before = await this.#room
    this.#epoch = epoch
    this.#updates = []
    this.#room = this.#build()
    if (content !== null) await (await this.#room).write(content, 'backup')
    before.close()
    this.cut()
  }

  /** How many bytes the store has not written yet. */
  pile(bytes: number): void {
    this.#backlog = bytes
  }

  static async open(): Promise<Host> {
    const host = new Host()
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve))
    return host
  }

  get address(): string {
    const { port } = this.#server.address() as AddressInfo // a TCP server that listens
    return `ws://127.0.0.1:${port}/sync`
  }

  /** How many are connected now. */
  get seats(): number {
    return this.#sockets.size
  }

  /** From now on the disk takes nothing in, until `sync`. */
  stallDisk(): void {
    this.#diskStands = true
  }

  /** The disk takes in everything, also what comes later. */
  sync(): void {
    this.#diskStands = false
    for (const written of this.#written.splice(0)) written()
  }

  /** Ends every connection: with this code, or without a word. */
  cut(code: number | null = null): void {
    for (const socket of this.#sockets) {
      if (code === null) socket.terminate()
      else socket.close(code)
    }
  }

  /** Says this to every page on the side. */
  say(frame: Uint8Array): void {
    for (const socket of this.#sockets) socket.send(frame)
  }

  /** From now on collects which page sent presence, and about whom. */
  listen(): { page: number; about: number[] }[] {
    return (this.#heard = [])
  }

  async close(): Promise<void> {
    this.cut()
    ;(await this.#room).close()
    this.#ws.close()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #welcome(socket: WebSocket, request: IncomingMessage): Promise<void> {
    const url = new URL(request.url ?? '/', 'ws://host')
    this.knocks.push(url)
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    if (this.closing !== null) {
      socket.close(this.closing)
      return
    }
    const known = url.searchParams.get('epoch') ?? ''
    if (known !== '' && known !== this.#epoch) {
      socket.close(refusals['other-epoch'], 'other-epoch')
      return
    }
    if (this.greeting !== null) socket.send(this.greeting)
    const link: Link = {
      buffered: 0,
      mayTake: () => true,
      pause: () => () => {},
      send: (messages) => {
        for (const message of messages) socket.send(message)
      },
      close: (refusal) => socket.close(refusals[refusal], refusal),
    }
    const early: Uint8Array[] = []
    let take = (bytes: Uint8Array): void => void early.push(bytes)
    socket.on('message', (data) => {
      if (data instanceof Buffer) take(new Uint8Array(data))
    })
    const room = await this.#room
    const client = Number(url.searchParams.get('client'))
    const announced = url.searchParams.get('quire') === '1' && !this.stock
    const identity = this.identity ?? String(client)
    room.join(link, {
      identity,
      name: `Known ${identity}`,
      verified: !this.stock,
      role: this.role,
      page: announced
        ? {
            client,
            schema: Number(url.searchParams.get('schema')),
            tab: url.searchParams.get('tab') ?? '',
          }
        : null,
    })
    take = (bytes) => {
      if (this.damaging && writeKind(bytes) === 'update') bytes[bytes.length - 1] = 0xff
      const message = decode(bytes)
      if (!(message instanceof SyncError) && message.type === 'presence')
        this.#heard.push({ page: client, about: clientsIn(message.states) })
      room.receive(link, bytes)
    }
    early.forEach(take)
    socket.on('close', (code) => room.leave(link, code === 1000 || code === 1001))
  }
}

const clientsIn = (states: Uint8Array): number[] => {
  const awareness = new Awareness(new Y.Doc())
  awareness.setLocalState(null)
  applyAwarenessUpdate(awareness, states, null)
  const clients = [...awareness.meta.keys()].filter((client) => client !== awareness.clientID)
  awareness.destroy()
  return clients
}

/** A greeting of another server than the room's. */
export const greetingOf = (change: { version?: number; schema?: number }): Uint8Array =>
  encodeSide({ type: 'hello', version: 1, role: 'edit', epoch: 'first', schema: schemaVersion, ...change })
