/**
 * A room's memory, lent to it. Updates are Yjs updates in v1 encoding. A position counts the room's updates
 * from 1 without gaps; position 0 is the empty document. One room at a time uses a log.
 */
export interface Log {
  /** Everything ever promised: a base, then the updates since, oldest first. Rejects rather than forget. */
  load(): Promise<Past>
  /**
   * Takes the next position at once; resolves when the update survives power loss, after all that were
   * appended before it. A store that fails is tried again until it heals, so this may take long. It rejects
   * only when the log is closed first.
   */
  append(update: Uint8Array, author: string): Promise<void>
  /**
   * Folds everything committed so far into a new base, with Yjs garbage collection, and moves the updates it
   * covers into history. Resolves with the base that now holds. On failure everything stays as it was.
   */
  compact(): Promise<Base>
  /** What the base has and a holder of this state vector has not, with the whole delete set of the base. */
  diff(vector: Uint8Array): Promise<Diff>
}

/** A document as of a position, in the forms in which a room needs it. */
export interface Base {
  readonly position: number
  /** The whole state as one update. */
  readonly state: Uint8Array
  /** Its state vector, encoded. */
  readonly vector: Uint8Array
  /** An update that holds no structs, only the whole delete set. */
  readonly deletes: Uint8Array
}

/** What a log gives to a room that opens. */
export interface Past {
  readonly base: Base
  /** The updates at `base.position + 1` and on. */
  readonly tail: readonly Uint8Array[]
}

/** A part of the base as of `position`. */
export interface Diff {
  readonly position: number
  readonly update: Uint8Array
}

/** The base of a room that was never written to. */
export const emptyBase: Base = {
  position: 0,
  state: Uint8Array.of(0, 0),
  vector: Uint8Array.of(0),
  deletes: Uint8Array.of(0, 0),
}
