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
  /**
   * True when more of a document may be sent now. Else `call` is made once when it may: the process holds as much for
   * its connections as it will, and others are before this one. A later question takes the place of an earlier one.
   */
  mayTake(call: () => void): boolean
  /** Reads nothing more until the returned function is called: what came takes a while. What was read ahead still comes. */
  pause(): () => void
  /** Hangs up with the code and name of the refusal. Nothing more is delivered in either direction. */
  close(refusal: Refusal): void
}
