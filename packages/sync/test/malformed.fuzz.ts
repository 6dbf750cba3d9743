import assert from 'node:assert/strict'
import test from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as Y from 'yjs'
import { SyncError } from '../src/error.ts'
import { anything, inspect, rootNames } from '../src/inspect.ts'
import type { Grammar, Verdict } from '../src/inspect.ts'
import { Known } from '../src/known.ts'
import { trim } from '../src/merge.ts'
import * as message from '../src/message.ts'
import { Owners } from '../src/owners.ts'
import { Presence } from '../src/presence.ts'
import { limits } from '../src/rules.ts'
import { docOps, edit, random } from './edits.ts'
import { mutate } from './mutate.ts'
import { Wire } from './world.ts'

// SEED=12 pnpm fuzz        replays one round and prints what it feeds
// SEEDS=5000 pnpm fuzz     runs ten times as many rounds
const replay = process.env['SEED'] === undefined ? null : Number(process.env['SEED'])
const rounds = process.env['SEEDS'] === undefined ? 100 : Number(process.env['SEEDS']) / 5
/** Mutations fed in one round: 250,000 in the long run. */
const each = 250

const grammar: Grammar = {
  ...anything,
  roots: rootNames(['text', 'default', 'map', 'list']),
  moreRoots: 0,
  depth: 100,
  value: 65_536,
}

/** A document after some edits by three people, what a room knows of it, and what people might send to it next. */
const situation = (seed: number) => {
  const chance = random(seed)
  const docs = [1, 2, 3].map((id) => {
    const doc = new Y.Doc()
    doc.clientID = seed * 10 + id
    return doc
  })
  const updates: Uint8Array[] = []
  for (const doc of docs)
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'remote') return
      updates.push(update)
      for (const other of docs) if (other !== doc) Y.applyUpdate(other, update, 'remote')
    })
  for (let index = 0; index < 60; index++) {
    const doc = docs[chance(3)]
    if (doc !== undefined) edit(doc, docOps[chance(docOps.length)] ?? 'type', chance)
  }
  const known = new Known()
  const half = Math.floor(updates.length / 2)
  for (const update of updates.slice(0, half)) {
    const verdict = inspect(update, known, grammar)
    assert.ok(!(verdict instanceof SyncError) && verdict.type === 'new')
    known.learn(verdict)
  }
  const [doc] = docs
  assert.ok(doc)
  const before = Y.mergeUpdates(updates.slice(0, half))
  const next = updates.slice(half)
  const whole = Y.encodeStateAsUpdate(doc)
  const collected = new Y.Doc()
  Y.applyUpdate(collected, whole)
  const corpus = [
    ...updates.slice(0, half),
    ...next,
    Y.mergeUpdates(next),
    whole,
    Y.encodeStateAsUpdate(collected),
    Y.encodeStateAsUpdateV2(doc),
  ]
  for (const each of [...docs, collected]) each.destroy()
  return { known, before, corpus, chance }
}

/** What is accepted, a stock client that has the rest applies without an error and without anything left over. */
const checkAccepted = (before: Uint8Array, update: Uint8Array, known: Known): void => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, before)
  Y.applyUpdate(doc, update)
  assert.equal(doc.store.pendingStructs, null)
  assert.equal(doc.store.pendingDs, null)
  assert.deepEqual(Y.encodeStateVector(doc), known.encodeVector())
  for (const root of doc.share.keys()) assert.ok(['text', 'default', 'map', 'list'].includes(root), root)
  for (const type of doc.share.values()) type.toJSON()
  const again = new Y.Doc()
  Y.applyUpdate(again, Y.encodeStateAsUpdate(doc))
  assert.deepEqual(Y.encodeStateVector(again), Y.encodeStateVector(doc))
  doc.destroy()
  again.destroy()
}

/** What the room would know afterwards: a copy of what it knows, and this. */
const knowing = (before: Uint8Array, verdict: Verdict): Known => {
  const known = new Known()
  const past = inspect(before, known)
  assert.ok(!(past instanceof SyncError) && past.type === 'new')
  known.learn(past)
  if (!(verdict instanceof SyncError) && verdict.type === 'new') known.learn(verdict)
  return known
}

/** The noise of a busy machine is not the call's own: the best of a few counts. In ms. */
const least = (call: () => void, enough: number): number => {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5 && best > enough; round++) {
    const start = performance.now()
    call()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

test(`[W5] [P4] whatever arrives is refused or can be applied, quickly (${replay === null ? `${rounds * each} mutations` : `SEED=${replay}`})`, () => {
  let accepted = 0
  let kept = 0
  let overlapping = 0
  const verdicts = { new: 0, old: 0, gap: 0, error: 0 }
  for (let seed = replay ?? 1; seed <= (replay ?? rounds); seed++) {
    const { known, before, corpus, chance } = situation(seed)
    const vector = known.encodeVector()
    for (let index = 0; index < each; index++) {
      const pick = () => corpus[chance(corpus.length)] ?? new Uint8Array()
      let update = mutate(pick(), pick(), chance)
      for (let more = chance(3); more > 0; more--) update = mutate(update, pick(), chance)
      const fail = (reason: unknown) =>
        new Error(`SEED=${seed} replays this: ${Buffer.from(update).toString('hex')}`, { cause: reason })
      try {
        let verdict: Verdict | undefined
        const spent = least(() => {
          verdict = inspect(update, known, grammar, 64)
          message.decode(update)
          message.decodeSide(update)
        }, 20)
        assert.ok(spent <= 20, `it took ${spent.toFixed(1)} ms`)
        assert.ok(verdict !== undefined)
        verdicts[verdict instanceof SyncError ? 'error' : verdict.type]++
        if (!(verdict instanceof SyncError) && verdict.type === 'new') {
          accepted++
          if (verdict.overlaps) {
            overlapping++
            update = trim(update, vector)
            verdict = inspect(update, known, grammar, 64)
            // its first half may have stood elsewhere than it says now
            if (verdict instanceof SyncError) continue
            assert.ok(verdict.type === 'new' && !verdict.overlaps)
          }
          checkAccepted(before, update, knowing(before, verdict))
        }
        if (!(verdict instanceof SyncError) && verdict.type === 'gap') {
          const part = verdict.part()
          if (part !== null) {
            const again = inspect(part, known, grammar, 64)
            assert.ok(!(again instanceof SyncError) && again.type !== 'gap')
            if (again.type === 'old' || again.overlaps) continue
            kept++
            checkAccepted(before, part, knowing(before, again))
          }
        }
        assert.deepEqual(known.encodeVector(), vector, 'judging changes nothing')
      } catch (error) {
        throw fail(error)
      }
    }
  }
  if (replay !== null) process.stderr.write(`${JSON.stringify(verdicts)}\n`)
  for (const [name, count] of Object.entries(verdicts))
    assert.ok(replay !== null || count > rounds, `only ${count} of ${name}: too few to mean anything`)
  assert.ok(replay !== null || (accepted > rounds && kept > 0 && overlapping > 0))
})

test('[W6] [P4] whatever arrives as presence, nothing throws and nobody else is touched', () => {
  for (let seed = 1; seed <= rounds; seed++) {
    const chance = random(seed)
    const presence = new Presence(limits, new Owners(true, []), () => {})
    const state = (client: number, clock: number, json: string) => {
      const bytes = Buffer.from(json)
      return Uint8Array.from([1, client, clock, bytes.length, ...bytes])
    }
    const ada = new Wire()
    presence.receive(ada, 'ada', state(1, 1, '{"name":"ada"}'), true)
    const eve = new Wire()
    presence.receive(eve, 'eve', state(2, 1, '{"name":"eve"}'), true)
    const corpus = [
      state(2, 2, '{"at":"here","n":[1,2,{"x":null}]}'),
      state(1, 2, 'null'),
      state(2, 3, 'null'),
    ]
    const before = presence.all()[0]
    for (let index = 0; index < each; index++) {
      const pick = () => corpus[chance(corpus.length)] ?? new Uint8Array()
      presence.receive(eve, 'eve', mutate(pick(), pick(), chance), false)
      assert.deepEqual(presence.all()[0], before, `SEED=${seed}`)
      assert.ok(presence.size <= 2)
    }
  }
})

// the largest costs come from updates that say much in few bytes
setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

test('[O2] [P6] judging an update takes at most sixteen times its bytes of memory', () => {
  assert.ok(typeof collect === 'function')
  const size = 200_000
  const flat = (head: number[], part: (index: number) => number[], tail: number[], count: number) => {
    const parts = Array.from({ length: count }, (_, index) => part(index))
    return Uint8Array.from([...head, ...parts.flat(), ...tail])
  }
  const number = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...number(Math.floor(value / 128))]
  const known = new Known()
  const past = inspect(Uint8Array.from([1, 1, 9, 0, 0, ...number(2 ** 30), 0]), known)
  assert.ok(!(past instanceof SyncError) && past.type === 'new')
  known.learn(past)
  const shapes: Record<string, Uint8Array> = {
    'ranges of deletions': flat([0, 1, 9, ...number(size)], (index) => [...number(2 * index), 1], [], size),
    'clients with deletions': flat([0, ...number(size)], () => [9, 1, 1, 1], [], size),
    'collected structs': flat([1, ...number(size), 8, 0], () => [0, 1], [0], size),
    'letters in a root': flat(
      [1, ...number(size), 8, 0],
      () => [4, 1, 4, 116, 101, 120, 116, 1, 97],
      [0],
      size,
    ),
    'letters and types in turn': flat(
      [1, ...number(size), 8, 0],
      (index) => (index % 2 === 0 ? [4, 1, 4, 116, 101, 120, 116, 1, 97] : [7, 1, 4, 116, 101, 120, 116, 2]),
      [0],
      size,
    ),
    'blocks of known structs': flat([...number(size)], (index) => [1, ...number(index), 0, 0, 1], [0], size),
  }
  for (const [name, bytes] of Object.entries(shapes)) {
    // until it is compiled, the least of several
    const used = Math.min(
      ...Array.from({ length: 5 }, () => {
        collect()
        const start = process.memoryUsage().heapUsed
        const verdict = inspect(bytes, known, grammar, 64)
        assert.ok(verdict !== null)
        return process.memoryUsage().heapUsed - start
      }),
    )
    assert.ok(used <= 16 * bytes.length + 65_536, `${name}: ${used} bytes for ${bytes.length}`)
  }
})
