import type { Protocol } from './protocol.ts'

/** The y-websocket protocol: a room is a path below `at`, and messages stand alone. */
export const yWebsocket = (at: string): Protocol => ({
  path: (room) => `${at}${room}`,
  prefix: () => Buffer.alloc(0),
  greeting: [],
})
