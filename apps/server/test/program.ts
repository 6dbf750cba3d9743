import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from './house.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** The server as people run it, in a process of its own that is gone after the test. */
export class Program {
  readonly child: ChildProcess
  output = ''
  errors = ''
  readonly exit: Promise<number | null>

  /** `before`: a program that starts it, with its arguments. */
  constructor(
    t: TestContext,
    flags: string[],
    environment: Record<string, string> = {},
    before: string[] = [],
  ) {
    const { PATH = '' } = process.env
    const [command = process.execPath, ...args] = [...before, process.execPath, main, ...flags]
    this.child = spawn(command, args, { env: { PATH, PORT: '0', ...environment } })
    this.child.stdout?.on('data', (bytes: Buffer) => (this.output += bytes.toString()))
    this.child.stderr?.on('data', (bytes: Buffer) => (this.errors += bytes.toString()))
    this.exit = once(this.child, 'close').then(([code]) => code as number | null)
    t.after(() => this.child.kill('SIGKILL'))
  }

  async url(): Promise<string> {
    const known = () => this.output.includes('Access: ') || this.child.exitCode !== null
    await until('the address', known)
    return / is at (\S+)\n/.exec(this.output)?.[1] ?? assert.fail(this.errors)
  }

  /** Everything that was said about an end before the beginning. */
  async fails(): Promise<{ code: number | null; sentence: string }> {
    const code = await this.exit
    assert.equal(this.output, '')
    assert.match(this.errors, /^[^\n]+\.\n$/, 'one sentence')
    return { code, sentence: this.errors.trim() }
  }

  /** The value of a series at `/metrics`. */
  async metric(series: string): Promise<number> {
    const text = await (await fetch(`${await this.url()}/metrics`)).text()
    const line = text.split('\n').find((row) => row.startsWith(`${series} `))
    return line === undefined ? assert.fail(`there is no ${series}`) : Number(line.slice(series.length + 1))
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal)
    return this.exit
  }
}
