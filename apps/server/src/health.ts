import type { Store } from '@quire/storage/store'
import { sideVersion } from '@quire/sync/message'
import { Hono } from 'hono'
import type { Clock } from '@quire/sync/clock'
import { version } from './version.ts'

/** What the health of a server is told from. */
export interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly schema: number
  /** True from the moment on which the server is about to stop. */
  readonly draining: () => boolean
  /** True while an update waits for the disk longer than it should. */
  readonly late: () => boolean
  /** What there is too much of, or null. */
  readonly busy: () => 'backlog' | 'overload' | null
}

/** An answer about the store is given to everybody who asks within this time, in ms. */
const keptMs = 1000
/** A store that has not answered for so long is not ready, in ms. */
const storeTimeoutMs = 3000

/**
 * `/health`: the process answers. `/ready`: a write and a read of the store have both worked within the last second, no
 * update waits for it too long, there is not more to do than can be done, and the server is not about to stop. Anybody
 * may ask, and as often as they like: the store is asked once a second at most, and never while it has not answered.
 * `/version`: what this is.
 */
export const health = ({ store, clock, schema, draining, busy, late }: Parts): Hono => {
  let askedAt = Number.NEGATIVE_INFINITY
  let isChecking = false
  let answer: Promise<boolean> = Promise.resolve(false)
  const check = (): Promise<boolean> =>
    new Promise((resolve) => {
      isChecking = true
      const cancel = clock.after(storeTimeoutMs, () => resolve(false))
      const done = (isWell: boolean): void => {
        isChecking = false
        cancel()
        resolve(isWell)
      }
      store.check().then(
        () => done(true),
        () => done(false),
      )
    })
  const checked = (): Promise<boolean> => {
    if (!isChecking && clock.now() - askedAt >= keptMs) {
      askedAt = clock.now()
      answer = check()
    }
    return answer
  }

  // no middleware: it would reach every path of the server this is a part of
  const fresh = { 'cache-control': 'no-store' }
  return new Hono()
    .get('/health', (c) => c.json({ status: 'ok' }, 200, fresh))
    .get('/ready', async (c) => {
      if (draining()) return c.json({ status: 'draining' }, 503, fresh)
      const excess = busy()
      if (excess !== null) return c.json({ status: excess }, 503, fresh)
      return (await checked()) && !late()
        ? c.json({ status: 'ok' }, 200, fresh)
        : c.json({ status: 'store' }, 503, fresh)
    })
    .get('/version', (c) => c.json({ name: 'quire', version, protocol: sideVersion, schema }, 200, fresh))
}
