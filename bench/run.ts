import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { inspector } from './inspector.ts'
import { page } from './page/page.ts'
import { installPeers } from './peers.ts'
import { keep, report } from './report.ts'
import type { Scenario } from './scenario.ts'
import { coldOpen } from './scenarios/cold-open.ts'
import { disk } from './scenarios/disk.ts'
import { fanOut } from './scenarios/fan-out.ts'
import { hotRoom } from './scenarios/hot-room.ts'
import { manyRooms } from './scenarios/many-rooms.ts'
import { memory } from './scenarios/memory.ts'
import { oldDocuments } from './scenarios/old-documents.ts'
import { reconnect } from './scenarios/reconnect.ts'
import { slowReader } from './scenarios/slow-reader.ts'
import { startUp } from './scenarios/start-up.ts'
import { measureTree } from './servers.ts'

const scenarios: readonly Scenario[] = [
  { name: 'inspector', run: () => Promise.resolve(inspector()) },
  manyRooms,
  fanOut,
  hotRoom,
  coldOpen,
  memory,
  disk,
  reconnect,
  slowReader,
  oldDocuments,
  startUp,
  page,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    server: { type: 'string', multiple: true, default: [] },
    tree: { type: 'string' },
    flag: { type: 'string', multiple: true, default: [] },
  },
})
if (values.tree !== undefined) measureTree(values.tree)
const wishes = { quick: values.quick, only: values.server, flags: values.flag }
const chosen = scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
const unknown = positionals.filter((name) => !scenarios.some((scenario) => scenario.name === name))
if (unknown.length > 0) {
  process.stderr.write(
    `There is no ${unknown.join(', ')}; there are ${scenarios.map(({ name }) => name).join(', ')}.\n`,
  )
  process.exit(64)
}

if (chosen.some(({ name }) => name !== 'inspector')) installPeers()
for (const { name, run } of chosen) {
  process.stdout.write(`${name}\n`)
  // servers have the first core, so the generator stays on the second; a browser is a dozen processes, which do not wait
  // for one another on any machine that people write on
  const cores = name === 'page' ? `0-${availableParallelism() - 1}` : '1'
  spawnSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)])
  const result = await run(wishes)
  for (const row of result.rows) process.stdout.write(`  ${row.join(' | ')}\n`)
  for (const goal of result.goals ?? [])
    process.stdout.write(`  ${goal.what}, ${goal.goal}: ${goal.measured ?? '?'}\n`)
  for (const note of result.notes ?? []) process.stdout.write(`  ${note}\n`)
  // what a part of the servers or a short run gave replaces nothing
  if (values.quick || values.server.length > 0 || values.tree !== undefined) continue
  keep(name, result)
  report(scenarios.map((scenario) => scenario.name))
  process.stdout.write(`  ${result.holds ? 'holds' : 'REFUTED'}\n`)
}
process.exit(0)
