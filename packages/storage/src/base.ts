import type { Base } from '@quire/sync/log'

/**
 * The base of a room that was never written to. The contract suite holds it equal to `emptyBase` of
 * `@quire/sync/log`, which storage knows by type only.
 */
export const nothing: Base = {
  position: 0,
  state: Uint8Array.of(0, 0),
  vector: Uint8Array.of(0),
  deletes: Uint8Array.of(0, 0),
}
