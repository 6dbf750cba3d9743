import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { Known } from '../people.ts'
import { settle, tellSize } from './placeholder.ts'
import { claim, fileAt, sendTo } from './send.ts'
import { tellUploads, uploaderOf } from './sharing.ts'
import type { Uploader } from './sharing.ts'
import { Uploads } from './uploads.ts'

/** What the files of a document need to know of it. */
export interface Surroundings {
  readonly room: string
  /** The shared text. */
  readonly root: Y.XmlFragment
  readonly awareness: Awareness
  readonly known: () => Known
  /** False while nothing may be written. */
  readonly editable: () => boolean
}

/** Everything about the files of one open document that is not in the document: what is on its way, and from where. */
export class Desk {
  readonly uploads: Uploads
  readonly #around: Surroundings
  readonly #claims = new Map<string, Promise<boolean>>()
  readonly #previews = new Map<string, string>()

  constructor(around: Surroundings) {
    this.#around = around
    this.uploads = new Uploads(sendTo(around.room))
    this.uploads.subscribe((token) => {
      this.settle(token)
      tellUploads(around.awareness, this.uploads.pending)
    })
  }

  /** Where a file of this document is. */
  addressOf(file: string): string {
    return fileAt(this.#around.room, file)
  }

  /** Sends a file in the place of what stands for it. A picture's size is told as soon as it is known. */
  send(token: string, file: File): void {
    this.uploads.add(token, file)
    if (!file.type.startsWith('image/')) return
    createImageBitmap(file).then(
      (bitmap) => {
        if (this.#around.editable()) tellSize(this.#around.root, token, bitmap.width, bitmap.height)
        bitmap.close()
      },
      () => {}, // what the browser cannot read has no size; the server says what it is
    )
  }

  /** What this page can show of an upload before it has arrived, or null. */
  preview(token: string): string | null {
    const made = this.#previews.get(token)
    if (made !== undefined) return made
    const upload = this.uploads.of(token)
    if (upload === null || upload.state === 'arrived' || !upload.file.type.startsWith('image/')) return null
    const address = URL.createObjectURL(upload.file)
    this.#previews.set(token, address)
    return address
  }

  /** Puts what has arrived in its place, if this upload has, and if that may be written. */
  settle(token: string): void {
    const upload = this.uploads.of(token)
    if (upload?.state !== 'arrived' || !this.#around.editable()) return
    settle(this.#around.root, token, upload.stored)
    const preview = this.#previews.get(token)
    if (preview === undefined) return
    this.#previews.delete(token)
    // the picture that took its place may be loading still
    setTimeout(() => URL.revokeObjectURL(preview), 60_000)
  }

  /** Who of the others is uploading this, or null. */
  uploader(token: string): Uploader | null {
    return uploaderOf(this.#around.awareness, this.#around.known(), token)
  }

  /** Asks for a file that was pasted from another document. */
  claim(file: string, document: string): void {
    if (!this.#claims.has(file)) this.#claims.set(file, claim(this.#around.room, document, file))
  }

  /** Resolves when the file is there to be loaded, as far as this page has asked for it. */
  async claimed(file: string): Promise<void> {
    await this.#claims.get(file)
  }

  /** True while this page waits for another document's file. */
  isClaimed(file: string): boolean {
    return this.#claims.has(file)
  }

  /** Calls back when others may have got on with this upload, or this page has. The returned function ends that. */
  watch(token: string, call: () => void): () => void {
    const { awareness } = this.#around
    const stop = this.uploads.subscribe((each) => {
      if (each === token) call()
    })
    awareness.on('change', call)
    return () => {
      stop()
      awareness.off('change', call)
    }
  }

  /** Ends what is on its way. */
  close(): void {
    this.uploads.close()
    for (const preview of this.#previews.values()) URL.revokeObjectURL(preview)
  }
}
