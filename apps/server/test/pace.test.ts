import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pace } from '../src/pace.ts'

/** A process to which `rate` changes a second come for two seconds, each of which takes `work` ms. Returns what it slept. */
const sleeps = (rate: number, work: number): number[] => {
  let now = 1000
  let last = (): void => {}
  const slept: number[] = []
  const pace = new Pace({
    now: () => now,
    last: (call) => {
      last = call
    },
    sleep: (ms) => {
      slept.push(ms)
      now += ms
    },
  })
  for (let done = 0; now < 3000;) {
    const due = Math.floor(((now - 1000) * rate) / 1000) - done
    if (due === 0) now += 0.1
    for (let change = 0; change < due; change++) pace.came()
    now += due * work
    done += due
    if (due > 0) last()
  }
  return slept
}

test('[P6] a quiet process never sleeps between its turns', () => {
  assert.deepEqual(sleeps(25, 0.1), []) // a room of five
  assert.deepEqual(sleeps(225, 0.1), [])
})

test('[P6] a busy process sleeps between its turns: longer the more comes, 10 ms at most', () => {
  const some = sleeps(500, 0.1)
  assert.ok(some.length > 100 && Math.max(...some) < 2.5, `${some.length} times, ${Math.max(...some)} ms`)
  const many = sleeps(10_000, 0.02)
  assert.ok(many.length > 100 && Math.max(...many) <= 10, `${many.length} times, ${Math.max(...many)} ms`)
  assert.ok(Math.max(...many) > 5)
})

test('[P6] a process with more to do than it can does not sleep', () => {
  const slept = sleeps(5000, 0.25)
  assert.ok(slept.length < 20, `${slept.length} times`)
})
