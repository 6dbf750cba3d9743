import * as encoding from 'lib0/encoding'
import { objections, SyncError } from './error.ts'
import type { Objection } from './error.ts'
import { Reader } from './reader.ts'

// Every byte that either end may say. Messages 0 to 3 are y-protocols' (sync, awareness, auth, query awareness).
// Message 2 with a sub-type of 3 and up is our side channel: clients of y-websocket 1.5 to 3.1 pass over it
// without a word, and it goes only to pages that announced themselves.
const kinds = { sync: 0, awareness: 1, auth: 2, query: 3 } as const
const syncs = { step1: 0, step2: 1, update: 2 } as const
const sides = { denied: 0, hello: 3, saved: 4, refused: 5, store: 6, people: 7, leaving: 9 } as const

/** Version of the side channel. */
export const sideVersion = 1

/** Everything a client can say to a room. The arrays are views of the frame. */
export type FromPage =
  | { type: 'have'; vector: Uint8Array } // SyncStep1: what I have, send me the rest
  | { type: 'rest'; update: Uint8Array } // SyncStep2: what you lacked
  | { type: 'update'; update: Uint8Array }
  | { type: 'presence'; states: Uint8Array }
  | { type: 'who' } // query awareness: who is here?
  | { type: 'unknown' } // a kind of message that is not ours, from a client of something newer

/** Reads one frame from a client, whole. The update, vector and states inside are not yet looked at. */
export const decode = (frame: Uint8Array): FromPage | SyncError => {
  const reader = new Reader(frame)
  const message = decodeKind(reader)
  if (message.type === 'unknown' && reader.ok) return message
  return reader.done ? message : new SyncError('bad-bytes', 'message of a wrong length')
}

const decodeKind = (reader: Reader): FromPage => {
  switch (reader.varUint()) {
    case kinds.sync:
      switch (reader.varUint()) {
        case syncs.step1:
          return { type: 'have', vector: reader.buffer() }
        case syncs.step2:
          return { type: 'rest', update: reader.buffer() }
        case syncs.update:
          return { type: 'update', update: reader.buffer() }
        default:
          return { type: 'unknown' }
      }
    case kinds.awareness:
      return { type: 'presence', states: reader.buffer() }
    case kinds.query:
      return { type: 'who' }
    default:
      return { type: 'unknown' }
  }
}

// What is said at each keystroke is laid into an array of its exact size: lib0's encoder makes two larger ones first.

const sizeOf = (number: number): number => {
  let size = 1
  for (let rest = number; rest > 127; rest = Math.floor(rest / 128)) size++
  return size
}

/** Writes a varUint. Returns the place behind it. */
const write = (bytes: Uint8Array, at: number, number: number): number => {
  let rest = number
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = 128 | (rest % 128)
  bytes[at++] = rest
  return at
}

/** The payload stands at the end, so that a frame can be taken apart without copying it. */
const sync = (kind: number, payload: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(2 + sizeOf(payload.length) + payload.length)
  frame[0] = kinds.sync
  frame[1] = kind
  frame.set(payload, write(frame, 2, payload.length))
  return frame
}

/** SyncStep1: asks for all that a holder of this state vector lacks. */
export const encodeHave = (vector: Uint8Array): Uint8Array => sync(syncs.step1, vector)
/** SyncStep2: the last of what was asked for. */
export const encodeRest = (update: Uint8Array): Uint8Array => sync(syncs.step2, update)
/** What `encodeUpdate` made, as what `encodeRest` would have made of it. */
export const asRest = (frame: Uint8Array): Uint8Array => new Uint8Array(frame).fill(syncs.step2, 1, 2)
export const encodeUpdate = (update: Uint8Array): Uint8Array => sync(syncs.update, update)

/** One entry of an awareness frame, laid into `last` if it has the same size: a caret that moves takes no memory. */
export const encodeEntry = (
  client: number,
  clock: number,
  json: Uint8Array,
  last?: Uint8Array,
): Uint8Array => {
  const size = sizeOf(client) + sizeOf(clock) + sizeOf(json.length) + json.length
  const entry = last?.length === size ? last : new Uint8Array(size)
  entry.set(json, write(entry, write(entry, write(entry, 0, client), clock), json.length))
  return entry
}

/** One awareness frame. `entries` is the encoding of so many entries (client, clock, JSON). */
export const encodePresence = (entries: readonly Uint8Array[]): Uint8Array => {
  let size = sizeOf(entries.length)
  for (const { length } of entries) size += length
  const frame = new Uint8Array(1 + sizeOf(size) + size)
  frame[0] = kinds.awareness
  let at = write(frame, write(frame, 1, size), entries.length)
  for (const entry of entries) {
    frame.set(entry, at)
    at += entry.length
  }
  return frame
}

/** An awareness frame without entries: changes nothing and resets the watchdog of every stock client. */
export const keepAlive: Uint8Array = encodePresence([])

/** Tells a stock client that it may not write. It prints a warning and goes on reading. */
export const encodeDenied = (reason: string): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, kinds.auth)
  encoding.writeVarUint(encoder, sides.denied)
  encoding.writeVarString(encoder, reason)
  return encoding.toUint8Array(encoder)
}

/**
 * Why "Saved" does not come: nothing is wrong; the oldest write waits for 2 s; too much waits to take more; the
 * log holds something unreadable, and the document is what it was before that.
 */
export const storeStates = ['fine', 'late', 'read-only', 'damaged'] as const
export type StoreState = (typeof storeStates)[number]

/** The first frame of a page's seat: acknowledgements follow. */
export interface Hello {
  readonly type: 'hello'
  /** Of the side channel. */
  readonly version: number
  readonly role: string
  readonly epoch: string
  /** The newest schema that the document may hold. */
  readonly schema: number
}

/** Who somebody in the room really is, whatever their presence says. */
export interface Who {
  /** The client id of their presence and of what they write. */
  readonly client: number
  readonly identity: string
  readonly name: string
  readonly role: string
  /** False for a client without an identity, whose name is only claimed. */
  readonly verified: boolean
}

/** What a room says only to pages that announced themselves. */
export type Side =
  | Hello
  | { readonly type: 'saved'; readonly count: number } // your first `count` write frames are on disk
  // write frame `count` was not taken; what this connection writes after it is ignored
  | { readonly type: 'refused'; readonly count: number; readonly objection: Objection }
  | { readonly type: 'store'; readonly state: StoreState }
  | { readonly type: 'people'; readonly people: readonly Who[] } // those who came or changed; the first has everyone
  | { readonly type: 'leaving'; readonly within: number } // come back after a random time up to so many ms

export const encodeSide = (side: Side): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, kinds.auth)
  encoding.writeVarUint(encoder, sides[side.type])
  switch (side.type) {
    case 'hello':
      encoding.writeVarUint(encoder, side.version)
      encoding.writeVarString(encoder, side.role)
      encoding.writeVarString(encoder, side.epoch)
      encoding.writeVarUint(encoder, side.schema)
      break
    case 'saved':
      encoding.writeVarUint(encoder, side.count)
      break
    case 'refused':
      encoding.writeVarUint(encoder, side.count)
      encoding.writeVarString(encoder, side.objection)
      break
    case 'people':
      encoding.writeVarUint(encoder, side.people.length)
      for (const { client, identity, name, role, verified } of side.people) {
        encoding.writeVarUint(encoder, client)
        for (const text of [identity, name, role]) encoding.writeVarString(encoder, text)
        encoding.writeVarUint(encoder, verified ? 1 : 0)
      }
      break
    case 'store':
      encoding.writeVarUint(encoder, storeStates.indexOf(side.state))
      break
    case 'leaving':
      encoding.writeVarUint(encoder, side.within)
      break
    default:
      side satisfies never
  }
  return encoding.toUint8Array(encoder)
}

/** Reads a frame of the side channel; null for every other frame, and for kinds that a newer server may say. */
export const decodeSide = (frame: Uint8Array): Side | null => {
  const reader = new Reader(frame)
  if (reader.varUint() !== kinds.auth) return null
  const side = decodeSideKind(reader)
  return side !== null && reader.ok ? side : null
}

const decodeSideKind = (reader: Reader): Side | null => {
  switch (reader.varUint()) {
    case sides.hello:
      return {
        type: 'hello',
        version: reader.varUint(),
        role: reader.string(),
        epoch: reader.string(),
        schema: reader.varUint(),
      }
    case sides.saved:
      return { type: 'saved', count: reader.varUint() }
    case sides.refused:
      return { type: 'refused', count: reader.varUint(), objection: readObjection(reader) }
    case sides.people: {
      const people: Who[] = []
      const count = reader.varUint()
      for (let index = 0; index < count && reader.ok; index++) people.push(readWho(reader))
      return { type: 'people', people }
    }
    case sides.store:
      return { type: 'store', state: storeStates[reader.varUint()] ?? 'late' }
    case sides.leaving:
      return { type: 'leaving', within: reader.varUint() }
    default:
      return null
  }
}

const readWho = (reader: Reader): Who => ({
  client: reader.varUint(),
  identity: reader.string(),
  name: reader.string(),
  role: reader.string(),
  verified: reader.varUint() === 1,
})

/** A newer server may object for a reason that this page has no word for. */
const readObjection = (reader: Reader): Objection => {
  const name = reader.string()
  return objections.find((known) => known === name) ?? 'damaged'
}

/** What kind of write frame this is, or null for a frame that writes nothing. Both ends count write frames. */
export const writeKind = (frame: Uint8Array): 'rest' | 'update' | null => {
  if (frame[0] !== kinds.sync) return null
  return frame[1] === syncs.step2 ? 'rest' : frame[1] === syncs.update ? 'update' : null
}
