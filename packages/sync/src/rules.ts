import type { Role } from './role.ts'

/** What a room takes from its clients. */
export interface Rules {
  /** Names of the root types that updates may write to. */
  readonly roots: readonly string[]
  /** How many other names they may use besides, each of at most 64 bytes. */
  readonly moreRoots: number
  /** True when a client id belongs to the identity that it was first seen with. */
  readonly owned: boolean
  /** The role that writing here takes; without it, `edit`. */
  readonly writes?: Role
  /**
   * Set where every key of the roots belongs to whoever made it, and only who owns the document may change another's:
   * the roots whose keys are everybody's.
   */
  readonly shared?: readonly string[]
  readonly limits: Limits
}

/** Bounds of one room. Sizes are bytes. */
export interface Limits {
  /** Of the encoded document. What would make it larger is not taken. */
  readonly document: number
  /** Of the encoded document and what the room remembers about it. What would make that larger is not taken. */
  readonly memory: number
  /** How deep types may lie in one another; what lies in a root is at depth 1. */
  readonly depth: number
  /** Of the value of an attribute, or of another entry with a key. */
  readonly attribute: number
  /** Client ids that one connection may bring. The first writer of an empty room brings what fits into `memory`. */
  readonly newClients: number
  /** Of one presence state. */
  readonly presence: number
  /** Presence states that are shown, and their size together. */
  readonly presences: number
  readonly presenceBytes: number
  /** Uncommitted writes of the whole store, above which pages are asked to write no more. */
  readonly backlog: number
}

/** What an operator who sets nothing gets. */
export const limits: Limits = {
  document: 20 * 1024 * 1024,
  memory: 60 * 1024 * 1024,
  depth: 100,
  attribute: 64 * 1024,
  newClients: 64,
  presence: 2048,
  presences: 200,
  presenceBytes: 64 * 1024,
  backlog: 8 * 1024 * 1024,
}
