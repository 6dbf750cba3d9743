import type { Write } from '@quire/sync/log'

/** A write with its place in the log of a room, and the time of its append. */
export interface Entry extends Write {
  readonly room: string
  readonly position: number
  readonly time: number
}
