import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barOf, delays, saying } from '../src/saying.ts'
import type { Standing } from '../src/saying.ts'
import { objections, refusals } from '@quire/sync/error'
import type { Facts } from '@quire/sync/client'
import { lossWords, refusalWords } from '../src/words.ts'

const hello = { type: 'hello', version: 1, role: 'edit', epoch: 'e', schema: 1 } as const
const up: Facts = {
  connection: 'up',
  hello,
  saved: true,
  store: 'fine',
  refused: null,
  people: new Map(),
  leaving: null,
}
const down: Facts = { ...up, connection: 'down', hello: null, saved: false }

/** A document opened at 0, in order, with everything saved at 500. */
const fine: Standing = {
  facts: up,
  synced: true,
  role: 'edit',
  behind: false,
  ended: null,
  closed: null,
  openedAt: 0,
  upSince: 100,
  downSince: null,
  retryAt: null,
  changedAt: null,
  unsavedSince: null,
  unsaved: 0,
  savedAt: 500,
}
const says = (change: Partial<Standing>, now: number, online = true) =>
  saying({ ...fine, ...change }, now, online).saying
const state = (change: Partial<Standing>, now: number, online = true): string =>
  says(change, now, online).state

const fresh: Partial<Standing> = { facts: down, synced: false, savedAt: null, downSince: null }
const typed: Partial<Standing> = {
  facts: { ...up, saved: false },
  changedAt: 10_000,
  unsavedSince: 10_000,
  unsaved: 1,
}

test('a page that opens says nothing for 300 ms, then Connecting', () => {
  assert.equal(state(fresh, 0), 'quiet')
  assert.equal(state(fresh, 299), 'quiet')
  assert.equal(state(fresh, 300), 'connecting')
  assert.equal(state({ ...fresh, facts: { ...up, hello: null, saved: false } }, 400), 'connecting')
})

test('[P3] the first change takes Saved away at once', () => {
  assert.equal(state({}, 10_000), 'saved')
  assert.equal(state(typed, 10_000), 'saving')
})

test('[P3] Saved comes back only when all is acknowledged, and 700 ms after the last change', () => {
  const acknowledged = { ...typed, facts: up, unsavedSince: null, unsaved: 0, savedAt: 10_020 }
  assert.equal(state(acknowledged, 10_020), 'saving')
  assert.equal(state(acknowledged, 10_000 + delays.rest - 1), 'saving')
  assert.deepEqual(says(acknowledged, 10_000 + delays.rest), { state: 'saved', at: 10_020 })
})

test('[P3] whatever else holds, Saved is never said over an unacknowledged change', () => {
  const pick = <T>(...of: T[]): T[] => of
  let tried = 0
  for (const facts of [up, down, { ...up, hello: null }, { ...up, store: 'late' as const }])
    for (const synced of pick(true, false))
      for (const downSince of pick(null, 9_000, 1))
        for (const savedAt of pick(null, 500, 10_001))
          for (const now of pick(10_000, 10_100, 10_700, 12_000, 15_000, 60_000))
            for (const online of pick(true, false)) {
              tried++
              const change = {
                facts,
                synced,
                downSince,
                savedAt,
                changedAt: 10_000,
                unsavedSince: 10_000,
                unsaved: 1,
              }
              assert.notEqual(state(change, now, online), 'saved', JSON.stringify({ change, now, online }))
            }
  assert.equal(tried, 4 * 2 * 3 * 3 * 6 * 2)
})

test('what stays unacknowledged for 5 s while connected is Not saved yet, whatever the server says', () => {
  assert.equal(state(typed, 14_999), 'saving')
  assert.equal(state(typed, 15_000), 'not saved')
  assert.equal(state({ ...typed, facts: { ...up, saved: false, store: 'late' } }, 10_100), 'not saved')
})

test('the time without a connection is no fault of the store', () => {
  assert.equal(state({ ...typed, upSince: 60_000 }, 60_001), 'saving')
  assert.equal(state({ ...typed, upSince: 60_000 }, 65_000), 'not saved')
})

test('a store that is late with the words of others leaves yours Saved', () => {
  assert.equal(state({ facts: { ...up, store: 'late' } }, 10_000), 'saved')
})

test('a store out of space is said even to those who only read', () => {
  assert.deepEqual(says({ facts: { ...up, store: 'read-only' } }, 10_000), {
    state: 'not saved',
    paused: true,
  })
})

test('a loss shorter than 1.5 s shows nothing; then the seconds to the next attempt, and after 10 s Offline', () => {
  const lost = { facts: down, downSince: 20_000, retryAt: 25_000 }
  assert.equal(state(lost, 21_499), 'saved')
  assert.deepEqual(says(lost, 21_500), { state: 'reconnecting', seconds: 4 })
  assert.deepEqual(says(lost, 24_001), { state: 'reconnecting', seconds: 1 })
  assert.deepEqual(says(lost, 25_000), { state: 'reconnecting', seconds: 0 })
  assert.equal(state(lost, 30_000), 'offline')
})

test('a browser without network is Offline as soon as the loss shows', () => {
  const lost = { facts: down, downSince: 20_000 }
  assert.equal(state(lost, 21_400, false), 'saved')
  assert.equal(state(lost, 21_500, false), 'offline')
  assert.equal(state({}, 21_500, false), 'saved', 'a connection that works is believed')
})

test('a server that never answers is Offline after 10 s', () => {
  assert.equal(state(fresh, 9_999), 'connecting')
  assert.equal(state(fresh, 10_000), 'offline')
})

test('a server without acknowledgements is Live, never Saved', () => {
  const silent = { facts: { ...up, hello: null, saved: false }, savedAt: null }
  assert.equal(state(silent, 10_000), 'live')
  assert.equal(state({ ...silent, changedAt: 9_000, unsavedSince: 9_000, unsaved: 3 }, 60_000), 'live')
})

test('an ending is said before everything else', () => {
  assert.deepEqual(says({ ...typed, ended: 'not-found' }, 99_999, false), {
    state: 'ended',
    ending: 'not-found',
  })
})

test('a page that is older than the document needs an update, once nothing of it is unsaved', () => {
  assert.equal(state({ behind: true }, 10_000), 'update needed')
  assert.equal(state({ ...typed, behind: true }, 10_000), 'saving')
  assert.equal(state({ facts: down, downSince: 1, behind: true }, 60_000), 'offline')
})

test('a server that asked to be left alone is not Offline while it is', () => {
  const asked = { facts: down, downSince: 20_000, closed: 'too-much', retryAt: 55_000 } as const
  assert.deepEqual(says(asked, 40_000), { state: 'reconnecting', seconds: 15 })
  assert.equal(state(asked, 40_000, false), 'offline')
  assert.equal(state(asked, 55_000), 'offline')
})

test('a document whose end cannot be read says so, and nobody writes in it', () => {
  const damaged: Partial<Standing> = { facts: { ...up, store: 'damaged' } }
  assert.equal(state(damaged, 10_000), 'damaged')
  assert.equal(barOf({ ...fine, ...damaged }), 'damaged')
})

test('one may write exactly when nothing is in the way', () => {
  assert.equal(barOf(fine), null)
  assert.equal(barOf({ ...fine, synced: false }), 'arriving')
  assert.equal(barOf({ ...fine, ended: 'damaged' }), 'ended')
  assert.equal(barOf({ ...fine, role: 'comment' }), 'role')
  assert.equal(barOf({ ...fine, role: null }), null, 'a server that tells nothing lets everybody write')
  assert.equal(barOf({ ...fine, facts: { ...up, store: 'late' } }), null)
  assert.equal(barOf({ ...fine, facts: { ...up, store: 'read-only' } }), 'store')
})

test('every saying holds until the moment it names, and not longer', () => {
  const standings: Partial<Standing>[] = [
    {},
    fresh,
    typed,
    { ...typed, facts: up, unsavedSince: null },
    { facts: down, downSince: 20_000, retryAt: 24_700 },
    { ...typed, facts: down, downSince: 10_050, retryAt: 10_900 },
    { facts: down, downSince: 20_000, retryAt: 55_000, closed: 'too-much' },
  ]
  for (const change of standings)
    for (const online of [true, false]) {
      const all = { ...fine, ...change }
      let now = 0
      for (let steps = 0; steps < 200; steps++) {
        const { saying: said, until } = saying(all, now, online)
        const end = until ?? now + 60_000
        for (const later of [now + 1, Math.floor((now + end) / 2), end - 1])
          if (later > now && later < end)
            assert.deepEqual(saying(all, later, online).saying, said, JSON.stringify({ change, now, later }))
        if (until === null) break
        assert.ok(until > now)
        now = until
      }
    }
})

test('the page has a sentence for every refusal, in our manner', () => {
  assert.deepEqual(Object.keys(refusalWords).toSorted(), Object.keys(refusals).toSorted())
  for (const { chip, sentence } of Object.values(refusalWords)) {
    assert.match(chip, /^[A-Z]/)
    assert.match(sentence, /^[A-Z].*\.$/)
    assert.doesNotMatch(sentence, /please|!|\d{3,}/i)
  }
})

test('the page has a sentence for every objection', () => {
  assert.deepEqual(Object.keys(lossWords).toSorted(), [...objections, 'other-epoch'].toSorted())
  for (const sentence of Object.values(lossWords)) assert.match(sentence, /^[A-Z].*\.$/)
})
