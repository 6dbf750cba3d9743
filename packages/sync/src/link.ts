import type { Refusal } from './error.ts'

/** One end of a connection: bytes out, and a way to hang up. A WebSocket in production, a queue in tests. */
export interface Link {
  /**
   * Sends each message as one frame, in order. Never throws; a link that is gone drops them. Nobody writes to
   * the bytes or the array afterwards, so one array may be given to many links.
   */
  send(messages: readonly Uint8Array[]): void
  /** Bytes accepted by `send` that the network has not taken yet. */
  readonly buffered: number
  /** Hangs up with the code and name of the refusal. Nothing more is delivered in either direction. */
  close(refusal: Refusal): void
}
