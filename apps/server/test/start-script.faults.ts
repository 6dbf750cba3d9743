import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { folder, until } from './house.ts'
import { runs } from './worker-program.ts'
import { Writer } from './writer.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('[O33] SIGTERM to the start command stops the server too, with everything stored', async (t) => {
  const place = folder(t)
  const data = join(place, 'data')
  // the project's own script, without its build
  const start = `${process.execPath} ${main} --access open --data-dir ${data}`
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name: 'quire', scripts: { start } }))
  const { PATH = '', HOME = '' } = process.env
  const environment = {
    PATH,
    HOME,
    PORT: '0',
    npm_config_offline: 'true', // the version that runs these tests is in its cache
    pnpm_config_verify_deps_before_run: 'false',
    NODE_OPTIONS:
      "--import=data:text/javascript,String(process.argv[1]).endsWith('main.ts')&&process.stderr.write(`pid=${process.pid};`)",
  }
  const npx = spawn('npx', ['--yes', 'pnpm@12', 'start'], { cwd: place, env: environment })
  let output = ''
  npx.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  npx.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()))
  await until('the server runs', () => output.includes('"started"') || npx.exitCode !== null, 60_000).catch(
    (error: unknown) => assert.fail(`${String(error)}: ${output}`),
  )
  const [, url = assert.fail(output)] = / is at (\S+)\n/.exec(output) ?? []
  const [, pid = assert.fail(output)] = /pid=(\d+);/.exec(output) ?? []
  t.after(() => runs(Number(pid)) && process.kill(Number(pid), 'SIGKILL'))
  const ada = new Writer(`${url.replace('http', 'ws')}/sync/room`)
  await until('in', () => ada.synced)
  ada.write('word')

  const ended = once(npx, 'close') // npx, and all that share its output
  npx.kill('SIGTERM')
  assert.deepEqual(await ada.closed, { code: 1012, reason: 'restarting' })
  await ended
  assert.ok(!runs(Number(pid)))
  assert.deepEqual(ada.saved, ['word'])
})
