import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../apps/server/src/main.ts')

/** A real server in a process of its own, on a free port of 127.0.0.1, with a data folder of its own. */
export class House {
  readonly port: number
  readonly folder: string
  readonly #settings: Readonly<Record<string, string>>
  #process: ChildProcess | null = null
  /** What it printed: shown when a story fails. */
  printed = ''

  private constructor(port: number, folder: string, settings: Readonly<Record<string, string>>) {
    this.port = port
    this.folder = folder
    this.#settings = settings
  }

  /** Resolves when it is ready for visitors. */
  static async open(settings: Readonly<Record<string, string>> = {}): Promise<House> {
    const house = new House(await freePort(), await mkdtemp(join(tmpdir(), 'quire-')), settings)
    await house.start()
    return house
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get syncUrl(): string {
    return `ws://127.0.0.1:${this.port}/sync`
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [program], {
      env: {
        ...process.env,
        PORT: String(this.port),
        HOST: '127.0.0.1',
        QUIRE_DATA_DIR: this.folder,
        ...this.#settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    const keep = (text: Buffer) => void (this.printed += text.toString())
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    while (!(await this.#isReady())) {
      if (child.exitCode !== null) throw new Error(`the server ended:\n${this.printed}`)
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/ready`)).ok
    } catch {
      await new Promise((resolve) => void setTimeout(resolve, 30)) // nothing to wait on: the port does not answer yet
      return false
    }
  }

  /** Ends it with a signal. `SIGKILL` is a crash; `SIGTERM` is asked for and waited for. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#process
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
    this.#process = null
    return child.exitCode
  }

  /** Its disk is full: no file of it grows beyond a page. Or there is space again. */
  async fill(full: boolean): Promise<void> {
    const most = full ? '4096' : 'unlimited'
    const limiter = spawn('prlimit', [`--pid=${this.#process?.pid}`, `--fsize=${most}:unlimited`])
    const [code] = (await once(limiter, 'exit')) as [number | null]
    if (code !== 0) throw new Error('prlimit, of util-linux, is needed to fill a disk')
  }

  /** Ends it and removes its data. */
  async close(): Promise<void> {
    await this.stop('SIGKILL')
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A port of 127.0.0.1 that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
