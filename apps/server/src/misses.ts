import type { HttpBindings } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'
import { clientAddress } from './address.ts'
import type { Trust } from './address.ts'
import { refuse } from './api/errors.ts'
import type { Gate } from './gate.ts'
import type { Metrics } from './metrics.ts'
import { forwardedFor } from './upgrade.ts'

/** What a request that came over the network brings with it. */
export interface Reached {
  Bindings: Partial<HttpBindings>
}

/** What misses are counted with. */
export interface Parts {
  readonly gate: Gate
  readonly trust: Trust
  readonly metrics: Metrics
}

/** Who asks too often for what is not there is no longer told whether it is. What is there, they still get. */
export const misses =
  ({ gate, trust, metrics }: Parts): MiddlewareHandler<Reached> =>
  async (c, next) => {
    await next()
    const incoming = c.env?.incoming
    if (c.res.status !== 404 || incoming === undefined) return
    const address = clientAddress(incoming.socket.remoteAddress ?? '', forwardedFor(incoming), trust)
    if (gate.miss(address)) return
    metrics.turned('misses')
    c.res = undefined // otherwise the headers of the answer that it replaces stay
    c.res = refuse(c, 'too-many', 'Too many addresses that lead nowhere. Try again in a minute.')
  }
