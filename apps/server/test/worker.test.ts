import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pack } from '@quire/storage/pack'
import { openSqlite } from '@quire/storage/sqlite'
import { Commits } from '../src/commits.ts'
import { Handshakes } from '../src/handshakes.ts'
import { createLog } from '../src/log.ts'
import { Metrics } from '../src/metrics.ts'
import { Desk } from '../src/workers/desk.ts'
import { Worker } from '../src/workers/worker.ts'
import { folder, LentClock, settings, until } from './house.ts'

// A worker's process is real, its time is lent.

const program = fileURLToPath(new URL('worker-fixture.ts', import.meta.url))

type Behaviour = 'well' | 'throws' | 'hangs'

/** A worker whose processes behave so, one after the other; the last behaviour goes on. */
const workerOf = async (t: TestContext, behaviours: Behaviour[]) => {
  const store = await openSqlite(folder(t))
  const clock = new LentClock()
  const { limits } = settings()
  const lines: Record<string, unknown>[] = []
  const pids: number[] = []
  let deaths = 0
  const worker = new Worker({
    store,
    documents: store.documents,
    search: store.search,
    commits: new Commits(clock, () => {}),
    handshakes: new Handshakes(limits, new Metrics()),
    clock,
    log: createLog('debug', {
      write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    }),
    mayMake: () => true,
    fork: () => {
      const child = fork(program, [behaviours[Math.min(pids.length, behaviours.length - 1)] ?? 'well'], {
        serialization: 'advanced',
      })
      if (child.pid !== undefined) pids.push(child.pid)
      t.after(() => child.kill('SIGKILL'))
      return child
    },
    beginning: () => ({ worker: 1, processes: 2, access: 'open', limits, logLevel: 'silent', healing: 0 }),
    most: 10,
    changed: () => {},
    died: () => deaths++,
  })
  t.after(async () => {
    await worker.close(0, 0).catch(() => {})
    await store.close()
  })
  return { worker, clock, lines, pids, deaths: () => deaths }
}

/** Lets the worker's time pass, a second at a time, until something holds. */
const passing = (clock: LentClock, what: string, holds: () => boolean): Promise<void> =>
  until(what, () => {
    if (!holds()) clock.advance(1000)
    return holds()
  })

const document = { id: 'a'.repeat(22), title: 'stored' } as never

test('[O26] a worker whose start throws is ended and started again', async (t) => {
  const { worker, clock, pids, deaths } = await workerOf(t, ['throws', 'well'])
  const started = worker.start()
  await passing(clock, 'a second process', () => pids.length === 2)
  await started
  assert.equal(deaths(), 1)
  assert.equal(await worker.close(0, 0), true)
})

test('[O26] a worker that fails three times before it ever ran rejects the start of the server', async (t) => {
  const { worker, clock, pids } = await workerOf(t, ['throws'])
  const failed = assert.rejects(worker.start(), /could not be started/)
  await passing(clock, 'three attempts', () => pids.length === 3)
  await failed
  clock.advance(60_000)
  assert.equal(pids.length, 3)
})

test('[O30] a worker that answers nothing is killed after fifteen pings and replaced', async (t) => {
  const { worker, clock, lines, pids } = await workerOf(t, ['hangs', 'well'])
  await worker.start()
  const asked = assert.rejects(worker.ask('current', document), /did not answer 'current' in time/)
  clock.advance(5000)
  await asked
  await passing(clock, 'a second process', () => pids.length === 2)
  assert.deepEqual(lines.find(({ msg }) => msg === 'worker does not answer; killing it')?.['missed'], 15)
  await until('it answers', async () =>
    worker.ask('reindex', document).then(
      () => true,
      () => false,
    ),
  )
})

test('[O30] while the server itself stands still no worker counts as one that does not answer', async (t) => {
  const { worker, clock, pids, deaths } = await workerOf(t, ['well'])
  await worker.start()
  for (let minute = 0; minute < 60; minute++) {
    clock.advance(999)
    clock.advance(1) // one turn of the event loop, however much time has passed
    await worker.ask('reindex', document)
  }
  assert.equal(deaths(), 0)
  assert.equal(pids.length, 1)
})

test('[O30] closing rejects when a worker with connections was killed before it had handed over everything', async (t) => {
  const { worker, clock } = await workerOf(t, ['hangs'])
  await worker.start()
  const server = createServer((wire) => {
    const request = { method: 'GET', headers: { upgrade: 'websocket' } }
    worker.seat(
      { room: 'room', ticket: 1 } as never,
      { wire, request, head: Buffer.alloc(0) } as never,
      () => {},
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.on('error', () => {})
  t.after(() => {
    client.destroy()
    server.close()
  })
  await until('handed over', () => worker.people === 1)
  const closed = assert.rejects(worker.close(1000, 0), /before it had handed over/)
  await passing(clock, 'the end', () => worker.people === 0)
  await closed
})

test('[O26] an update that is on disk, or never will be, is no longer on its way there', async (t) => {
  const store = await openSqlite(folder(t))
  t.after(() => store.close())
  const clock = new LentClock()
  const commits = new Commits(clock, () => {})
  const told: unknown[] = []
  const desk = new Desk({ store, commits, tell: (message) => told.push(message), changed: () => {} })
  const { log } = await desk.answers.load('room')
  const update = Uint8Array.of(0, 0)
  const appends = (logs: number[]) => ({
    logs,
    authors: logs.map(() => 'ada'),
    owners: logs.map(() => []),
    schemas: logs.map(() => 1),
    updates: pack(logs.map(() => update)),
  })
  desk.append(appends([log, log, 99]))
  clock.advance(10)
  assert.equal(commits.wait, 10)
  await until('told', () => told.length === 2)
  assert.equal(commits.wait, 0)
})
