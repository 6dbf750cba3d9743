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
