import { uploadFailures } from './uploads.ts'
import type { Outcome, Send, Stored } from './uploads.ts'

/** Where the files of a document are on the server. */
const filesAt = (room: string): string => `/api/documents/${encodeURIComponent(room)}/files`

/** Where one file of a document is. */
export const fileAt = (room: string, file: string): string => `${filesAt(room)}/${encodeURIComponent(file)}`

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
const size = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null

/** What an answer of the server says of an upload. Total, whatever was answered. */
export const outcomeOf = (status: number, text: string): Outcome => {
  let answer: unknown = null
  try {
    answer = JSON.parse(text)
  } catch {
    // not from our server: its status is all there is
  }
  const id = field(answer, 'id')
  const mime = field(answer, 'mime')
  if (status === 201 && typeof id === 'string' && typeof mime === 'string') {
    const [width, height] = [size(field(answer, 'width')), size(field(answer, 'height'))]
    const stored: Stored = { id, mime, size: size(field(answer, 'size')) ?? 0, width, height }
    return { stored }
  }
  const error = field(answer, 'error')
  const message = field(answer, 'message')
  const limit = /\d+ [kM]B/.exec(typeof message === 'string' ? message : '')?.[0] ?? ''
  const byStatus =
    status === 413 ? 'too-large' : status === 404 ? 'forbidden' : status === 0 ? 'unreachable' : 'fault'
  return { failure: uploadFailures.find((name) => name === error) ?? byStatus, limit }
}

// what is smaller is there before one would have asked
const worthAsking = 8_000_000

/** Whether a large file is more than the server takes, told before all of it has been sent in vain. */
const refusedAhead = async (room: string, { size: bytes }: File): Promise<Outcome | null> => {
  if (bytes < worthAsking) return null
  try {
    const largest = size(field(await (await fetch(filesAt(room))).json(), 'largest'))
    if (largest === null || bytes <= largest) return null
    return { failure: 'too-large', limit: `${Math.floor(largest / 1_048_576)} MB` }
  } catch {
    return null // sending it will tell
  }
}

/** Sends files to a document. Only this way of asking tells how much has gone. */
export const sendTo =
  (room: string): Send =>
  (file, progress) => {
    const request = new XMLHttpRequest()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    let stopped = false
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      progress(total > 0 ? loaded / total : 0),
    )
    request.addEventListener('load', () => resolve(outcomeOf(request.status, request.responseText)))
    for (const end of ['error', 'timeout'] as const)
      request.addEventListener(end, () => resolve(outcomeOf(0, '')))
    void refusedAhead(room, file).then((refused) => {
      if (refused !== null) return resolve(refused)
      if (stopped) return
      request.open('POST', filesAt(room))
      request.setRequestHeader('content-type', 'application/octet-stream')
      request.setRequestHeader('x-file-name', encodeURIComponent(file.name || 'file'))
      request.send(file)
    })
    return {
      outcome: promise,
      stop: () => {
        stopped = true
        request.abort()
      },
    }
  }

/** Asks for a file of another document to be a file of this one too. True when it is. */
export const claim = async (room: string, document: string, file: string): Promise<boolean> => {
  try {
    const { ok } = await fetch(filesAt(room), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: { document, file } }),
    })
    return ok
  } catch {
    return false // no answer: the picture says that it cannot be shown
  }
}
