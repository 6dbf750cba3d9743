import type { Context } from 'hono'
import type { Doer } from '../events.ts'
import { isAccount } from '../identity.ts'
import type { Storer } from '../limits/quotas.ts'
import type { Reached } from '../misses.ts'
import type { Who } from '../who.ts'

/** What every request of the API knows: who asks, and from where. */
export interface Asker {
  Bindings: Reached['Bindings']
  Variables: {
    identity: string
    who: Who
    /** The client's address, or empty when the request did not come over the network. */
    address: string
  }
}

/** The requester, as quotas count them. */
export const storer = (c: Context<Asker>): Storer => {
  const { identity, claims } = c.get('who')
  return { identity, address: c.get('address'), isGuest: claims === null && !isAccount(identity) }
}

/** Who asks, as events name them; or somebody who has just become known. */
export const doer = (c: Context<Asker>, identity = c.get('identity')): Doer => ({
  identity,
  address: c.get('address'),
})
