import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Starts writes.ts, a program that writes to a folder until it is killed. */
export const program = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL('./writes.ts', import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
