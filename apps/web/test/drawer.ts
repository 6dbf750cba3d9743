import type { Storage } from '../src/shelf.ts'

/** A browser's storage that holds so many letters, and throws like one beyond that. */
export class Drawer implements Storage {
  readonly #room: number
  readonly #held = new Map<string, string>()

  constructor(room = Infinity) {
    this.#room = room
  }

  get length(): number {
    return this.#held.size
  }

  key(at: number): string | null {
    return [...this.#held.keys()][at] ?? null
  }

  getItem(key: string): string | null {
    return this.#held.get(key) ?? null
  }

  setItem(key: string, value: string): void {
    let size = key.length + value.length
    for (const [other, text] of this.#held) if (other !== key) size += other.length + text.length
    if (size > this.#room) throw new DOMException('full', 'QuotaExceededError')
    this.#held.set(key, value)
  }

  removeItem(key: string): void {
    this.#held.delete(key)
  }
}
