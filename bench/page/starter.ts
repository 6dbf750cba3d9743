import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Side } from './side.ts'

/** What the starter set-up is made of. Nothing of it is installed unless the benchmark runs. */
const packages = {
  '@hocuspocus/provider': '4.7.0',
  '@hocuspocus/server': '4.7.0',
  '@tiptap/core': '3.31.3',
  '@tiptap/extension-collaboration': '3.31.3',
  '@tiptap/extension-collaboration-caret': '3.31.3',
  '@tiptap/pm': '3.31.3',
  '@tiptap/react': '3.31.3',
  '@tiptap/starter-kit': '3.31.3',
  '@tiptap/y-tiptap': '3.0.9',
  react: '19.3.1',
  'react-dom': '19.3.1',
  yjs: '13.6.33',
}

const folder = join(import.meta.dirname, '.peers')
const vite = (): string => {
  const ours = createRequire(new URL('../../apps/web/package.json', import.meta.url))
  return join(dirname(ours.resolve('vite/package.json')), 'bin/vite.js')
}

/** Installs the packages and builds the page. What is there already is not installed again. */
const prepare = (): void => {
  const wanted = JSON.stringify({ private: true, type: 'module', dependencies: packages })
  const list = join(folder, 'package.json')
  if (!existsSync(list) || readFileSync(list, 'utf8') !== wanted) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(list, wanted)
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
    execFileSync('npm', ['install', ...options], { cwd: folder, stdio: 'ignore', timeout: 300_000 })
  }
  cpSync(join(import.meta.dirname, 'starter'), folder, { recursive: true })
  execFileSync(process.execPath, [vite(), 'build', '--base', '/'], { cwd: folder, stdio: 'pipe' })
}

interface Answer {
  readonly when: number
  readonly says: string
}

/** The plain Tiptap and Hocuspocus starter set-up, in memory. */
export const starterSide = async (): Promise<Side> => {
  prepare()
  const child = fork(join(folder, 'server.js'), { cwd: folder })
  const [{ address }] = (await once(child, 'message')) as [{ address: string }] // its first word
  const ask = async (command: object): Promise<Answer> => {
    const answer = once(child, 'message', { signal: AbortSignal.timeout(60_000) })
    child.send(command)
    const [said] = (await answer) as [Answer] // one answer to each command
    return said
  }
  return {
    name: 'starter',
    address: (room) => `${address}/${room}`,
    put: async (room, state) => {
      await ask({ room, put: Buffer.from(state).toString('base64') })
      return `${address}/${room}`
    },
    write: async (room, at, text) => (await ask({ room, at, text })).when,
    read: async (room) => (await ask({ room })).says,
    close: async () => {
      const exit = once(child, 'exit')
      child.kill()
      await exit
    },
  }
}
