import type { Awareness } from 'y-protocols/awareness'
import { readPresence } from '../people.ts'
import type { Known } from '../people.ts'

const field = 'uploads'

/** Somebody who brings a file, and how much of it has gone, from 0 to 1. */
export interface Uploader {
  readonly name: string
  readonly part: number
}

/** Tells the others what this page is uploading. Steps of less than a tenth are kept to oneself. */
export const tellUploads = (awareness: Awareness, pending: Readonly<Record<string, number>>): void => {
  const told = Object.fromEntries(
    Object.entries(pending).map(([token, part]) => [token, Math.floor(part / 10) * 10]),
  )
  const next = Object.keys(told).length === 0 ? null : told
  const before: unknown = awareness.getLocalState()?.[field] ?? null
  if (JSON.stringify(before) !== JSON.stringify(next)) awareness.setLocalStateField(field, next)
}

/** Who of the others is uploading this, or null. Total, whatever their presence says. */
export const uploaderOf = (awareness: Awareness, known: Known, token: string): Uploader | null => {
  for (const [client, state] of awareness.getStates()) {
    if (client === awareness.clientID) continue
    const uploads: unknown = state[field]
    if (typeof uploads !== 'object' || uploads === null || !Object.hasOwn(uploads, token)) continue
    const part: unknown = Reflect.get(uploads, token)
    return {
      name: readPresence(client, state, known).name,
      part: typeof part === 'number' && Number.isFinite(part) ? Math.min(Math.max(part / 100, 0), 1) : 0,
    }
  }
  return null
}
