import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the peers are installed. */
export const peers = fileURLToPath(new URL('.peers', import.meta.url))

// the driver that Hocuspocus's extension names is compiled where it is installed; the one in Node does the same
const driver = `const { DatabaseSync } = require('node:sqlite')
module.exports = class Database extends DatabaseSync {}
`

const files = {
  'package.json': JSON.stringify({
    private: true,
    dependencies: {
      'y-websocket': '2.1.0',
      yjs: '13.6.33',
      '@hocuspocus/server': '4.7.0',
      '@hocuspocus/extension-sqlite': '4.7.0',
      'better-sqlite3': 'file:./driver',
    },
    overrides: { 'better-sqlite3': 'file:./driver' },
  }),
  'driver/package.json': JSON.stringify({ name: 'better-sqlite3', version: '12.0.0', main: 'index.cjs' }),
  'driver/index.cjs': driver,
}

/** Installs the peers beside the benchmark unless they are there. */
export const installPeers = (): void => {
  const stamp = join(peers, 'installed.json')
  const wanted = JSON.stringify(files)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(peers, name)), { recursive: true })
    writeFileSync(join(peers, name), text)
  }
  process.stdout.write('Installing the peers.\n')
  const { status } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peers,
    stdio: 'inherit',
    timeout: 300_000,
  })
  if (status !== 0) throw new Error('The peers could not be installed.')
  writeFileSync(stamp, wanted)
}
