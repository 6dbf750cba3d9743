import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { accompany } from '../src/account/embedded.ts'
import type { Surroundings } from '../src/account/embedded.ts'

const app = 'https://app.example.org'

/** A page in a frame, at a time that is lent. */
const framed = async (expires: number | null, newer: Record<string, number> = {}) => {
  let now = 0
  const waits: { at: number; call: () => void }[] = []
  const said: unknown[] = []
  const brought: string[] = []
  let heard: (what: unknown, site: string) => void = () => {}
  const around: Surroundings = {
    token: async () => (expires === null ? null : { expires, frames: [app] }),
    bring: async (token) => {
      brought.push(token)
      const end = newer[token]
      if (end === undefined) throw new Error('no good')
      return end
    },
    say: (what, site) => said.push([what, site]),
    hear: (listener) => (heard = listener),
    now: () => now,
    after: (ms, call) => waits.push({ at: now + ms, call }),
  }
  await accompany(around)
  return {
    said,
    brought,
    hear: async (what: unknown, site = app) => {
      heard(what, site)
      await turn()
    },
    pass: (ms: number) => {
      now += ms
      for (const wait of waits.filter(({ at }) => at <= now)) {
        waits.splice(waits.indexOf(wait), 1)
        wait.call()
      }
    },
  }
}

test('[A6] a minute before its token ends a page in a frame asks the application around it for a newer one', async () => {
  const page = await framed(600_000, { newer: 1_200_000 })
  page.pass(539_999)
  assert.deepEqual(page.said, [])
  page.pass(1)
  assert.deepEqual(page.said, [[{ quire: 'token', expires: 600_000 }, app]])
  await page.hear({ quire: 'token', token: 'newer' })
  assert.deepEqual(page.brought, ['newer'])
  page.pass(599_999)
  assert.equal(page.said.length, 1)
  page.pass(1)
  assert.deepEqual(page.said[1], [{ quire: 'token', expires: 1_200_000 }, app])
})

test('a token may come before it is asked for, and one that is no good changes nothing', async () => {
  const page = await framed(600_000, { newer: 1_200_000 })
  await page.hear({ quire: 'token', token: 'newer' })
  await page.hear({ quire: 'token', token: 'bad' })
  page.pass(600_000)
  assert.deepEqual(page.said, [])
  page.pass(540_000)
  assert.equal(page.said.length, 1)
})

test('only the sites that may show the page are heard, and only what they may say', async () => {
  const page = await framed(600_000, { newer: 1_200_000 })
  await page.hear({ quire: 'token', token: 'newer' }, 'https://evil.example')
  for (const nonsense of [
    null,
    'token',
    7,
    {},
    { quire: 'token' },
    { quire: 'token', token: 7 },
    { token: 'newer' },
  ])
    await page.hear(nonsense)
  assert.deepEqual(page.brought, [])
})

test('where no tokens count nobody is asked or heard', async () => {
  const page = await framed(null)
  page.pass(1e12)
  await page.hear({ quire: 'token', token: 'newer' })
  assert.deepEqual([page.said, page.brought], [[], []])
})
