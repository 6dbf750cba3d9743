/**
 * A room's memory, lent to it. Updates are Yjs updates in v1 encoding. A position counts the room's updates
 * from 1 without gaps; position 0 is the empty document. One room at a time uses a log.
 */
export interface Log {
  /** Everything ever promised: a base, runs, then the updates since, oldest first. Rejects rather than forget. */
  load(): Promise<Past>
  /**
   * Takes the next position at once; resolves when the write survives power loss, with its owners and schema,
   * after all that were appended before it. A store that fails is tried again until it heals, so this may take
   * long. It rejects with an `AppendError` when this write, or one before it, can never be stored: nothing that was
   * appended to this log after that one is, and the room has to load a log anew. With another error it rejects only
   * when the log is closed first.
   */
  append(write: Write): Promise<void>
  /** Remembers owners without a write. Resolves when that survives power loss; rejects when it failed. */
  bind(owners: readonly Owner[]): Promise<void>
  /**
   * Folds everything committed so far, and moves the updates that were folded into history. Resolves with what
   * now holds the last of them: a new base, with Yjs garbage collection, or, when they are few beside a large
   * base, a run, in the place of every run that reaches into it. On failure everything stays as it was.
   */
  compact(): Promise<Base | Run>
  /** What the base has and a holder of this state vector has not. */
  diff(vector: Uint8Array): Promise<Diff>
  /** Bytes that the whole store has taken and not committed yet, those of other rooms among them. */
  readonly backlog: number
}

/** Why a write is not stored and never will be, while the store goes on. */
export class AppendError extends Error {
  /** True when it is this write that no store takes; false when it continues a position that holds something else. */
  readonly unfit: boolean

  constructor(message: string, unfit: boolean) {
    super(message)
    this.unfit = unfit
  }
}

/** A change, and what it makes known about the room. */
export interface Write {
  readonly update: Uint8Array
  /** Identity of who brought it. */
  readonly author: string
  /** Client ids that belong to somebody from now on. */
  readonly owners: readonly Owner[]
  /** The schema of the page that wrote it, when it is the newest that ever wrote here; else 0. */
  readonly schema: number
}

/** Whose a client id is. The first binding holds for good. */
export interface Owner {
  readonly client: number
  readonly identity: string
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
  /** Where each of its structs stands, as `placesOf` in places.ts encodes it. */
  readonly places: Uint8Array
  /** Where a large state is cut for those who come in, as `placesOf` encodes that. */
  readonly cuts: Uint8Array
}

/** The updates `first` to `last` as one. It builds on the base and on the runs before it, and holds no position of theirs. */
export interface Run {
  readonly first: number
  readonly last: number
  readonly update: Uint8Array
}

/** What a log gives to a room that opens. */
export interface Past {
  readonly base: Base
  /** What was merged since, oldest first: the first begins after the base, each where the one before it ends. */
  readonly runs: readonly Run[]
  /** The updates after base and runs, up to the first that is missing. */
  readonly tail: readonly Uint8Array[]
  /** Every binding, oldest first. */
  readonly owners: readonly Owner[]
  /** The newest page schema that ever wrote here, 0 for none. */
  readonly schema: number
  /** True when something that was stored after the tail cannot be read. The room then takes no writes. */
  readonly damaged: boolean
  /** What was relayed here and could never be stored, oldest first; left out where there is nothing of the kind. */
  readonly unfit?: readonly Pick<Write, 'update' | 'author'>[]
}

/** An update, or several as one: what came after the piece before it, up to and including position `last`. */
export interface Piece {
  readonly last: number
  readonly update: Uint8Array
}

/** What a log holds after the base, oldest first. */
export const piecesOf = ({ base, runs, tail }: Pick<Past, 'base' | 'runs' | 'tail'>): Piece[] => {
  const folded = runs.at(-1)?.last ?? base.position
  const updates = tail.map((update, index) => ({ last: folded + index + 1, update }))
  return [...runs.map(({ last, update }) => ({ last, update })), ...updates]
}

/** A part of the base as of `position`. */
export interface Diff {
  readonly position: number
  /** In an order in which each builds only on those before it; none much larger than 128 KiB if that can be. */
  readonly updates: readonly Uint8Array[]
}

/** The base of a room that was never written to. */
export const emptyBase: Base = {
  position: 0,
  state: Uint8Array.of(0, 0),
  vector: Uint8Array.of(0),
  deletes: Uint8Array.of(0, 0),
  places: Uint8Array.of(0, 0),
  cuts: Uint8Array.of(0),
}
