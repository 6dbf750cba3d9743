/** A file as the server has it. */
export interface Stored {
  /** 22 characters: its name in the document. */
  readonly id: string
  readonly mime: string
  readonly size: number
  /** In pixels; null for what is no image. */
  readonly width: number | null
  readonly height: number | null
}

/** Why a file has not arrived. */
export const uploadFailures = [
  'too-large',
  'files-full',
  'quota-full',
  'guests-full',
  'no-room',
  'too-many',
  'forbidden',
  'unreachable',
  'fault',
] as const
export type UploadFailure = (typeof uploadFailures)[number]

/** What became of a file that was sent. */
export type Outcome =
  | { readonly stored: Stored }
  | { readonly failure: UploadFailure; readonly limit: string }

/** A file on its way. */
export interface Sending {
  readonly outcome: Promise<Outcome>
  /** Ends it; the outcome need not come then. */
  readonly stop: () => void
}

/** Sends a file, telling how much of it has gone, from 0 to 1. */
export type Send = (file: File, progress: (part: number) => void) => Sending

/** Where an upload stands. The file is kept until it has arrived, so that it can be sent again. */
export type Upload =
  | { readonly state: 'waiting'; readonly file: File }
  | { readonly state: 'sending'; readonly file: File; readonly part: number }
  | { readonly state: 'failed'; readonly file: File; readonly failure: UploadFailure; readonly limit: string }
  | { readonly state: 'arrived'; readonly stored: Stored }

/**
 * The uploads of one page, by the token that stands for each in the document until it has arrived. At most three are
 * sent at once, in the order they came; one that failed waits to be tried again.
 */
export class Uploads {
  readonly #send: Send
  readonly #atOnce: number
  readonly #uploads = new Map<string, Upload>()
  readonly #sending = new Map<string, Sending>()
  readonly #listeners = new Set<(token: string) => void>()

  constructor(send: Send, atOnce = 3) {
    this.#send = send
    this.#atOnce = atOnce
  }

  /** Where this upload stands, or null if this page knows nothing of it. */
  of(token: string): Upload | null {
    return this.#uploads.get(token) ?? null
  }

  /** How much has gone of each that is not there yet, in hundredths. */
  get pending(): Readonly<Record<string, number>> {
    const pending: Record<string, number> = {}
    for (const [token, upload] of this.#uploads)
      if (upload.state !== 'arrived')
        pending[token] = upload.state === 'sending' ? Math.floor(upload.part * 100) : 0
    return pending
  }

  /** Sends a file, again if it failed before. */
  add(token: string, file: File): void {
    this.#sending.get(token)?.stop()
    this.#sending.delete(token)
    this.#tell(token, { state: 'waiting', file })
    this.#next()
  }

  /** Sends again what failed. */
  retry(token: string): void {
    const upload = this.#uploads.get(token)
    if (upload?.state === 'failed') this.add(token, upload.file)
  }

  /** Nobody wants it any more. */
  drop(token: string): void {
    this.#sending.get(token)?.stop()
    this.#sending.delete(token)
    this.#uploads.delete(token)
    for (const listener of this.#listeners) listener(token)
    this.#next()
  }

  /** Calls back with the token of each upload that stands elsewhere than before. The returned function ends that. */
  subscribe(listener: (token: string) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Ends everything. */
  close(): void {
    for (const { stop } of this.#sending.values()) stop()
    this.#sending.clear()
    this.#listeners.clear()
  }

  #next(): void {
    for (const [token, upload] of this.#uploads) {
      if (this.#sending.size >= this.#atOnce) return
      if (upload.state === 'waiting') this.#start(token, upload.file)
    }
  }

  #start(token: string, file: File): void {
    const sending = this.#send(file, (part) => {
      if (this.#sending.get(token) === sending) this.#tell(token, { state: 'sending', file, part })
    })
    this.#sending.set(token, sending)
    this.#tell(token, { state: 'sending', file, part: 0 })
    void sending.outcome.then((outcome) => {
      if (this.#sending.get(token) !== sending) return
      this.#sending.delete(token)
      this.#tell(
        token,
        'stored' in outcome
          ? { state: 'arrived', stored: outcome.stored }
          : { state: 'failed', file, failure: outcome.failure, limit: outcome.limit },
      )
      this.#next()
    })
  }

  #tell(token: string, upload: Upload): void {
    this.#uploads.set(token, upload)
    for (const listener of this.#listeners) listener(token)
  }
}
