import { objections } from '@quire/sync/error'
import type { Objection } from '@quire/sync/error'

/** Why a copy of the document could not stay: a write was not taken, or the server now has another document. */
export type Loss = Objection | 'other-epoch'

/** What was written here and is not on the server, kept in this browser until somebody says what becomes of it. */
export interface Recovered {
  readonly id: string
  /** The document it was written in, and what that was called. */
  readonly document: string
  readonly title: string
  readonly at: number
  readonly reason: Loss
  /** What was written, plain. Empty when it was no text: formatting, or a deletion. */
  readonly text: string
  /** The whole document as it was here, as one update; null when it was too large to be kept. */
  readonly state: Uint8Array | null
  /** How much of it survives closing the page. */
  readonly kept: 'whole' | 'text' | 'nothing'
}

/** What of the browser's storage is needed. */
export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

const prefix = 'quire.recovered.'

/**
 * The recovered texts of this browser. An entry is written before `put` returns. Where the browser keeps nothing,
 * or not enough, the shelf holds it for as long as the page lives, and the entry says so.
 */
export class Shelf {
  readonly #storage: Storage | null
  readonly #held = new Map<string, Recovered>()
  readonly #listeners = new Set<() => void>()

  constructor(storage: Storage | null) {
    this.#storage = storage
  }

  /** Calls back after each change. The returned function ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another page of this browser changed its storage. */
  readonly changedElsewhere = (): void => this.#tell()

  /** Everything kept for a document, the newest first. */
  list(document: string): Recovered[] {
    return this.#all()
      .filter((entry) => entry.document === document)
      .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
  }

  /** How many texts are kept, by document. */
  counts(): ReadonlyMap<string, number> {
    const kept = Map.groupBy(this.#all(), ({ document }) => document)
    return new Map([...kept].map(([document, entries]) => [document, entries.length]))
  }

  #all(): Recovered[] {
    const entries = new Map<string, Recovered>()
    for (const key of this.#keys()) {
      const entry = read(this.#storage?.getItem(key) ?? null)
      if (entry !== null) entries.set(entry.id, entry)
    }
    // what this page holds may be more than what fitted into the storage
    for (const [id, entry] of this.#held)
      if (entries.has(id) || entry.kept === 'nothing') entries.set(id, entry)
    return [...entries.values()]
  }

  /** Keeps an entry, in place of the one with the same id, and says how well it is kept. */
  put(entry: Omit<Recovered, 'kept'>): Recovered {
    const kept = this.#store(entry.id, write(entry))
      ? 'whole'
      : this.#store(entry.id, write({ ...entry, state: null }))
        ? 'text'
        : 'nothing'
    const held = { ...entry, kept } as const
    this.#held.set(entry.id, held)
    this.#tell()
    return held
  }

  /** Forgets an entry for good. */
  remove(id: string): void {
    this.#held.delete(id)
    try {
      this.#storage?.removeItem(prefix + id)
    } catch {
      // a storage that is closed to us holds nothing of ours
    }
    this.#tell()
  }

  /** True when closing the page would lose an entry. */
  get fragile(): boolean {
    return [...this.#held.values()].some(({ kept }) => kept === 'nothing')
  }

  #keys(): string[] {
    const keys: string[] = []
    try {
      for (let at = 0; at < (this.#storage?.length ?? 0); at++) {
        const key = this.#storage?.key(at) ?? ''
        if (key.startsWith(prefix)) keys.push(key)
      }
    } catch {
      return [] // closed to us
    }
    return keys
  }

  #store(id: string, text: string): boolean {
    if (this.#storage === null) return false
    try {
      this.#storage.setItem(prefix + id, text)
      return true
    } catch {
      return false // full, or closed to us
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

const losses: readonly string[] = [...objections, 'other-epoch'] satisfies Loss[]
const isReason = (value: unknown): value is Loss => typeof value === 'string' && losses.includes(value)

const write = ({ state, ...entry }: Omit<Recovered, 'kept'>): string =>
  JSON.stringify({ ...entry, state: state === null ? null : toBase64(state) })

/** The storage is anybody's: whatever does not read as an entry is none. */
const read = (text: string | null): Recovered | null => {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    if (typeof value !== 'object' || value === null) return null
    const { id, document, title, at, reason, text: said, state } = value as Record<string, unknown> // each is looked at
    if (typeof id !== 'string' || typeof document !== 'string' || typeof title !== 'string') return null
    if (typeof at !== 'number' || typeof said !== 'string' || !isReason(reason)) return null
    const bytes = typeof state === 'string' ? fromBase64(state) : null
    const kept = bytes === null ? 'text' : 'whole'
    return { id, document, title, at, reason, text: said, state: bytes, kept }
  } catch {
    return null
  }
}

const toBase64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192)) // as many as a call takes everywhere
  return btoa(text)
}
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
