import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutputBudget } from '../src/limits/output-budget.ts'

test('[O29] above the bound who asks for more waits; networks take turns, and one that holds nothing never waits', () => {
  let deferred = 0
  const budget = new OutputBudget(() => deferred++, 100)
  const hostile = Array.from({ length: 4 }, () => budget.open('hostile'))
  const office = Array.from({ length: 3 }, () => budget.open('office'))
  for (const share of hostile) share.holds(30)
  assert.equal(budget.bytes, 120)
  const served: string[] = []
  const ask = (who: string, share: (typeof office)[number] | undefined): boolean =>
    share?.mayTake(() => served.push(who)) ?? false
  assert.equal(ask('a', office[0]), true)
  office[0]?.holds(10)
  for (const [who, share] of [
    ['h0', hostile[0]],
    ['h1', hostile[1]],
    ['o1', office[1]],
    ['o2', office[2]],
  ] as const)
    assert.equal(ask(who, share), false)
  assert.equal(deferred, 4)
  office[0]?.holds(0) // it holds nothing now: one of it goes on, though the process still holds too much
  assert.deepEqual(served, ['o1'])
  office[1]?.holds(10)
  hostile[3]?.close()
  assert.equal(budget.bytes, 100)
  hostile[2]?.close()
  assert.deepEqual(served, ['o1', 'h0', 'o2', 'h1'])
  for (const share of [...hostile.slice(0, 2), ...office]) share.close()
  assert.equal(budget.bytes, 0)
})

test('[O29] who left while they waited is not served, and who asks again waits once', () => {
  const budget = new OutputBudget(() => {}, 10)
  const [one, two] = [budget.open('here'), budget.open('here')]
  const served: string[] = []
  one.holds(20)
  assert.equal(
    two.mayTake(() => served.push('before')),
    false,
  )
  assert.equal(
    two.mayTake(() => served.push('now')),
    false,
  )
  const gone = budget.open('here')
  gone.mayTake(() => served.push('gone'))
  gone.close()
  one.holds(0)
  assert.deepEqual(served, ['now'])
})
