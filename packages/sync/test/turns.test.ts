import assert from 'node:assert/strict'
import test from 'node:test'
import { encodeUpdate } from '../src/message.ts'
import { Turns, WorkQueue } from '../src/turns.ts'
import type { Steps } from '../src/turns.ts'
import * as Y from 'yjs'
import { SlowClock, World } from './world.ts'

/** Work of so many steps, each of which is noted. */
function* work(name: string, steps: number, done: string[]): Steps {
  for (let step = 1; step <= steps; step++) {
    done.push(`${name}${step}`)
    if (step < steps) yield
  }
}

const setUp = () => {
  const clock = new SlowClock()
  const turns = new Turns(clock)
  const done: string[] = []
  /** What was done in each turn until nothing is left. */
  const finish = (): string[] => {
    const each: string[] = []
    for (let from = done.length; clock.endTurn(); from = done.length) each.push(done.slice(from).join(' '))
    return each
  }
  return { clock, done, finish, queue: () => new WorkQueue(turns) }
}

test('[O19] of all rooms one takes one step in a turn, one room after the other, each in its own order', async () => {
  const { clock, done, finish, queue } = setUp()
  const [a, b, c] = [queue(), queue(), queue()]
  a.add(work('a', 3, done))
  a.add(work('A', 2, done))
  b.add(work('b', 1, done))
  c.add(work('c', 2, done))
  assert.equal(b.idle, false)
  assert.deepEqual(finish(), ['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'A1', 'A2'])
  await Promise.all([a, b, c].map((each) => each.settled()))
  b.add(work('b', 1, done))
  assert.deepEqual(finish(), ['b1'])
  assert.equal(clock.endTurn(), false, 'no turn is asked for when nothing is left')
})

test('[O19] a room that ends takes no turn of the others, also when it ends in a step of its own', async () => {
  const { clock, done, finish, queue } = setUp()
  const [a, b, c] = [queue(), queue(), queue()]
  const ending = function* (): Steps {
    done.push('end')
    c.stop()
    yield
  }
  a.add(work('a', 9, done))
  b.add(work('b', 3, done))
  c.add(ending())
  clock.endTurn()
  const settled = a.settled()
  a.stop()
  await settled
  assert.equal(a.idle, true)
  a.add(work('late', 1, done))
  assert.deepEqual(finish(), ['b1', 'end', 'b2', 'b3'])
})

test('[O19] large writes to several rooms of a server share its turns, and a room that closes frees them', async () => {
  const source = new Y.Doc()
  source.transact(() => {
    for (let left = 3000; left > 0; left--) source.getText('text').insert(0, `${left} `.repeat(60))
  })
  const frame = encodeUpdate(Y.encodeStateAsUpdate(source))
  /** Turns until the first of so many rooms has the write, and until all have that do not close. */
  const turnsOf = async (rooms: number, closing = 0): Promise<[first: number, last: number]> => {
    const clock = new SlowClock()
    const turns = new Turns(clock)
    const worlds = await Promise.all(Array.from({ length: rooms }, () => World.start(100, clock, turns)))
    const writers = worlds.map((world) => world.enter('ada'))
    for (const world of worlds) await world.rest()
    for (const [index, { room }] of worlds.entries()) {
      const wire = writers[index]?.wire
      assert.ok(wire)
      room.receive(wire, frame)
    }
    for (const { room } of worlds.slice(0, closing)) room.close()
    const open = worlds.slice(closing)
    const count = { first: 0, last: 0 }
    while (open.some(({ room }) => room.position === 0)) {
      clock.endTurn()
      count.last++
      if (open.every(({ room }) => room.position === 0)) count.first = count.last
    }
    return [count.first + 1, count.last]
  }
  const [alone] = await turnsOf(1)
  assert.ok(alone > 5)
  assert.deepEqual(await turnsOf(3), [3 * alone - 2, 3 * alone])
  assert.deepEqual(await turnsOf(3, 2), [alone, alone])
})
