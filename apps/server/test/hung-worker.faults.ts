import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from './house.ts'
import { syncOf } from './place.ts'
import { open, roomsOf, runs, two, workersOf } from './worker-program.ts'
import { exactlyOnce, Writer } from './writer.ts'

// Real workers that live and answer nothing: stopped by the operating system, as a process that swaps or spins is.

test('[O30] [P4] a worker that hangs is replaced, its people come back, and the others notice nothing', async (t) => {
  const program = two(t, open)
  const sync = await syncOf(program)
  const [near = '', far = ''] = [...roomsOf(0, 1), ...roomsOf(1, 1)]
  const ada = new Writer(`${sync}/${near}`)
  const others = [new Writer(`${sync}/${far}`), new Writer(`${sync}/${far}`)]
  await until('in', () => [ada, ...others].every(({ synced }) => synced))
  ada.write('before')
  await until('saved', () => ada.settled)
  const pid = workersOf(program).get(1)
  assert.ok(pid !== undefined)
  process.kill(pid, 'SIGSTOP')
  ada.write('unheard')
  assert.equal((await fetch(`${await program.url()}/health`)).status, 200)
  let words = 0
  await until('there is another, and all the while the others are saved', async () => {
    others[words % 2]?.write(`word.${words++}`)
    await until('saved', () => others.every(({ settled }) => settled))
    return workersOf(program).get(1) !== pid
  })
  await ada.closed
  assert.ok(!runs(pid))
  assert.deepEqual(ada.saved, ['before'])
  t.diagnostic(`${words} words of others were saved meanwhile`)
  const back = new Writer(`${sync}/${near}`, { doc: ada.doc })
  await until('what nobody heard is stored now', () => back.settled)
  const reader = new Writer(`${sync}/${near}`)
  await until('synced', () => reader.synced)
  exactlyOnce(reader.words, ['before', 'unheard'])
  assert.equal(await program.metric('quire_worker_ends_total'), 1)
  assert.equal(await program.stop(), 0)
})

test('[O30] SIGTERM with a worker that hangs ends with 1, since nobody knows what it had not handed over', async (t) => {
  const program = two(t, open)
  const sync = await syncOf(program)
  const [near = '', far = ''] = [...roomsOf(0, 1), ...roomsOf(1, 1)]
  const people = [new Writer(`${sync}/${near}`), new Writer(`${sync}/${far}`)]
  await until('in', () => people.every(({ synced }) => synced))
  const pid = workersOf(program).get(1)
  assert.ok(pid !== undefined)
  process.kill(pid, 'SIGSTOP')
  for (const person of people) person.write('word')
  await until('the other one is saved', () => people[1]?.settled === true)
  assert.equal(await program.stop(), 1)
  assert.ok(!runs(pid))
  assert.match(program.output, /had handed over all its changes/)
})

test('[O26] with workers an update that is on disk is no longer on its way, and /ready stays 200', async (t) => {
  const program = two(t, open)
  const ada = new Writer(`${await syncOf(program)}/${roomsOf(0, 1)[0]}`)
  await until('in', () => ada.synced)
  ada.write('word')
  await until('saved', () => ada.settled)
  await until('nothing waits', async () => (await program.metric('quire_unsaved_seconds')) === 0, 1000)
  assert.equal((await fetch(`${await program.url()}/ready`)).status, 200)
})
