import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { hocuspocus } from './hocuspocus.ts'
import { peers } from './peers.ts'
import { between, rss, used, written } from './proc.ts'
import type { Used } from './proc.ts'
import type { Protocol } from './protocol.ts'
import { yWebsocket } from './y-websocket.ts'

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

let checkout = file('..')
const tree = (): string => checkout

/** Measures the Quire that lies in another folder, for example an older one. */
export const measureTree = (folder: string): void => {
  checkout = resolve(folder)
}

interface Kind {
  readonly protocol: Protocol
  /** False for what forgets everything when it stops. */
  readonly stores: boolean
  /** False for what does not know the document. */
  readonly knows: boolean
  command(): readonly string[]
  environment(data: string): Readonly<Record<string, string>>
}

const yServer = join(peers, 'node_modules/y-websocket/bin/server.cjs')

const kinds = {
  raw: {
    protocol: yWebsocket('/'),
    stores: false,
    knows: false,
    command: () => [file('servers/raw.ts')],
    environment: () => ({}),
  },
  file: {
    protocol: yWebsocket('/'),
    stores: true,
    knows: true,
    command: () => [file('servers/file.ts')],
    environment: (data) => ({ DATA: data }),
  },
  quire: {
    protocol: yWebsocket('/sync/'),
    stores: true,
    knows: true,
    command: () => [join(tree(), 'apps/server/src/main.ts'), 'start'],
    environment: (data) => ({ QUIRE_ACCESS: 'open', QUIRE_LIMITS: 'off', QUIRE_DATA_DIR: data }),
  },
  'y-websocket': {
    protocol: yWebsocket('/'),
    stores: false,
    knows: true,
    command: () => [yServer],
    environment: () => ({}),
  },
  'y-leveldb': {
    protocol: yWebsocket('/'),
    stores: true,
    knows: true,
    command: () => [yServer],
    environment: (data) => ({ YPERSISTENCE: data }),
  },
  hocuspocus: {
    protocol: hocuspocus,
    stores: true,
    knows: true,
    command: () => [file('servers/hocuspocus.mjs')],
    environment: (data) => ({ PEERS: peers, DATA: data }),
  },
} satisfies Record<string, Kind>

/** The servers under test, and two yardsticks: `raw` relays, `file` sends what lies in its folder. */
export type Name = keyof typeof kinds

/** Arguments for every Node, so that `Server.collect` works. */
export const collectable = ['--expose-gc', '--require', file('servers/collect.cjs')]

const patience = 60_000

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}

const answers = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1')
  const [said] = await Promise.race([
    once(socket, 'connect').then(() => [true]),
    new Promise<[boolean]>((resolve) => socket.on('error', () => resolve([false]))),
  ])
  socket.destroy()
  return said === true
}

/** A server in a process of its own, on the first core. Its folder lives until it is removed. */
export class Server {
  readonly name: Name
  readonly port: number
  readonly data: string
  readonly #arguments: readonly string[]
  #child: ChildProcess | null = null

  private constructor(name: Name, port: number, data: string, before: readonly string[]) {
    this.name = name
    this.port = port
    this.data = data
    this.#arguments = before
  }

  /** Starts one with an empty folder. `before` goes before the program's own arguments. */
  static async start(name: Name, before: readonly string[] = []): Promise<Server> {
    const data = mkdtempSync(join(tmpdir(), `quire-bench-${name}-`))
    mkdirSync(join(data, 'store'))
    const server = new Server(name, await freePort(), data, before)
    await server.again()
    return server
  }

  get protocol(): Protocol {
    return kinds[this.name].protocol
  }

  get stores(): boolean {
    return kinds[this.name].stores
  }

  get knows(): boolean {
    return kinds[this.name].knows
  }

  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error(`${this.name} does not run.`)
    return pid
  }

  /** CPU time. */
  get used(): Used {
    return used(this.pid)
  }

  /** Memory in kB. */
  get rss(): number {
    return rss(this.pid)
  }

  /** Bytes that went to the disk. */
  get written(): number {
    return written(this.pid)
  }

  /** The folder of its database. */
  get store(): string {
    return join(this.data, 'store')
  }

  /** Starts it on the folder that is there. Resolves when it listens. */
  async again(): Promise<void> {
    const { command, environment } = kinds[this.name]
    const output = openSync(join(this.data, 'output'), 'a')
    const { PATH = '' } = process.env
    const child = spawn('taskset', ['-c', '0', process.execPath, ...this.#arguments, ...command()], {
      env: { PATH, PORT: String(this.port), HOST: '127.0.0.1', ...environment(this.store) },
      stdio: ['ignore', output, output],
      cwd: this.data,
    })
    closeSync(output)
    this.#child = child
    running.set(child, this.data)
    child.once('exit', () => running.delete(child))
    for (const end = Date.now() + patience; !(await answers(this.port));) {
      if (child.exitCode !== null || Date.now() > end)
        throw new Error(
          `${this.name} did not start: ${readFileSync(join(this.data, 'output'), 'utf8').slice(-500)}`,
        )
      await pause(2)
    }
  }

  /** How it ended, if it did so by itself, with the last that it said. */
  get end(): string | null {
    const child = this.#child
    if (child === null || (child.exitCode === null && child.signalCode === null)) return null
    const said = readFileSync(join(this.data, 'output'), 'utf8').slice(-300)
    return `the server ended with ${child.exitCode ?? child.signalCode}: ${said}`
  }

  /** Has the garbage collected, if it was started so that it can. */
  async collect(): Promise<void> {
    for (let times = 0; times < 3; times++) {
      process.kill(this.pid, 'SIGUSR2')
      await pause(300)
    }
  }

  /** Lets it end in its own way; after 20 s it is killed. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const over = once(child, 'exit')
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await over
    clearTimeout(late)
  }

  /** Resolves when it has used next to no CPU for half a second: what it does by itself is done. */
  async rest(limit = 20_000): Promise<void> {
    for (const end = Date.now() + limit; Date.now() < end;) {
      const before = this.used
      await pause(500)
      if (between(before, this.used) < 15) return
    }
  }

  /** Ends it, in its own way so that a profile is written, and forgets what it stored. */
  async finish(): Promise<void> {
    await this.stop(this.name === 'quire' ? 'SIGTERM' : 'SIGKILL')
    rmSync(this.data, { recursive: true, force: true })
  }
}

const running = new Map<ChildProcess, string>()
process.on('exit', () => {
  for (const [child, data] of running) {
    child.kill('SIGKILL')
    rmSync(data, { recursive: true, force: true })
  }
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
