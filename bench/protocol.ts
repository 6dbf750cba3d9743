/** How a server is spoken to: what stands around the messages that all of them share. */
export interface Protocol {
  /** The address of a room. */
  path(room: string): string
  /** What stands before each message of this room, in both directions. */
  prefix(room: string): Buffer
  /** What is said before the first question. */
  readonly greeting: readonly Buffer[]
}
