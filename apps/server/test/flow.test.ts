import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backlog } from '../src/backlog.ts'
import { Inflow } from '../src/inflow.ts'
import type { Verdict } from '../src/inflow.ts'
import { Load } from '../src/load.ts'
import { Sparing } from '../src/log.ts'
import { createLog } from '../src/log.ts'
import { Outflow } from '../src/outflow.ts'
import { Unfinished } from '../src/unfinished.ts'
import { LentClock, settings } from './house.ts'

const { limits } = settings()
const MiB = 1024 * 1024

test('[O6] who sends more than the burst is paused, until what was too much is paid back', () => {
  const inflow = new Inflow(limits, 0)
  for (let sent = 0; sent < 200; sent++) assert.equal(inflow.took(20, false, 0), 'go on')
  assert.deepEqual(inflow.took(20, false, 0), { pause: 17 }) // 1000 / 60, and what is less than a clock can tell apart
  assert.equal(inflow.judge(20), 'go on')
})

test('[O6] who is still at it after ten seconds is cut off, however it spreads what is too much', () => {
  for (const wave of [1, 10, 1000]) {
    const inflow = new Inflow(limits, 0)
    let [now, verdict]: [number, Verdict] = [0, 'go on']
    while (verdict !== 'too much' && now < 60_000) {
      for (let sent = 0; sent < wave; sent++) verdict = inflow.took(20, false, now)
      now += typeof verdict === 'object' ? verdict.pause : (1000 * wave) / 10_000
      if (typeof verdict === 'object') verdict = inflow.judge(now)
    }
    assert.ok(verdict === 'too much' && now < 14_000, `waves of ${wave}: ${now} ms`)
  }
})

test('who had too much to say once and then keeps to the rate stays', () => {
  const inflow = new Inflow(limits, 0)
  for (let sent = 0; sent < 300; sent++) inflow.took(20, false, 0)
  for (let now = 2000; now < 60_000; now += 25) assert.equal(inflow.took(20, false, now), 'go on')
})

test('a whole document may come as one message, and the next one not at once', () => {
  const inflow = new Inflow(limits, 0)
  assert.equal(inflow.took(20 * MiB, false, 0), 'go on')
  assert.equal(typeof inflow.took(MiB, false, 0), 'object')
})

test('presence is counted by itself: what others do costs nobody their writes', () => {
  const inflow = new Inflow(limits, 0)
  for (let sent = 0; sent < 800; sent++) assert.equal(inflow.took(300, true, 0), 'go on')
  assert.equal(typeof inflow.took(300, true, 0), 'object')
  assert.equal(inflow.took(20, false, 0), 'go on')
})

test('[N5] a slow reader stays as long as bytes leave; [O1] one that does not read is cut off after 30 s', () => {
  const outflow = new Outflow(0)
  let progress = 0
  for (let now = 0; now < 300_000; now += 5000)
    assert.equal(outflow.look({ buffered: 900_000, progress: progress++ }, now), 'moving')
  assert.equal(outflow.look({ buffered: 900_000, progress }, 300_000), 'moving')
  assert.equal(outflow.look({ buffered: 900_000, progress }, 329_999), 'standing')
  assert.equal(outflow.look({ buffered: 900_000, progress }, 330_000), 'stuck')
  assert.equal(outflow.look({ buffered: 0, progress }, 400_000), 'idle')
})

test('[O1] [F7] what is kept for a reader is bounded by a mebibyte and the largest thing sent at once', () => {
  const outflow = new Outflow(0)
  assert.equal(outflow.sends(5 * MiB, 0, 0), true)
  assert.equal(outflow.sends(100, 6 * MiB, 0), true)
  assert.equal(outflow.sends(100, 6 * MiB + 1, 0), false)
  assert.equal(outflow.sends(100, 0, 0), true)
  assert.equal(outflow.sends(100, MiB + 101, 0), false)
})

test('[O7] [F7] of many unfinished messages the largest gives way', () => {
  const cut: string[] = []
  const unfinished = new Unfinished(100)
  const [ada, ben] = ['ada', 'ben'].map((name) => unfinished.begin(() => cut.push(name)))
  ada?.came(60)
  ben?.came(40)
  assert.deepEqual(cut, [])
  ben?.came(1)
  assert.deepEqual(cut, ['ada'])
  ben?.came(58)
  ben?.done()
  ben?.came(100)
  assert.deepEqual(cut, ['ada'])
})

test('those who write wait while too much is not on disk, and go on at three quarters', () => {
  const clock = new LentClock()
  let bytes = 0
  const backlog = new Backlog(() => bytes, 100, clock)
  assert.equal(backlog.over, false)
  bytes = 101
  assert.equal(backlog.over, true)
  const went: string[] = []
  backlog.wait(() => went.push('ada'))
  backlog.wait(() => went.push('ben'))()
  bytes = 90
  clock.advance(1000)
  assert.deepEqual(went, [])
  bytes = 75
  clock.advance(50)
  assert.deepEqual(went, ['ada'])
})

test('too much to do is three seconds of it, and over after three seconds of little; between them it is what it was', () => {
  const clock = new LentClock()
  const now = { delay: 0, work: 1, heap: 10, heapLimit: 100, resident: 0, held: 0 }
  const load = new Load({ read: () => ({ ...now }), close: () => {} }, { delay: 200, memory: 1000 }, clock)
  const after = (seconds: number, change: Partial<typeof now>): boolean => {
    Object.assign(now, change)
    clock.advance(seconds * 1000)
    return load.over
  }
  assert.equal(after(10, { delay: 250 }), false, 'a start is all delay')
  assert.equal(after(1, {}), false)
  assert.equal(after(1, { delay: 50 }), false, 'a moment is not enough')
  assert.equal(after(3, { delay: 250 }), true)
  assert.equal(after(9, { delay: 150 }), true)
  assert.equal(after(2, { delay: 50 }), true)
  assert.equal(after(1, {}), false)
  assert.equal(after(9, { delay: 250, work: 0.4 }), false, 'kept from its work by others')
  assert.equal(after(1, { delay: 50, work: 1 }), false)
  assert.equal(after(3, { heap: 76 }), true)
  assert.equal(after(3, { heap: 70 }), true)
  assert.equal(after(3, { heap: 60 }), false)
})

test('[O22] resident memory counts as too much while something holds it, and no more when it has become less', () => {
  const clock = new LentClock()
  const now = { delay: 0, work: 0, heap: 1, heapLimit: 100, resident: 500, held: 400 }
  const load = new Load({ read: () => ({ ...now }), close: () => {} }, { delay: 200, memory: 1000 }, clock)
  const after = (seconds: number, change: Partial<typeof now>): boolean => {
    Object.assign(now, change)
    clock.advance(seconds * 1000)
    return load.over
  }
  assert.equal(after(20, {}), false)
  assert.equal(after(2, { resident: 860, held: 700 }), false)
  assert.equal(after(1, {}), true)
  assert.equal(after(9, { resident: 800 }), true, 'between the marks it stays what it was')
  assert.equal(after(3, { resident: 740 }), false)
  assert.equal(after(9, { resident: 800 }), false)
  assert.equal(after(3, { resident: 900 }), true)
  assert.equal(after(3, { held: 300 }), false, 'what the allocator keeps is there for the next who needs it')
  assert.equal(after(9, {}), false)
})

test('[W10] a flood of one line leaves twenty a minute in the log, and how many were left out', () => {
  let now = 0
  const lines: Record<string, unknown>[] = []
  const log = createLog('info', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  })
  const sparing = new Sparing(log, () => now)
  for (let line = 0; line < 500; line++) sparing.say('info', { line }, 'a client was refused')
  sparing.say('warn', {}, 'something else')
  assert.equal(lines.length, 21)
  now = 60_000
  sparing.say('info', {}, 'a client was refused')
  assert.equal(lines.at(-1)?.['leftOut'], 480)
})
