import { decodeSide, encodeHave, encodeRest, encodeUpdate } from '@quire/sync/message'
import type { Side } from '@quire/sync/message'
import { WebSocket } from 'ws'
import type { ClientOptions } from 'ws'
import * as Y from 'yjs'

/** What a writer may be besides a page with a copy of its own. */
export interface Options extends ClientOptions {
  readonly doc?: Y.Doc
  readonly epoch?: string
}

/**
 * Somebody at a page, as few lines as the protocol needs: writes words, and knows of each whether the server said
 * that it is saved.
 */
export class Writer {
  readonly doc: Y.Doc
  readonly socket: WebSocket
  readonly sides: Side[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  /** What each write frame held. */
  readonly #frames: string[] = []
  #saved = 0
  synced = false
  /** True while what it says is lost on the way, unnoticed. */
  loses = false
  /** How often the server asked for what it lacks. */
  questions = 0

  constructor(room: string, { doc = new Y.Doc(), epoch = '', ...options }: Options = {}) {
    this.doc = doc
    this.socket = new WebSocket(`${room}?quire=1&client=${doc.clientID}&schema=1&epoch=${epoch}`, options)
    this.socket.on('open', () => this.socket.send(encodeHave(Y.encodeStateVector(doc))))
    this.socket.on('message', (data: Buffer) => this.#hear(new Uint8Array(data)))
    this.socket.on('error', () => {})
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    )
  }

  /** Adds a word. It leaves at once if there is a connection, and else when there is one. */
  write(word: string): void {
    const before = Y.encodeStateVector(this.doc)
    const text = this.doc.getText('title')
    text.insert(text.length, `${word} `)
    if (this.socket.readyState === this.socket.OPEN)
      this.#send(word, encodeUpdate(Y.encodeStateAsUpdate(this.doc, before)))
  }

  get words(): string[] {
    return wordsOf(this.doc)
  }

  /** Of the text. */
  get length(): number {
    return this.doc.getText('title').length
  }

  /** The words that the server has said are saved. */
  get saved(): string[] {
    return this.#frames.slice(0, this.#saved).filter((word) => word !== '')
  }

  /** True when everything that left is saved. */
  get settled(): boolean {
    return this.synced && this.#saved === this.#frames.length
  }

  #send(word: string, frame: Uint8Array): void {
    if (this.loses) return
    this.#frames.push(word)
    this.socket.send(frame)
  }

  #hear(frame: Uint8Array): void {
    const side = decodeSide(frame)
    if (side !== null) this.sides.push(side)
    if (side?.type === 'saved') this.#saved = Math.max(this.#saved, side.count)
    if (frame[0] !== 0) return
    const bytes = payload(frame)
    if (frame[1] === 0) this.questions++
    if (frame[1] === 0) return this.#send('', encodeRest(Y.encodeStateAsUpdate(this.doc, bytes)))
    Y.applyUpdate(this.doc, bytes)
    if (frame[1] === 1) this.synced = true
  }
}

/** The words of a document, in their order. */
export const wordsOf = (doc: Y.Doc): string[] =>
  doc
    .getText('title')
    .toString()
    .split(' ')
    .filter((word) => word !== '')

/** Fails unless each wanted word is there, and only once. */
export const exactlyOnce = (words: readonly string[], wanted: Iterable<string>): void => {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const word of wanted) {
    const count = counts.get(word) ?? 0
    if (count !== 1) throw new Error(`${word} is there ${count} times`)
  }
}

const payload = (frame: Uint8Array): Uint8Array => {
  let at = 2
  while ((frame[at] ?? 0) >= 0x80) at++
  return frame.subarray(at + 1)
}
