import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openBlobFolder } from '@quire/storage/blobfolder'
import type { Blobs } from '@quire/storage/blobs'
import { openSqlite } from '@quire/storage/sqlite'
import type { Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Log } from '@quire/sync/log'
import { WebSocket } from 'ws'
import type { ClientOptions } from 'ws'
import type { ReadFreeSpace } from '../src/limits/free-space.ts'
import type { Gauge } from '../src/load.ts'
import { createLog } from '../src/log.ts'
import { Metrics } from '../src/metrics.ts'
import { createServer } from '../src/server.ts'
import type { Server } from '../src/server.ts'
import { readSettings } from '../src/settings.ts'
import type { Settings } from '../src/settings.ts'
import { time } from '../src/time.ts'

export const secret = 'a secret that is only used in tests'

const unused = new Set<string>()
process.on('exit', () => {
  for (const path of unused) rmSync(path, { recursive: true, force: true })
})

/** A folder that is gone after the tests: not before, as a server that has it open may end after the test. */
export const folder = (t: TestContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'quire-'))
  t.after(() => void unused.add(path))
  return path
}

export const settings = (flags: string[] = []): Settings => {
  const reading = readSettings({}, ['--port', '0', '--log-level', 'debug', ...flags])
  if ('problem' in reading) throw new Error(reading.problem)
  return reading.settings
}

export interface Options {
  readonly flags?: string[]
  readonly data?: string
  readonly page?: string
  readonly clock?: Clock
  readonly wall?: () => number
  /** Stands between the server and its store. */
  readonly between?: (store: Store) => Store
  /** Stands between the server and the bytes of files. */
  readonly blobs?: (blobs: Blobs) => Blobs
  /** How the store is opened. */
  readonly store?: Parameters<typeof openSqlite>[1]
  /** What the server is told of how busy the process is; without it, that it is idle. */
  readonly gauge?: Gauge
  /** How much the disk can take; without it, any amount. */
  readonly freeSpace?: ReadFreeSpace
}

/** The same thing, some of it changed. */
export const changed = <T extends object>(thing: T, change: Partial<T>): T =>
  new Proxy(thing, {
    get: (target, name) => {
      const value: unknown = name in change ? Reflect.get(change, name) : Reflect.get(target, name, target)
      return typeof value === 'function' && !(name in change) ? value.bind(target) : value
    },
  })

/** A store whose logs are changed on the way. */
export const withLog =
  (change: (log: Log, room: string) => Partial<Log>) =>
  (store: Store): Store =>
    changed(store, {
      log: (room) => {
        const log = store.log(room)
        return changed(log, change(log, room))
      },
    })

export interface House {
  readonly server: Server
  readonly store: Store
  /** What was logged so far. */
  readonly log: Record<string, unknown>[]
  /** `ws://127.0.0.1:port/sync` */
  readonly sync: string
  readonly url: string
  close(): Promise<void>
}

/** A real server with a real store; it is closed after the test. */
export const house = async (t: TestContext, options: Options = {}): Promise<House> => {
  const data = options.data ?? folder(t)
  const store = await openSqlite(data, options.store)
  const blobs = await openBlobFolder(join(data, 'files'))
  const log: Record<string, unknown>[] = []
  const idle = { delay: 0, work: 0, heap: 0, heapLimit: 1, resident: 0, held: 0 }
  const server = await createServer({
    settings: settings(options.flags),
    secret,
    metrics: new Metrics(),
    memory: () => 0,
    gauge: options.gauge ?? { read: () => idle, close: () => {} },
    store: options.between?.(store) ?? store,
    blobs: options.blobs?.(blobs) ?? blobs,
    page: options.page ?? join(data, 'no-page'),
    clock: options.clock ?? time,
    freeSpace: options.freeSpace ?? (async () => Number.POSITIVE_INFINITY),
    ...(options.wall !== undefined && { wall: options.wall }),
    log: createLog('debug', { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) }),
  })
  await server.listen()
  let closed: Promise<void> | null = null
  const close = () => (closed ??= server.close(2000).then(() => store.close()))
  t.after(close)
  const url = server.url
  return { server, store, log, url, sync: `${url.replace('http', 'ws')}/sync`, close }
}

/** The value of a series at `/metrics`. */
export const metric = async ({ server, url }: House, series: string): Promise<number> => {
  const text = await (await server.fetch(new Request(`${url}/metrics`))).text()
  const line = text.split('\n').find((row) => row.startsWith(`${series} `))
  if (line === undefined) throw new Error(`there is no ${series} in ${text}`)
  return Number(line.slice(series.length + 1))
}

/** A Cookie header after one more Set-Cookie. */
const kept = (header: string, said: string): string => {
  const [pair = '', ...attributes] = said.split('; ')
  const [name = ''] = pair.split('=')
  const others = header.split('; ').filter((other) => other !== '' && !other.startsWith(`${name}=`))
  return [...others, ...(attributes.includes('Max-Age=0') ? [] : [pair])].join('; ')
}

/** Someone at the API, with the cookie that their browser keeps. */
export class Browser {
  readonly #house: House
  cookie = ''

  constructor(house: House) {
    this.#house = house
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const { url, server } = this.#house
    const answer = await server.fetch(
      new Request(`${url}${path}`, {
        method,
        headers: {
          host: new URL(url).host,
          origin: url,
          ...(this.cookie === '' ? {} : { cookie: this.cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    for (const said of answer.headers.getSetCookie()) this.cookie = kept(this.cookie, said)
    return answer
  }

  /** What a WebSocket of this browser sends along. */
  get headers(): Record<string, string> {
    return { cookie: this.cookie, origin: this.#house.url }
  }

  /** The JSON of an answer that must have this status. */
  async json<T>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
    const answer = await this.ask(method, path, body)
    const text = await answer.text()
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text) as T
  }
}

export interface Listed {
  id: string
  title: string
  created: number
  edited: number
  role: string
  epoch: string
}

/** Resolves when the condition holds; fails after half a minute, as the machine may be busy, or after so many ms. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 30_000,
): Promise<void> => {
  const deadline = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A bare WebSocket that keeps what it hears. */
export class Raw {
  readonly socket: WebSocket
  readonly heard: Uint8Array[] = []
  readonly closed: Promise<{ code: number; reason: string }>

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, options)
    this.socket.on('message', (data: Buffer) => this.heard.push(new Uint8Array(data)))
    this.socket.on('error', () => {})
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    )
  }

  async open(): Promise<this> {
    await once(this.socket, 'open')
    return this
  }

  /** The HTTP status of an upgrade that was refused. */
  async status(): Promise<number | undefined> {
    const [, response] = (await once(this.socket, 'unexpected-response')) as [
      unknown,
      { statusCode?: number },
    ]
    this.socket.terminate()
    return response.statusCode
  }

  /** Sends bytes and waits until the server has taken them in: it answers the query that follows. */
  async say(...frames: number[][]): Promise<void> {
    const before = this.heard.length
    for (const frame of frames) this.socket.send(Uint8Array.from(frame))
    this.socket.send(Uint8Array.of(3))
    await until('an answer to "who is here?"', () => this.heard.slice(before).some((frame) => frame[0] === 1))
  }
}

/** Time that passes when the test says so. Ends of turns are real. */
export class LentClock implements Clock {
  #now = 0
  #waits: { at: number; call: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, call: () => void): () => void {
    const wait = { at: this.#now + ms, call }
    this.#waits.push(wait)
    return () => {
      this.#waits = this.#waits.filter((other) => other !== wait)
    }
  }

  soon(call: () => void): void {
    setImmediate(call)
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#waits.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined || next.at > end) break
      this.#waits = this.#waits.filter((other) => other !== next)
      this.#now = next.at
      next.call()
    }
    this.#now = end
  }
}
